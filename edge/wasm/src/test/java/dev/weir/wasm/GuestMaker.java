package dev.weir.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes valid modules in text by chance: every expression is made for the type that is needed.
///
/// Loops count down and calls go to functions of a lower index, so that guests end. The NaN of a
/// float operation is made canonical, as the JVM leaves its bits open. The suite `wasm-diff` makes
/// its modules with it too.
public final class GuestMaker {
    private static final List<String> TYPES = List.of("i32", "i64", "f32", "f64");
    private static final int LOCALS = 12;

    private final Random random;
    private final boolean exceptions;
    private final StringBuilder text = new StringBuilder();
    private final List<List<String>> params = new ArrayList<>();
    private final List<List<String>> results = new ArrayList<>();
    private int function;
    private int labels;
    private int loops;

    /// A maker of one module, the same for the same seed.
    ///
    /// @param exceptions whether it has tags, throws and catches
    public GuestMaker(long seed, boolean exceptions) {
        random = new Random(seed);
        this.exceptions = exceptions;
    }

    /// How many functions it has; each is exported as `f` and its number.
    public int functions() {
        return params.size();
    }

    /// The types of a function's parameters: `i32`, `i64`, `f32`, `f64`.
    public List<String> params(int of) {
        return params.get(of);
    }

    /// The types of its results.
    public List<String> results(int of) {
        return results.get(of);
    }

    /// Makes the module: besides functions it exports `memory`, and `g0` to `g3`, globals of the
    /// types above in that order.
    public String make() {
        int count = 3 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            params.add(types(random.nextInt(4)));
            results.add(types(random.nextInt(4)));
        }
        text.append("(module (memory (export \"memory\") 1 3)\n");
        text.append(exceptions ? "(tag $e (param i32 f64))\n" : "");
        for (int i = 0; i < TYPES.size(); i++) {
            var type = TYPES.get(i);
            text.append("(global $g")
                    .append(i)
                    .append(" (export \"g")
                    .append(i)
                    .append("\") (mut ");
            text.append(type).append(") (").append(type).append(".const 3))\n");
        }
        for (int i = 0; i < count; i++) {
            text.append("(type $t").append(i).append(" (func").append(signature(i)).append("))\n");
        }
        text.append("(table funcref (elem");
        for (int i = 0; i < count; i++) {
            text.append(" $f").append(i);
        }
        text.append("))\n");
        for (function = 0; function < count; function++) {
            body();
        }
        return text.append(')').toString();
    }

    private List<String> types(int count) {
        var types = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            types.add(any());
        }
        return types;
    }

    private String any() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    private String signature(int of) {
        return list("param", params.get(of)) + list("result", results.get(of));
    }

    private static String list(String word, List<String> types) {
        return types.isEmpty() ? "" : " (" + word + " " + String.join(" ", types) + ")";
    }

    private void body() {
        text.append("(func $f").append(function).append(" (export \"f").append(function);
        text.append("\")").append(signature(function)).append('\n');
        for (int i = 0; i < LOCALS; i++) {
            text.append("(local $").append(TYPES.get(i % 4)).append(i / 4).append(' ');
            text.append(TYPES.get(i % 4)).append(')');
        }
        text.append(" (local $nf32 f32) (local $nf64 f64)");
        for (int i = 0; i < 3; i++) {
            text.append(" (local $loop").append(i).append(" i32)");
        }
        // What the function does depends on what it is given.
        var given = params.get(function);
        for (int i = 0; i < given.size(); i++) {
            text.append("(local.set $").append(given.get(i)).append(i % (LOCALS / 4));
            text.append(" (local.get ").append(i).append("))");
        }
        loops = 0;
        int statements = 2 + random.nextInt(6);
        for (int i = 0; i < statements; i++) {
            statement(4);
        }
        for (var type : results.get(function)) {
            expression(type, 4);
        }
        text.append(")\n");
    }

    private void statement(int depth) {
        text.append('\n');
        switch (random.nextInt(depth > 0 ? 13 : 4)) {
            case 0 -> set("local.set", local());
            case 1 -> {
                int global = random.nextInt(4);
                text.append("(global.set $g").append(global).append(' ');
                expression(TYPES.get(global), depth);
                text.append(')');
            }
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
                text.append("(block $b").append(label).append(' ');
                statement(depth - 1);
                text.append("(br_if $b").append(label).append(' ');
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
            case 11 -> {
                if (exceptions) {
                    caught(depth);
                } else {
                    store(depth);
                }
            }
            default -> callAll(depth);
        }
    }

    private String local() {
        return any() + random.nextInt(LOCALS / 4);
    }

    private void set(String how, String local) {
        text.append('(').append(how).append(" $").append(local).append(' ');
        expression(local.substring(0, 3), 3);
        text.append(')');
    }

    private void loop(int depth) {
        if (loops == 3) {
            set("local.set", local());
            return;
        }
        int counter = loops++;
        int label = labels++;
        text.append("(local.set $loop").append(counter).append(" (i32.const ");
        text.append(random.nextInt(12)).append("))(loop $l").append(label).append(' ');
        statement(depth - 1);
        text.append("(br_if $l").append(label).append(" (i32.gt_s (local.tee $loop");
        text.append(counter).append(" (i32.sub (local.get $loop").append(counter);
        text.append(") (i32.const 1))) (i32.const 0))))");
        loops--;
    }

    private void table(int depth) {
        int label = labels;
        labels += 3;
        text.append("(block $b").append(label).append("(block $b").append(label + 1);
        text.append("(block $b").append(label + 2).append("(br_table $b").append(label);
        text.append(" $b").append(label + 2).append(" $b").append(label + 1).append(' ');
        expression("i32", depth - 1);
        text.append("))");
        statement(depth - 1);
        text.append(')');
        statement(depth - 1);
        text.append(')');
    }

    private void caught(int depth) {
        int label = labels++;
        text.append("(block $b").append(label).append(" (result i32 f64) (try_table (catch $e $b");
        text.append(label).append(") ");
        statement(depth - 1);
        if (random.nextBoolean()) {
            text.append("(throw $e ");
            expression("i32", depth - 1);
            expression("f64", depth - 1);
            text.append(')');
        }
        text.append(") (i32.const 1) (f64.const 2)) (local.set $f640) (local.set $i320)");
    }

    /// Calls a function and drops or keeps all that it gives.
    private void callAll(int depth) {
        if (function == 0) {
            store(depth);
            return;
        }
        int callee = random.nextInt(function);
        call(callee, depth);
        for (var type : results.get(callee).reversed()) {
            text.append("(local.set $").append(type).append(random.nextInt(LOCALS / 4)).append(')');
        }
    }

    private void call(int callee, int depth) {
        boolean indirect = random.nextInt(4) == 0;
        text.append(indirect ? "(call_indirect (type $t" + callee + ")" : "(call $f" + callee);
        for (var type : params.get(callee)) {
            text.append(' ');
            expression(type, depth - 1);
        }
        if (indirect) {
            // Sometimes of another type, or not there.
            int index = random.nextInt(8) == 0 ? random.nextInt(callee + 1) : callee;
            text.append(" (i32.const ").append(index).append(')');
        }
        text.append(')');
    }

    private void store(int depth) {
        var type = any();
        boolean narrow = type.startsWith("i") && random.nextBoolean();
        text.append('(').append(type).append(".store");
        text.append(narrow ? random.nextBoolean() ? "8" : "16" : "");
        address(depth);
        expression(type, depth - 1);
        text.append(')');
    }

    private void address(int depth) {
        text.append(" offset=").append(random.nextInt(6) == 0 ? 65_530 : random.nextInt(64));
        text.append(" (i32.and (i32.const ")
                .append(random.nextInt(40) == 0 ? -1 : 255)
                .append(") ");
        expression("i32", depth - 1);
        text.append(')');
    }

    private void expression(String type, int depth) {
        if (depth <= 0) {
            leaf(type);
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1 -> leaf(type);
            case 2 -> {
                text.append("(local.tee $")
                        .append(type)
                        .append(random.nextInt(LOCALS / 4))
                        .append(' ');
                expression(type, depth - 1);
                text.append(')');
            }
            case 3 -> {
                text.append("(if (result ").append(type).append(") ");
                expression("i32", depth - 1);
                text.append(" (then ");
                expression(type, depth - 1);
                text.append(") (else ");
                expression(type, depth - 1);
                text.append("))");
            }
            case 4 -> {
                text.append("(select ");
                expression(type, depth - 1);
                expression(type, depth - 1);
                expression("i32", depth - 1);
                text.append(')');
            }
            case 5 -> {
                int label = labels++;
                text.append("(block $b")
                        .append(label)
                        .append(" (result ")
                        .append(type)
                        .append(") ");
                statement(depth - 2);
                text.append("(br_if $b").append(label).append(' ');
                expression(type, depth - 1);
                expression("i32", depth - 1);
                text.append(") (drop) ");
                expression(type, depth - 1);
                text.append(')');
            }
            case 6 -> load(type, depth);
            case 7 -> oneResult(type, depth);
            case 8 -> convert(type, depth);
            default -> operate(type, depth);
        }
    }

    private void oneResult(String type, int depth) {
        for (int callee = 0; callee < function; callee++) {
            if (results.get(callee).equals(List.of(type))) {
                call(callee, depth);
                return;
            }
        }
        operate(type, depth);
    }

    private void load(String type, int depth) {
        text.append('(').append(type).append(".load");
        if (type.startsWith("i")) {
            text.append(pick("", "8_s", "8_u", "16_s", "16_u"));
        }
        address(depth);
        text.append(')');
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private void leaf(String type) {
        switch (random.nextInt(4)) {
            case 0 -> text.append("(global.get $g").append(TYPES.indexOf(type)).append(')');
            case 1 ->
                    text.append('(')
                            .append(type)
                            .append(".const ")
                            .append(number(type))
                            .append(')');
            default ->
                    text.append("(local.get $")
                            .append(type)
                            .append(random.nextInt(LOCALS / 4))
                            .append(')');
        }
    }

    private String number(String type) {
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
        text.append(whole ? "" : "(select (local.tee $n" + type + " ");
        text.append('(').append(type).append('.').append(name).append(' ');
        expression(type, depth - 1);
        if (two) {
            expression(type, depth - 1);
        }
        text.append(')');
        if (!whole) {
            var again = "(local.get $n" + type + ")";
            text.append(") (").append(type).append(".const nan) (").append(type).append(".eq ");
            text.append(again).append(again).append("))");
        }
    }

    private void compare(int depth) {
        var type = any();
        boolean whole = type.startsWith("i");
        if (whole && random.nextInt(4) == 0) {
            text.append('(').append(type).append(".eqz ");
            expression(type, depth - 1);
            text.append(')');
            return;
        }
        text.append('(').append(type).append('.');
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
                                    ? type
                                            + (random.nextInt(4) == 0 ? ".trunc_" : ".trunc_sat_")
                                            + from
                                            + sign
                                    : type + ".convert_" + from + sign;
                };
        if (type.startsWith("f") == from.startsWith("f") && type.startsWith("f")) {
            // A NaN's payload would go through.
            leaf(type);
            return;
        }
        text.append('(').append(name).append(' ');
        expression(from, depth - 1);
        text.append(')');
    }
}
