package dev.weir.wasm;

import dev.weir.wasm.object.GuestStruct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The canonical types of an engine: each recursion group that is seen for the first time gets new
/// ids, any other those of its equal (core 3.0, "rolling up"). Thread-safe.
final class TypeRegistry {
    /// In a draft: the lower bits are a place in the group, not an id.
    static final int RECURSIVE = 1 << 27;

    private static final int MAX = 1 << 24;

    /// By id, read without a lock: the first `size`. Written under the lock, and published by
    /// writing the field again.
    private volatile DefType[] types = new DefType[64];

    private int size;
    private final Map<List<Integer>, Integer> groups = new HashMap<>();

    /// A type of a group, before it has an id. References into the group are marked `RECURSIVE`.
    record Draft(
            DefType.Kind kind,
            boolean isFinal,
            int parent,
            int[] params,
            int[] results,
            boolean[] mutable) {}

    DefType get(int id) {
        return types[id];
    }

    /// The canonical types of a group.
    synchronized List<DefType> intern(List<Draft> group) {
        var key = key(group);
        var first = groups.get(key);
        if (first == null) {
            first = size;
            if (first + group.size() > MAX) {
                throw new IllegalStateException("an engine has at most " + MAX + " types");
            }
            var grown = types;
            if (first + group.size() > grown.length) {
                grown = Arrays.copyOf(grown, Math.max(grown.length * 2, first + group.size()));
            }
            for (int i = 0; i < group.size(); i++) {
                grown[first + i] = define(group.get(i), first, first + i, grown);
            }
            size = first + group.size();
            types = grown;
            groups.put(key, first);
        }
        return List.of(Arrays.copyOfRange(types, first, first + group.size()));
    }

    private final StructClass.Loader structs = new StructClass.Loader();

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
            known = StructClass.of(type, structs);
            type.structClass = known;
        }
        return known;
    }

    DefType func(int[] params, int[] results) {
        var draft =
                new Draft(DefType.Kind.FUNC, true, -1, params, results, new boolean[params.length]);
        return intern(List.of(draft)).getFirst();
    }

    private static DefType define(Draft draft, int first, int id, DefType[] types) {
        @Nullable DefType parent = draft.parent < 0 ? null : types[resolve(draft.parent, first)];
        return new DefType(
                id,
                draft.kind,
                draft.isFinal,
                parent,
                resolve(draft.params, first),
                resolve(draft.results, first),
                draft.mutable);
    }

    private static int[] resolve(int[] types, int first) {
        var resolved = new int[types.length];
        for (int i = 0; i < types.length; i++) {
            resolved[i] = resolve(types[i], first);
        }
        return resolved;
    }

    private static int resolve(int type, int first) {
        if ((type & Types.ABSTRACT) != 0 || (type & RECURSIVE) == 0) {
            return type;
        }
        return (type & ~RECURSIVE) + first;
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
