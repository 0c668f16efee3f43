package dev.weir.saga;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The protocol of leases, fences and inboxes, as a machine whose states are all looked at.
///
/// Each saga has a local step and a remote one: 0 started, 1 the local step is committed, 2 the
/// intent of the remote one, 3 done; 4 goes back and has to undo the remote one, 5 has to undo the
/// local one, 6 compensated. Each arrow is a commit of whoever believes to own the saga. A commit
/// may be answered, lost, lost after it happened, or happen later. Leases may seem over at any
/// time, which is every pause of a process and every skew of a clock. Messages are lost, repeated
/// and late. Nodes crash.
final class ProtocolModel {
    /// What is left out.
    enum Mutant {
        /// Commits do not require the fence of their owner.
        NO_FENCE,
        /// Commits do not require the number of the commit before.
        NO_SEQ,
        /// A claim goes on from what the node remembers.
        NO_REREAD,
        /// The participant runs the effect before it looks into its inbox.
        INBOX_AFTER_EFFECT,
        /// The participant does not remember what was compensated before it was executed.
        NO_TOMBSTONE,
        /// The participant undoes again what was undone.
        UNDO_REPEATS,
        /// An unknown outcome counts as failed.
        UNKNOWN_IS_FAILED,
        /// The business write is not in the transaction of the step.
        WRITE_OUTSIDE
    }

    /// A state: for each saga its row, the effects, the messages, a commit under way to the
    /// database; for each node and saga what the node remembers.
    private static final class State {
        final int[] fence;
        final int[] at;
        final int[] owner;
        final int[] local;
        final int[] remote;
        final int[] inbox;
        final int[] messages;
        final int[] late;
        final int[][] memory;
        int alive;
        int crashed;

        State(int sagas, int nodes) {
            fence = new int[sagas];
            at = new int[sagas];
            owner = new int[sagas];
            local = new int[sagas];
            remote = new int[sagas];
            inbox = new int[sagas];
            messages = new int[sagas];
            late = new int[sagas];
            memory = new int[sagas][nodes];
        }

        State copy() {
            var copy = new State(fence.length, memory[0].length);
            for (int s = 0; s < fence.length; s++) {
                copy.fence[s] = fence[s];
                copy.at[s] = at[s];
                copy.owner[s] = owner[s];
                copy.local[s] = local[s];
                copy.remote[s] = remote[s];
                copy.inbox[s] = inbox[s];
                copy.messages[s] = messages[s];
                copy.late[s] = late[s];
                System.arraycopy(memory[s], 0, copy.memory[s], 0, memory[s].length);
            }
            copy.alive = alive;
            copy.crashed = crashed;
            return copy;
        }

        long pack(int s) {
            long bits = fence[s];
            bits = bits << 3 | at[s];
            bits = bits << 2 | owner[s];
            bits = bits << 3 | local[s] + 3;
            bits = bits << 3 | remote[s] + 3;
            bits = bits << 2 | inbox[s];
            bits = bits << 5 | messages[s];
            bits = bits << 6 | late[s];
            for (int known : memory[s]) {
                bits = bits << 7 | known;
            }
            return bits;
        }
    }

    private static final int DO = 1;
    private static final int UNDO = 2;
    private static final int SAYS_DONE = 4;
    private static final int SAYS_REFUSED = 8;
    private static final int SAYS_UNDONE = 16;

    private final int nodes;
    private final int sagas;
    private final int fences;
    private final int crashes;
    private final Set<Mutant> mutants;
    private final int limit;
    private final PairSet seen = new PairSet();
    private final ArrayDeque<State> queue = new ArrayDeque<>();
    private String violation;

    ProtocolModel(int nodes, int sagas, int fences, int crashes, int limit, Mutant... mutants) {
        this.nodes = nodes;
        this.sagas = sagas;
        this.fences = fences;
        this.crashes = crashes;
        this.limit = limit;
        this.mutants = EnumSet.noneOf(Mutant.class);
        this.mutants.addAll(List.of(mutants));
    }

    /// Looks at every state, or as many as the limit allows.
    ///
    /// @return what is wrong in the first bad one; null when none is bad
    String check() {
        var first = new State(sagas, nodes);
        first.alive = (1 << nodes) - 1;
        for (int s = 0; s < sagas; s++) {
            first.owner[s] = s % nodes;
            first.memory[s][s % nodes] = known(0, 0);
        }
        visit(first);
        while (!queue.isEmpty() && violation == null && seen.size() < limit) {
            next(queue.poll());
        }
        return violation;
    }

    int states() {
        return seen.size();
    }

    boolean isExhausted() {
        return queue.isEmpty();
    }

    private void visit(State state) {
        var parts = new ArrayList<Long>(2);
        for (int s = 0; s < sagas; s++) {
            parts.add(state.pack(s));
        }
        long nodeBits = (long) state.alive << 3 | state.crashed;
        long low = sagas > 1 ? parts.get(1) : 0;
        if (seen.add(parts.getFirst() << 6 | nodeBits, low)) {
            violation = violation == null ? wrong(state) : violation;
            queue.add(state);
        }
    }

    private static String wrong(State state) {
        for (int s = 0; s < state.at.length; s++) {
            int local = state.local[s];
            int remote = state.remote[s];
            boolean outOfRange = local < 0 || local > 1 || remote < 0 || remote > 1;
            boolean half = state.at[s] == 3 && (local != 1 || remote != 1);
            boolean left = state.at[s] == 6 && (local != 0 || remote != 0);
            if (outOfRange || half || left) {
                return "saga "
                        + s
                        + " is at "
                        + state.at[s]
                        + " with local "
                        + local
                        + ", remote "
                        + remote;
            }
        }
        return null;
    }

    // What a node remembers: 0 nothing; else the fence, where the saga was, and whether it has a
    // transaction open.
    private static int known(int fence, int at) {
        return 1 << 6 | fence << 4 | at << 1;
    }

    private void next(State state) {
        for (int n = 0; n < nodes; n++) {
            if ((state.crashed >> n & 1) == 0) {
                lease(state, n);
                for (int s = 0; s < sagas; s++) {
                    act(state, n, s);
                }
            }
        }
        for (int s = 0; s < sagas; s++) {
            arrive(state, s);
            deliver(state, s);
        }
    }

    private void lease(State state, int n) {
        var other = state.copy();
        other.alive ^= 1 << n;
        visit(other);
        if (Integer.bitCount(state.crashed) < crashes) {
            var dead = state.copy();
            dead.crashed |= 1 << n;
            dead.alive &= ~(1 << n);
            for (int s = 0; s < sagas; s++) {
                dead.memory[s][n] = 0;
            }
            visit(dead);
        }
    }

    private void act(State state, int n, int s) {
        boolean orphan = (state.alive >> state.owner[s] & 1) == 0 && state.owner[s] != n;
        boolean open = state.at[s] != 3 && state.at[s] != 6;
        if (orphan && open && state.fence[s] < fences) {
            var next = state.copy();
            next.owner[s] = n;
            next.fence[s]++;
            int old = next.memory[s][n];
            boolean remembers = mutants.contains(Mutant.NO_REREAD) && old != 0;
            next.memory[s][n] = remembers ? known(next.fence[s], old >> 1 & 7) : 0;
            visit(next);
        }
        int memory = state.memory[s][n];
        if (memory == 0) {
            if (state.owner[s] == n && open) {
                var next = state.copy();
                next.memory[s][n] = known(state.fence[s], state.at[s]);
                visit(next);
            }
            return;
        }
        work(state, n, s, memory);
    }

    private void work(State state, int n, int s, int memory) {
        int at = memory >> 1 & 7;
        switch (at) {
            case 0 -> transaction(state, n, s, memory, 1, 1);
            case 1 -> {
                commit(state, n, s, memory, 2, 0);
                commit(state, n, s, memory, 5, 0);
            }
            case 2 -> {
                send(state, s, DO);
                if ((state.messages[s] & SAYS_DONE) != 0) {
                    commit(state, n, s, memory, 3, 0);
                }
                // Refused, or unknown until the attempts were used up.
                boolean forgets = mutants.contains(Mutant.UNKNOWN_IS_FAILED);
                if ((state.messages[s] & SAYS_REFUSED) != 0 || forgets) {
                    commit(state, n, s, memory, 5, 0);
                }
                commit(state, n, s, memory, 4, 0);
            }
            case 4 -> {
                send(state, s, UNDO);
                if ((state.messages[s] & SAYS_UNDONE) != 0) {
                    commit(state, n, s, memory, 5, 0);
                }
            }
            case 5 -> transaction(state, n, s, memory, 6, -1);
            default -> {}
        }
    }

    /// A business write, then the commit; others run between them.
    private void transaction(State state, int n, int s, int memory, int to, int effect) {
        boolean outside = mutants.contains(Mutant.WRITE_OUTSIDE);
        if ((memory & 1) == 0) {
            var next = state.copy();
            next.memory[s][n] = memory | 1;
            if (outside) {
                next.local[s] = clamp(next.local[s] + effect);
            }
            visit(next);
        } else {
            commit(state, n, s, memory, to, outside ? 0 : effect);
        }
    }

    private void commit(State state, int n, int s, int memory, int to, int effect) {
        int fence = memory >> 4 & 3;
        int from = memory >> 1 & 7;
        var lost = state.copy();
        lost.memory[s][n] = 0;
        visit(lost);
        if (effect != 0 && state.late[s] == 0) {
            var later = lost.copy();
            later.late[s] = 1 << 5 | fence << 3 | (effect > 0 ? 0 : 1);
            visit(later);
        }
        if (allowed(state, s, fence, from)) {
            if (state.owner[s] != n) {
                violation = "node " + n + " changed a saga that it does not own any more";
            }
            var happened = lost.copy();
            apply(happened, s, to, effect);
            visit(happened);
            var answered = happened.copy();
            answered.memory[s][n] = known(fence, to);
            visit(answered);
        }
    }

    private boolean allowed(State state, int s, int fence, int from) {
        return (mutants.contains(Mutant.NO_FENCE) || state.fence[s] == fence)
                && (mutants.contains(Mutant.NO_SEQ) || state.at[s] == from);
    }

    private static void apply(State state, int s, int to, int effect) {
        state.at[s] = to;
        state.local[s] = clamp(state.local[s] + effect);
    }

    private static int clamp(int count) {
        return Math.clamp(count, -2, 3);
    }

    private void send(State state, int s, int message) {
        if ((state.messages[s] & message) == 0) {
            var next = state.copy();
            next.messages[s] |= message;
            visit(next);
        }
    }

    /// A commit that was thought lost.
    private void arrive(State state, int s) {
        int late = state.late[s];
        if (late == 0) {
            return;
        }
        var gone = state.copy();
        gone.late[s] = 0;
        visit(gone);
        boolean back = (late & 1) != 0;
        if (allowed(state, s, late >> 3 & 3, back ? 5 : 0)) {
            var next = gone.copy();
            apply(next, s, back ? 6 : 1, back ? -1 : 1);
            visit(next);
        }
    }

    private void deliver(State state, int s) {
        for (int message = DO; message <= SAYS_UNDONE; message <<= 1) {
            if ((state.messages[s] & message) != 0) {
                var lost = state.copy();
                lost.messages[s] &= ~message;
                visit(lost);
            }
        }
        // Delivered and still under way: it comes again.
        if ((state.messages[s] & DO) != 0) {
            var next = state.copy();
            execute(next, s);
            visit(next);
        }
        if ((state.messages[s] & UNDO) != 0) {
            var next = state.copy();
            undo(next, s);
            visit(next);
        }
    }

    private void execute(State state, int s) {
        boolean blind = mutants.contains(Mutant.INBOX_AFTER_EFFECT);
        if (state.inbox[s] == 0 || blind && state.inbox[s] == 1) {
            state.inbox[s] = 1;
            state.remote[s] = clamp(state.remote[s] + 1);
            state.messages[s] |= SAYS_DONE;
        } else {
            state.messages[s] |= state.inbox[s] == 1 ? SAYS_DONE : SAYS_REFUSED;
        }
    }

    private void undo(State state, int s) {
        if (state.inbox[s] == 1 || state.inbox[s] == 2 && mutants.contains(Mutant.UNDO_REPEATS)) {
            state.remote[s] = clamp(state.remote[s] - 1);
            state.inbox[s] = 2;
        } else if (state.inbox[s] == 0 && !mutants.contains(Mutant.NO_TOMBSTONE)) {
            state.inbox[s] = 2;
        }
        state.messages[s] |= SAYS_UNDONE;
    }

    /// A set of pairs of numbers.
    private static final class PairSet {
        private long[] first = new long[1 << 16];
        private long[] second = new long[1 << 16];
        private boolean[] used = new boolean[1 << 16];
        private int size;

        int size() {
            return size;
        }

        boolean add(long a, long b) {
            if (size * 2 > used.length) {
                grow();
            }
            int slot = slot(a, b);
            if (used[slot]) {
                return false;
            }
            first[slot] = a;
            second[slot] = b;
            used[slot] = true;
            size++;
            return true;
        }

        private int slot(long a, long b) {
            int mask = used.length - 1;
            long mixed = (a * 0x9E3779B97F4A7C15L ^ b) * 0xBF58476D1CE4E5B9L;
            int slot = (int) (mixed >>> 33) & mask;
            while (used[slot] && (first[slot] != a || second[slot] != b)) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        private void grow() {
            var oldFirst = first;
            var oldSecond = second;
            var oldUsed = used;
            first = new long[oldUsed.length * 2];
            second = new long[oldUsed.length * 2];
            used = new boolean[oldUsed.length * 2];
            size = 0;
            for (int i = 0; i < oldUsed.length; i++) {
                if (oldUsed[i]) {
                    add(oldFirst[i], oldSecond[i]);
                }
            }
        }
    }
}
