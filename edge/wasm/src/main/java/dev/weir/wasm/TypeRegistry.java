package dev.weir.wasm;

import dev.weir.wasm.object.GuestStruct;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The canonical types of an engine: each recursion group that is seen for the first time gets ids,
/// any other those of its equal (core 3.0, "rolling up"). Thread-safe.
///
/// It holds types weakly. Who has a type's id must have the type too: a module has all that are in
/// its code, and everything that a guest or the host can keep has its own. A group is collected as
/// a whole, then its ids are used again.
final class TypeRegistry {
    /// In a draft: the lower bits are a place in the group, not an id.
    static final int RECURSIVE = 1 << 27;

    private static final int MAX = 1 << 24;

    /// By id, read without a lock. Written under the lock, and published by writing the field
    /// again.
    private volatile @Nullable Slot[] types = new @Nullable Slot[64];

    /// Ids below this one were used.
    private int size;

    /// Ids of types that were collected.
    private final IntList free = new IntList();

    private final Map<List<Integer>, Slot[]> groups = new HashMap<>();
    private final ReferenceQueue<DefType> collected = new ReferenceQueue<>();

    /// A type of a group, before it has an id. References into the group are marked `RECURSIVE`.
    record Draft(
            DefType.Kind kind,
            boolean isFinal,
            int parent,
            int[] params,
            int[] results,
            boolean[] mutable) {}

    /// Where a type is for as long as something else has it.
    private static final class Slot extends WeakReference<DefType> {
        final int id;
        final List<Integer> group;

        Slot(DefType type, List<Integer> group, ReferenceQueue<DefType> collected) {
            super(type, collected);
            this.id = type.id;
            this.group = group;
        }
    }

    DefType get(int id) {
        return Objects.requireNonNull(Objects.requireNonNull(types[id]).get());
    }

    /// How many types there are that were not collected yet.
    synchronized int count() {
        forget();
        return size - free.size;
    }

    /// The canonical types of a group. Whoever made the drafts has the types that they refer to.
    synchronized List<DefType> intern(List<Draft> group) {
        forget();
        var key = key(group);
        var known = living(groups.get(key));
        return known != null ? known : define(group, key);
    }

    /// The types of a group; null when they were collected.
    private static @Nullable List<DefType> living(Slot @Nullable [] slots) {
        if (slots == null) {
            return null;
        }
        var found = new ArrayList<DefType>();
        for (var slot : slots) {
            var type = slot.get();
            if (type == null) {
                return null;
            }
            found.add(type);
        }
        return found;
    }

    /// Gives up the ids of what was collected. A group that was defined again in between has other
    /// ones.
    private void forget() {
        while (collected.poll() instanceof Slot slot) {
            free.add(slot.id);
            types[slot.id] = null;
            var defined = groups.get(slot.group);
            if (defined != null && Arrays.asList(defined).contains(slot)) {
                groups.remove(slot.group);
            }
        }
    }

    private List<DefType> define(List<Draft> group, List<Integer> key) {
        var ids = new int[group.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = free.size > 0 ? free.removeLast() : size++;
        }
        if (size > MAX) {
            throw new IllegalStateException("an engine has at most " + MAX + " types");
        }
        var grown = size > types.length ? Arrays.copyOf(types, size * 2) : types;
        var defined = new ArrayList<DefType>();
        var uses = new HashSet<DefType>();
        var slots = new Slot[ids.length];
        for (int i = 0; i < ids.length; i++) {
            var type = define(group.get(i), ids, i, defined, uses);
            defined.add(type);
            slots[i] = new Slot(type, key, collected);
            grown[ids[i]] = slots[i];
        }
        uses.addAll(defined);
        defined.forEach(type -> type.uses = uses);
        types = grown;
        groups.put(key, slots);
        return defined;
    }

    private DefType define(
            Draft draft, int[] ids, int at, List<DefType> before, Set<DefType> uses) {
        DefType parent = null;
        if (draft.parent >= 0) {
            boolean inside = (draft.parent & RECURSIVE) != 0;
            parent = inside ? before.get(draft.parent & ~RECURSIVE) : get(draft.parent);
            uses.add(parent);
        }
        return new DefType(
                ids[at],
                draft.kind,
                draft.isFinal,
                parent,
                resolve(draft.params, ids, uses),
                resolve(draft.results, ids, uses),
                draft.mutable);
    }

    private int[] resolve(int[] types, int[] ids, Set<DefType> uses) {
        var resolved = types.clone();
        for (int i = 0; i < types.length; i++) {
            if (Types.isConcrete(types[i])) {
                int flags = types[i] & (Types.REF | Types.NULLABLE);
                int heap = Types.heap(types[i]);
                if ((heap & RECURSIVE) != 0) {
                    resolved[i] = flags | ids[heap & ~RECURSIVE];
                } else {
                    uses.add(get(heap));
                }
            }
        }
        return resolved;
    }

    /// The type that a reference type is of, for who keeps its id; null where it has none.
    @Nullable DefType defined(int type) {
        return Types.isConcrete(type) ? get(Types.heap(type)) : null;
    }

    /// The class of a struct type, made when it is first needed.
    StructClass structClass(DefType type) {
        var known = type.structClass;
        return known != null ? known : makeClass(type);
    }

    private synchronized StructClass makeClass(DefType type) {
        var known = type.structClass;
        if (known == null) {
            if (type.parent != null) {
                makeClass(type.parent);
            }
            known = StructClass.of(type);
            type.structClass = known;
        }
        return known;
    }

    DefType func(int[] params, int[] results) {
        var draft =
                new Draft(DefType.Kind.FUNC, true, -1, params, results, new boolean[params.length]);
        return intern(List.of(draft)).getFirst();
    }

    private static List<Integer> key(List<Draft> group) {
        var key = new ArrayList<Integer>();
        for (var draft : group) {
            key.add(draft.kind.ordinal() * 2 + (draft.isFinal ? 1 : 0));
            key.add(draft.parent);
            key.add(draft.params.length);
            for (int i = 0; i < draft.params.length; i++) {
                key.add(draft.params[i]);
                key.add(draft.mutable[i] ? 1 : 0);
            }
            key.add(draft.results.length);
            for (int result : draft.results) {
                key.add(result);
            }
        }
        return key;
    }

    /// Whether every value of type `a` is one of type `b`.
    boolean isSubtype(int a, int b) {
        if (a == b || a == Types.BOTTOM) {
            return true;
        }
        if (!Types.isRef(a) || !Types.isRef(b)) {
            return false;
        }
        if (Types.isNullable(a) && !Types.isNullable(b)) {
            return false;
        }
        return isSubheap(a, b);
    }

    private boolean isSubheap(int a, int b) {
        if (Types.isConcrete(a)) {
            var type = get(Types.heap(a));
            return Types.isConcrete(b)
                    ? type.isA(get(Types.heap(b)))
                    : Types.below(abstractOf(type), Types.heap(b));
        }
        if (!Types.isConcrete(b)) {
            return Types.below(Types.heap(a), Types.heap(b));
        }
        int bottom = get(Types.heap(b)).kind == DefType.Kind.FUNC ? Types.NOFUNC : Types.NONE;
        return Types.heap(a) == bottom || Types.heap(a) == 0;
    }

    static int abstractOf(DefType type) {
        return switch (type.kind) {
            case FUNC -> Types.FUNC;
            case STRUCT -> Types.STRUCT;
            case ARRAY -> Types.ARRAY;
        };
    }

    /// The top of the hierarchy that a reference type is in, as a heap type's byte.
    int top(int type) {
        int heap = Types.isConcrete(type) ? abstractOf(get(Types.heap(type))) : Types.heap(type);
        return switch (heap) {
            case Types.FUNC, Types.NOFUNC -> Types.FUNC;
            case Types.EXTERN, Types.NOEXTERN -> Types.EXTERN;
            case Types.EXN, Types.NOEXN -> Types.EXN;
            default -> Types.ANY;
        };
    }

    /// Whether a value may stand where a value of the reference type is expected, at run time. What
    /// an object is depends on the hierarchy: any object at all may be `extern`.
    boolean matches(@Nullable Object value, int type) {
        if (value == null) {
            return Types.isNullable(type);
        }
        return switch (top(type)) {
            case Types.EXTERN -> Types.heap(type) == Types.EXTERN;
            case Types.FUNC -> value instanceof Func func && isSubheap(Types.ref(func.type), type);
            case Types.EXN -> value instanceof GuestException && Types.heap(type) == Types.EXN;
            default ->
                    switch (value) {
                        case GuestStruct struct ->
                                isSubheap(Types.ref((DefType) struct.type()), type);
                        case GcObject object -> isSubheap(Types.ref(object.type), type);
                        case I31 i31 -> isSubheap(Types.ref(Types.I31), type);
                        default -> !Types.isConcrete(type) && Types.heap(type) == Types.ANY;
                    };
        };
    }
}
