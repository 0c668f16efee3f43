package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Statements;
import dev.weir.saga.storage.UnsureException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The statements of the engine. Each method runs in the transaction of the connection that it is
/// given, and leaves the commit to its caller.
final class Tables {
    /// What a look at the database tells, in one query.
    ///
    /// @param now the database's clock
    /// @param otherExpires when the next lease of another live node ends; 0 when there is none
    /// @param claimable sagas that somebody should take; counted up to a limit
    /// @param commands sagas of this node that an operator wants something of
    /// @param paused definitions that are paused
    /// @param waiting those of the sagas asked for that are not at their end
    record Look(
            long now, long otherExpires, int claimable, int commands, int paused, int waiting) {}

    private static final String SAGA_COLUMNS =
            "id, def, def_version, business_key, status, owner, fence, seq, due, deadline, created,"
                    + " context, why, stuck, command, parent, trace";

    /// A parameter, 1 for a saga that ends.
    private static final String ENDED = "CASE WHEN ? = 1 THEN NOW END";

    private static final String STEP_COLUMNS =
            "state, attempts, seq, due, error, at, node, saga_id, step";

    /// What PostgreSQL says when a saga's row was not written: in its message, as no state of SQL
    /// is ours alone.
    private static final String FENCED = "weir-saga-fenced";

    private static final String COMMIT = "; COMMIT";

    /// The types of the columns, as the database's arrays have them.
    private static final List<String> SAGA_TYPES =
            List.of(
                    "text", "text", "text", "text", "text", "text", "int8", "int4", "int8", "int8",
                    "int8", "text", "text", "int4", "text", "text", "text", "int4");

    private static final List<String> STEP_TYPES =
            List.of("text", "int4", "int4", "int8", "text", "int8", "text", "text", "text");
    private static final int WHY_LENGTH = 2000;

    private final Dialect dialect;
    private final Statements statements;
    private final String insertSaga;
    private final String insertSagas;
    private final String updateSaga;
    private final String insertStep;
    private final String insertSteps;
    private final String startTogether;
    private final String stepTogether;
    private final String updateStep;
    private final String insertSend;
    private final String dead;

    Tables(Dialect dialect, String prefix) {
        this.dialect = dialect;
        this.statements = new Statements(dialect, prefix);
        this.insertSaga =
                sql(
                        "INSERT INTO $saga ("
                                + SAGA_COLUMNS
                                + ", ended) VALUES (?"
                                + ", ?".repeat(16)
                                + ", "
                                + ENDED
                                + ")");
        this.updateSaga =
                sql(
                        "UPDATE $saga SET status = ?, owner = ?, seq = ?, due = ?, context = ?, why = ?,"
                                + " stuck = ?, ended = "
                                + ENDED
                                + " WHERE id = ? AND fence = ? AND seq = ?");
        this.insertSagas =
                sql(
                        "INSERT INTO $saga ("
                                + SAGA_COLUMNS
                                + ", ended) SELECT "
                                + SAGA_COLUMNS
                                + ", CASE WHEN ends = 1 THEN NOW END FROM "
                                + unnest(SAGA_TYPES)
                                + " AS u ("
                                + SAGA_COLUMNS
                                + ", ends)");
        this.insertStep =
                sql("INSERT INTO $step (" + STEP_COLUMNS + ") VALUES (?" + ", ?".repeat(8) + ")");
        var counted =
                sql(
                        " RETURNING 1) INSERT INTO $step ("
                                + STEP_COLUMNS
                                + ") VALUES (?, ? + (SELECT CAST(CASE COUNT(*) WHEN 0 THEN '"
                                + FENCED
                                + "' ELSE '0' END AS INT) FROM saga)"
                                + ", ?".repeat(7)
                                + ")");
        this.startTogether = "WITH saga AS (" + insertSaga + counted;
        this.stepTogether = "WITH saga AS (" + updateSaga + counted;
        this.insertSteps =
                sql("INSERT INTO $step (" + STEP_COLUMNS + ") SELECT * FROM " + unnest(STEP_TYPES));
        this.updateStep =
                sql(
                        "UPDATE $step SET state = ?, attempts = ?, seq = ?, due = ?, error = ?, at = ?,"
                                + " node = ? WHERE saga_id = ? AND step = ?");
        this.insertSend =
                sql("INSERT INTO $outbox (target, message_key, body, trace) VALUES (?, ?, ?, ?)");
        this.dead =
                sql(
                        "s.due <= NOW AND (s.owner IS NULL OR NOT EXISTS"
                                + " (SELECT 1 FROM $node n WHERE n.id = s.owner AND n.expires > NOW))"
                                + " AND NOT EXISTS (SELECT 1 FROM $paused p WHERE p.def = s.def)");
    }

    private static String unnest(List<String> types) {
        return types.stream()
                .map(type -> "?::" + type + "[]")
                .collect(Collectors.joining(", ", "unnest(", ")"));
    }

    private String sql(String text) {
        return statements.sql(text);
    }

    Dialect dialect() {
        return dialect;
    }

    // --- commits
    // -----------------------------------------------------------------------------------------------

    /// Writes changes of different sagas.
    ///
    /// @param ends whether a commit follows, which may go with the last statement
    /// @throws FencedException when sagas were changed by others; the caller must roll back
    void apply(Connection connection, List<Change> changes, boolean ends)
            throws SQLException, FencedException {
        var first = changes.getFirst();
        var step = first.step();
        if (changes.size() == 1
                && dialect.partial()
                && step != null
                && first.stepIsNew()
                && first.child() == null) {
            boolean joins = first.writes().stream().allMatch(Tables::isPlain);
            if (!joins) {
                write(connection, first.writes());
            }
            send(connection, changes);
            together(
                    connection,
                    joins ? first.writes() : List.of(),
                    first,
                    step,
                    ends && !hasConsequences(first));
        } else {
            insertSagas(connection, changes);
            write(connection, inOrder(changes));
            updateSagas(connection, changes);
            updateSteps(connection, changes);
            send(connection, changes);
            insertSteps(
                    connection,
                    changes,
                    ends && changes.stream().noneMatch(Tables::hasConsequences));
        }
        for (var change : changes) {
            if (hasConsequences(change)) {
                consequences(connection, change);
            }
        }
    }

    private static boolean hasConsequences(Change change) {
        return change.after().status().isEnd() && change.after().parent() != null
                || change.leavesMemory()
                || change.obeyed() != null
                || change.reopens() != null
                || change.awaits() != null;
    }

    private void insertSagas(Connection connection, List<Change> changes) throws SQLException {
        var rows = new ArrayList<@Nullable Object[]>();
        for (var change : changes) {
            if (change.before() == null) {
                rows.add(values(change.after()));
            }
            if (change.child() != null) {
                rows.add(values(change.child()));
            }
        }
        insert(connection, rows, insertSaga, insertSagas, SAGA_TYPES);
    }

    /// @param commits whether their commit goes with them, where the database can
    private void insertSteps(Connection connection, List<Change> changes, boolean commits)
            throws SQLException {
        var rows = new ArrayList<@Nullable Object[]>();
        for (var change : changes) {
            var row = change.step();
            if (row != null && change.stepIsNew()) {
                rows.add(values(change.after().id(), row));
            }
        }
        var many = commits ? insertSteps + COMMIT : insertSteps;
        insert(connection, rows, insertStep, many, STEP_TYPES);
    }

    /// Inserts rows: where the database can, as one array a column, which costs it far less than a
    /// statement a row.
    private void insert(
            Connection connection,
            List<@Nullable Object[]> rows,
            String one,
            String many,
            List<String> types)
            throws SQLException {
        if (rows.size() > 1 && dialect.partial()) {
            try (var statement = connection.prepareStatement(many)) {
                for (int i = 0; i < types.size(); i++) {
                    int column = i;
                    var values = rows.stream().map(row -> row[column]).toArray();
                    statement.setArray(i + 1, connection.createArrayOf(types.get(i), values));
                }
                execute(statement);
            }
            return;
        }
        try (var batch = new Batch(connection, one)) {
            for (var row : rows) {
                bind(batch.next(), 0, row);
            }
            batch.run();
        }
    }

    /// @return how many are bound then
    private static int bind(PreparedStatement to, int from, @Nullable Object[] values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            to.setObject(from + i + 1, values[i]);
        }
        return from + values.length;
    }

    private static @Nullable Object[] values(SagaRow row) {
        return new @Nullable Object[] {
            row.id(),
            row.definition(),
            row.version(),
            row.key(),
            row.status().name(),
            row.owner(),
            row.fence(),
            row.seq(),
            row.due(),
            row.deadline(),
            row.created(),
            row.context(),
            cut(row.why()),
            row.stuck() ? 1 : 0,
            row.command(),
            row.parent(),
            row.trace(),
            row.status().isEnd() ? 1 : 0
        };
    }

    private static @Nullable Object[] values(String saga, StepRow row) {
        return new @Nullable Object[] {
            row.state().name(),
            row.attempts(),
            row.seq(),
            row.due(),
            cut(row.error()),
            row.at(),
            row.node(),
            saga,
            row.step()
        };
    }

    private static @Nullable Object[] values(SagaRow before, SagaRow after) {
        return new @Nullable Object[] {
            after.status().name(),
            after.owner(),
            after.seq(),
            after.due(),
            after.context(),
            cut(after.why()),
            after.stuck() ? 1 : 0,
            after.status().isEnd() ? 1 : 0,
            before.id(),
            before.fence(),
            before.seq()
        };
    }

    private static List<Step.Write> inOrder(List<Change> changes) {
        var writes = new ArrayList<Step.Write>(changes.size());
        for (var change : changes) {
            writes.addAll(change.writes());
        }
        if (changes.size() == 1) {
            return writes;
        }
        writes.sort(
                Comparator.comparing(Step.Write::sql)
                        .thenComparing(Step.Write::values, Tables::compare));
        return writes;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int compare(List<@Nullable Object> left, List<@Nullable Object> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            var a = left.get(i);
            var b = right.get(i);
            if (a instanceof Comparable c && b != null && a.getClass() == b.getClass()) {
                int order = c.compareTo(b);
                if (order != 0) {
                    return order;
                }
            }
        }
        return 0;
    }

    private static void write(Connection connection, List<Step.Write> writes) throws SQLException {
        for (int from = 0; from < writes.size(); ) {
            var sql = writes.get(from).sql();
            try (var batch = new Batch(connection, sql)) {
                for (; from < writes.size() && writes.get(from).sql().equals(sql); from++) {
                    var values = writes.get(from).values();
                    var to = batch.next();
                    for (int i = 0; i < values.size(); i++) {
                        to.setObject(i + 1, values.get(i));
                    }
                }
                batch.run();
            }
        }
    }

    private void updateSteps(Connection connection, List<Change> changes) throws SQLException {
        try (var batch = new Batch(connection, updateStep)) {
            for (var change : changes) {
                var row = change.step();
                if (row != null && !change.stepIsNew()) {
                    bind(batch.next(), 0, values(change.after().id(), row));
                }
            }
            batch.run();
        }
    }

    /// Whether a text is a statement and no more or less, whatever it stands next to: it has no
    /// quotes, comments or separators.
    private static boolean isPlain(Step.Write write) {
        var sql = write.sql();
        return !sql.isBlank()
                && sql.chars().noneMatch(c -> "'\"$;\\".indexOf(c) >= 0)
                && !sql.contains("--")
                && !sql.contains("/*");
    }

    /// What a step writes, the step, and its saga's row as one text, where the database can; with
    /// `commits`, their commit too: one round trip instead of four. The step adds what is no number
    /// where no row of the saga was written, so that the database itself refuses what a fence
    /// forbids.
    private void together(
            Connection connection,
            List<Step.Write> writes,
            Change change,
            StepRow step,
            boolean commits)
            throws SQLException, FencedException {
        var before = change.before();
        var after = change.after();
        var text = new StringBuilder();
        for (var write : writes) {
            text.append(write.sql()).append("; ");
        }
        text.append(before == null ? startTogether : stepTogether);
        text.append(commits ? COMMIT : "");
        try (var statement = connection.prepareStatement(text.toString())) {
            int bound = 0;
            for (var write : writes) {
                bound = bind(statement, bound, write.values().toArray());
            }
            bound = bind(statement, bound, before == null ? values(after) : values(before, after));
            bind(statement, bound, values(after.id(), step));
            execute(statement);
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains(FENCED)) {
                throw new FencedException(Set.of(after.id()));
            }
            throw e;
        }
    }

    /// Runs what may end with a commit.
    private static void execute(PreparedStatement statement) throws SQLException {
        try {
            statement.execute();
        } catch (SQLException e) {
            throw e.getSQLState() == null ? new UnsureException(e) : e;
        }
    }

    private void send(Connection connection, List<Change> changes) throws SQLException {
        try (var batch = new Batch(connection, insertSend)) {
            for (var change : changes) {
                for (var send : change.sends()) {
                    var to = batch.next();
                    to.setString(1, send.target());
                    to.setString(2, send.key());
                    to.setString(3, send.body());
                    to.setString(4, change.after().trace());
                }
            }
            batch.run();
        }
    }

    private void updateSagas(Connection connection, List<Change> changes)
            throws SQLException, FencedException {
        try (var batch = new Batch(connection, updateSaga)) {
            var ids = new ArrayList<String>();
            for (var change : changes) {
                var before = change.before();
                if (before != null) {
                    ids.add(before.id());
                    bind(batch.next(), 0, values(before, change.after()));
                }
            }
            var counts = batch.run();
            var lost = new HashSet<String>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] < 0) {
                    throw new SQLException(
                            "expected a driver that counts the rows of each statement of a batch");
                }
                if (counts[i] == 0) {
                    lost.add(ids.get(i));
                }
            }
            if (!lost.isEmpty()) {
                throw new FencedException(lost);
            }
        }
    }

    private void consequences(Connection connection, Change change) throws SQLException {
        var after = change.after();
        if (after.status().isEnd() && after.parent() != null) {
            update(
                    connection,
                    "UPDATE $saga SET due = CASE WHEN owner IS NULL AND due > NOW THEN NOW ELSE due END"
                            + " WHERE id = ?",
                    after.parent());
        }
        if (change.awaits() != null) {
            // The end of the nested saga writes this row too, so it is either seen here or sees
            // this.
            update(
                    connection,
                    "UPDATE $saga SET due = NOW WHERE id = ? AND EXISTS"
                            + " (SELECT 1 FROM $saga c WHERE c.id = ? AND c.due IS NULL)",
                    after.id(),
                    change.awaits());
        }
        if (change.leavesMemory()) {
            // Its owner has not seen a command that came meanwhile.
            update(
                    connection,
                    "UPDATE $saga SET due = CASE WHEN due > NOW THEN NOW ELSE due END"
                            + " WHERE id = ? AND command IS NOT NULL",
                    after.id());
        }
        if (change.obeyed() != null) {
            update(
                    connection,
                    "UPDATE $saga SET command = NULL WHERE id = ? AND command = ?",
                    after.id(),
                    change.obeyed());
            update(connection, "UPDATE $step SET due = 0 WHERE saga_id = ?", after.id());
        }
        if (change.reopens() != null) {
            update(
                    connection,
                    "UPDATE $saga SET status = 'COMPENSATING', owner = NULL, due = NOW, ended = NULL, fence = fence + 1,"
                            + " seq = seq + 1, why = 'the saga around it goes back' WHERE id = ? AND status = 'DONE'",
                    change.reopens());
            update(
                    connection,
                    "UPDATE $saga SET command = 'cancel' WHERE id = ? AND status = 'RUNNING'",
                    change.reopens());
        }
    }

    // --- leases and claims
    // -------------------------------------------------------------------------------------

    /// Prolongs a node's lease, or begins it.
    void heartbeat(Connection connection, String node, long leaseMillis) throws SQLException {
        statements.heartbeat(connection, "$node", node, leaseMillis);
    }

    /// Ends a node's lease, and forgets nodes that ended long ago and own nothing.
    void leave(Connection connection, String node) throws SQLException {
        update(
                connection,
                "UPDATE $saga SET owner = NULL, fence = fence + 1 WHERE due IS NOT NULL AND owner = ?",
                node);
        update(connection, "DELETE FROM $node WHERE id = ?", node);
        update(
                connection,
                "DELETE FROM $node WHERE expires < NOW - 3600000 AND NOT EXISTS"
                        + " (SELECT 1 FROM $saga s WHERE s.owner = $node.id)");
    }

    /// The one query of an idle node.
    ///
    /// @param asked sagas to ask for
    Look look(Connection connection, String node, int limit, Collection<String> asked)
            throws SQLException {
        var waiting =
                asked.isEmpty()
                        ? "0"
                        : "(SELECT COUNT(*) FROM $saga s WHERE "
                                + in("s.id", asked)
                                + " AND s.due IS NOT NULL)";
        var values = new ArrayList<@Nullable Object>(List.of(node, node));
        values.addAll(asked);
        var text =
                "SELECT NOW, (SELECT MIN(n.expires) FROM $node n WHERE n.expires > NOW AND n.id <> ?),"
                        + " (SELECT COUNT(*) FROM (SELECT 1 FROM $saga s WHERE "
                        + dead
                        + " LIMIT "
                        + limit
                        + ") c), (SELECT COUNT(*) FROM $saga s WHERE s.owner = ? AND s.command IS NOT NULL"
                        + " AND s.due IS NOT NULL), (SELECT COUNT(*) FROM $paused), "
                        + waiting;
        try (var statement = prepare(connection, text, values.toArray());
                var rows = statement.executeQuery()) {
            rows.next();
            return new Look(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getInt(3),
                    rows.getInt(4),
                    rows.getInt(5),
                    rows.getInt(6));
        }
    }

    private static String in(String column, Collection<String> values) {
        return column + " IN (?" + ", ?".repeat(values.size() - 1) + ")";
    }

    /// Takes sagas that are due and have no live owner: their owner is `node` then, and their fence
    /// one higher. What others are taking just now is passed over. However many they are, it takes
    /// three round trips, as a node that dies may leave many.
    ///
    /// @return their rows, as they were before
    List<SagaRow> claim(Connection connection, String node, Collection<String> versions, int limit)
            throws SQLException {
        if (versions.isEmpty()) {
            return List.of();
        }
        var known = in("s.def_version", versions);
        var found =
                strings(
                        connection,
                        "SELECT s.id FROM $saga s WHERE "
                                + dead
                                + " AND "
                                + known
                                + " ORDER BY s.due LIMIT "
                                + limit,
                        versions.toArray());
        if (found.isEmpty()) {
            return List.of();
        }
        var locked =
                sagas(
                        connection,
                        "s WHERE " + in("s.id", found) + " AND " + dead + " FOR UPDATE SKIP LOCKED",
                        found.toArray());
        if (!locked.isEmpty()) {
            var ids = locked.stream().map(SagaRow::id).toList();
            var values = new ArrayList<@Nullable Object>(List.of(node));
            values.addAll(ids);
            update(
                    connection,
                    "UPDATE $saga SET owner = ?, fence = fence + 1, seq = seq + 1 WHERE "
                            + in("id", ids),
                    values.toArray());
        }
        return locked;
    }

    /// What operators want of the sagas of a node: commands by the saga's id.
    Map<String, String> commands(Connection connection, String node) throws SQLException {
        var text =
                "SELECT s.id, s.command FROM $saga s WHERE s.owner = ? AND s.command IS NOT NULL"
                        + " AND s.due IS NOT NULL";
        var found = new LinkedHashMap<String, String>();
        try (var statement = prepare(connection, text, node);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
        }
        return found;
    }

    /// The sagas of a node that are not at their end.
    List<String> owned(Connection connection, String node) throws SQLException {
        return strings(
                connection,
                "SELECT s.id FROM $saga s WHERE s.due IS NOT NULL AND s.owner = ?",
                node);
    }

    Set<String> paused(Connection connection) throws SQLException {
        return new TreeSet<>(strings(connection, "SELECT def FROM $paused"));
    }

    void pause(Connection connection, String definition, boolean pause) throws SQLException {
        update(connection, "DELETE FROM $paused WHERE def = ?", definition);
        if (pause) {
            update(connection, "INSERT INTO $paused (def) VALUES (?)", definition);
        }
    }

    /// Asks the owner of a saga for something, and makes the saga due for whoever owns none.
    int command(Connection connection, String id, String command) throws SQLException {
        return update(
                connection,
                "UPDATE $saga SET command = ?, due = CASE WHEN due > NOW THEN NOW ELSE due END"
                        + " WHERE id = ? AND due IS NOT NULL",
                command,
                id);
    }

    // --- forgetting
    // ----------------------------------------------------------------------------------------------

    /// Deletes sagas that ended so long ago, with their steps; nested ones after the ones around
    /// them, which may want them back.
    ///
    /// @return how many
    int forgetSagas(Connection connection, long ageMillis, int limit) throws SQLException {
        var old =
                locked(
                        connection,
                        "$saga",
                        "ended < NOW - ? AND NOT EXISTS"
                                + " (SELECT 1 FROM $saga p WHERE p.id = $saga.parent)",
                        "ended",
                        ageMillis,
                        limit);
        if (!old.isEmpty()) {
            update(connection, "DELETE FROM $step WHERE " + in("saga_id", old), old.toArray());
            update(connection, "DELETE FROM $saga WHERE " + in("id", old), old.toArray());
        }
        return old.size();
    }

    /// Deletes requests that nobody repeated for so long.
    ///
    /// @return how many
    int forgetRequests(Connection connection, long ageMillis, int limit) throws SQLException {
        var old = locked(connection, "$inbox", "at < NOW - ?", "at", ageMillis, limit);
        if (!old.isEmpty()) {
            update(connection, "DELETE FROM $inbox WHERE " + in("id", old), old.toArray());
        }
        return old.size();
    }

    /// Locks rows by a condition on their age, but for those that others have locked. The query
    /// that finds them locks none, as MariaDB would lock all that it looks at.
    private List<String> locked(
            Connection connection,
            String table,
            String condition,
            String order,
            long ageMillis,
            int limit)
            throws SQLException {
        var select = "SELECT id FROM " + table + " WHERE ";
        var found =
                strings(
                        connection,
                        select + condition + " ORDER BY " + order + " LIMIT " + limit,
                        ageMillis);
        if (found.isEmpty()) {
            return found;
        }
        var values = new ArrayList<@Nullable Object>(found);
        values.add(ageMillis);
        return strings(
                connection,
                select + in("id", found) + " AND " + condition + " FOR UPDATE SKIP LOCKED",
                values.toArray());
    }

    // --- reads
    // -------------------------------------------------------------------------------------------------

    @Nullable SagaRow saga(Connection connection, String id) throws SQLException {
        var found = sagas(connection, "WHERE id = ?", id);
        return found.isEmpty() ? null : found.getFirst();
    }

    @Nullable SagaRow saga(Connection connection, String definition, String key)
            throws SQLException {
        var found = sagas(connection, "WHERE def = ? AND business_key = ?", definition, key);
        return found.isEmpty() ? null : found.getFirst();
    }

    /// Those of some sagas that are there and not at their end.
    Set<String> waiting(Connection connection, Collection<String> asked) throws SQLException {
        return new HashSet<>(
                strings(
                        connection,
                        "SELECT id FROM $saga WHERE due IS NOT NULL AND " + in("id", asked),
                        asked.toArray()));
    }

    /// Sagas by a condition on the table `$saga`.
    List<SagaRow> sagas(Connection connection, String condition, @Nullable Object... values)
            throws SQLException {
        var text = "SELECT " + SAGA_COLUMNS + " FROM $saga " + condition;
        var found = new ArrayList<SagaRow>();
        try (var statement = prepare(connection, text, values);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(saga(rows));
            }
        }
        return found;
    }

    private static SagaRow saga(ResultSet row) throws SQLException {
        return new SagaRow(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                SagaStatus.valueOf(row.getString(5)),
                row.getString(6),
                row.getLong(7),
                row.getInt(8),
                Statements.number(row, 9),
                Statements.number(row, 10),
                row.getLong(11),
                row.getString(12),
                row.getString(13),
                row.getInt(14) != 0,
                row.getString(15),
                row.getString(16),
                row.getString(17));
    }

    /// The rows of a saga's steps, in the order in which they were written.
    Map<String, StepRow> steps(Connection connection, String id) throws SQLException {
        var text =
                "SELECT step, state, attempts, seq, due, error, at, node FROM $step WHERE saga_id = ?"
                        + " ORDER BY seq";
        var found = new LinkedHashMap<String, StepRow>();
        try (var statement = prepare(connection, text, id);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                var row =
                        new StepRow(
                                rows.getString(1),
                                StepState.valueOf(rows.getString(2)),
                                rows.getInt(3),
                                rows.getInt(4),
                                rows.getLong(5),
                                rows.getString(6),
                                rows.getLong(7),
                                rows.getString(8));
                found.put(row.step(), row);
            }
        }
        return found;
    }

    // --- the means
    // ---------------------------------------------------------------------------------------------

    private List<String> strings(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        return statements.strings(connection, text, values);
    }

    int update(Connection connection, String text, @Nullable Object... values) throws SQLException {
        return statements.update(connection, text, values);
    }

    PreparedStatement prepare(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        return statements.prepare(connection, text, values);
    }

    /// What each database can hold of a text that may be anything, as messages of errors are: not
    /// too long, no NUL, no half of a character.
    private static @Nullable String cut(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var start = text.substring(0, Math.min(text.length(), WHY_LENGTH));
        var held = new StringBuilder(start.length());
        start.codePoints()
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? '\ufffd' : c)
                .forEach(held::appendCodePoint);
        return held.toString();
    }

    /// A statement for one row or many, made when the first comes.
    private static final class Batch implements AutoCloseable {
        private final Connection connection;
        private final String sql;
        private @Nullable PreparedStatement statement;
        private int rows;

        Batch(Connection connection, String sql) {
            this.connection = connection;
            this.sql = sql;
        }

        PreparedStatement next() throws SQLException {
            var made = statement;
            if (made == null) {
                made = connection.prepareStatement(sql);
                statement = made;
            } else if (rows > 0) {
                made.addBatch();
            }
            rows++;
            return made;
        }

        int[] run() throws SQLException {
            var made = statement;
            if (made == null) {
                return new int[0];
            }
            if (rows == 1) {
                return new int[] {made.executeUpdate()};
            }
            made.addBatch();
            return made.executeBatch();
        }

        @Override
        public void close() throws SQLException {
            if (statement != null) {
                statement.close();
            }
        }
    }
}
