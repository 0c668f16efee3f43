package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.weir.wasm.object.GuestStruct;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The class that was generated for a struct type: a field of its Java type for each of the guest's
/// fields, below the class of the supertype. So HotSpot lays out, allocates and casts structs as it
/// does objects of Java. Each has a loader of its own, below the one of the supertype, so that it
/// is unloaded with its type.
///
/// Compiled code cannot name them, as it is in another loader; it has [VarHandle]s, a struct to
/// make others by and the class itself in final static fields, which C2 takes for constants.
final class StructClass {
    private static final ClassDesc BASE = ClassDesc.of("dev.weir.wasm.object.GuestStruct");
    private static final MethodTypeDesc VOID = MethodTypeDesc.of(CD_void);
    private static final ClassDesc NUMBERS = CD_long.arrayType();
    private static final ClassDesc REFERENCES = CD_Object.arrayType();

    /// So many fields are fields of the class; those after are in two arrays, as the methods that
    /// choose by slot must not be longer than the JVM allows.
    private static final int MOST = 100;

    /// Where the class of one type lives.
    private static final class Loader extends ClassLoader {
        Loader(ClassLoader parent) {
            super(parent);
            StructClass.class
                    .getModule()
                    .addExports(GuestStruct.class.getPackageName(), getUnnamedModule());
        }

        Class<?> define(byte[] bytes) {
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    private final DefType type;
    final Class<?> made;

    /// Makes all others.
    private final GuestStruct first;

    private StructClass(DefType type, Class<?> made) {
        this.type = type;
        this.made = made;
        try {
            var lookup = MethodHandles.publicLookup();
            lookup.findStaticSetter(made, "type", Object.class).invoke(type);
            first =
                    (GuestStruct)
                            lookup.findConstructor(made, MethodType.methodType(void.class))
                                    .invoke();
        } catch (Throwable e) {
            throw new LinkageError("struct", e);
        }
    }

    /// Makes it; the class of the supertype is there.
    static StructClass of(DefType type) {
        var above = type.parent == null ? null : type.parent.structClass;
        var place = above == null ? StructClass.class : above.made;
        return new StructClass(type, new Loader(place.getClassLoader()).define(bytes(type)));
    }

    /// A struct with zeros and nulls.
    GuestStruct create() {
        return first.blank();
    }

    // --- for compiled code ---

    /// Whether compiled code can name a field; it is no vector and not in the arrays.
    static boolean hasField(DefType type, int field) {
        return field < MOST && type.params[field] != Types.V128;
    }

    /// Whether it can name all.
    static boolean hasFields(DefType type) {
        return IntStream.range(0, type.params.length).allMatch(field -> hasField(type, field));
    }

    static VarHandle field(Module module, int index, int field) {
        var type = module.types.get(index);
        try {
            return MethodHandles.publicLookup()
                    .findVarHandle(
                            module.engine.types.structClass(type).made,
                            name(field),
                            javaType(type.params[field]));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("field", e);
        }
    }

    /// A struct that makes others: see [GuestStruct#blank].
    static GuestStruct struct(Module module, int index) {
        return module.engine.types.structClass(module.types.get(index)).first;
    }

    static Class<?> type(Module module, int index) {
        return module.engine.types.structClass(module.types.get(index)).made;
    }

    private static Class<?> javaType(int type) {
        return switch (type) {
            case Types.I8 -> byte.class;
            case Types.I16 -> short.class;
            default -> Kind.of(type).type;
        };
    }

    static ClassDesc desc(int type) {
        return switch (type) {
            case Types.I8 -> ConstantDescs.CD_byte;
            case Types.I16 -> ConstantDescs.CD_short;
            default -> Kind.of(type).desc;
        };
    }

    // --- the class ---

    private static String name(int field) {
        return "f" + field;
    }

    private static ClassDesc name(DefType type) {
        return ClassDesc.of("guest.Struct" + type.id);
    }

    private static ClassDesc parent(DefType type) {
        return type.parent == null ? BASE : name(type.parent);
    }

    private static int inherited(DefType type) {
        return type.parent == null ? 0 : type.parent.params.length;
    }

    private static byte[] bytes(DefType type) {
        return ClassFile.of()
                .build(
                        name(type),
                        to -> {
                            to.withFlags(
                                    ClassFile.ACC_PUBLIC
                                            | ClassFile.ACC_SUPER
                                            | (type.isFinal ? ClassFile.ACC_FINAL : 0));
                            to.withSuperclass(parent(type));
                            to.withField(
                                    "type", CD_Object, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC);
                            fields(to, type);
                            method(
                                    to,
                                    "<init>",
                                    VOID,
                                    out -> {
                                        out.aload(0).invokespecial(parent(type), "<init>", VOID);
                                        arrays(out, type);
                                        out.return_();
                                    });
                            method(
                                    to,
                                    "blank",
                                    MethodTypeDesc.of(BASE),
                                    out ->
                                            out.new_(name(type))
                                                    .dup()
                                                    .invokespecial(name(type), "<init>", VOID)
                                                    .areturn());
                            method(
                                    to,
                                    "type",
                                    MethodTypeDesc.of(CD_Object),
                                    out -> out.getstatic(name(type), "type", CD_Object).areturn());
                            accessors(to, type);
                        });
    }

    private static void method(
            ClassBuilder to,
            String name,
            MethodTypeDesc desc,
            java.util.function.Consumer<CodeBuilder> body) {
        to.withMethodBody(name, desc, ClassFile.ACC_PUBLIC, body);
    }

    private static void fields(ClassBuilder to, DefType type) {
        int end = Math.min(type.params.length, MOST);
        for (int i = inherited(type); i < end; i++) {
            to.withField(name(i), desc(type.params[i]), ClassFile.ACC_PUBLIC);
            if (type.params[i] == Types.V128) {
                to.withField(name(i) + "h", CD_long, ClassFile.ACC_PUBLIC);
            }
        }
        if (isWide(type) && inherited(type) <= MOST) {
            to.withField("bits", NUMBERS, ClassFile.ACC_PUBLIC);
            to.withField("references", REFERENCES, ClassFile.ACC_PUBLIC);
        }
    }

    private static boolean isWide(DefType type) {
        return type.params.length > MOST;
    }

    private static void arrays(CodeBuilder out, DefType type) {
        if (isWide(type)) {
            int slots = type.slots[type.params.length];
            out.aload(0)
                    .loadConstant(slots)
                    .newarray(TypeKind.LONG)
                    .putfield(name(type), "bits", NUMBERS)
                    .aload(0)
                    .loadConstant(slots)
                    .anewarray(CD_Object)
                    .putfield(name(type), "references", REFERENCES);
        }
    }

    private static void accessors(ClassBuilder to, DefType type) {
        accessor(to, type, false, false);
        accessor(to, type, false, true);
        accessor(to, type, true, false);
        accessor(to, type, true, true);
    }

    /// A method that reads or writes the field of a slot: a number's bits, or a reference.
    private static void accessor(
            ClassBuilder to, DefType type, boolean references, boolean writes) {
        var element = references ? CD_Object : CD_long;
        var name = references ? "reference" : "bits";
        var desc =
                writes
                        ? MethodTypeDesc.of(CD_void, CD_int, element)
                        : MethodTypeDesc.of(element, CD_int);
        var kind = references ? TypeKind.REFERENCE : TypeKind.LONG;
        method(
                to,
                name,
                desc,
                out -> {
                    var other = out.newLabel();
                    var cases = new ArrayList<SwitchCase>();
                    int end = Math.min(type.params.length, MOST);
                    for (int i = inherited(type); i < end; i++) {
                        if (Types.isRef(type.params[i]) == references) {
                            for (int half = 0; half < Types.width(type.params[i]); half++) {
                                cases.add(SwitchCase.of(type.slots[i] + half, out.newLabel()));
                            }
                        }
                    }
                    out.iload(1).lookupswitch(other, cases);
                    int at = 0;
                    for (int i = inherited(type); i < end; i++) {
                        if (Types.isRef(type.params[i]) == references) {
                            for (int half = 0; half < Types.width(type.params[i]); half++) {
                                out.labelBinding(cases.get(at++).target());
                                one(out, type, i, half, writes);
                            }
                        }
                    }
                    out.labelBinding(other).aload(0);
                    if (isWide(type) && inherited(type) <= MOST) {
                        out.getfield(
                                        name(type),
                                        references ? "references" : "bits",
                                        element.arrayType())
                                .iload(1);
                        if (writes) {
                            out.loadLocal(kind, 2).arrayStore(kind).return_();
                        } else {
                            out.arrayLoad(kind).return_(kind);
                        }
                        return;
                    }
                    out.iload(1);
                    if (writes) {
                        out.loadLocal(kind, 2);
                    }
                    out.invokespecial(parent(type), name, desc)
                            .return_(writes ? TypeKind.VOID : kind);
                });
    }

    private static void one(CodeBuilder out, DefType type, int field, int half, boolean writes) {
        int form = type.params[field];
        var name = half == 0 ? name(field) : name(field) + "h";
        var kind = Kind.of(Types.unpacked(form));
        out.aload(0);
        if (writes) {
            if (kind == Kind.REFERENCE) {
                out.aload(2);
            } else {
                out.lload(2);
                Emitter.fromBits(out, kind);
                Emitter.pack(out, form);
            }
            out.putfield(name(type), name, desc(form)).return_();
        } else {
            out.getfield(name(type), name, desc(form));
            Emitter.toBits(out, kind);
            out.return_(kind == Kind.REFERENCE ? TypeKind.REFERENCE : TypeKind.LONG);
        }
    }

    @Override
    public String toString() {
        return type + ": " + made;
    }

    /// The struct type of a reference that is one; null for others.
    static @Nullable DefType typeOf(@Nullable Object value) {
        return value instanceof GuestStruct struct ? (DefType) struct.type() : null;
    }
}
