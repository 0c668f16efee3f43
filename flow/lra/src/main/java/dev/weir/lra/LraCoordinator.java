package dev.weir.lra;

import com.sun.net.httpserver.HttpHandler;
import dev.weir.saga.SagaException;
import dev.weir.saga.storage.Storage;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.sql.DataSource;

/// A coordinator of long running actions, as MicroProfile LRA 2.0 has them, on this node. Every
/// node of a service opens one, on the same database; each answers for all actions, none is
/// special, and what one began any other finishes.
///
/// It speaks the HTTP interface of Narayana, so that participants of Quarkus, WildFly and others
/// join as they are. An action is named by a URL below the coordinator's: that URL has to reach any
/// live node, as a name or balancer in front of all of them does.
///
/// Thread-safe. The data source should pool connections. Participants are called on virtual
/// threads.
public final class LraCoordinator implements AutoCloseable {
    private final Calls calls;
    private final Patrol patrol;
    private final Routes routes;
    private final LraOptions options;

    private LraCoordinator(Storage storage, Tables tables, LraOptions options) {
        var id = HexFormat.of().toHexDigits(new SecureRandom().nextLong(), 12);
        var node = options.node().name() + "/" + id;
        this.options = options;
        this.calls = new Calls(options.call(), options.allowed());
        var driver = new Driver(storage, tables, calls, options, node);
        this.patrol = new Patrol(storage, tables, driver, options, node);
        var actions = new Actions(storage, tables, driver, patrol, options, node);
        this.routes = new Routes(actions, options);
    }

    /// Opens a coordinator: makes the tables where they are missing, and goes on with what is there
    /// to do.
    ///
    /// @throws LraException `DATABASE`; `FUTURE` when a newer library made the tables;
    ///   `UNSUPPORTED` for a database that is none of H2, PostgreSQL and MariaDB
    public static LraCoordinator open(DataSource source, LraOptions options) {
        try {
            var storage = Storage.open(source, LraSchema.SCHEMA, options.node().prefix());
            var tables = new Tables(storage.dialect(), options.node().prefix());
            var coordinator = new LraCoordinator(storage, tables, options);
            coordinator.patrol.poke();
            return coordinator;
        } catch (SagaException e) {
            var code =
                    e.code() == SagaException.Code.FUTURE
                            ? LraException.Code.FUTURE
                            : LraException.Code.UNSUPPORTED;
            throw new LraException(code, String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            throw new LraException(LraException.Code.DATABASE, "cannot open: " + e.getMessage(), e);
        }
    }

    /// Answers a request; never throws. What cannot be is told by the status: 400 for what is
    /// malformed or too long, 404 for an action that nobody knows, 410 for one that ended, 412 for
    /// one that is not in the state for it, 405, 417 for an unknown version of the interface, 503
    /// when the database fails or the node stops.
    public LraResponse answer(LraRequest request) {
        if (patrol.isClosed()) {
            return LraResponse.text(503, "the node stops").with("Retry-After", "1");
        }
        try {
            return routes.answer(request);
        } catch (RuntimeException e) {
            System.getLogger("dev.weir.lra")
                    .log(Level.ERROR, request.method() + " " + request.path(), e);
            return LraResponse.text(500, "a bug: " + e);
        }
    }

    /// The coordinator behind a server of the JDK, in a context of any path; `/lra-coordinator` is
    /// what clients of Narayana expect. The server should run handlers on virtual threads.
    public HttpHandler handler() {
        return new ServerHandler(this, options.base());
    }

    /// Stops as a process does that is killed, when its database is taken away before: what it owns
    /// it owns until its lease is over.
    void dieForTests() {
        patrol.die();
        calls.close();
    }

    /// Stops: other nodes go on with what this one works on, at once.
    @Override
    public void close() {
        if (!patrol.isClosed()) {
            patrol.close();
            calls.close();
        }
    }
}
