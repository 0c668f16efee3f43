package dev.weir.wasm;

import java.util.ArrayList;

/// Reads the type section, and the types that other sections and instructions name.
final class TypeDecoder {
    private static final int MAX_GROUP = 1_000_000;
    private static final int MAX_FIELDS = 10_000;
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_DEPTH = 64;

    private final Module module;

    /// While a recursion group is read: how many types it has. They are behind `module.types`.
    private int open;

    /// How many supertypes the types of that group have, and one.
    private int[] depths = new int[0];

    TypeDecoder(Module module) {
        this.module = module;
    }

    void section(Reader in) {
        int count = in.count("types");
        for (int i = 0; i < count; i++) {
            group(in);
        }
    }

    private void group(Reader in) {
        int size = 1;
        if (in.peek() == 0x4e) {
            in.u8();
            size = in.count("types");
        }
        if (module.types.size() + size > MAX_GROUP) {
            throw in.invalid("at most " + MAX_GROUP + " types");
        }
        open = size;
        depths = new int[size];
        var drafts = new ArrayList<TypeRegistry.Draft>(size);
        for (int i = 0; i < size; i++) {
            drafts.add(sub(in, module.types.size() + i));
        }
        open = 0;
        var group = module.engine.types.intern(drafts);
        module.types.addAll(group);
        for (var type : group) {
            check(in, type);
        }
    }

    private TypeRegistry.Draft sub(Reader in, int own) {
        int form = in.peek();
        if (form != 0x50 && form != 0x4f) {
            return composite(in, true, -1);
        }
        in.u8();
        int parents = in.count("supertypes");
        int parent = -1;
        for (int i = 0; i < parents; i++) {
            int index = in.u32();
            if (index < 0 || index >= own) {
                throw in.invalid("unknown type " + Integer.toUnsignedString(index));
            }
            parent = local(index);
            depth(in, index, own);
        }
        if (parents > 1) {
            throw in.invalid("sub type: expected at most one supertype, found " + parents);
        }
        return composite(in, form == 0x4f, parent);
    }

    private void depth(Reader in, int parent, int own) {
        int first = module.types.size();
        int above = parent < first ? module.types.get(parent).depth() : 1 + depths[parent - first];
        if (above >= MAX_DEPTH) {
            throw in.invalid("sub type: at most " + MAX_DEPTH + " supertypes");
        }
        depths[own - first] = above;
    }

    private TypeRegistry.Draft composite(Reader in, boolean isFinal, int parent) {
        int form = in.u8();
        return switch (form) {
            case 0x60 -> {
                var params = values(in);
                yield new TypeRegistry.Draft(
                        DefType.Kind.FUNC,
                        isFinal,
                        parent,
                        params,
                        values(in),
                        new boolean[params.length]);
            }
            case 0x5f -> fields(in, DefType.Kind.STRUCT, isFinal, parent, members(in, MAX_FIELDS));
            case 0x5e -> fields(in, DefType.Kind.ARRAY, isFinal, parent, 1);
            default -> throw in.malformed("malformed type form " + Integer.toHexString(form));
        };
    }

    private static int members(Reader in, int most) {
        int count = in.count("members");
        if (count > most) {
            throw in.invalid("at most " + most + " members of a type, found " + count);
        }
        return count;
    }

    private int[] values(Reader in) {
        var values = new int[members(in, MAX_VALUES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(in);
        }
        return values;
    }

    private TypeRegistry.Draft fields(
            Reader in, DefType.Kind kind, boolean isFinal, int parent, int count) {
        var fields = new int[count];
        var mutable = new boolean[count];
        for (int i = 0; i < count; i++) {
            int form = in.peek();
            fields[i] = form == Types.I8 || form == Types.I16 ? in.u8() : value(in);
            int flag = in.u8();
            if (flag > 1) {
                throw in.malformed("malformed mutability " + flag);
            }
            mutable[i] = flag == 1;
        }
        return new TypeRegistry.Draft(kind, isFinal, parent, fields, new int[0], mutable);
    }

    /// The parent must be open to subtypes and the type must match it (core 3.0, sub types).
    private void check(Reader in, DefType type) {
        var parent = type.parent;
        if (parent == null) {
            return;
        }
        boolean fits =
                !parent.isFinal
                        && parent.kind == type.kind
                        && (type.kind == DefType.Kind.FUNC
                                ? all(parent.params, type.params, parent.params.length)
                                        && type.params.length == parent.params.length
                                        && all(type.results, parent.results, type.results.length)
                                        && type.results.length == parent.results.length
                                : fieldsFit(type, parent));
        if (!fits) {
            throw in.invalid("sub type " + type + " does not match its supertype " + parent);
        }
    }

    private boolean all(int[] lower, int[] upper, int count) {
        for (int i = 0; i < count && count <= Math.min(lower.length, upper.length); i++) {
            if (!module.engine.types.isSubtype(lower[i], upper[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean fieldsFit(DefType type, DefType parent) {
        if (type.params.length < parent.params.length) {
            return false;
        }
        for (int i = 0; i < parent.params.length; i++) {
            if (type.mutable[i] != parent.mutable[i]
                    || (type.mutable[i] && type.params[i] != parent.params[i])
                    || !module.engine.types.isSubtype(type.params[i], parent.params[i])) {
                return false;
            }
        }
        return true;
    }

    /// A type index as it is kept: the id of the type, or its place in the open group.
    private int local(int index) {
        if (index < module.types.size()) {
            return module.types.get(index).id;
        }
        return TypeRegistry.RECURSIVE | (index - module.types.size());
    }

    int value(Reader in) {
        int form = in.peek();
        if (form >= Types.V128 && form <= Types.I32) {
            module.vectors |= form == Types.V128;
            return in.u8();
        }
        return reference(in);
    }

    int reference(Reader in) {
        int form = in.u8();
        return switch (form) {
            case 0x63 -> Types.REF | Types.NULLABLE | heap(in);
            case 0x64 -> Types.REF | heap(in);
            default -> {
                if (!Types.isAbstractHeap(form)) {
                    in.position--;
                    throw in.malformed("malformed reference type " + Integer.toHexString(form));
                }
                yield Types.nullable(form);
            }
        };
    }

    /// A heap type, as the bits of a reference type but for `REF` and `NULLABLE`.
    int heap(Reader in) {
        long code = in.s33();
        if (code < 0) {
            int form = (int) code & 0x7f;
            if (code < -64 || !Types.isAbstractHeap(form)) {
                throw in.malformed("malformed heap type " + code);
            }
            return Types.ABSTRACT | form;
        }
        if (code >= module.types.size() + open) {
            throw in.invalid("unknown type " + code);
        }
        return local((int) code);
    }

    /// A type index of a defined type.
    DefType defined(Reader in) {
        return get(in, in.u32());
    }

    DefType get(Reader in, int index) {
        if (index < 0 || index >= module.types.size()) {
            throw in.invalid("unknown type " + Integer.toUnsignedString(index));
        }
        return module.types.get(index);
    }

    DefType func(Reader in) {
        return kind(in, DefType.Kind.FUNC);
    }

    DefType kind(Reader in, DefType.Kind kind) {
        var type = defined(in);
        if (type.kind != kind) {
            throw in.invalid("type mismatch: expected a " + kind + " type, found " + type);
        }
        return type;
    }
}
