package dev.weir.weave.hook;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What hooks know about objects of others, for as long as those live. Objects are told apart by
/// identity.
///
/// Thread-safe; the caller of a method removes what died.
final class WeakTable<K, V> {
    private final ConcurrentHashMap<Object, V> values = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> dead = new ReferenceQueue<>();

    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object object, ReferenceQueue<Object> dead) {
            super(object, dead);
            hash = System.identityHashCode(object);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            var object = get();
            return object != null
                    && switch (other) {
                        case Key key -> key.refersTo(object);
                        case Probe probe -> probe.object == object;
                        default -> false;
                    };
        }
    }

    /// Looks like a key, and makes no weak reference.
    private record Probe(Object object) {
        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.refersTo(object);
        }
    }

    @Nullable V get(K object) {
        return values.get(new Probe(object));
    }

    void put(K object, V value) {
        sweep();
        values.put(new Key(object, dead), value);
    }

    @Nullable V remove(K object) {
        return values.isEmpty() ? null : values.remove(new Probe(object));
    }

    int size() {
        sweep();
        return values.size();
    }

    private void sweep() {
        for (Reference<?> key = dead.poll(); key != null; key = dead.poll()) {
            values.remove(key);
        }
    }
}
