package dev.weir.wasm;

import java.util.List;

/// Modules for tests.
final class Guests {
    static final FuncType NOTHING = new FuncType(List.of(), List.of());

    /// Modules that between them use every part of the format.
    static final List<String> VARIED =
            List.of(
                    """
                    (module $first
                      (type $pair (func (param i32 i64) (result i64 i32)))
                      (import "m" "f" (func $f (param f32) (result f64)))
                      (import "m" "g" (global $g (mut i32)))
                      (table $t 2 10 funcref)
                      (memory $m 1 4) (memory i64 1 2)
                      (global $c i64 (i64.add (i64.const 1) (i64.const -2)))
                      (func $swap (export "swap") (type $pair) (local.get 1) (local.get 0))
                      (func (export "many") (param $n i32) (result i32) (local $x v128)
                        (block $out (result i32)
                          (loop $again (result i32)
                            (br_if $out (local.get $n) (i32.eqz (local.get $n)))
                            (drop)
                            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                            (i32.store8 offset=3 (i32.const 9) (local.get $n))
                            (local.set $x (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
                              (v128.const i32x4 1 2 3 4) (i32x4.splat (local.get $n))))
                            (br_table $again $again (local.get $n)))))
                      (elem (i32.const 0) $swap $f)
                      (elem declare func $swap)
                      (data (i32.const 8) "hello\\00\\ff") (data "rest")
                      (func (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 2)) (data.drop 1)
                        (memory.copy (i32.const 1) (i32.const 2) (i32.const 3))
                        (return_call_indirect (type 3) (i32.const 0)))
                      (start 3))
                    """,
                    """
                    (module
                      (rec (type $list (sub (struct (field $next (ref null $list)) (field i8))))
                           (type $longer (sub $list (struct (field (ref null $list)) (field i8)
                             (field $more (mut v128))))))
                      (type $bytes (array (mut i16)))
                      (type $fn (func (result i32)))
                      (tag $e (param i32 externref))
                      (data $d "\\01\\02\\03\\04\\05\\06")
                      (func $one (type $fn) (i32.const 1))
                      (elem declare func $one)
                      (func (export "gc") (param $any anyref) (result i32)
                        (local $a (ref $bytes))
                        (local.set $a (array.new_data $bytes $d (i32.const 0) (i32.const 3)))
                        (array.fill $bytes (local.get $a) (i32.const 0) (i32.const 7) (i32.const 1))
                        (block $no (result anyref)
                          (br_on_cast_fail $no anyref (ref $longer) (local.get $any))
                          (struct.get_s $list 1) (return))
                        (drop)
                        (call_ref $fn (ref.func $one))
                        (i32.add (array.get_u $bytes (local.get $a) (i32.const 0)))
                        (i32.add (i31.get_s (ref.i31 (i32.const -4)))))
                      (func (export "throws") (result i32 externref)
                        (block $caught (result i32 externref)
                          (try_table (catch $e $caught)
                            (throw $e (i32.const 5) (ref.null extern)))
                          (unreachable))))
                    """,
                    """
                    (module
                      (memory $m 1 2 shared) (memory 3 4 (pagesize 1))
                      (tag $e (param i32)) (tag $f)
                      (data (memory $m) (i32.const 0) "abc")
                      (func (export "legacy") (param i32) (result i32)
                        try $outer (result i32)
                          try (result i32)
                            local.get 0
                            throw $e
                          catch $e
                            i32.const 1
                            i32.add
                            try
                              throw $f
                            delegate $outer
                          catch_all
                            rethrow 0
                          end
                        catch $f
                          i32.const 7
                        end)
                      (func (export "atomic") (param i32) (result i32)
                        (atomic.fence)
                        (i64.atomic.store32 offset=8 (i32.const 0) (i64.const 5))
                        (drop (i32.atomic.rmw16.xchg_u (i32.const 4) (local.get 0)))
                        (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
                        (i32.atomic.rmw.cmpxchg (i32.const 8) (i32.const 5) (i32.const 6)))
                      (func (export "wide") (param i64) (result i64 i64)
                        (i64.mul_wide_s (local.get 0) (i64.const -3))))
                    """);

    private Guests() {}

    static Instance instance(Limits limits, String text) {
        var engine = Engine.create();
        return Instance.of(Store.of(engine, limits), Module.parseText(engine, text));
    }
}
