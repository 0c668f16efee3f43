package dev.weir.saga;

import dev.weir.saga.storage.UnsureException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Commits changes of many sagas together. What fails alone fails alone: a transaction that the
/// database refuses is tried again in halves.
final class GroupCommit {
    /// Told of the end of a change, on the writer's thread: null when it is committed.
    interface Done {
        void ended(@Nullable Exception failure);
    }

    /// How many changes must wait for a second commit to begin beside one that goes on. Two that
    /// take whatever waits come to be one of nearly all sagas and one of a few that holds it up.
    private static final int LEAST = 16;

    /// How long fewer wait, as the commit that goes on may itself wait for a lock.
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private record Waiting(Change change, Done done) {}

    private final World world;
    private final Database database;
    private final int size;
    private final int most;
    private final int least;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private int writers;
    private boolean patient;

    GroupCommit(World world, Database database, int size, int writers) {
        this.world = world;
        this.database = database;
        this.size = size;
        this.most = writers;
        this.least = Math.min(LEAST, size);
    }

    /// Hands over a change; a saga has at most one at a time.
    void submit(Change change, Done done) {
        synchronized (queue) {
            queue.add(new Waiting(change, done));
            if (writers == most) {
                return;
            }
            if (writers > 0 && queue.size() < least) {
                bePatient();
                return;
            }
            writers++;
        }
        world.fork(this::write);
    }

    private void bePatient() {
        if (!patient && !queue.isEmpty()) {
            patient = true;
            world.after(PATIENCE, this::losePatience);
        }
    }

    private void losePatience() {
        synchronized (queue) {
            patient = false;
            if (writers == most || queue.isEmpty()) {
                return;
            }
            writers++;
        }
        write();
    }

    private void write() {
        for (var batch = next(1); !batch.isEmpty(); batch = next(least)) {
            commit(batch);
        }
    }

    /// @param enough how many make it worth while when others write, too
    private List<Waiting> next(int enough) {
        synchronized (queue) {
            if (writers > 1 && queue.size() < enough) {
                writers--;
                bePatient();
                return List.of();
            }
            var batch = new ArrayList<Waiting>(Math.min(size, queue.size()));
            while (batch.size() < size && !queue.isEmpty()) {
                batch.add(queue.poll());
            }
            if (batch.isEmpty()) {
                writers--;
            }
            return batch;
        }
    }

    private void commit(List<Waiting> batch) {
        Exception failure = null;
        try {
            database.commit(batch.stream().map(Waiting::change).toList());
        } catch (FencedException e) {
            commitWithout(batch, e);
            return;
        } catch (SQLException e) {
            if (batch.size() > 1 && !Faults.isPassing(e) && !(e instanceof UnsureException)) {
                commit(batch.subList(0, batch.size() / 2));
                commit(batch.subList(batch.size() / 2, batch.size()));
                return;
            }
            failure = e;
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            // Of a driver: the sagas read what came of it, and the writer goes on.
            failure = new UnsureException(new SQLException(e));
        }
        for (var waiting : batch) {
            waiting.done.ended(failure);
        }
    }

    private void commitWithout(List<Waiting> batch, FencedException fenced) {
        var rest = new ArrayList<Waiting>();
        for (var waiting : batch) {
            if (fenced.sagas().contains(waiting.change.after().id())) {
                waiting.done.ended(fenced);
            } else {
                rest.add(waiting);
            }
        }
        if (!rest.isEmpty()) {
            commit(rest);
        }
    }
}
