package dev.weir.lra;

import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Works on actions that this node owns: asks those that take part, the last to join first, and
/// writes down what they say. What there is to do is computed from the rows each time. Each write
/// requires the fence that the node owns the action with; a node that was thought dead changes
/// nothing.
final class Driver {
    /// Another node owns the action now.
    static final class Fenced extends Exception {
        private static final long serialVersionUID = 1;

        Fenced() {
            super(null, null, false, false);
        }
    }

    private final Storage storage;
    private final Tables tables;
    private final Calls calls;
    private final LraOptions options;
    private final String node;

    /// What this node works on, with the fence that it owns it by. An action is entered while its
    /// row is locked, so nobody here takes it twice.
    private final ConcurrentHashMap<String, Long> running = new ConcurrentHashMap<>();

    Driver(Storage storage, Tables tables, Calls calls, LraOptions options, String node) {
        this.storage = storage;
        this.tables = tables;
        this.calls = calls;
        this.options = options;
        this.node = node;
    }

    /// One round.
    ///
    /// @param fresh whether nobody was told anything yet, for sure
    /// @return whether nothing is left to do; if not, there has to be another round later
    boolean round(Lra owned, boolean fresh) throws SQLException, Fenced {
        var lra = owned;
        if (!lra.status().isEnd()) {
            if (!ask(lra, fresh)) {
                return false;
            }
            lra = settle(lra);
            if (lra.due() == null) {
                return true;
            }
        }
        return tell(lra);
    }

    // --- the end of all that take part
    // -------------------------------------------------------------------------

    /// A participant, or an action that is nested.
    private record Part(int place, @Nullable Participant participant, @Nullable Lra child) {}

    private boolean ask(Lra lra, boolean fresh) throws SQLException, Fenced {
        boolean all = true;
        boolean cancel = lra.status().isCancel();
        for (var part : parts(lra)) {
            var participant = part.participant();
            if (participant != null) {
                if (participant.isOpen(cancel)) {
                    all &= ask(lra, participant, fresh);
                }
            } else if (part.child() != null) {
                all &= end(lra, part.child().id());
            }
        }
        return all;
    }

    private List<Part> parts(Lra lra) throws SQLException {
        return storage.transact(c -> {
            var found = new ArrayList<Part>();
            for (var participant : tables.participants(c, lra.id())) {
                found.add(new Part(participant.place(), participant, null));
            }
            for (var child : tables.children(c, lra.id())) {
                found.add(new Part(child.place(), null, child));
            }
            found.sort(Comparator.comparingInt(Part::place).reversed());
            return found;
        });
    }

    /// @return whether it answered for good
    private boolean ask(Lra lra, Participant participant, boolean fresh)
            throws SQLException, Fenced {
        boolean cancel = lra.status().isCancel();
        var where = participant.endpoints();
        var answer = Calls.Answer.of(Calls.Meaning.UNTOLD);
        if (where.status() != null && (!fresh || participant.asked() != Participant.Asked.NO)) {
            answer = calls.status(lra, participant, where.status(), cancel);
        }
        if (answer.meaning() == Calls.Meaning.UNTOLD) {
            answer = calls.end(lra, participant, cancel);
        }
        var next = next(participant, answer, cancel);
        write(lra, participant, next);
        return !next.isOpen(cancel);
    }

    private static Participant next(Participant old, Calls.Answer answer, boolean cancel) {
        var where = old.endpoints();
        if (where.status() == null && answer.location() != null) {
            where = where.withStatus(answer.location());
        }
        return switch (answer.meaning()) {
            case DONE ->
                    old.with(
                            cancel ? ParticipantStatus.Compensated : ParticipantStatus.Completed,
                            old.asked() == Participant.Asked.REMEMBERS
                                    ? old.asked()
                                    : Participant.Asked.NO,
                            where);
            case FAILED ->
                    old.with(
                            cancel
                                    ? ParticipantStatus.FailedToCompensate
                                    : ParticipantStatus.FailedToComplete,
                            old.asked(),
                            where);
            case ACCEPTED ->
                    old.with(
                            cancel ? ParticipantStatus.Compensating : ParticipantStatus.Completing,
                            Participant.Asked.REMEMBERS,
                            where);
            case UNSURE, UNTOLD ->
                    old.with(
                            cancel ? ParticipantStatus.Compensating : ParticipantStatus.Completing,
                            old.asked() == Participant.Asked.NO
                                    ? Participant.Asked.UNSURE
                                    : old.asked(),
                            where);
        };
    }

    /// Ends what is nested in an action, as its parent ends.
    ///
    /// @return whether it is at an end
    private boolean end(Lra parent, String id) throws SQLException, Fenced {
        boolean cancel = parent.status().isCancel();
        boolean last = !parent.isNested() || parent.settled();
        var taken =
                this.<@Nullable Taken>own(
                        c -> take(c, id, cancel, last),
                        found -> found == null || found.busy() ? null : found.child());
        if (taken == null) {
            return true;
        }
        if (taken.busy()) {
            return false;
        }
        run(taken.child(), taken.fresh());
        var after = storage.<@Nullable Lra>transact(c -> tables.find(c, id));
        return after == null
                || after.status().isEnd()
                        && (after.settled() || after.status().isCancel() == cancel);
    }

    /// @param fresh whether nobody was told anything yet, for sure
    /// @param busy whether it is worked on already, here or elsewhere
    private record Taken(Lra child, boolean fresh, boolean busy) {}

    /// @return null when nothing is to be done
    private @Nullable Taken take(Connection c, String id, boolean cancel, boolean last)
            throws SQLException {
        var child = tables.lock(c, id);
        if (child == null || child.settled() && child.status().isEnd()) {
            return null;
        }
        long now = tables.now(c);
        return switch (child.status()) {
            case Active -> {
                var next = cancel ? LraStatus.Cancelling : LraStatus.Closing;
                yield new Taken(begin(c, child, next, last, now), true, false);
            }
            case Closed ->
                    cancel
                            ? new Taken(
                                    begin(c, child, LraStatus.Cancelling, last, now), true, false)
                            : null;
            case Closing, Cancelling -> {
                if (isBusy(c, child)) {
                    yield new Taken(child, false, true);
                }
                var mine = child.claimed(node, now);
                tables.update(c, mine);
                yield new Taken(mine, false, false);
            }
            case FailedToClose, Cancelled, FailedToCancel -> null;
        };
    }

    /// Whether a live node works on an action.
    boolean isBusy(Connection c, Lra lra) throws SQLException {
        return node.equals(lra.owner()) ? isRunning(lra.id()) : tables.isLive(c, lra.owner());
    }

    /// Moves an action to its ending, owned by this node.
    ///
    /// @param last whether what comes of it is the last word
    Lra begin(Connection c, Lra lra, LraStatus next, boolean last, long now) throws SQLException {
        var begun = lra.begun(next, last, node, now);
        tables.update(c, begun);
        if (lra.status() == LraStatus.Closed) {
            // Those that completed are told to compensate: what they knew of that is over.
            for (var participant : tables.participants(c, lra.id())) {
                if (participant.status() == ParticipantStatus.Completed) {
                    tables.update(
                            c,
                            participant.with(
                                    participant.status(),
                                    Participant.Asked.NO,
                                    participant.endpoints()));
                }
            }
        }
        return begun;
    }

    /// A round of an action that this node owns, and what follows from it.
    ///
    /// @return whether nothing is left to do
    boolean run(Lra owned, boolean fresh) throws SQLException {
        enter(owned);
        try {
            return round(owned, fresh) || park(owned);
        } catch (Fenced e) {
            return false;
        } finally {
            leave(owned);
        }
    }

    /// A transaction that makes this node the owner of an action.
    ///
    /// @param owned what it took; null when it took none
    <T extends @Nullable Object> T own(Storage.Work<T> claim, Function<T, @Nullable Lra> owned)
            throws SQLException {
        var taken = new ArrayList<Lra>();
        try {
            return storage.<T>transact(c -> {
                // It may be the second time.
                taken.forEach(this::leave);
                taken.clear();
                var result = claim.run(c);
                var lra = owned.apply(result);
                if (lra != null) {
                    enter(lra);
                    taken.add(lra);
                }
                return result;
            });
        } catch (SQLException | RuntimeException e) {
            taken.forEach(this::leave);
            throw e;
        }
    }

    /// The same for an action itself.
    @Nullable Lra own(Storage.Work<@Nullable Lra> claim) throws SQLException {
        return this.<@Nullable Lra>own(claim, lra -> lra);
    }

    /// This node works on an action from now on.
    void enter(Lra lra) {
        running.put(lra.id(), lra.fence());
    }

    /// This node does not work on an action any more, unless it took it again meanwhile.
    void leave(Lra lra) {
        running.remove(lra.id(), lra.fence());
    }

    /// Whether this node works on an action just now.
    boolean isRunning(String id) {
        return running.containsKey(id);
    }

    /// Leaves an action to whoever is there when it is due again.
    private boolean park(Lra owned) throws SQLException {
        storage.transact(c -> {
            var lra = tables.lock(c, owned.id());
            if (lra != null && lra.fence() == owned.fence()) {
                tables.update(c, lra.parked(tables.now(c) + pause(lra.attempts())));
            }
            return null;
        });
        return false;
    }

    private long pause(int attempts) {
        long pause = options.pause().toMillis() << Math.min(attempts, 20);
        return Math.min(pause, options.longest().toMillis());
    }

    private Lra settle(Lra owned) throws SQLException, Fenced {
        return fenced(
                owned,
                (c, lra) -> {
                    boolean failed = false;
                    boolean news = false;
                    boolean cancel = lra.status().isCancel();
                    var participants = tables.participants(c, lra.id());
                    for (var participant : participants) {
                        failed |= participant.status().isFailed();
                        news |= participant.listens() || participant.remembers();
                    }
                    for (var child : tables.children(c, lra.id())) {
                        failed |= child.status().isFailed();
                        news |= child.ended() == null;
                    }
                    var end =
                            cancel
                                    ? failed ? LraStatus.FailedToCancel : LraStatus.Cancelled
                                    : failed ? LraStatus.FailedToClose : LraStatus.Closed;
                    boolean last = !lra.isNested() || lra.settled() || end != LraStatus.Closed;
                    if (!last) {
                        for (var participant : participants) {
                            tables.update(c, participant.remembering());
                        }
                    }
                    var next = lra.settled(end, last, last && !news, tables.now(c));
                    tables.update(c, next);
                    return next;
                });
    }

    // --- news of the end
    // ---------------------------------------------------------------------------------------

    /// Tells everybody that the action is over.
    private boolean tell(Lra lra) throws SQLException, Fenced {
        boolean all = true;
        for (var child : storage.transact(c -> tables.children(c, lra.id()))) {
            all &= child.ended() != null || seal(child.id());
        }
        for (var participant : storage.transact(c -> tables.participants(c, lra.id()))) {
            all &= tell(lra, participant);
        }
        if (all) {
            fenced(
                    lra,
                    (c, row) -> {
                        tables.update(c, row.done(tables.now(c)));
                        return row;
                    });
        }
        return all;
    }

    private boolean tell(Lra lra, Participant participant) throws SQLException, Fenced {
        var now = participant;
        var where = now.endpoints();
        if (where.forget() != null && now.remembers()) {
            if (!calls.forget(lra, now, where.forget())) {
                return false;
            }
            now = now.nowForgotten();
            write(lra, participant, now);
        }
        if (where.after() != null && now.listens()) {
            if (!calls.after(lra, now, where.after())) {
                return false;
            }
            write(lra, now, now.nowTold());
        }
        return true;
    }

    /// Makes the end of a nested action the last word, as its parent's is, and tells everybody.
    /// What fails of that is tried again for itself.
    private boolean seal(String id) throws SQLException, Fenced {
        var child =
                own(c -> {
                    var row = tables.lock(c, id);
                    if (row == null || row.settled() || !row.status().isEnd()) {
                        return null;
                    }
                    var sealed = row.sealed(node, tables.now(c));
                    tables.update(c, sealed);
                    return sealed;
                });
        if (child != null) {
            run(child, false);
        }
        return true;
    }

    // --- writing
    // -----------------------------------------------------------------------------------------------

    private interface Step {
        Lra run(Connection connection, Lra row) throws SQLException;
    }

    private Lra fenced(Lra owned, Step step) throws SQLException, Fenced {
        var done =
                storage.<@Nullable Lra>transact(c -> {
                    var row = tables.lock(c, owned.id());
                    return row == null || row.fence() != owned.fence() ? null : step.run(c, row);
                });
        if (done == null) {
            throw new Fenced();
        }
        return done;
    }

    /// Writes what became of a participant; its endpoints and data may have been changed meanwhile.
    private void write(Lra owned, Participant before, Participant next)
            throws SQLException, Fenced {
        if (before.equals(next)) {
            return;
        }
        fenced(
                owned,
                (c, row) -> {
                    for (var now : tables.participants(c, owned.id())) {
                        if (now.id().equals(next.id())) {
                            var where =
                                    before.endpoints().equals(next.endpoints())
                                            ? now.endpoints()
                                            : next.endpoints();
                            tables.update(
                                    c,
                                    new Participant(
                                            next.id(),
                                            next.lra(),
                                            next.place(),
                                            next.status(),
                                            where,
                                            next.recovery(),
                                            now.data(),
                                            next.asked(),
                                            next.told(),
                                            next.forgotten()));
                        }
                    }
                    return row;
                });
    }
}
