package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.wasm.object.GuestStruct;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Structs are objects of a class per type, and the same to both tiers.
class StructTest {
    private static final String SHAPES =
            """
            (module
              (rec
                (type $shape (sub (struct (field $id (mut i32)) (field $next (mut anyref)))))
                (type $circle (sub $shape (struct (field (mut i32)) (field (mut anyref))
                  (field $r (mut f64)) (field $tag (mut i8)) (field $wide (mut i16))
                  (field $v (mut v128)) (field $f (mut f32)) (field $l (mut i64)))))
                (type $dot (sub final $circle (struct (field (mut i32)) (field (mut anyref))
                  (field (mut f64)) (field (mut i8)) (field (mut i16)) (field (mut v128))
                  (field (mut f32)) (field (mut i64)) (field $own (mut i32))))))
              (func (export "shape") (param i32) (result anyref)
                (struct.new $shape (local.get 0) (ref.null any)))
              (func (export "dot") (param $i i32) (result anyref) (local $d (ref null $dot))
                (local.set $d (struct.new_default $dot))
                (struct.set $shape $id (local.get $d) (local.get $i))
                (struct.set $circle $tag (local.get $d) (i32.mul (local.get $i) (i32.const 100)))
                (struct.set $circle $wide (local.get $d) (i32.const 0x18765))
                (struct.set $circle $r (local.get $d) (f64.const 2.5))
                (struct.set $circle $f (local.get $d) (f32.const -0))
                (struct.set $circle $l (local.get $d) (i64.const -5))
                (struct.set $circle $v (local.get $d) (v128.const i64x2 7 8))
                (struct.set $dot $own (local.get $d) (i32.const 77))
                (struct.set $shape $next (local.get $d) (struct.new $shape (i32.const 4) (ref.null any)))
                (local.get $d))
              (func (export "read") (param $a anyref) (result i32 i32 i32 i32 f64 f32 i64 i64 i32 i32)
                (local $c (ref null $circle))
                (local.set $c (ref.cast (ref $circle) (local.get $a)))
                (struct.get $shape $id (local.get $c))
                (struct.get_s $circle $tag (local.get $c)) (struct.get_u $circle $tag (local.get $c))
                (struct.get_s $circle $wide (local.get $c))
                (struct.get $circle $r (local.get $c)) (struct.get $circle $f (local.get $c))
                (struct.get $circle $l (local.get $c))
                (i64x2.extract_lane 1 (struct.get $circle $v (local.get $c)))
                (struct.get $dot $own (ref.cast (ref null $dot) (local.get $a)))
                (struct.get $shape $id (ref.cast (ref $shape) (struct.get $shape $next (local.get $c)))))
              (func (export "kind") (param $a anyref) (result i32)
                (block $dot (result (ref $dot))
                  (block $circle (result (ref $circle))
                    (drop (br_on_cast $dot anyref (ref $dot) (local.get $a)))
                    (drop (br_on_cast $circle anyref (ref $circle) (local.get $a)))
                    (return (i32.add (ref.test (ref null $shape) (local.get $a))
                      (i32.mul (i32.const 2) (ref.test (ref $shape) (local.get $a))))))
                  (return (i32.const 8)))
                (drop) (i32.const 9))
              (func (export "null") (result i32) (struct.get $shape $id (ref.null $shape)))
              (func (export "put") (struct.set $shape $id (ref.null $shape) (i32.const 1))))
            """;

    private static Instance instance(Engine engine, String text) {
        return Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void fieldsKeepTheirTypes(Engine.Mode mode) {
        var shapes = instance(Engine.create(mode), SHAPES);
        for (int i = 0; i < 1_000; i++) {
            var dot = shapes.func("dot").call(3).getFirst();
            assertThat(shapes.func("read").call(dot))
                    .isEqualTo(List.of(3, 44, 44, -30_875, 2.5, -0f, -5L, 8L, 77, 4));
            assertThat(shapes.func("kind").call(dot)).isEqualTo(List.of(9));
            var shape = shapes.func("shape").call(1).getFirst();
            assertThat(shapes.func("kind").call(shape)).isEqualTo(List.of(3));
            assertThat(shapes.func("kind").call((Object) null)).isEqualTo(List.of(1));
            assertThat(trap(shapes, "read", shape)).isEqualTo(TrapException.Code.CAST_FAILURE);
            assertThat(trap(shapes, "read", (Object) null))
                    .isEqualTo(TrapException.Code.CAST_FAILURE);
            assertThat(trap(shapes, "null")).isEqualTo(TrapException.Code.NULL_REFERENCE);
            assertThat(trap(shapes, "put")).isEqualTo(TrapException.Code.NULL_REFERENCE);
        }
    }

    private static TrapException.Code trap(Instance instance, String name, Object... arguments) {
        var function = instance.func(name);
        return catchThrowableOfType(TrapException.class, () -> function.call(arguments)).code();
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void fieldsAreCutWhenAStructIsMade(Engine.Mode mode) {
        var guest =
                instance(
                        Engine.create(mode),
                        """
                        (module
                          (type $s (struct (field $a i8) (field $b i16) (field $c i64) (field $d i8)))
                          (func $id (param i32) (result i32) (local.get 0))
                          (func (export "made") (param $i i32) (result i32 i32 i64 i32)
                            (local $s (ref null $s))
                            (local.set $s (struct.new $s
                              (call $id (local.get $i)) (call $id (local.get $i))
                              (i64.extend_i32_s (call $id (local.get $i))) (local.get $i)))
                            (struct.get_s $s $a (local.get $s)) (struct.get_u $s $b (local.get $s))
                            (struct.get $s $c (local.get $s)) (struct.get_u $s $d (local.get $s))))
                        """);
        for (int i = 0; i < 1_000; i++) {
            assertThat(guest.func("made").call(0x1_89ab))
                    .isEqualTo(List.of((int) (byte) 0xab, 0x89ab, 0x1_89abL, 0xab));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void aTypeIsOneClassInAllModules(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var first = instance(engine, SHAPES);
        var second = instance(engine, SHAPES);
        var dot = first.func("dot").call(3).getFirst();
        var shape = first.func("shape").call(3).getFirst();
        assertThat(second.func("kind").call(dot)).isEqualTo(List.of(9));
        assertThat(second.func("dot").call(3).getFirst()).hasSameClassAs(dot);
        assertThat(dot.getClass().getSuperclass().getSuperclass()).isEqualTo(shape.getClass());
        assertThat(shape).isInstanceOf(GuestStruct.class);
        var other = instance(Engine.create(mode), SHAPES).func("dot").call(3).getFirst();
        assertThat(other.getClass()).isNotEqualTo(dot.getClass());
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void aStructMayHaveMoreFieldsThanAMethodHasRoomFor(Engine.Mode mode) {
        var fields =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> "(field (mut " + (i % 3 == 0 ? "anyref" : "i64") + "))")
                        .collect(Collectors.joining());
        var wide =
                instance(
                        Engine.create(mode),
                        "(module (type $a (sub (struct "
                                + fields
                                + "))) (type $b (sub $a (struct "
                                + fields
                                + "(field (mut i32))))) (func (export \"run\") (result i64 i64 i64 i32 i32)"
                                + " (local $b (ref $b)) (local.set $b (struct.new_default $b))"
                                + " (struct.set $b 1 (local.get $b) (i64.const 5))"
                                + " (struct.set $a 1999 (local.get $b) (i64.const 6))"
                                + " (struct.set $b 1998 (local.get $b) (ref.i31 (i32.const 9)))"
                                + " (struct.set $b 2000 (local.get $b) (i32.const 7))"
                                + " (struct.get $a 1 (local.get $b)) (struct.get $b 1999 (local.get $b))"
                                + " (struct.get $b 100 (local.get $b)) (struct.get $b 2000 (local.get $b))"
                                + " (i31.get_s (ref.cast i31ref (struct.get $a 1998 (local.get $b))))))");
        for (int i = 0; i < 3; i++) {
            assertThat(wide.func("run").call()).isEqualTo(List.of(5L, 6L, 0L, 7, 9));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void classesGoWithTheirEngine(Engine.Mode mode) throws Exception {
        var made =
                new WeakReference<>(
                        instance(Engine.create(mode), SHAPES)
                                .func("dot")
                                .call(3)
                                .getFirst()
                                .getClass());
        for (int i = 0; i < 50 && made.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(made.get()).isNull();
    }
}
