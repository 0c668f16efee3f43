package dev.weir.saga;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A saga in this node's memory. Whoever has the turn may read and write it.
final class Run<C> {
    final Saga<C> saga;
    final String id;
    final World.Turn turn;
    final CompletableFuture<SagaView> done;

    /// As committed, or, when [#exists] is false, as it will be.
    SagaRow row;

    C context;
    Map<String, StepRow> steps = new LinkedHashMap<>();

    /// Whether the database has it, as far as this node knows.
    boolean exists;

    /// The database may know more: nothing may be decided before it is read again.
    boolean stale;

    /// Nobody here may touch it any more: it ended, left the memory, or has another owner. Also
    /// read without the turn.
    volatile boolean gone;

    /// Counts the readings: what began before the last one is void.
    int generation;

    /// Failures of the database in a row.
    int troubles;

    /// The attempts that go on.
    final Set<String> flying = new HashSet<>();

    /// The last failure of a first commit, to tell who started the saga.
    @Nullable Exception refusal;

    Run(Saga<C> saga, SagaRow row, C context, World.Turn turn, CompletableFuture<SagaView> done) {
        this.saga = saga;
        this.id = row.id();
        this.row = row;
        this.context = context;
        this.turn = turn;
        this.done = done;
    }

    /// A saga that was claimed: nothing is known of it until it is read.
    @SuppressWarnings("NullAway.Init")
    Run(Saga<C> saga, SagaRow row, World.Turn turn, CompletableFuture<SagaView> done) {
        this.saga = saga;
        this.id = row.id();
        this.row = row;
        this.turn = turn;
        this.done = done;
        this.exists = true;
        this.stale = true;
    }

    @Nullable SagaRow before() {
        return exists ? row : null;
    }
}
