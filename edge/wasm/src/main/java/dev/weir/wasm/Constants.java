package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the code of a class names that no constant pool has: vectors, orders of lanes, what it
/// needs of the classes of structs, functions of other classes, and where it calls the host. They
/// are final static fields, as C2 takes what these hold for constants.
final class Constants {
    private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector.VectorShuffle");
    private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
    private static final ClassDesc HANDLES = ClassDesc.of("java.lang.invoke.MethodHandles");
    private static final ClassDesc LOOKUP = ClassDesc.of("java.lang.invoke.MethodHandles$Lookup");
    private static final ClassDesc STRUCTS = ClassDesc.of("dev.weir.wasm.StructClass");
    private static final ClassDesc TIER = ClassDesc.of("dev.weir.wasm.Tier");
    private static final ClassDesc MODULE = ClassDesc.of("dev.weir.wasm.Module");

    /// The initializer of a class must not be longer than the JVM allows.
    private static final int MOST_BYTES = 60_000;

    private enum Form {
        VECTOR,
        SHUFFLE,
        FIELD,
        STRUCT,
        TYPE,
        LINK,
        SITE
    }

    private record Constant(Form form, @Nullable Lanes lanes, List<Long> values) {}

    private final Map<Constant, String> names = new LinkedHashMap<>();
    private int bytes = 64;

    void clear() {
        names.clear();
        bytes = 64;
    }

    /// The field of a vector; null when there are too many.
    @Nullable String vector(Lanes lanes, long low, long high) {
        return name(new Constant(Form.VECTOR, lanes, List.of(low, high)), 40);
    }

    /// The field of an order of lanes; null when there are too many.
    @Nullable String shuffle(Lanes lanes, int[] places) {
        var values = Arrays.stream(places).asLongStream().boxed().toList();
        return name(new Constant(Form.SHUFFLE, lanes, values), 20 + 7 * places.length);
    }

    /// The `VarHandle` of a struct's field; types are given by their index in the module.
    @Nullable String field(int type, int field) {
        return name(new Constant(Form.FIELD, null, List.of((long) type, (long) field)), 20);
    }

    /// The struct of a type that makes all others.
    @Nullable String struct(int type) {
        return name(new Constant(Form.STRUCT, null, List.of((long) type)), 20);
    }

    /// The class of a struct type.
    @Nullable String type(int type) {
        return name(new Constant(Form.TYPE, null, List.of((long) type)), 20);
    }

    /// What calls a function of the module that another class may have.
    @Nullable String link(int function) {
        return name(new Constant(Form.LINK, null, List.of((long) function)), 20);
    }

    /// What calls an import that is the host's.
    @Nullable String site(int function) {
        return name(new Constant(Form.SITE, null, List.of((long) function)), 20);
    }

    private @Nullable String name(Constant constant, int size) {
        var known = names.get(constant);
        if (known == null && bytes + size <= MOST_BYTES) {
            known = "k" + names.size();
            bytes += size;
            names.put(constant, known);
        }
        return known;
    }

    /// Writes the fields, and the method that fills them.
    void write(ClassBuilder to) {
        if (names.isEmpty()) {
            return;
        }
        names.forEach((constant, name) ->
                to.withField(name, desc(constant), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL));
        to.withMethodBody(
                "<clinit>",
                MethodTypeDesc.of(CD_void),
                ClassFile.ACC_STATIC,
                out -> {
                    int module = out.allocateLocal(TypeKind.REFERENCE);
                    out.invokestatic(HANDLES, "lookup", MethodTypeDesc.of(LOOKUP))
                            .loadConstant(ConstantDescs.DEFAULT_NAME)
                            .loadConstant(MODULE)
                            .invokestatic(
                                    HANDLES,
                                    "classData",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_Object,
                                            LOOKUP,
                                            ConstantDescs.CD_String,
                                            ConstantDescs.CD_Class))
                            .checkcast(MODULE)
                            .astore(module);
                    names.forEach((constant, name) -> {
                        fill(out, constant, module);
                        out.putstatic(Compiler.SELF, name, desc(constant));
                    });
                    out.return_();
                });
    }

    private static ClassDesc desc(Constant constant) {
        return switch (constant.form) {
            case VECTOR -> lanes(constant).desc;
            case SHUFFLE -> SHUFFLE;
            case FIELD -> ConstantDescs.CD_VarHandle;
            case STRUCT -> Compiler.STRUCT;
            case LINK, SITE -> Compiler.HANDLE;
            case TYPE -> ConstantDescs.CD_Class;
        };
    }

    private static Lanes lanes(Constant constant) {
        return java.util.Objects.requireNonNull(constant.lanes);
    }

    private static void fill(CodeBuilder out, Constant constant, int module) {
        switch (constant.form) {
            case VECTOR -> {
                out.loadConstant((long) constant.values.get(0))
                        .loadConstant((long) constant.values.get(1));
                VectorEmitter.fromLongs(out, lanes(constant));
            }
            case SHUFFLE ->
                    shuffle(
                            out,
                            lanes(constant),
                            constant.values.stream().mapToInt(Long::intValue).toArray());
            case FIELD ->
                    out.aload(module)
                            .loadConstant(constant.values.get(0).intValue())
                            .loadConstant(constant.values.get(1).intValue())
                            .invokestatic(
                                    STRUCTS,
                                    "field",
                                    MethodTypeDesc.of(desc(constant), MODULE, CD_int, CD_int));
            default ->
                    out.aload(module)
                            .loadConstant(constant.values.get(0).intValue())
                            .invokestatic(
                                    owner(constant.form),
                                    constant.form.name().toLowerCase(java.util.Locale.ROOT),
                                    MethodTypeDesc.of(desc(constant), MODULE, CD_int));
        }
    }

    private static ClassDesc owner(Form form) {
        return form == Form.LINK || form == Form.SITE ? TIER : STRUCTS;
    }

    static void shuffle(CodeBuilder out, Lanes lanes, int[] places) {
        out.getstatic(lanes.desc, "SPECIES_128", SPECIES)
                .loadConstant(places.length)
                .newarray(TypeKind.INT);
        for (int i = 0; i < places.length; i++) {
            out.dup().loadConstant(i).loadConstant(places[i]).iastore();
        }
        out.invokestatic(
                SHUFFLE, "fromValues", MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int.arrayType()));
    }
}
