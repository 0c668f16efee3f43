package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import javax.sql.DataSource;

/// A saga of two steps, whose second one leaves a row with the saga's id.
final class Effects {
    private Effects() {}

    static void create(DataSource source) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS effect (saga VARCHAR(32))");
        }
    }

    static Saga<String> saga() {
        return Saga.define("one", Codec.text())
                .step("first", _ -> {})
                .step("effect", step -> step.write("INSERT INTO effect VALUES (?)", step.sagaId()))
                .build();
    }

    /// Each of so many sagas left its row, once.
    static void assertOnce(DataSource source, int sagas) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT COUNT(*), COUNT(DISTINCT saga) FROM effect")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(sagas);
            assertThat(rows.getInt(2)).isEqualTo(sagas);
        }
    }
}
