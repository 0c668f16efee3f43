package dev.weir.wasm;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A function, struct or array type that is defined in some module. Canonical: types that the
/// specification calls equal are one object, so that a comparison is one of ids.
final class DefType {
    enum Kind {
        FUNC,
        STRUCT,
        ARRAY
    }

    final int id;
    final Kind kind;
    final boolean isFinal;
    final @Nullable DefType parent;

    /// Parameters of a function; fields of a struct; the one element of an array. Types of `Types`.
    final int[] params;

    final int[] results;
    final boolean[] mutable;

    /// Where each parameter or field is, in slots; v128 has two. One more entry: how many there
    /// are.
    final int[] slots;

    final int resultSlots;

    /// The class of a struct type, once there is one; see [TypeRegistry#structClass].
    volatile @Nullable StructClass structClass;

    /// What must be there for as long as this type is: its group, and what these refer to by ids.
    Set<DefType> uses = Set.of();

    private final DefType[] line;

    DefType(
            int id,
            Kind kind,
            boolean isFinal,
            @Nullable DefType parent,
            int[] params,
            int[] results,
            boolean[] mutable) {
        this.id = id;
        this.kind = kind;
        this.isFinal = isFinal;
        this.parent = parent;
        this.params = params;
        this.results = results;
        this.mutable = mutable;
        this.slots = Types.slots(params);
        this.resultSlots = Types.slots(results)[results.length];
        int depth = parent == null ? 0 : parent.line.length;
        line = parent == null ? new DefType[1] : java.util.Arrays.copyOf(parent.line, depth + 1);
        line[depth] = this;
    }

    /// The signature of a function.
    FuncType type(TypeRegistry registry) {
        return new FuncType(ValType.of(registry, params), ValType.of(registry, results));
    }

    /// Whether every value of this type is one of `other`.
    boolean isA(DefType other) {
        int place = other.line.length - 1;
        return place < line.length && line[place] == other;
    }

    int depth() {
        return line.length;
    }

    /// A struct whose fields, or an array whose element, have values to start with.
    boolean isDefaultable() {
        for (int param : params) {
            if (!Types.isDefaultable(param)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT)
                + " "
                + Types.text(params)
                + (kind == Kind.FUNC ? " -> " + Types.text(results) : "");
    }
}
