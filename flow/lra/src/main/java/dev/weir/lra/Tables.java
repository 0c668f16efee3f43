package dev.weir.lra;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Statements;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The statements. Each method runs in the transaction of the connection that it is given, and
/// leaves the commit to its caller.
final class Tables {
    /// What a look at the database tells, in one query.
    ///
    /// @param now the database's clock
    /// @param due when the next action that neither this node nor another live one owns is due;
    ///   null when none is
    /// @param expires when the next lease of another live node ends; null when there is none
    record Look(long now, @Nullable Long due, @Nullable Long expires) {}

    private static final String LRA =
            "id, url, client, parent, parent_url, place, places, status, started, deadline,"
                    + " settled, ended, owner, fence, due, attempts";
    private static final String PARTICIPANT =
            "id, lra, place, status, compensate, complete, status_url, forget, after_url,"
                    + " recovery, data, asked, told, forgotten";

    private final Statements statements;
    private final String unowned;

    Tables(Dialect dialect, String prefix) {
        this.statements = new Statements(dialect, prefix);
        this.unowned =
                "(l.owner IS NULL OR l.owner <> ? AND NOT EXISTS"
                        + " (SELECT 1 FROM $lra_node n WHERE n.id = l.owner AND n.expires > NOW))";
    }

    private PreparedStatement prepare(
            Connection connection, String text, @Nullable Object... values) throws SQLException {
        return statements.prepare(connection, text, values);
    }

    private int update(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        return statements.update(connection, text, values);
    }

    /// The database's clock.
    long now(Connection connection) throws SQLException {
        try (var statement = prepare(connection, "SELECT NOW");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    // --- actions
    // -----------------------------------------------------------------------------------------------

    void insert(Connection connection, Lra lra) throws SQLException {
        update(
                connection,
                "INSERT INTO $lra (" + LRA + ") VALUES (?" + ", ?".repeat(15) + ")",
                lra.id(),
                lra.url(),
                lra.client(),
                lra.parent(),
                lra.parentUrl(),
                lra.place(),
                lra.places(),
                lra.status().name(),
                lra.started(),
                lra.deadline(),
                lra.settled() ? 1 : 0,
                lra.ended(),
                lra.owner(),
                lra.fence(),
                lra.due(),
                lra.attempts());
    }

    void update(Connection connection, Lra lra) throws SQLException {
        update(
                connection,
                "UPDATE $lra SET places = ?, status = ?, deadline = ?, settled = ?, ended = ?,"
                        + " owner = ?, fence = ?, due = ?, attempts = ? WHERE id = ?",
                lra.places(),
                lra.status().name(),
                lra.deadline(),
                lra.settled() ? 1 : 0,
                lra.ended(),
                lra.owner(),
                lra.fence(),
                lra.due(),
                lra.attempts(),
                lra.id());
    }

    @Nullable Lra find(Connection connection, String id) throws SQLException {
        var found = lras(connection, "WHERE id = ?", id);
        return found.isEmpty() ? null : found.getFirst();
    }

    /// The action, which no other transaction changes until this one is over.
    @Nullable Lra lock(Connection connection, String id) throws SQLException {
        var found = lras(connection, "WHERE id = ? FOR UPDATE", id);
        return found.isEmpty() ? null : found.getFirst();
    }

    List<Lra> children(Connection connection, String parent) throws SQLException {
        return lras(connection, "WHERE parent = ? ORDER BY place", parent);
    }

    /// Actions in a status, or all, the newest first.
    List<Lra> list(Connection connection, @Nullable LraStatus status, int limit)
            throws SQLException {
        return status == null
                ? lras(connection, "WHERE 1 = 1 ORDER BY id DESC LIMIT " + limit)
                : lras(
                        connection,
                        "WHERE status = ? ORDER BY id DESC LIMIT " + limit,
                        status.name());
    }

    /// Actions that are asked to end and have not told everybody.
    List<Lra> recovering(Connection connection, int limit) throws SQLException {
        return lras(
                connection,
                "WHERE due IS NOT NULL AND status <> 'Active' ORDER BY id LIMIT " + limit);
    }

    List<Lra> failed(Connection connection, int limit) throws SQLException {
        return lras(
                connection,
                "WHERE status IN ('FailedToClose', 'FailedToCancel') ORDER BY id DESC LIMIT "
                        + limit);
    }

    private List<Lra> lras(Connection connection, String condition, @Nullable Object... values)
            throws SQLException {
        var found = new ArrayList<Lra>();
        try (var statement =
                        prepare(connection, "SELECT " + LRA + " FROM $lra " + condition, values);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(
                        new Lra(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getString(5),
                                rows.getInt(6),
                                rows.getInt(7),
                                LraStatus.valueOf(rows.getString(8)),
                                rows.getLong(9),
                                Statements.number(rows, 10),
                                rows.getInt(11) == 1,
                                Statements.number(rows, 12),
                                rows.getString(13),
                                rows.getLong(14),
                                Statements.number(rows, 15),
                                rows.getInt(16)));
            }
        }
        return found;
    }

    /// Forgets an action that ended, with all that were nested in it.
    void delete(Connection connection, String id) throws SQLException {
        for (var child : children(connection, id)) {
            delete(connection, child.id());
        }
        update(connection, "DELETE FROM $lra_participant WHERE lra = ?", id);
        update(connection, "DELETE FROM $lra WHERE id = ?", id);
    }

    /// Actions at the top that ended well before a time.
    List<Lra> old(Connection connection, long before, int limit) throws SQLException {
        return lras(
                connection,
                "WHERE ended < ? AND parent IS NULL AND status IN ('Closed', 'Cancelled')"
                        + " ORDER BY ended LIMIT "
                        + limit,
                before);
    }

    // --- participants
    // ------------------------------------------------------------------------------------------

    void insert(Connection connection, Participant participant) throws SQLException {
        var where = participant.endpoints();
        update(
                connection,
                "INSERT INTO $lra_participant ("
                        + PARTICIPANT
                        + ") VALUES (?"
                        + ", ?".repeat(13)
                        + ")",
                participant.id(),
                participant.lra(),
                participant.place(),
                participant.status().name(),
                text(where.compensate()),
                text(where.complete()),
                text(where.status()),
                text(where.forget()),
                text(where.after()),
                participant.recovery(),
                participant.data(),
                participant.asked().name(),
                participant.told() ? 1 : 0,
                participant.forgotten() ? 1 : 0);
    }

    void update(Connection connection, Participant participant) throws SQLException {
        var where = participant.endpoints();
        update(
                connection,
                "UPDATE $lra_participant SET status = ?, compensate = ?, complete = ?,"
                        + " status_url = ?, forget = ?, after_url = ?, data = ?, asked = ?,"
                        + " told = ?, forgotten = ? WHERE id = ?",
                participant.status().name(),
                text(where.compensate()),
                text(where.complete()),
                text(where.status()),
                text(where.forget()),
                text(where.after()),
                participant.data(),
                participant.asked().name(),
                participant.told() ? 1 : 0,
                participant.forgotten() ? 1 : 0,
                participant.id());
    }

    void remove(Connection connection, Participant participant) throws SQLException {
        update(connection, "DELETE FROM $lra_participant WHERE id = ?", participant.id());
    }

    /// Those of an action, in the order in which they joined.
    List<Participant> participants(Connection connection, String lra) throws SQLException {
        var found = new ArrayList<Participant>();
        try (var statement =
                        prepare(
                                connection,
                                "SELECT "
                                        + PARTICIPANT
                                        + " FROM $lra_participant WHERE lra = ? ORDER BY place",
                                lra);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(
                        new Participant(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getInt(3),
                                ParticipantStatus.valueOf(rows.getString(4)),
                                new Endpoints(
                                        uri(rows, 5),
                                        uri(rows, 6),
                                        uri(rows, 7),
                                        uri(rows, 8),
                                        uri(rows, 9)),
                                rows.getString(10),
                                rows.getString(11),
                                Participant.Asked.valueOf(rows.getString(12)),
                                rows.getInt(13) == 1,
                                rows.getInt(14) == 1));
            }
        }
        return found;
    }

    private static @Nullable String text(@Nullable URI uri) {
        return uri == null ? null : uri.toString();
    }

    private static @Nullable URI uri(ResultSet rows, int column) throws SQLException {
        var text = rows.getString(column);
        return text == null ? null : URI.create(text);
    }

    // --- nodes
    // -------------------------------------------------------------------------------------------------

    /// The one query of an idle node.
    Look look(Connection connection, String node) throws SQLException {
        var text =
                "SELECT NOW, (SELECT MIN(l.due) FROM $lra l WHERE l.due IS NOT NULL AND "
                        + unowned
                        + "), (SELECT MIN(n.expires) FROM $lra_node n WHERE n.expires > NOW AND n.id <> ?)";
        try (var statement = prepare(connection, text, node, node);
                var rows = statement.executeQuery()) {
            rows.next();
            return new Look(
                    rows.getLong(1), Statements.number(rows, 2), Statements.number(rows, 3));
        }
    }

    /// Takes actions of others that are due and have no live owner: their owner is `node` then, and
    /// their fence one higher. What others are taking just now is passed over.
    List<Lra> claim(Connection connection, String node, long now, int limit) throws SQLException {
        var found =
                statements.strings(
                        connection,
                        "SELECT l.id FROM $lra l WHERE l.due <= NOW AND "
                                + unowned
                                + " ORDER BY l.due LIMIT "
                                + limit,
                        node);
        if (found.isEmpty()) {
            return List.of();
        }
        // Read again, as others may have taken them meanwhile.
        var among = "id IN (?" + ", ?".repeat(found.size() - 1) + ")";
        var values = new ArrayList<@Nullable Object>(found);
        values.add(node);
        var locked =
                lras(
                        connection,
                        "l WHERE l."
                                + among
                                + " AND l.due <= NOW AND "
                                + unowned
                                + " FOR UPDATE SKIP LOCKED",
                        values.toArray());
        if (locked.isEmpty()) {
            return List.of();
        }
        var taken = new ArrayList<@Nullable Object>(List.of(node, now));
        locked.forEach(lra -> taken.add(lra.id()));
        update(
                connection,
                "UPDATE $lra SET owner = ?, fence = fence + 1, due = ? WHERE id IN (?"
                        + ", ?".repeat(locked.size() - 1)
                        + ")",
                taken.toArray());
        return locked.stream().map(lra -> lra.claimed(node, now)).toList();
    }

    /// What a node owns.
    List<Lra> owned(Connection connection, String node) throws SQLException {
        return lras(connection, "WHERE owner = ? AND due IS NOT NULL ORDER BY id", node);
    }

    boolean isLive(Connection connection, @Nullable String node) throws SQLException {
        if (node == null) {
            return false;
        }
        try (var statement =
                        prepare(
                                connection,
                                "SELECT 1 FROM $lra_node n WHERE n.id = ? AND n.expires > NOW",
                                node);
                var rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    void heartbeat(Connection connection, String node, long leaseMillis) throws SQLException {
        statements.heartbeat(connection, "$lra_node", node, leaseMillis);
    }

    /// Ends a node's lease: others take over what it owns.
    void leave(Connection connection, String node) throws SQLException {
        update(connection, "UPDATE $lra SET owner = NULL, fence = fence + 1 WHERE owner = ?", node);
        update(connection, "DELETE FROM $lra_node WHERE id = ?", node);
    }

    /// Forgets nodes whose lease ended long ago.
    void forgetNodes(Connection connection) throws SQLException {
        update(connection, "DELETE FROM $lra_node WHERE expires < NOW - 3600000");
    }
}
