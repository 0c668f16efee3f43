package dev.weir.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// The least that a three-step saga is in SQL, by hand: no recovery, no versions, no fences.
final class SagaFloor {
    static final List<String> TABLES =
            List.of(
                    "CREATE TABLE floor_saga (id BIGINT PRIMARY KEY, status VARCHAR(12), owner VARCHAR(40), payload VARCHAR(2000))",
                    "CREATE TABLE floor_step (saga BIGINT, step INT, status VARCHAR(12), output VARCHAR(2000), PRIMARY KEY (saga, step))");
    private static final int STEPS = 3;

    private final PreparedStatement begin;
    private final PreparedStatement business;
    private final PreparedStatement step;
    private final PreparedStatement end;

    SagaFloor(Connection connection) throws SQLException {
        begin =
                connection.prepareStatement(
                        "INSERT INTO floor_saga VALUES (?, 'RUN', 'n1', '{\"amount\":100}')");
        business =
                connection.prepareStatement(
                        "UPDATE account SET balance = balance + 1 WHERE id = ?");
        step =
                connection.prepareStatement(
                        "INSERT INTO floor_step VALUES (?, ?, 'DONE', '{\"ok\":true}')");
        end = connection.prepareStatement("UPDATE floor_saga SET status = 'DONE' WHERE id = ?");
    }

    /// A saga with a commit for each step.
    void run(Connection connection, long id, SagaBenchmark.Accounts accounts) throws SQLException {
        for (int i = 0; i < STEPS; i++) {
            if (i == 0) {
                begin.setLong(1, id);
                begin.executeUpdate();
            }
            business.setInt(1, accounts.next());
            business.executeUpdate();
            step.setLong(1, id);
            step.setInt(2, i);
            step.executeUpdate();
            if (i == STEPS - 1) {
                end.setLong(1, id);
                end.executeUpdate();
            }
            connection.commit();
        }
    }
}
