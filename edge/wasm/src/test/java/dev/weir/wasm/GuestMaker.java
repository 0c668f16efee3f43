package dev.weir.wasm;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Makes valid modules in text by chance: every expression is made for the type that is needed.
///
/// What it makes mostly runs on: loops count down, calls go to functions of a lower index and only
/// as often as a budget allows, divisors and addresses are masked, and a trap is left possible in
/// one place of some hundreds. The NaN of a float operation is made canonical, as the JVM leaves
/// its bits open. The suite `wasm-diff` makes its modules with it too.
public final class GuestMaker {
    /// What a module may have besides the first version's instructions.
    public enum Feature {
        /// Vectors.
        SIMD("(module (func (drop (i8x16.abs (v128.const i64x2 0 0)))))"),
        /// Vector instructions whose results engines may choose.
        RELAXED_SIMD("(module (func (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i64x2 0 0)))))"),
        /// Calls in place of the caller.
        TAIL_CALLS("(module (func $f (return_call $f)))"),
        /// `try` and `catch`.
        LEGACY_EXCEPTIONS("(module (tag $e) (func try throw $e catch_all end))"),
        /// `try_table`.
        EXCEPTIONS("(module (tag $e) (func (block $b (try_table (catch $e $b) (throw $e)))))"),
        /// More than one memory.
        MEMORIES("(module (memory 1) (memory $m 1) (func (drop (memory.size $m))))"),
        /// A memory with addresses of 64 bits.
        MEMORY64("(module (memory i64 1) (func (drop (i32.load (i64.const 0)))))"),
        /// Structs, arrays, i31, references to functions with their type.
        GC(
                """
                (module (type $s (sub (struct (field (mut i32))))) (type $a (array (mut i8)))
                  (func (param anyref) (result i32)
                    (drop (br_on_cast_fail 0 anyref (ref $s) (local.get 0)) (i32.const 1)) (drop)
                    (drop (array.new_default $a (i32.const 3))) (i31.get_s (ref.i31 (i32.const 1)))))
                """),
        /// 128-bit sums and products.
        WIDE("(module (func (result i64 i64) (i64.mul_wide_u (i64.const 1) (i64.const 2))))"),
        /// Atomic instructions on a shared memory.
        THREADS("(module (memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0)))))");

        private final String probe;

        Feature(String probe) {
            this.probe = probe;
        }

        /// A module, in text, that an engine reads when it knows the feature.
        public String probe() {
            return probe;
        }
    }

    static final List<String> TYPES = List.of("i32", "i64", "f32", "f64");
    private static final int LOCALS = 3;

    /// About how many expressions a call may come to.
    private static final long MOST = 6_000;

    final Random random;
    final StringBuilder text = new StringBuilder();
    private final Set<Feature> features;
    private final GuestVectors vectors = new GuestVectors(this);
    private final GuestObjects objects = new GuestObjects(this);
    private final List<List<String>> params = new ArrayList<>();
    private final List<List<String>> results = new ArrayList<>();

    /// What a call of a function comes to at most, with all that it calls.
    private final List<Long> costs = new ArrayList<>();

    /// Functions that only others call, as the host has no vectors; they come first.
    private int inner;

    private int memories = 1;
    private int function;
    private int labels;
    private int loops;

    /// How often the expression that is made runs, and what all before it come to.
    private long times = 1;

    private long spent;

    /// A maker of one module, the same for the same seed and features.
    ///
    /// @param allowed what the module may have; it has some of these
    public GuestMaker(long seed, Set<Feature> allowed) {
        random = new Random(seed);
        features = EnumSet.noneOf(Feature.class);
        for (var feature : Feature.values()) {
            if (random.nextInt(3) > 0 && allowed.contains(feature)) {
                features.add(feature);
            }
        }
    }

    /// How many functions it exports; each as `f` and its number.
    public int functions() {
        return params.size() - inner;
    }

    /// The types of an exported function's parameters: `i32`, `i64`, `f32`, `f64`.
    public List<String> params(int of) {
        return params.get(inner + of);
    }

    /// The types of its results.
    public List<String> results(int of) {
        return results.get(inner + of);
    }

    /// How many memories it exports; each as `memory` and its number.
    public int memories() {
        return memories;
    }

    /// Makes the module: besides functions and memories it exports `g0` to `g3`, globals of the
    /// types above in that order.
    public String make() {
        inner = random.nextInt(3);
        int count = inner + 3 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            params.add(types(random.nextInt(4), i < inner));
            results.add(types(random.nextInt(4), i < inner));
        }
        text.append("(module\n");
        memory();
        text.append(throwing() ? "(tag $e (param i32 f64)) (tag $f)\n" : "");
        for (int i = 0; i < TYPES.size(); i++) {
            var type = TYPES.get(i);
            text.append("(global $g" + i + " (export \"g" + i + "\") (mut " + type + ") (");
            text.append(type).append(".const 3))\n");
        }
        if (has(Feature.GC)) {
            objects.types();
        }
        text.append(has(Feature.SIMD) ? "(global $gv (mut v128) (v128.const i64x2 5 -6))\n" : "");
        for (int i = 0; i < count; i++) {
            text.append("(type $t" + i + " (func" + signature(i) + "))\n");
        }
        text.append("(table $table funcref (elem");
        for (int i = 0; i < count; i++) {
            text.append(" $f").append(i);
        }
        text.append("))\n(data $data \"some bytes to copy into a memory\")\n");
        text.append("(func $down (param $n i32) (param $x i64) (result i64) (if (i32.eqz");
        text.append(" (local.get $n)) (then (return (local.get $x)))) (");
        text.append(
                has(Feature.TAIL_CALLS)
                        ? "return_call $down"
                        : "i64.xor (local.get $x) (call $down");
        text.append(
                " (i32.sub (local.get $n) (i32.const 1)) (i64.rotl (local.get $x) (i64.const 7)))");
        text.append(has(Feature.TAIL_CALLS) ? ")\n" : "))\n");
        for (function = 0; function < count; function++) {
            body();
        }
        return text.append(')').toString();
    }

    private void memory() {
        var index = has(Feature.MEMORY64) ? "i64 " : "";
        boolean shared = has(Feature.THREADS);
        memories = has(Feature.MEMORIES) ? 2 : 1;
        for (int i = 0; i < memories; i++) {
            text.append("(memory $m" + i + " (export \"memory" + i + "\") ");
            text.append(i == 0 ? index : "").append("1 3").append(shared ? " shared" : "");
            text.append(")\n");
        }
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    private boolean throwing() {
        return has(Feature.EXCEPTIONS) || has(Feature.LEGACY_EXCEPTIONS);
    }

    /// Whether a trap is to be left possible here.
    boolean rarely() {
        return random.nextInt(600) == 0;
    }

    private List<String> types(int count, boolean hidden) {
        var types = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            types.add(hidden && has(Feature.SIMD) && random.nextInt(3) == 0 ? "v128" : any());
        }
        return types;
    }

    String any() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    private String signature(int of) {
        return list("param", params.get(of)) + list("result", results.get(of));
    }

    private static String list(String word, List<String> types) {
        return types.isEmpty() ? "" : " (" + word + " " + String.join(" ", types) + ")";
    }

    private void body() {
        text.append("(func $f" + function);
        if (function >= inner) {
            text.append(" (export \"f" + (function - inner) + "\")");
        }
        text.append(signature(function)).append('\n');
        for (int i = 0; i < LOCALS; i++) {
            for (var type : TYPES) {
                text.append("(local $" + type + i + " " + type + ")");
            }
            text.append("(local $loop" + i + " i32)");
            text.append(has(Feature.SIMD) ? "(local $v128" + i + " v128)" : "");
        }
        text.append(" (local $nf32 f32) (local $nf64 f64)");
        text.append(has(Feature.SIMD) ? " (local $nv128 v128)" : "");
        if (has(Feature.GC)) {
            objects.locals();
        }
        // What the function does depends on what it is given.
        var given = params.get(function);
        for (int i = 0; i < given.size(); i++) {
            text.append("(local.set $" + given.get(i) + i % LOCALS + " (local.get " + i + "))");
        }
        loops = 0;
        spent = 0;
        int statements = 2 + random.nextInt(6);
        for (int i = 0; i < statements; i++) {
            statement(4);
        }
        end();
        text.append(")\n");
        costs.add(spent);
    }

    private void end() {
        if (has(Feature.TAIL_CALLS)) {
            for (int callee = 0; callee < function; callee++) {
                if (results.get(callee).equals(results.get(function)) && affords(callee)) {
                    call("return_call", callee, 3);
                    return;
                }
            }
        }
        for (var type : results.get(function)) {
            expression(type, 4);
        }
    }

    void statement(int depth) {
        text.append('\n');
        switch (random.nextInt(depth > 0 ? 20 : 4)) {
            case 0 -> set();
            case 1 -> global(depth);
            case 2, 3 -> store(depth);
            case 4, 5 -> loop(depth);
            case 6, 7 -> {
                text.append("(if ");
                expression("i32", depth - 1);
                text.append(" (then ");
                statement(depth - 1);
                text.append(") (else ");
                statement(depth - 1);
                text.append("))");
            }
            case 8 -> {
                int label = labels++;
                text.append("(block $b" + label + ' ');
                statement(depth - 1);
                text.append("(br_if $b" + label + ' ');
                expression("i32", depth - 1);
                text.append(')');
                statement(depth - 1);
                text.append(')');
            }
            case 9 -> table(depth);
            case 10 -> {
                text.append("(drop ");
                expression(any(), depth - 1);
                text.append(')');
            }
            case 11, 12 -> caught(depth);
            case 13 -> bulk(depth);
            case 14 -> carried(depth);
            case 15 -> several(depth);
            case 16 -> {
                if (has(Feature.GC)) {
                    objects.statement(depth);
                } else {
                    set();
                }
            }
            case 17 -> {
                if (has(Feature.SIMD)) {
                    vectors.statement(depth);
                } else {
                    set();
                }
            }
            case 18 -> special(depth);
            default -> callAll(depth);
        }
    }

    private void special(int depth) {
        if (has(Feature.WIDE) && random.nextBoolean()) {
            boolean sum = random.nextBoolean();
            text.append(
                    sum
                            ? pick("(i64.add128", "(i64.sub128")
                            : pick("(i64.mul_wide_s", "(i64.mul_wide_u"));
            for (int i = 0; i < (sum ? 4 : 2); i++) {
                text.append(' ');
                expression("i64", depth - 1);
            }
            text.append(")(local.set $i640) (local.set $i641)");
        } else if (has(Feature.THREADS)) {
            atomic(depth);
        } else {
            set();
        }
    }

    private void atomic(int depth) {
        var type = pick("i32", "i64");
        var narrow = type.equals("i32") ? pick("", "8", "16") : pick("", "8", "16", "32");
        int size = narrow.isEmpty() ? type.equals("i32") ? 4 : 8 : Integer.parseInt(narrow) / 8;
        switch (random.nextInt(4)) {
            case 0 -> {
                text.append('(' + type + ".atomic.store" + narrow);
                aligned(size, depth);
                expression(type, depth - 1);
                text.append(')');
            }
            case 1 -> {
                text.append("(local.set $" + type + random.nextInt(LOCALS) + " (" + type);
                text.append(".atomic.load" + narrow + (narrow.isEmpty() ? "" : "_u"));
                aligned(size, depth);
                text.append("))");
            }
            default -> {
                var how = pick("add", "sub", "and", "or", "xor", "xchg", "cmpxchg");
                text.append("(local.set $" + type + random.nextInt(LOCALS) + " (" + type);
                text.append(".atomic.rmw" + narrow + '.' + how + (narrow.isEmpty() ? "" : "_u"));
                aligned(size, depth);
                expression(type, depth - 1);
                if (how.equals("cmpxchg")) {
                    expression(type, depth - 1);
                }
                text.append("))");
            }
        }
    }

    private void aligned(int size, int depth) {
        int mask = rarely() ? -1 : 0xff & -size;
        index(pickMemory(), mask, 8 * random.nextInt(8), "", depth);
    }

    private void set() {
        var type = any();
        text.append("(local.set $" + type + random.nextInt(LOCALS) + ' ');
        expression(type, 3);
        text.append(')');
    }

    private void global(int depth) {
        int global = random.nextInt(4);
        text.append("(global.set $g" + global + ' ');
        expression(TYPES.get(global), depth);
        text.append(')');
    }

    /// Opens a loop that counts down, where one more is allowed.
    private int turns() {
        int turns = loops == LOCALS ? 0 : random.nextInt(8);
        if (turns > 0 && times * turns * 50 + spent < MOST) {
            loops++;
            times *= turns;
            return turns;
        }
        return 0;
    }

    private void ended(int turns) {
        loops--;
        times /= turns;
    }

    private void loop(int depth) {
        int turns = turns();
        if (turns == 0) {
            set();
            return;
        }
        int counter = loops - 1;
        int label = labels++;
        text.append(
                "(local.set $loop" + counter + " (i32.const " + turns + "))(loop $l" + label + ' ');
        statement(depth - 1);
        text.append("(br_if $l" + label + ' ');
        down(counter);
        text.append("))");
        ended(turns);
    }

    private void down(int counter) {
        text.append(
                "(i32.gt_s (local.tee $loop" + counter + " (i32.sub (local.get $loop" + counter);
        text.append(") (i32.const 1))) (i32.const 0))");
    }

    /// A loop that carries a value round.
    private void carried(int depth) {
        int turns = turns();
        if (turns == 0) {
            set();
            return;
        }
        int counter = loops - 1;
        int label = labels++;
        var type = any();
        var local = type + random.nextInt(LOCALS);
        text.append("(i32.const " + turns + ") ");
        expression(type, depth - 1);
        text.append("(loop $l" + label + " (param i32 " + type + ") (result i32 " + type + ')');
        text.append("(local.set $" + local + ") (local.set $loop" + counter + ") ");
        statement(depth - 2);
        text.append("(local.get $loop" + counter + ") (i32.const 1) (i32.sub)");
        text.append("(local.tee $loop" + counter + ") ");
        expression(type, depth - 1);
        text.append(
                "(br_if $l"
                        + label
                        + " (i32.gt_s (local.get $loop"
                        + counter
                        + ") (i32.const 0))))");
        text.append("(local.set $" + local + ") (drop)");
        ended(turns);
    }

    /// A block that takes several values and gives several.
    private void several(int depth) {
        int label = labels++;
        expression("f64", depth - 1);
        expression("i32", depth - 1);
        text.append(
                "(block $b" + label + " (param f64 i32) (result i32 i64 f32) (local.set $i320)");
        text.append(" (local.set $f640) ");
        statement(depth - 2);
        for (int i = 0; i < 2; i++) {
            expression("i32", depth - 1);
            expression("i64", depth - 1);
            expression("f32", depth - 1);
            if (i == 0) {
                text.append("(br_if $b" + label + ' ');
                expression("i32", depth - 1);
                text.append(") (drop) (drop) (drop)");
            }
        }
        text.append(") (local.set $f321) (local.set $i641) (local.set $i321)");
    }

    private void table(int depth) {
        int label = labels;
        labels += 3;
        text.append("(block $b" + label + "(block $b" + (label + 1) + "(block $b" + (label + 2));
        text.append("(br_table $b" + label + " $b" + (label + 2) + " $b" + (label + 1) + ' ');
        expression("i32", depth - 1);
        text.append("))");
        statement(depth - 1);
        text.append(')');
        statement(depth - 1);
        text.append(')');
    }

    private void caught(int depth) {
        boolean legacy =
                has(Feature.LEGACY_EXCEPTIONS)
                        && (random.nextBoolean() || !has(Feature.EXCEPTIONS));
        if (!throwing()) {
            store(depth);
        } else if (random.nextInt(4) == 0) {
            text.append("(if (i32.eqz (i32.and (i32.const 31) ");
            expression("i32", depth - 1);
            text.append(")) (then ");
            raise(depth);
            text.append("))");
        } else if (legacy) {
            legacy(depth);
        } else {
            int label = labels++;
            var all = random.nextInt(3) == 0;
            text.append(all ? "(block $c" + label + ' ' : "");
            text.append("(block $b" + label + " (result i32 f64) (try_table (catch $e $b" + label);
            text.append(all ? ") (catch_all $c" + label + ") " : ") ");
            statement(depth - 1);
            raise(depth);
            text.append(") (i32.const 1) (f64.const 2)) (local.set $f640) (local.set $i320)");
            text.append(all ? ")" : "");
        }
    }

    private void legacy(int depth) {
        int label = labels++;
        text.append("try $b" + label + " (result i32 f64) ");
        statement(depth - 1);
        boolean nested = random.nextInt(3) == 0;
        text.append(nested ? " try " : "");
        raise(depth);
        text.append(
                nested
                        ? pick(" delegate $b" + label, " catch $f end", " catch_all rethrow 0 end")
                        : "");
        text.append(" (i32.const 1) (f64.const 2) catch $e (local.set $f641) (local.set $i321) ");
        statement(depth - 1);
        text.append("(local.get $i321) (f64.const 7) ");
        text.append(random.nextBoolean() ? "catch_all (i32.const 5) (f64.const 6) " : "");
        text.append("end (local.set $f640) (local.set $i320)");
    }

    private void raise(int depth) {
        if (random.nextInt(4) == 0) {
            text.append("(if ");
            expression("i32", depth - 1);
            text.append(" (then (throw $f)))");
        } else if (random.nextBoolean()) {
            text.append("(throw $e ");
            expression("i32", depth - 1);
            expression("f64", depth - 1);
            text.append(')');
        }
    }

    private void bulk(int depth) {
        int memory = random.nextInt(memories);
        boolean wide = memory == 0 && has(Feature.MEMORY64);
        var index = wide ? "i64" : "i32";
        var mask = "(" + index + ".and (" + index + ".const 255) ";
        switch (random.nextInt(8)) {
            case 0 ->
                    text.append(
                            "(drop (memory.grow $m"
                                    + memory
                                    + " ("
                                    + index
                                    + ".const "
                                    + random.nextInt(2)
                                    + ")))");
            case 1 -> {
                text.append("(local.set $" + index + "1 (memory.size $m" + memory + "))");
            }
            case 2 -> {
                text.append("(memory.init $m" + memory + " $data " + mask);
                expression(index, depth - 1);
                text.append(") (i32.and (i32.const 7) ");
                expression("i32", depth - 1);
                text.append(") (i32.and (i32.const 15) ");
                expression("i32", depth - 1);
                text.append("))");
            }
            case 3, 4 -> {
                text.append("(memory.fill $m" + memory + ' ' + mask);
                expression(index, depth - 1);
                text.append(") ");
                expression("i32", depth - 1);
                text.append(mask);
                expression(index, depth - 1);
                text.append("))");
            }
            default -> {
                text.append("(memory.copy $m" + memory + " $m" + memory);
                for (int i = 0; i < 3; i++) {
                    text.append(' ' + mask);
                    expression(index, depth - 1);
                    text.append(')');
                }
                text.append(')');
            }
        }
    }

    /// Calls a function and keeps all that it gives.
    private void callAll(int depth) {
        int callee = function == 0 ? 0 : random.nextInt(function);
        if (function == 0 || !affords(callee)) {
            store(depth);
            return;
        }
        call("call", callee, depth);
        for (var type : results.get(callee).reversed()) {
            text.append("(local.set $" + type + random.nextInt(LOCALS) + ')');
        }
    }

    private boolean affords(int callee) {
        return spent + times * costs.get(callee) < MOST;
    }

    private void call(String how, int callee, int depth) {
        spent += times * costs.get(callee);
        int form = random.nextInt(has(Feature.GC) ? 6 : 4);
        text.append(
                switch (form) {
                    case 0 -> "(" + how + "_indirect (type $t" + callee + ")";
                    case 4 -> "(" + how + "_ref $t" + callee;
                    default -> "(" + how + " $f" + callee;
                });
        for (var type : params.get(callee)) {
            text.append(' ');
            expression(type, depth - 1);
        }
        if (form == 0) {
            // Now and then of another type.
            int index = rarely() ? random.nextInt(callee + 2) : callee;
            text.append(" (i32.const " + index + ')');
        } else if (form == 4) {
            text.append(rarely() ? " (ref.null $t" : " (ref.func $f").append(callee + ")");
        }
        text.append(')');
    }

    private void store(int depth) {
        var type = any();
        boolean narrow = type.startsWith("i") && random.nextBoolean();
        text.append('(' + type + ".store" + (narrow ? pick("8", "16") : ""));
        address(depth);
        expression(type, depth - 1);
        text.append(')');
    }

    /// A memory and an address in it.
    void address(int depth) {
        int mask = rarely() ? -1 : 255;
        index(pickMemory(), mask, rarely() ? 65_530 : random.nextInt(64), "", depth);
    }

    /// The same with a lane, which stands before the operands.
    void address(int depth, String lane) {
        index(pickMemory(), 255, random.nextInt(64), lane, depth);
    }

    private int pickMemory() {
        int memory = random.nextInt(memories);
        text.append(memory == 0 ? "" : " $m" + memory);
        return memory;
    }

    private void index(int memory, int mask, int offset, String lane, int depth) {
        var type = memory == 0 && has(Feature.MEMORY64) ? "i64" : "i32";
        text.append(
                " offset="
                        + offset
                        + lane
                        + " ("
                        + type
                        + ".and ("
                        + type
                        + ".const "
                        + mask
                        + ") ");
        expression(type, depth - 1);
        text.append(')');
    }

    void expression(String type, int depth) {
        spent += times;
        if (type.equals("v128")) {
            vectors.expression(depth);
        } else if (depth <= 0) {
            leaf(type);
        } else {
            number(type, depth);
        }
    }

    private void number(String type, int depth) {
        switch (random.nextInt(15)) {
            case 0, 1 -> leaf(type);
            case 2 -> {
                text.append("(local.tee $" + type + random.nextInt(LOCALS) + ' ');
                expression(type, depth - 1);
                text.append(')');
            }
            case 3 -> {
                text.append("(if (result " + type + ") ");
                expression("i32", depth - 1);
                text.append(" (then ");
                expression(type, depth - 1);
                text.append(") (else ");
                expression(type, depth - 1);
                text.append("))");
            }
            case 4 -> select(type, depth);
            case 5 -> {
                int label = labels++;
                text.append("(block $b" + label + " (result " + type + ") ");
                statement(depth - 2);
                text.append("(br_if $b" + label + ' ');
                expression(type, depth - 1);
                expression("i32", depth - 1);
                text.append(") (drop) ");
                expression(type, depth - 1);
                text.append(')');
            }
            case 6 -> load(type, depth);
            case 7 -> oneResult(type, depth);
            case 8 -> convert(type, depth);
            case 9 -> {
                if (has(Feature.SIMD)) {
                    vectors.number(type, depth);
                } else {
                    operate(type, depth);
                }
            }
            case 10 -> {
                if (has(Feature.GC)) {
                    objects.number(type, depth);
                } else {
                    operate(type, depth);
                }
            }
            default -> operate(type, depth);
        }
    }

    void select(String type, int depth) {
        text.append("(select ");
        expression(type, depth - 1);
        expression(type, depth - 1);
        expression("i32", depth - 1);
        text.append(')');
    }

    void oneResult(String type, int depth) {
        if (type.equals("i64") && random.nextInt(4) == 0 && spent + times * 80 < MOST) {
            spent += times * 80;
            text.append("(call $down (i32.and (i32.const 7) ");
            expression("i32", depth - 1);
            text.append(") ");
            expression("i64", depth - 1);
            text.append(')');
            return;
        }
        for (int callee = 0; callee < function; callee++) {
            if (results.get(callee).equals(List.of(type)) && affords(callee)) {
                call("call", callee, depth);
                return;
            }
        }
        expression(type, 0);
    }

    private void load(String type, int depth) {
        text.append('(' + type + ".load");
        if (type.startsWith("i")) {
            text.append(pick("", "8_s", "8_u", "16_s", "16_u"));
        }
        address(depth);
        text.append(')');
    }

    String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private void leaf(String type) {
        switch (random.nextInt(4)) {
            case 0 -> text.append("(global.get $g" + TYPES.indexOf(type) + ')');
            case 1 -> text.append('(' + type + ".const " + constant(type) + ')');
            default -> text.append("(local.get $" + type + random.nextInt(LOCALS) + ')');
        }
    }

    private String constant(String type) {
        return switch (type) {
            case "i32" -> pick("0", "1", "-1", "0x80000000", "0x7fffffff", "" + random.nextInt());
            case "i64" -> pick("0", "1", "-1", "0x8000000000000000", "" + random.nextLong());
            default ->
                    pick(
                            "0",
                            "-0",
                            "1",
                            "-1.5",
                            "inf",
                            "-inf",
                            "nan",
                            "3e9",
                            "-2147483648",
                            "1e-40");
        };
    }

    private void operate(String type, int depth) {
        boolean whole = type.startsWith("i");
        boolean two = random.nextInt(4) > 0;
        if (whole && two && type.equals("i32") && random.nextInt(3) == 0) {
            compare(depth);
            return;
        }
        String name =
                whole
                        ? two
                                ? pick(
                                        "add", "sub", "mul", "and", "or", "xor", "shl", "shr_s",
                                        "shr_u", "rotl", "rotr", "add", "sub", "div_s", "div_u",
                                        "rem_s", "rem_u")
                                : pick("clz", "ctz", "popcnt", "extend8_s", "extend16_s")
                        : two
                                ? pick("add", "sub", "mul", "div", "min", "max", "copysign")
                                : pick("abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt");
        text.append(whole ? "" : "(select (local.tee $n" + type + ' ');
        text.append('(' + type + '.' + name + ' ');
        expression(type, depth - 1);
        if (whole && (name.startsWith("div") || name.startsWith("rem")) && !rarely()) {
            // Odd, and for `div_s` not -1.
            text.append('(' + type + ".or (" + type + ".const 1) ");
            text.append('(' + type + ".and (" + type + ".const ");
            text.append(name.equals("div_s") ? "0xffff" : "-1").append(") ");
            expression(type, depth - 1);
            text.append("))");
        } else if (two) {
            expression(type, depth - 1);
        }
        text.append(')');
        if (!whole) {
            canonical(type);
        }
    }

    /// Ends a `select` whose first operand is in the local `$n` and the type: that, or NaN.
    void canonical(String type) {
        var again = "(local.get $n" + type + ")";
        text.append(") (" + type + ".const nan) (" + type + ".eq " + again + again + "))");
    }

    private void compare(int depth) {
        var type = any();
        boolean whole = type.startsWith("i");
        if (whole && random.nextInt(4) == 0) {
            text.append('(' + type + ".eqz ");
            expression(type, depth - 1);
            text.append(')');
            return;
        }
        text.append('(' + type + '.');
        text.append(
                whole
                        ? pick(
                                "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s",
                                "ge_u")
                        : pick("eq", "ne", "lt", "gt", "le", "ge"));
        text.append(' ');
        expression(type, depth - 1);
        expression(type, depth - 1);
        text.append(')');
    }

    private void convert(String type, int depth) {
        var from = TYPES.get((TYPES.indexOf(type) + 1 + random.nextInt(3)) % 4);
        var sign = pick("_s", "_u");
        var name =
                switch (type + from) {
                    case "i32i64" -> "i32.wrap_i64";
                    case "i64i32" -> "i64.extend_i32" + sign;
                    case "f32f64" -> "f32.demote_f64";
                    case "f64f32" -> "f64.promote_f32";
                    default ->
                            type.startsWith("i")
                                    ? type + (rarely() ? ".trunc_" : ".trunc_sat_") + from + sign
                                    : type + ".convert_" + from + sign;
                };
        if (type.startsWith("f") == from.startsWith("f") && type.startsWith("f")) {
            // A NaN's payload would go through.
            leaf(type);
            return;
        }
        text.append('(' + name + ' ');
        expression(from, depth - 1);
        text.append(')');
    }
}
