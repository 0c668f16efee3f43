package dev.weir.reconcile;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The order in which ready items are served: the urgent lane first, in each lane the namespaces in
/// turn, in each namespace first come, first served. Every [#TURN]th item comes from the least
/// urgent lane, so that none starves. All operations take constant time. Not thread-safe.
final class Lanes {
    /// How many items are served for one of the least urgent lane.
    static final int TURN = 16;

    private static final Priority[] PRIORITIES = Priority.values();

    private final Lane[] lanes = new Lane[PRIORITIES.length];
    private int size;
    private int served;

    Lanes() {
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane();
        }
    }

    int size() {
        return size;
    }

    Map<Priority, Integer> depth() {
        var depth = new EnumMap<Priority, Integer>(Priority.class);
        for (var priority : PRIORITIES) {
            depth.put(priority, lanes[priority.ordinal()].count);
        }
        return depth;
    }

    void add(Item item) {
        lanes[item.priority.ordinal()].add(item);
        size++;
    }

    /// Moves a waiting item to a more urgent lane.
    void promote(Item item, Priority priority) {
        lanes[item.priority.ordinal()].remove(item);
        item.priority = priority;
        lanes[priority.ordinal()].add(item);
    }

    /// Takes out the item to serve next, or null.
    @Nullable Item next() {
        if (size == 0) {
            return null;
        }
        size--;
        served++;
        if (served % TURN == 0) {
            for (var lane : lanes) {
                if (lane.count > 0) {
                    return lane.next();
                }
            }
        }
        for (int i = lanes.length - 1; i > 0; i--) {
            if (lanes[i].count > 0) {
                return lanes[i].next();
            }
        }
        return lanes[0].next();
    }

    /// One priority: a ring of the namespaces that have items.
    private static final class Lane {
        final Map<String, Item.Tenant> tenants = new HashMap<>();
        final ArrayDeque<Item.Tenant> ring = new ArrayDeque<>();
        Item.@Nullable Tenant recent;
        int count;

        void add(Item item) {
            var tenant = tenant(item.request.namespace());
            if (tenant.head == null) {
                ring.addLast(tenant);
            }
            tenant.append(item);
            count++;
        }

        private Item.Tenant tenant(String namespace) {
            var tenant = recent;
            if (tenant == null || !tenant.namespace.equals(namespace)) {
                tenant = tenants.computeIfAbsent(namespace, Item.Tenant::new);
                recent = tenant;
            }
            return tenant;
        }

        void remove(Item item) {
            var tenant = java.util.Objects.requireNonNull(item.tenant);
            tenant.unlink(item);
            count--;
            if (tenant.head == null) {
                ring.remove(tenant);
                forget(tenant);
            }
        }

        Item next() {
            var tenant = ring.removeFirst();
            var item = java.util.Objects.requireNonNull(tenant.head);
            tenant.unlink(item);
            count--;
            if (tenant.head != null) {
                ring.addLast(tenant);
            } else {
                forget(tenant);
            }
            return item;
        }

        /// Drops an empty namespace; the one used last stays, as the next item is likely its own.
        private void forget(Item.Tenant tenant) {
            if (tenant != recent) {
                tenants.remove(tenant.namespace);
            }
        }
    }
}
