package dev.weir.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Searches an order of recorded operations in which each could have had its outcome, and that does
/// not contradict the clock.
///
/// Keys are independent, so each is searched alone (Herlihy and Wing, 1990, locality). The search
/// is that of Wing and Gong (1993) with Lowe's memory of the configurations that were tried (2017):
/// move the earliest operation that can come next to the front, take it back when one ends that
/// could not come before. An operation of unknown outcome never ends, and may be left out.
final class Linearizability {
    /// A call or a return in the list of what is not ordered yet.
    private static final class Node {
        final Operation operation;
        final int number;
        final @Nullable Node end;
        @Nullable Node before;
        @Nullable Node after;

        Node(Operation operation, int number, @Nullable Node end) {
            this.operation = operation;
            this.number = number;
            this.end = end;
        }

        boolean call;
    }

    private record Tried(BitSet ordered, Cell cell) {}

    private record Step(Node node, Cell before) {}

    private Linearizability() {}

    /// What is wrong with the history, if anything.
    static Optional<String> violation(List<Operation> operations) {
        var keys = new TreeMap<String, List<Operation>>();
        for (var operation : operations) {
            keys.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
        }
        for (var key : keys.values()) {
            var stuck = search(key);
            if (stuck != null) {
                key.sort(Comparator.comparingLong(Operation::called));
                return Optional.of("no order explains " + stuck + " in " + key);
            }
        }
        return revisions(operations);
    }

    private static @Nullable Operation search(List<Operation> operations) {
        var head = list(operations);
        var tried = new HashSet<Tried>();
        var ordered = new BitSet();
        var steps = new ArrayDeque<Step>();
        var cell = Cell.ABSENT;
        for (var node = head.after; node != null; ) {
            if (!node.call) {
                if (steps.isEmpty()) {
                    return node.operation;
                }
                var step = steps.pop();
                ordered.clear(step.node.number);
                putBack(step.node);
                cell = step.before;
                node = step.node.after;
                continue;
            }
            var next = cell.after(node.operation);
            var now = (BitSet) ordered.clone();
            now.set(node.number);
            if (next == null || !tried.add(new Tried(now, next))) {
                node = node.after;
                continue;
            }
            steps.push(new Step(node, cell));
            ordered.set(node.number);
            cell = next;
            takeOut(node);
            node = head.after;
        }
        return null;
    }

    /// The calls and returns in the order of the clock, behind a head.
    private static Node list(List<Operation> operations) {
        var moments = new TreeMap<Long, Node>();
        for (int i = 0; i < operations.size(); i++) {
            var operation = operations.get(i);
            Node end = null;
            if (operation.returned() != Operation.NEVER) {
                end = new Node(operation, i, null);
                moments.put(operation.returned(), end);
            }
            var call = new Node(operation, i, end);
            call.call = true;
            moments.put(operation.called(), call);
        }
        var head = new Node(operations.getFirst(), -1, null);
        var last = head;
        for (var node : moments.values()) {
            last.after = node;
            node.before = last;
            last = node;
        }
        return head;
    }

    private static void takeOut(Node call) {
        unlink(call);
        if (call.end != null) {
            unlink(call.end);
        }
    }

    private static void putBack(Node call) {
        if (call.end != null) {
            link(call.end);
        }
        link(call);
    }

    private static void unlink(Node node) {
        if (node.before != null) {
            node.before.after = node.after;
        }
        if (node.after != null) {
            node.after.before = node.before;
        }
    }

    private static void link(Node node) {
        if (node.before != null) {
            node.before.after = node;
        }
        if (node.after != null) {
            node.after.before = node;
        }
    }

    /// The changes of all keys together are in the order of their revisions: each has one of its
    /// own, and none that was called after another returned has a lower one.
    private static Optional<String> revisions(List<Operation> operations) {
        var done = new TreeMap<Long, Operation>();
        for (var operation : operations) {
            if (operation.outcome() instanceof Operation.Outcome.Done(var entry)) {
                var other = done.put(entry.revision(), operation);
                if (other != null) {
                    return Optional.of("one revision for " + other + " and " + operation);
                }
            }
        }
        Operation earliest = null;
        for (var operation : done.descendingMap().values()) {
            if (earliest != null && earliest.returned() < operation.called()) {
                return Optional.of(earliest + " returned before " + operation);
            }
            if (earliest == null || operation.returned() < earliest.returned()) {
                earliest = operation;
            }
        }
        return Optional.empty();
    }
}
