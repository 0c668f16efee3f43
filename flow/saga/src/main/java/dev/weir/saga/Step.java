package dev.weir.saga;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An attempt of a step or of a compensation, as its action sees it. For the thread of the attempt
/// only, and only while it lasts.
///
/// @param <C> the context
public final class Step<C> {
    /// A statement that shares a transaction with others.
    record Write(String sql, List<@Nullable Object> values) {}

    /// A message that leaves when the step is committed.
    record Send(String target, String key, String body) {}

    private final String sagaId;
    private final @Nullable String businessKey;
    private final Node.One<C> spec;
    private final boolean undo;
    private final int attempt;
    private final C context;
    private final @Nullable Connection connection;
    private final List<UnaryOperator<C>> updates = new ArrayList<>(1);
    private final List<Write> writes = new ArrayList<>(1);
    private final List<Send> sends = new ArrayList<>(0);

    Step(
            String sagaId,
            @Nullable String businessKey,
            Node.One<C> spec,
            boolean undo,
            int attempt,
            C context,
            @Nullable Connection connection) {
        this.sagaId = sagaId;
        this.businessKey = businessKey;
        this.spec = spec;
        this.undo = undo;
        this.attempt = attempt;
        this.context = context;
        this.connection = connection;
    }

    /// The saga's id: 32 hexadecimal digits.
    public String sagaId() {
        return sagaId;
    }

    /// The saga's business key, where it has one.
    public @Nullable String businessKey() {
        return businessKey;
    }

    /// The step's name.
    public String name() {
        return spec.name();
    }

    /// Whether this is the compensation.
    public boolean isCompensation() {
        return undo;
    }

    /// The number of this attempt, from 1.
    public int attempt() {
        return attempt;
    }

    /// What names the effect of this step: the same for each attempt, `saga/branch/step/do` or
    /// `saga/branch/step/undo`.
    public String idempotencyKey() {
        return sagaId + "/" + spec.branch() + "/" + spec.name() + (undo ? "/undo" : "/do");
    }

    /// The context as it was when the attempt began.
    public C context() {
        return context;
    }

    /// Changes the context when the step is committed. With branches, that is the newest context
    /// and not the one of [#context()]: so change only what this step knows, and do nothing else.
    public void update(UnaryOperator<C> change) {
        updates.add(change);
    }

    /// The connection of the step's transaction. The engine commits it, with the outcome of the
    /// step; do not commit, roll back or close it.
    ///
    /// @throws IllegalStateException in a grouped or remote step
    public Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("step " + name() + " has no transaction of its own");
        }
        return connection;
    }

    /// Adds a statement to the transaction that commits this step. In a local step it runs behind
    /// the action; in a grouped step, together with those of other sagas, in the order of their
    /// text and values, so give rows that many sagas change as the first value.
    ///
    /// @param sql with `?` for each value
    public void write(String sql, @Nullable Object... values) {
        var list = new ArrayList<@Nullable Object>(values.length);
        for (var value : values) {
            list.add(value);
        }
        writes.add(new Write(sql, list));
    }

    /// Puts a message into the outbox, in the transaction that commits this step; see [Outbox].
    public void send(String target, String key, String body) {
        sends.add(new Send(target, key, body));
    }

    C applyTo(C newest) {
        var result = newest;
        for (var change : updates) {
            result = change.apply(result);
        }
        return result;
    }

    boolean changesContext() {
        return !updates.isEmpty();
    }

    List<Write> writes() {
        return writes;
    }

    List<Send> sends() {
        return sends;
    }
}
