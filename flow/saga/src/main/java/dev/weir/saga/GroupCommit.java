package dev.weir.saga;

import dev.weir.saga.storage.UnsureException;
import java.sql.SQLException;
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

    private record Waiting(Change change, Done done) {}

    private final World world;
    private final Database database;
    private final int size;
    private final int most;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private int writers;

    GroupCommit(World world, Database database, int size, int writers) {
        this.world = world;
        this.database = database;
        this.size = size;
        this.most = writers;
    }

    /// Hands over a change; a saga has at most one at a time.
    void submit(Change change, Done done) {
        synchronized (queue) {
            queue.add(new Waiting(change, done));
            if (writers == most) {
                return;
            }
            writers++;
        }
        world.fork(this::write);
    }

    private void write() {
        for (var batch = next(); !batch.isEmpty(); batch = next()) {
            commit(batch);
        }
    }

    private List<Waiting> next() {
        synchronized (queue) {
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
