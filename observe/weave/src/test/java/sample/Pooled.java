package sample;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.concurrent.Callable;

/// JDBC through a pool: batches, calls that fail, parameters.
public final class Pooled implements Callable<String> {
    @Override
    public String call() throws SQLException {
        try (var source = new HikariDataSource()) {
            source.setJdbcUrl("jdbc:h2:mem:pooled");
            source.setMaximumPoolSize(1);
            try (var connection = source.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE item (id INT PRIMARY KEY)");
                try (var insert = connection.prepareStatement("INSERT INTO item VALUES (?)")) {
                    for (int i = 0; i < 3; i++) {
                        insert.setInt(1, i);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
                try (var rows = statement.executeQuery("SELECT * FROM missing WHERE name = 'x'")) {
                    return "found " + rows.next();
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            }
        }
    }
}
