package dev.weir.saga.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.saga.SagaException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SchemaTest {
    private static final Function<Dialect, List<String>> FIRST =
            _ -> List.of("CREATE TABLE IF NOT EXISTS $thing (id INT)");
    private static final Function<Dialect, List<String>> SECOND =
            _ ->
                    List.of(
                            "ALTER TABLE $thing ADD COLUMN IF NOT EXISTS name VARCHAR(10)",
                            "CREATE INDEX IF NOT EXISTS $thing_name ON $thing (name)");
    private static final Schema OLD = new Schema("$meta", List.of(FIRST));
    private static final Schema NEW = new Schema("$meta", List.of(FIRST, SECOND));

    @Test
    void bringsOlderTablesUpToDateWithWhatIsInThem() throws SQLException {
        try (var connection = connect("old")) {
            OLD.migrate(connection, Dialect.H2_MEMORY, "p_");
            execute(connection, "INSERT INTO p_thing VALUES (7)");
            NEW.migrate(connection, Dialect.H2_MEMORY, "p_");
            NEW.migrate(connection, Dialect.H2_MEMORY, "p_");
            execute(connection, "UPDATE p_thing SET name = 'seven' WHERE id = 7");
            assertThat(number(connection, "SELECT COUNT(*) FROM p_thing WHERE name = 'seven'"))
                    .isEqualTo(1);
            assertThat(number(connection, "SELECT version FROM p_meta")).isEqualTo(2);
        }
    }

    @Test
    void goesOnWhereAnotherDied() throws SQLException {
        try (var connection = connect("died")) {
            OLD.migrate(connection, Dialect.H2_MEMORY, "p_");
            execute(connection, "ALTER TABLE p_thing ADD COLUMN name VARCHAR(10)");
            NEW.migrate(connection, Dialect.H2_MEMORY, "p_");
            assertThat(number(connection, "SELECT version FROM p_meta")).isEqualTo(2);
        }
    }

    @Test
    void leavesNewerTablesAlone() throws SQLException {
        try (var connection = connect("newer")) {
            NEW.migrate(connection, Dialect.H2_MEMORY, "p_");
            assertThatThrownBy(() -> OLD.migrate(connection, Dialect.H2_MEMORY, "p_"))
                    .isInstanceOfSatisfying(
                            SagaException.class,
                            e -> assertThat(e.code()).isEqualTo(SagaException.Code.FUTURE))
                    .hasMessageContaining("p_meta: expected version 1 at most, found 2");
            assertThat(number(connection, "SELECT version FROM p_meta")).isEqualTo(2);
        }
    }

    private static Connection connect(String name) throws SQLException {
        return DriverManager.getConnection("jdbc:h2:mem:schema-" + name);
    }

    private static void execute(Connection connection, String text) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
