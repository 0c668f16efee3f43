package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import dev.weir.wasm.Engine;
import dev.weir.wasm.Func;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// What vectors and structs of guests cost: two kernels with vectors next to the same without, and
/// binary trees next to the same program in Java. CPU time of the thread, the median over processes
/// of the best of some runs in one; and the bytes that a run of a kernel allocates in any.
final class WasmKernels {
    private static final int FORKS = 5;
    private static final int RUNS = 25;

    /// How long a kernel runs at least: compilation takes a part of a second, on a busy machine
    /// more.
    private static final long NANOS = 1_500_000_000;

    private static final int ELEMENTS = 16_384;
    private static final int BLOCKS = 1_024;
    private static final int DEPTH = 16;
    private static final int TREE_RUNS = 250;

    /// What calls from the host allocate for themselves, a list and a boxed number.
    private static final long CALL_BYTES = 512;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private WasmKernels() {}

    static void run(Report report) throws IOException, InterruptedException {
        var names = List.of("dot", "dot simd", "chacha20", "chacha20 simd", "trees", "trees Java");
        var seen = new double[names.size()][FORKS];
        double most = 0;
        for (int fork = 0; fork < FORKS; fork++) {
            var values = child();
            for (int i = 0; i < names.size(); i++) {
                seen[i][fork] = values[i];
            }
            most = Math.max(most, values[names.size()]);
        }
        var medians = Arrays.stream(seen).mapToDouble(Median::of).toArray();
        for (int i = 0; i < names.size(); i++) {
            report.row(
                    names.get(i),
                    1_000 * medians[i],
                    i < 2 ? "ps/float" : i < 4 ? "ps/byte" : "ps/node");
        }
        report.row("most that a vector kernel allocates", most, "B/run");
        report.ratio("f32 dot product", "our scalar code", medians[0] / medians[1]);
        report.ratio("chacha20", "our scalar code", medians[2] / medians[3]);
        report.ratio("binary trees", "Java", medians[5] / medians[4]);
    }

    private static double[] child() throws IOException, InterruptedException {
        var options = List.of("--add-modules", "jdk.incubator.vector", "-XX:+UseSerialGC");
        var line = Child.java(options, WasmKernels.class);
        return Arrays.stream(line.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    // --- one process ---

    public static void main(String[] arguments) {
        var engine = Engine.create(Engine.Mode.COMPILED);
        var guest = Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text()));
        var values = new ArrayList<String>();
        double most = 0;
        for (var name : List.of("dot", "dot_simd")) {
            var found = best(guest.func(name), 200, 0, 4 * ELEMENTS, ELEMENTS);
            values.add(String.valueOf(found[0] / ELEMENTS));
            most = Math.max(most, found[1]);
        }
        var results = new ArrayList<byte[]>();
        for (var name : List.of("chacha", "chacha_simd")) {
            var found = best(guest.func(name), 100, 0, 8 * ELEMENTS, BLOCKS);
            values.add(String.valueOf(found[0] / (64 * BLOCKS)));
            most = Math.max(most, found[1]);
            results.add(guest.memory("memory").read(8 * ELEMENTS, 64 * BLOCKS));
        }
        if (!Arrays.equals(results.getFirst(), results.getLast())) {
            throw new IllegalStateException("scalar and vectors differ");
        }
        double nodes = (2 << DEPTH) - 1;
        for (double time : trees(guest.func("trees"))) {
            values.add(String.valueOf(time / nodes));
        }
        values.add(String.valueOf(most <= CALL_BYTES ? 0 : most));
        System.out.println(String.join(" ", values));
    }

    /// Nanoseconds and allocated bytes of a call, in the best of some runs and in the last.
    private static double[] best(Func function, int calls, @Nullable Object... arguments) {
        long best = Long.MAX_VALUE;
        long bytes = 0;
        long began = System.nanoTime();
        for (int run = 0; run < RUNS || System.nanoTime() - began < NANOS; run++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < calls; i++) {
                function.call(arguments);
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        }
        return new double[] {(double) best / calls, (double) bytes / calls};
    }

    private record Tree(@Nullable Tree left, @Nullable Tree right) {
        /// In the guest's order, children first: it decides where they are in memory.
        static Tree of(int depth) {
            var left = depth == 0 ? null : of(depth - 1);
            var right = depth == 0 ? null : of(depth - 1);
            return new Tree(left, right);
        }

        int count() {
            return left == null || right == null ? 1 : 1 + left.count() + right.count();
        }
    }

    /// Nanoseconds of the guest and of Java, in turns: what else the machine does, which is felt
    /// most in memory, is then the same for both.
    private static double[] trees(Func function) {
        var best = new double[] {Double.MAX_VALUE, Double.MAX_VALUE};
        for (int run = 0; run < TREE_RUNS; run++) {
            long start = THREADS.getCurrentThreadCpuTime();
            function.call(DEPTH);
            long middle = THREADS.getCurrentThreadCpuTime();
            if (Tree.of(DEPTH).count() != (2 << DEPTH) - 1) {
                throw new IllegalStateException("wrong count");
            }
            best[0] = Math.min(best[0], middle - start);
            best[1] = Math.min(best[1], THREADS.getCurrentThreadCpuTime() - middle);
        }
        return best;
    }

    // --- the guest ---

    private static String text() {
        return """
        (module (memory (export "memory") 4)
        (func (export "dot") (param $a i32) (param $b i32) (param $n i32) (result f32)
          (local $s f32)
          (loop $l
            (local.set $s (f32.add (local.get $s)
              (f32.mul (f32.load (local.get $a)) (f32.load (local.get $b)))))
            (local.set $a (i32.add (local.get $a) (i32.const 4)))
            (local.set $b (i32.add (local.get $b) (i32.const 4)))
            (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $s))
        (func (export "dot_simd") (param $a i32) (param $b i32) (param $n i32) (result f32)
          (local $s v128)
          (loop $l
            (local.set $s (f32x4.add (local.get $s)
              (f32x4.mul (v128.load (local.get $a)) (v128.load (local.get $b)))))
            (local.set $a (i32.add (local.get $a) (i32.const 16)))
            (local.set $b (i32.add (local.get $b) (i32.const 16)))
            (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 4)))))
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $s)) (f32x4.extract_lane 1 (local.get $s)))
            (f32.add (f32x4.extract_lane 2 (local.get $s)) (f32x4.extract_lane 3 (local.get $s)))))
        (type $tree (struct (field $l (ref null $tree)) (field $r (ref null $tree))))
        (func $make (param $d i32) (result (ref $tree))
          (if (result (ref $tree)) (i32.eqz (local.get $d))
            (then (struct.new_default $tree))
            (else (struct.new $tree
              (call $make (i32.sub (local.get $d) (i32.const 1)))
              (call $make (i32.sub (local.get $d) (i32.const 1)))))))
        (func $count (param $t (ref null $tree)) (result i32)
          (if (result i32) (ref.is_null (struct.get $tree $l (local.get $t)))
            (then (i32.const 1))
            (else (i32.add (i32.const 1) (i32.add
              (call $count (struct.get $tree $l (local.get $t)))
              (call $count (struct.get $tree $r (local.get $t))))))))
        (func (export "trees") (param $d i32) (result i32) (call $count (call $make (local.get $d))))
        """
                + scalar()
                + vectors()
                + ")";
    }

    private static String get(String local) {
        return "(local.get $" + local + ")";
    }

    private static String set(String local, String value) {
        return "(local.set $" + local + " " + value + ")\n";
    }

    /// The steps of a quarter round: what is added to what, and what is turned by how much.
    private static final int[][] STEPS = {{0, 1, 3, 16}, {2, 3, 1, 12}, {0, 1, 3, 8}, {2, 3, 1, 7}};

    private static final int[][] ROUND = {
        {0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}
    };

    private static String next(int blocks) {
        return "(local.set $out (i32.add (local.get $out) (i32.const %d)))(br_if $block (local.tee $n (i32.sub (local.get $n) (i32.const %d))))))\n"
                .formatted(64 * blocks, blocks);
    }

    private static final String NEXT_ROUND =
            "(br_if $round (local.tee $r (i32.sub (local.get $r) (i32.const 1)))))\n";

    private static final String HEAD =
            "(param $in i32) (param $out i32) (param $n i32) (local $r i32) (local $counter i32)";

    private static String word(int i) {
        return i == 12 ? get("counter") : "(i32.load offset=" + 4 * i + " (local.get $in))";
    }

    private static String scalar() {
        var text = new StringBuilder("(func (export \"chacha\") " + HEAD);
        for (int i = 0; i < 16; i++) {
            text.append(" (local $x").append(i).append(" i32)");
        }
        text.append("(loop $block\n");
        for (int i = 0; i < 16; i++) {
            text.append(set("x" + i, word(i)));
        }
        text.append("(local.set $r (i32.const 10)) (loop $round\n");
        for (var quarter : ROUND) {
            for (var step : STEPS) {
                var a = "x" + quarter[step[0]];
                var d = "x" + quarter[step[2]];
                text.append(set(a, "(i32.add " + get(a) + get("x" + quarter[step[1]]) + ")"))
                        .append(
                                set(
                                        d,
                                        "(i32.rotl (i32.xor "
                                                + get(d)
                                                + get(a)
                                                + ") (i32.const "
                                                + step[3]
                                                + "))"));
            }
        }
        text.append(NEXT_ROUND);
        for (int i = 0; i < 16; i++) {
            text.append("(i32.store offset=" + 4 * i + " (local.get $out) (i32.add ")
                    .append(get("x" + i) + word(i) + "))\n");
        }
        return text + set("counter", "(i32.add (local.get $counter) (i32.const 1))") + next(1);
    }

    /// Blocks side by side: a step waits for the one before, and the processor has room for more.
    private static final int SIDE_BY_SIDE = 2;

    private static String vectors() {
        var text = new StringBuilder("(func (export \"chacha_simd\") " + HEAD + " (local $t v128)");
        for (int i = 0; i < 4; i++) {
            text.append(" (local $s" + i + " v128)");
            for (int block = 0; block < SIDE_BY_SIDE; block++) {
                text.append(" (local $" + row(i, block) + " v128)");
            }
        }
        for (int i = 0; i < 4; i++) {
            text.append(set("s" + i, "(v128.load offset=" + 16 * i + " (local.get $in))"));
        }
        text.append("(loop $block\n");
        for (int block = 0; block < SIDE_BY_SIDE; block++) {
            for (int i = 0; i < 4; i++) {
                text.append(set(row(i, block), state(i, block)));
            }
        }
        text.append("(local.set $r (i32.const 10)) (loop $round\n");
        for (int half = 1; half <= 3; half += 2) {
            for (var step : STEPS) {
                for (int block = 0; block < SIDE_BY_SIDE; block++) {
                    var a = row(step[0], block);
                    var d = row(step[2], block);
                    text.append(set(a, "(i32x4.add " + get(a) + get(row(step[1], block)) + ")"))
                            .append(set("t", "(v128.xor " + get(d) + get(a) + ")"))
                            .append(set(d, turned(step[3])));
                }
            }
            for (int block = 0; block < SIDE_BY_SIDE; block++) {
                for (int i = 1; i < 4; i++) {
                    int by = 4 * (half == 1 ? i : 4 - i);
                    var name = row(i, block);
                    text.append(set(name, shuffled(name, place -> (place + by) % 16)));
                }
            }
        }
        text.append(NEXT_ROUND);
        for (int block = 0; block < SIDE_BY_SIDE; block++) {
            for (int i = 0; i < 4; i++) {
                text.append("(v128.store offset=" + (64 * block + 16 * i) + " (local.get $out) ")
                        .append("(i32x4.add " + get(row(i, block)) + state(i, block) + "))\n");
            }
        }
        return text + set("s3", counted(SIDE_BY_SIDE)) + next(SIDE_BY_SIDE);
    }

    private static String row(int i, int block) {
        return "x" + i + "_" + block;
    }

    private static String state(int i, int block) {
        return i == 3 && block > 0 ? counted(block) : get("s" + i);
    }

    private static String counted(int blocks) {
        return "(i32x4.add (local.get $s3) (v128.const i32x4 " + blocks + " 0 0 0))";
    }

    /// The lanes of `t` rotated: by whole bytes with one instruction.
    private static String turned(int bits) {
        return bits % 8 == 0
                ? shuffled("t", place -> place - place % 4 + (place + 4 - bits / 8) % 4)
                : "(v128.or (i32x4.shl (local.get $t) (i32.const %d)) (i32x4.shr_u (local.get $t) (i32.const %d)))"
                        .formatted(bits, 32 - bits);
    }

    private static String shuffled(String local, IntUnaryOperator from) {
        var text = new StringBuilder("(i8x16.shuffle");
        for (int place = 0; place < 16; place++) {
            text.append(' ').append(from.applyAsInt(place));
        }
        return text + " " + get(local) + get(local) + ")";
    }
}
