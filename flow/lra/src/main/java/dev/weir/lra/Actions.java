package dev.weir.lra;

import dev.weir.saga.storage.Storage;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What callers may do with actions. Each is a transaction that locks the row of the action, so
/// that it does not matter which node does it. Thread-safe.
final class Actions {
    private static final int CLIENT_LENGTH = 500;
    private static final int DATA_LENGTH = 4000;
    private static final int LISTED = 10_000;
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);
    private static final long LOOK_MILLIS = 20;
    private static final long LONGEST_LOOK_MILLIS = 400;

    private final Storage storage;
    private final Tables tables;
    private final Driver driver;
    private final Patrol patrol;
    private final LraOptions options;
    private final String node;
    private final SecureRandom random = new SecureRandom();

    Actions(
            Storage storage,
            Tables tables,
            Driver driver,
            Patrol patrol,
            LraOptions options,
            String node) {
        this.storage = storage;
        this.tables = tables;
        this.driver = driver;
        this.patrol = patrol;
        this.options = options;
        this.node = node;
    }

    // --- looking
    // -----------------------------------------------------------------------------------------------

    Lra find(String id) throws SQLException {
        return known(storage.<@Nullable Lra>transact(c -> tables.find(c, id)), id);
    }

    private static Lra known(@Nullable Lra lra, String id) {
        if (lra == null) {
            throw new Refusal(404, "no LRA " + id);
        }
        return lra;
    }

    List<Lra> list(@Nullable LraStatus status) throws SQLException {
        return storage.transact(c -> tables.list(c, status, LISTED));
    }

    List<Lra> failed() throws SQLException {
        return storage.transact(c -> tables.failed(c, LISTED));
    }

    /// Those of an action, in the order in which they joined.
    List<Participant> participants(String id) throws SQLException {
        return storage.transact(c -> {
            known(tables.find(c, id), id);
            return tables.participants(c, id);
        });
    }

    Participant participant(String lra, String id) throws SQLException {
        return storage.transact(c -> participant(c, lra, id));
    }

    private Participant participant(Connection c, String lra, String id) throws SQLException {
        for (var participant : tables.participants(c, lra)) {
            if (participant.id().equals(id)) {
                return participant;
            }
        }
        throw new Refusal(404, "no participant " + id + " of LRA " + lra);
    }

    // --- starting and joining
    // ----------------------------------------------------------------------------------

    /// @param limit milliseconds; 0 for none
    /// @param parent the id of the action that it is nested in; null at the top
    Lra start(String base, String client, long limit, @Nullable String parent) throws SQLException {
        if (client.length() > CLIENT_LENGTH) {
            throw new Refusal(
                    400,
                    "ClientID: expected at most "
                            + CLIENT_LENGTH
                            + " characters, found "
                            + client.length());
        }
        var id = id();
        var started =
                storage.transact(c -> {
                    long now = tables.now(c);
                    int place = 0;
                    var url = base + "/" + id;
                    String above = null;
                    if (parent != null) {
                        var row = known(tables.lock(c, parent), parent);
                        active(row, now, "start an LRA in it");
                        room(row);
                        place = row.places() + 1;
                        tables.update(c, row.joined(null));
                        above = row.url();
                        url += "?ParentLRA=" + Urls.encode(Urls.path(above));
                    }
                    var deadline = deadline(now, limit);
                    var lra =
                            new Lra(
                                    id,
                                    url,
                                    client,
                                    parent,
                                    above,
                                    place,
                                    0,
                                    LraStatus.Active,
                                    now,
                                    deadline,
                                    false,
                                    null,
                                    null,
                                    1,
                                    deadline,
                                    0);
                    tables.insert(c, lra);
                    return lra;
                });
        patrol.due(limit);
        return started;
    }

    private static @Nullable Long deadline(long now, long limit) {
        return limit <= 0 ? null : Long.valueOf(now + Math.min(limit, LONGEST_MILLIS));
    }

    private static void active(Lra lra, long now, String what) {
        if (lra.status() != LraStatus.Active || lra.isExpired(now)) {
            var state = lra.isExpired(now) ? "out of time" : lra.status().toString();
            throw new Refusal(
                    lra.status().isEnd() ? 410 : 412,
                    "LRA " + lra.id() + " is " + state + ": expected Active, to " + what);
        }
    }

    private void room(Lra lra) {
        if (lra.places() >= options.participants()) {
            throw new Refusal(
                    412,
                    "LRA "
                            + lra.id()
                            + ": expected at most "
                            + options.participants()
                            + " participants");
        }
    }

    /// What joining answers.
    ///
    /// @param previous what the participant left with the coordinator the last time; null for
    ///   nothing
    record Joined(String recovery, @Nullable String previous) {}

    /// Lets a participant take part, once, however often it asks.
    Joined join(String base, String id, long limit, Endpoints endpoints, @Nullable String data)
            throws SQLException {
        check(data);
        var joined =
                storage.transact(c -> {
                    long now = tables.now(c);
                    var lra = known(tables.lock(c, id), id);
                    for (var there : tables.participants(c, id)) {
                        if (there.endpoints().identity().equals(endpoints.identity())) {
                            return again(c, lra, now, there, data);
                        }
                    }
                    boolean listener = endpoints.compensate() == null;
                    if (!listener || lra.status().isEnd()) {
                        active(lra, now, "join it");
                    }
                    room(lra);
                    var participant = id();
                    var recovery = base + "/recovery/" + id + "/" + participant;
                    tables.insert(
                            c,
                            new Participant(
                                    participant,
                                    id,
                                    lra.places() + 1,
                                    ParticipantStatus.Active,
                                    endpoints,
                                    recovery,
                                    data,
                                    Participant.Asked.NO,
                                    false,
                                    false));
                    // A listener may join an action that is ending; when that is due is for its
                    // owner.
                    tables.update(
                            c,
                            lra.status() == LraStatus.Active
                                    ? lra.joined(deadline(now, limit))
                                    : lra.counted());
                    return new Joined(recovery, null);
                });
        patrol.due(limit);
        return joined;
    }

    /// A participant joins again; a nested action that closed may be one that it is in already.
    private Joined again(Connection c, Lra lra, long now, Participant there, @Nullable String data)
            throws SQLException {
        boolean closedInParent = lra.status() == LraStatus.Closed && !lra.settled();
        if (!closedInParent) {
            active(lra, now, "join it");
        }
        if (data != null) {
            tables.update(c, there.withData(data));
        }
        return new Joined(there.recovery(), there.data());
    }

    /// Data comes in a header, and goes out in one.
    private static void check(@Nullable String data) {
        if (data == null) {
            return;
        }
        if (data.length() > DATA_LENGTH) {
            throw new Refusal(
                    400,
                    "participant data: expected at most "
                            + DATA_LENGTH
                            + " characters, found "
                            + data.length());
        }
        if (!data.chars().allMatch(c -> c == '\t' || c >= ' ' && c <= 255 && c != 127)) {
            throw new Refusal(400, "participant data: expected what a header may hold");
        }
    }

    /// @param which links, the `compensate` of a participant, or its recovery URL
    void leave(String id, String which) throws SQLException {
        storage.transact(c -> {
            var lra = known(tables.lock(c, id), id);
            active(lra, tables.now(c), "leave it");
            var there = which(c, id, which);
            if (there == null) {
                throw new Refusal(400, "no participant " + which + " of LRA " + id);
            }
            tables.remove(c, there);
            return null;
        });
    }

    private @Nullable Participant which(Connection c, String id, String which) throws SQLException {
        var text = which.strip();
        var identity =
                text.startsWith("<")
                        ? Endpoints.parse(text, _ -> true).identity().toString()
                        : text;
        for (var there : tables.participants(c, id)) {
            if (there.recovery().equals(identity)
                    || there.endpoints().identity().toString().equals(identity)) {
                return there;
            }
        }
        return null;
    }

    /// A participant has moved.
    Participant move(String lra, String id, Endpoints to) throws SQLException {
        return storage.transact(c -> {
            known(tables.lock(c, lra), lra);
            var there = participant(c, lra, id);
            var moved = there.with(there.status(), there.asked(), to);
            tables.update(c, moved);
            return moved;
        });
    }

    /// Lets an action live longer; a time that is earlier than its deadline changes nothing.
    void renew(String id, long limit) throws SQLException {
        storage.transact(c -> {
            long now = tables.now(c);
            var lra = known(tables.lock(c, id), id);
            active(lra, now, "renew it");
            var deadline = deadline(now, limit);
            if (deadline != null && (lra.deadline() == null || lra.deadline() < deadline)) {
                tables.update(c, lra.renewed(deadline));
            }
            return null;
        });
    }

    // --- ending
    // ------------------------------------------------------------------------------------------------

    /// Closes or cancels, and waits for the end as long as a caller may.
    ///
    /// @param nested whether a parent asks: it may cancel what is closed
    /// @param data what the participant at `links` leaves with the coordinator; null for nothing
    Lra end(
            String id,
            boolean cancel,
            boolean nested,
            @Nullable String links,
            @Nullable String data)
            throws SQLException, InterruptedException {
        check(data);
        patrol.lease();
        Lra begun;
        try {
            begun =
                    driver.own(c -> {
                        long now = tables.now(c);
                        var lra = known(tables.lock(c, id), id);
                        var leaver = links == null || data == null ? null : which(c, id, links);
                        if (leaver != null && lra.status() == LraStatus.Active) {
                            tables.update(c, leaver.withData(data));
                        }
                        return begin(c, lra, cancel, nested, now);
                    });
        } catch (SQLException e) {
            patrol.unsure();
            throw e;
        }
        long until = System.nanoTime() + options.answer().toNanos();
        if (begun == null) {
            round(id, until);
        } else {
            await(patrol.drive(begun, true), until);
        }
        return find(id);
    }

    /// @return null when it is ending, or at its end, already
    private @Nullable Lra begin(Connection c, Lra lra, boolean cancel, boolean nested, long now)
            throws SQLException {
        return switch (lra.status()) {
            case Active -> {
                boolean late = cancel || lra.isExpired(now);
                var next = late ? LraStatus.Cancelling : LraStatus.Closing;
                yield driver.begin(c, lra, next, lra.settled(), now);
            }
            case Closed, FailedToClose, Closing -> {
                if (cancel
                        && lra.isNested()
                        && lra.status() == LraStatus.Closed
                        && !lra.settled()) {
                    yield driver.begin(c, lra, LraStatus.Cancelling, false, now);
                }
                if (cancel) {
                    throw new Refusal(
                            nested && lra.settled() ? 410 : 412,
                            "LRA " + lra.id() + " is " + lra.status() + ": too late to cancel it");
                }
                yield null;
            }
            // Who closes an action that was cancelled meanwhile, by its deadline say, reads so.
            case Cancelling, Cancelled, FailedToCancel -> null;
        };
    }

    /// Another round of an action that is ending, here, or where it goes on already; returns after
    /// it, or when the time is over.
    private void round(String id, long until) throws SQLException, InterruptedException {
        for (long pause = LOOK_MILLIS; System.nanoTime() - until < 0 && !patrol.isClosed(); ) {
            var running = patrol.driven(id);
            if (running != null) {
                await(running, until);
                return;
            }
            boolean busy = storage.transact(c -> driver.isBusy(c, known(tables.find(c, id), id)));
            if (!busy) {
                var mine = claim(id);
                if (mine == null) {
                    return;
                }
                await(patrol.drive(mine, false), until);
                return;
            }
            Thread.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_LOOK_MILLIS);
        }
    }

    /// @return null when there is nothing to be done, or somebody does it
    private @Nullable Lra claim(String id) throws SQLException {
        patrol.lease();
        try {
            return driver.own(c -> {
                var lra = known(tables.lock(c, id), id);
                if (lra.due() == null
                        || lra.status() == LraStatus.Active
                        || driver.isBusy(c, lra)) {
                    return null;
                }
                var mine = lra.claimed(node, tables.now(c));
                tables.update(c, mine);
                return mine;
            });
        } catch (SQLException e) {
            patrol.unsure();
            throw e;
        }
    }

    private static void await(java.util.concurrent.Future<Void> round, long until)
            throws InterruptedException {
        try {
            round.get(Math.max(until - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // It goes on; the caller reads where it is.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Another round of all that is ending, now.
    ///
    /// @return what is still ending then
    List<Lra> recover() throws SQLException, InterruptedException {
        long until = System.nanoTime() + options.answer().toNanos();
        for (var lra : storage.transact(c -> tables.recovering(c, LISTED))) {
            round(lra.id(), until);
        }
        return storage.transact(c -> tables.recovering(c, LISTED));
    }

    /// Removes an action that failed.
    void remove(String id) throws SQLException {
        storage.transact(c -> {
            var lra = known(tables.lock(c, id), id);
            if (!lra.status().isFailed() || lra.ended() == null) {
                throw new Refusal(412, lra.status().name());
            }
            tables.delete(c, id);
            return null;
        });
    }

    /// A parent elsewhere allows a nested action to be forgotten: its end is the last word.
    void forget(String id) throws SQLException, InterruptedException {
        patrol.lease();
        var sealed =
                driver.own(c -> {
                    var lra = known(tables.lock(c, id), id);
                    if (!lra.status().isEnd()) {
                        throw new Refusal(
                                412, "LRA " + id + " is " + lra.status() + ": expected an end");
                    }
                    if (lra.settled()) {
                        return null;
                    }
                    var mine = lra.sealed(node, tables.now(c));
                    tables.update(c, mine);
                    return mine;
                });
        if (sealed != null) {
            await(patrol.drive(sealed, false), System.nanoTime() + options.answer().toNanos());
        }
    }

    /// Time first, so that new ones are neighbours in the index.
    private String id() {
        var hex = HexFormat.of();
        return hex.toHexDigits(System.currentTimeMillis(), 12)
                + hex.toHexDigits(random.nextLong(), 12)
                + hex.toHexDigits(random.nextLong(), 8);
    }
}
