package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vectors and orders of lanes that the code of a class names. They are final static fields, as
/// C2 takes what these hold for constants.
final class VectorConstants {
    private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector.VectorShuffle");
    private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");

    /// The initializer of a class must not be longer than the JVM allows.
    private static final int MOST = 300;

    private record Constant(Lanes lanes, boolean isShuffle, List<Long> values) {}

    private final Map<Constant, String> names = new LinkedHashMap<>();

    void clear() {
        names.clear();
    }

    /// The field of a vector; null when there are too many.
    @Nullable String vector(Lanes lanes, long low, long high) {
        return name(new Constant(lanes, false, List.of(low, high)));
    }

    /// The field of an order of lanes; null when there are too many.
    @Nullable String shuffle(Lanes lanes, int[] places) {
        return name(
                new Constant(lanes, true, Arrays.stream(places).asLongStream().boxed().toList()));
    }

    private @Nullable String name(Constant constant) {
        var known = names.get(constant);
        if (known == null && names.size() < MOST) {
            known = "k" + names.size();
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
                to.withField(
                        name, type(constant), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL));
        to.withMethodBody(
                "<clinit>",
                MethodTypeDesc.of(CD_void),
                ClassFile.ACC_STATIC,
                out -> {
                    names.forEach((constant, name) -> {
                        fill(out, constant);
                        out.putstatic(Compiler.SELF, name, type(constant));
                    });
                    out.return_();
                });
    }

    private static ClassDesc type(Constant constant) {
        return constant.isShuffle ? SHUFFLE : constant.lanes.desc;
    }

    private static void fill(CodeBuilder out, Constant constant) {
        if (constant.isShuffle) {
            shuffle(
                    out,
                    constant.lanes,
                    constant.values.stream().mapToInt(Long::intValue).toArray());
        } else {
            out.loadConstant((long) constant.values.get(0))
                    .loadConstant((long) constant.values.get(1));
            VectorEmitter.fromLongs(out, constant.lanes);
        }
    }

    static void shuffle(CodeBuilder out, Lanes lanes, int[] places) {
        out.getstatic(lanes.desc, "SPECIES_128", SPECIES)
                .loadConstant(places.length)
                .newarray(TypeKind.INT);
        for (int i = 0; i < places.length; i++) {
            out.dup().loadConstant(i).loadConstant(places[i]).iastore();
        }
        out.invokestatic(
                SHUFFLE,
                "fromValues",
                MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int.arrayType()));
    }
}
