package dev.weir.weave.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db.example.com:5433/shop?ssl=true, postgresql, shop, db.example.com, 5433",
        "jdbc:postgresql://db/shop, postgresql, shop, db, 0",
        "jdbc:mysql://user:secret@db:3306/shop, mysql, shop, db, 3306",
        "jdbc:mariadb://[::1]:3306/shop, mariadb, shop, [::1], 3306",
        "'jdbc:sqlserver://db:1433;databaseName=shop;encrypt=true', microsoft.sql_server, shop, db, 1433",
        "jdbc:oracle:thin:@//db:1521/shop, oracle.db, shop, db, 1521",
        "'jdbc:h2:mem:shop;MODE=MySQL', h2database, mem:shop, , 0",
        "jdbc:sqlite:shop.db, sqlite, shop.db, , 0",
        "jdbc:unheard:of, other_sql, of, , 0",
        "nonsense, other_sql, , , 0",
    })
    void readsUrls(String url, String system, String namespace, String address, int port) {
        assertThat(Database.parse(url)).isEqualTo(new Database(system, namespace, address, port));
    }
}
