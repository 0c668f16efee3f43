package dev.weir.saga;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.io.TempDir;

class H2EngineTest extends EngineContract {
    @TempDir Path folder;

    @Override
    DataSource database() {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + folder.resolve("db") + ";DB_CLOSE_DELAY=0");
        return source;
    }
}
