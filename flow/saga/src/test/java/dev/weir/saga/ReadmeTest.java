package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/// The example of the README, which is what is here.
class ReadmeTest {
    record Payment(String terminal, long cents, String reservation) {}

    @Test
    void theExamplePays() throws Exception {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:readme;DB_CLOSE_DELAY=-1");
        var dataSource = new Pool(source);
        execute(dataSource, "CREATE TABLE reserved (terminal VARCHAR(10), cents BIGINT)");
        execute(dataSource, "CREATE TABLE ledger (terminal VARCHAR(10), cents BIGINT)");
        execute(dataSource, "INSERT INTO ledger VALUES ('t1', 0)");
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/capture",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        var bank = "http://127.0.0.1:" + server.getAddress().getPort();
        var client = HttpClient.newHttpClient();

        var pay =
                Saga.define("pay", Codec.record(Payment.class))
                        .deadline(Duration.ofMinutes(5))
                        .step("reserve", step -> reserve(step.connection(), step.context()))
                        .compensate(step -> release(step.connection(), step.context()))
                        .pivot(
                                "capture",
                                Remote.of(
                                        new HttpTransport(client),
                                        step -> new Remote.Message(bank + "/capture", body(step))))
                        .step(
                                "settle",
                                step ->
                                        step.write(
                                                "UPDATE ledger SET cents = cents + ? WHERE terminal = ?",
                                                step.context().cents(),
                                                step.context().terminal()))
                        .grouped()
                        .build();

        try (var engine = SagaEngine.open(dataSource, SagaOptions.DEFAULT, pay)) {
            var handle = engine.start(pay, "order-4711", new Payment("t1", 1250, null));
            handle.await(Duration.ofSeconds(10));
        }

        server.stop(0);
        client.close();
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT (SELECT SUM(cents) FROM ledger), (SELECT SUM(cents) FROM reserved)")) {
            rows.next();
            assertThat(rows.getLong(1)).isEqualTo(1250);
            assertThat(rows.getLong(2)).isEqualTo(1250);
        }
        dataSource.close();
    }

    @Test
    void theReadmeHasWhatIsHere() throws Exception {
        var readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("```java") + 7;
        var example = readme.substring(from, readme.indexOf("```", from));
        var here =
                squeezed(Files.readString(Path.of("src/test/java/dev/weir/saga/ReadmeTest.java")));
        for (var part : example.split("\n\n")) {
            assertThat(here).contains(squeezed(part));
        }
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s", "");
    }

    private static void reserve(Connection connection, Payment payment) throws SQLException {
        reserved(connection, payment.terminal(), payment.cents());
    }

    private static void release(Connection connection, Payment payment) throws SQLException {
        reserved(connection, payment.terminal(), -payment.cents());
    }

    private static void reserved(Connection connection, String terminal, long cents)
            throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO reserved VALUES (?, ?)")) {
            statement.setString(1, terminal);
            statement.setLong(2, cents);
            statement.executeUpdate();
        }
    }

    private static String body(Step<Payment> step) {
        return Long.toString(step.context().cents());
    }

    private static void execute(Pool pool, String text) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
