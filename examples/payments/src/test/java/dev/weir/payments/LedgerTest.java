package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.PostgresServer;
import dev.weir.saga.RefusedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The ledger in a file of H2, and in PostgreSQL where that is installed.
@ParameterizedClass
@ValueSource(strings = {"H2", "PostgreSQL"})
class LedgerTest {
    private static PostgresServer postgres;

    @TempDir Path directory;
    @Parameter String database;

    private LedgerServer server;
    private Ledger ledger;

    @BeforeEach
    void open() throws Exception {
        if (database.equals("H2")) {
            server = LedgerServer.ofH2(directory);
        } else {
            assumeTrue(PostgresServer.isInstalled(), PostgresServer.NEEDED);
            postgres = postgres == null ? PostgresServer.start() : postgres;
            server = LedgerServer.at(postgres.url());
        }
        ledger = server.ledger();
        ledger.open(List.of("bakery", "fuel"));
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
            postgres = null;
        }
    }

    private interface Movement {
        void make(Connection connection) throws SQLException;
    }

    private void commit(Movement movement) throws SQLException {
        try (var connection = ledger.source().getConnection()) {
            connection.setAutoCommit(false);
            movement.make(connection);
            connection.commit();
        }
    }

    @Test
    void whatIsReservedIsSettledOrGivenBack() throws SQLException {
        commit(connection -> {
            Ledger.reserve(connection, "p1", "bakery", 100);
            Ledger.reserve(connection, "p2", "fuel", 20);
        });
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(120, 0));
        commit(connection -> Ledger.settle(connection, "p1"));
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(20, 100));
        commit(connection -> Ledger.release(connection, "p2"));
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(0, 100));
    }

    @Test
    void nothingIsSettledTwiceOrReservedTwice() throws SQLException {
        commit(connection -> Ledger.reserve(connection, "p1", "bakery", 100));
        assertThatThrownBy(
                        () -> commit(connection -> Ledger.reserve(connection, "p1", "bakery", 100)))
                .isInstanceOf(SQLException.class);
        commit(connection -> Ledger.settle(connection, "p1"));
        assertThatThrownBy(() -> commit(connection -> Ledger.settle(connection, "p1")))
                .isInstanceOf(SQLException.class)
                .hasMessage("nothing is reserved for the payment p1");
        commit(connection -> Ledger.release(connection, "p1"));
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(0, 100));
    }

    @Test
    void refusesMerchantsWithoutAnAccount() throws SQLException {
        assertThatThrownBy(
                        () -> commit(connection -> Ledger.reserve(connection, "p1", "casino", 100)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("no account of the merchant casino");
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(0, 0));
    }

    @Test
    void keepsAccountsWhenItIsOpenedAgain() throws SQLException {
        commit(connection -> Ledger.reserve(connection, "p1", "bakery", 100));
        commit(connection -> Ledger.settle(connection, "p1"));
        try (var again = Ledger.at(server.url())) {
            again.open(List.of("bakery", "arcade"));
            assertThat(again.totals()).isEqualTo(new Ledger.Totals(0, 100));
        }
    }

    @Test
    void ofSeveralDemosNoneSeesAnother() throws Exception {
        commit(connection -> Ledger.reserve(connection, "p1", "bakery", 100));
        try (var other =
                database.equals("H2")
                        ? LedgerServer.ofH2(directory.resolve("other"))
                        : LedgerServer.at(postgres.url())) {
            other.ledger().open(List.of("bakery"));
            assertThat(other.ledger().totals()).isEqualTo(new Ledger.Totals(0, 0));
        }
        assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(100, 0));
    }

    @Test
    void takesNoOtherDatabase() {
        assertThatThrownBy(() -> Ledger.at("jdbc:mariadb://127.0.0.1/weir"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ledger: expected a URL that begins with");
        assertThatThrownBy(() -> Ledger.at("jdbc:postgresql://host:port/weir"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
