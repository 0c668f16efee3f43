package dev.weir.wasm;

import dev.weir.wasm.GuestMaker.Feature;
import java.util.ArrayList;
import java.util.List;

/// The structs, arrays and i31s of the modules that [GuestMaker] makes.
///
/// There is a type of structs with another below it, and a type of arrays of each kind of element.
/// Locals: `$o0` to `$o2` have structs, `$a` and the element's name have arrays, `$x` has anything.
final class GuestObjects {
    private static final List<String> ELEMENTS = List.of("i8", "i16", "i32", "i64", "f32", "f64");

    private final GuestMaker maker;

    /// The fields of the structs after the first, which has the next struct; the type below has
    /// all, the other the first of them.
    private final List<String> fields = new ArrayList<>();

    private int common;

    GuestObjects(GuestMaker maker) {
        this.maker = maker;
    }

    void types() {
        var random = maker.random;
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            fields.add(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
        }
        common = 1 + random.nextInt(count);
        if (maker.has(Feature.SIMD)) {
            fields.add("v128");
        }
        var text = maker.text;
        text.append("(rec (type $node (sub (struct (field (mut (ref null $node)))");
        fields(common);
        text.append("))) (type $more (sub $node (struct (field (mut (ref null $node)))");
        fields(fields.size());
        text.append("))))\n");
        for (var element : ELEMENTS) {
            text.append("(type $" + element + "s (array (mut " + element + ")))");
        }
        text.append("(data $bytes \"" + "0123456789abcdef".repeat(8) + "\")\n");
    }

    private void fields(int count) {
        for (var field : fields.subList(0, count)) {
            maker.text.append(" (field (mut " + field + "))");
        }
    }

    /// Declares the locals, and gives each an object.
    void locals() {
        var text = maker.text;
        text.append("(local $x anyref)");
        for (int i = 0; i < 3; i++) {
            text.append("(local $o" + i + " (ref null $node))");
        }
        for (var element : ELEMENTS) {
            text.append("(local $a" + element + " (ref null $" + element + "s))");
        }
        for (int i = 0; i < 3; i++) {
            text.append("(local.set $o" + i + ' ');
            text.append("(struct.new_default " + maker.pick("$node", "$more") + "))");
        }
        for (var element : ELEMENTS) {
            text.append("(local.set $a" + element + " (array.new_default $" + element);
            text.append("s (i32.const " + (8 + maker.random.nextInt(20)) + ")))");
        }
    }

    private static String unpacked(String element) {
        return element.equals("i8") || element.equals("i16") ? "i32" : element;
    }

    void statement(int depth) {
        var text = maker.text;
        var random = maker.random;
        var element = ELEMENTS.get(random.nextInt(ELEMENTS.size()));
        switch (random.nextInt(9)) {
            case 0 -> {
                text.append("(local.set $o" + random.nextInt(3) + ' ');
                struct(depth);
                text.append(')');
            }
            case 1, 2 -> {
                int field = random.nextInt(common);
                text.append("(struct.set $node " + (field + 1) + ' ');
                struct(0);
                maker.expression(unpacked(fields.get(field)), depth - 1);
                text.append(')');
            }
            case 3 -> {
                text.append("(struct.set $node 0 ");
                struct(0);
                struct(depth - 1);
                text.append(')');
            }
            case 4, 5 -> {
                text.append("(array.set $" + element + "s ");
                array(element);
                place(depth);
                maker.expression(unpacked(element), depth - 1);
                text.append(')');
            }
            case 6 -> {
                text.append("(array.fill $" + element + "s ");
                array(element);
                text.append("(i32.and (i32.const 3) ");
                maker.expression("i32", depth - 1);
                text.append(')');
                maker.expression(unpacked(element), depth - 1);
                text.append("(i32.const " + random.nextInt(5) + "))");
            }
            case 7 -> {
                text.append("(array.copy $" + element + "s $" + element + "s ");
                array(element);
                text.append("(i32.const " + random.nextInt(5) + ')');
                array(element);
                text.append("(i32.and (i32.const 3) ");
                maker.expression("i32", depth - 1);
                text.append(") (i32.const " + random.nextInt(4) + "))");
            }
            default -> {
                text.append("(local.set $x ");
                anything(depth);
                text.append(')');
            }
        }
    }

    /// A struct, not null but for rare ones.
    private void struct(int depth) {
        var text = maker.text;
        var random = maker.random;
        if (maker.rarely()) {
            text.append("(ref.null $node)");
            return;
        }
        switch (depth > 0 ? random.nextInt(5) : 4) {
            case 0 -> {
                boolean more = random.nextBoolean();
                text.append("(struct.new " + (more ? "$more" : "$node") + " (local.get $o");
                text.append(random.nextInt(3) + ")");
                for (var field : fields.subList(0, more ? fields.size() : common)) {
                    maker.expression(unpacked(field), depth - 2);
                }
                text.append(')');
            }
            case 1 -> {
                // The next one, if there is one.
                text.append("(block $o (result (ref $node)) (br_on_non_null $o ");
                text.append("(struct.get $node 0 (local.get $o" + random.nextInt(3) + "))) ");
                text.append("(struct.new_default $more))");
            }
            case 2 -> {
                text.append(
                        "(block $o (result (ref $node)) (drop (block $no (result anyref) (br $o ");
                text.append("(br_on_cast_fail $no anyref (ref $more) (local.get $x)))))");
                text.append("(ref.as_non_null (local.get $o" + random.nextInt(3) + ")))");
            }
            case 3 -> {
                text.append("(select (result (ref null $node)) ");
                struct(0);
                struct(0);
                maker.expression("i32", depth - 1);
                text.append(')');
            }
            default -> text.append("(local.get $o" + random.nextInt(3) + ')');
        }
    }

    private void array(String element) {
        maker.text.append("(local.get $a" + element + ')');
    }

    private void place(int depth) {
        maker.text.append("(i32.and (i32.const " + (maker.rarely() ? 63 : 7) + ") ");
        maker.expression("i32", depth - 1);
        maker.text.append(')');
    }

    private void anything(int depth) {
        var text = maker.text;
        var random = maker.random;
        var element = ELEMENTS.get(random.nextInt(ELEMENTS.size()));
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                text.append("(ref.i31 ");
                maker.expression("i32", depth - 1);
                text.append(')');
            }
            case 2 -> struct(depth);
            case 3 -> {
                text.append("(array.new_data $" + element + "s $bytes (i32.and (i32.const 31) ");
                maker.expression("i32", depth - 1);
                text.append(") (i32.const " + random.nextInt(12) + "))");
            }
            case 4 -> {
                text.append("(array.new_fixed $" + element + "s 8");
                for (int i = 0; i < 8; i++) {
                    maker.expression(unpacked(element), 0);
                }
                text.append(')');
            }
            default -> array(element);
        }
    }

    /// A number that is in or about an object.
    void number(String type, int depth) {
        var text = maker.text;
        var random = maker.random;
        if (type.equals("i32") && random.nextBoolean()) {
            about(depth);
            return;
        }
        var kinds = ELEMENTS.stream().filter(kind -> unpacked(kind).equals(type)).toList();
        var element = kinds.get(random.nextInt(kinds.size()));
        var sign =
                element.length() < 4 && element.charAt(0) == 'i' && !element.matches("i32|i64")
                        ? maker.pick("_s", "_u")
                        : "";
        int field = fields.subList(0, common).indexOf(element);
        text.append(type.startsWith("f") ? "(select (local.tee $n" + type + ' ' : "");
        if (field >= 0 && random.nextBoolean()) {
            text.append("(struct.get" + sign + " $node " + (field + 1) + ' ');
            struct(depth - 1);
        } else {
            text.append("(array.get" + sign + " $" + element + "s ");
            array(element);
            place(depth);
        }
        text.append(')');
        if (type.startsWith("f")) {
            maker.canonical(type);
        }
    }

    private void about(int depth) {
        var text = maker.text;
        switch (maker.random.nextInt(6)) {
            case 0 ->
                    text.append("(array.len (local.get $a" + maker.pick("i8", "i64", "f32") + "))");
            case 1 -> {
                text.append(
                        "(ref.test (ref " + maker.pick("$more", "i31", "array", "$i8s", "struct"));
                text.append(") ");
                anything(depth - 1);
                text.append(')');
            }
            case 2 -> {
                text.append("(ref.eq ");
                struct(depth - 1);
                text.append("(local.get $o0))");
            }
            case 3 -> text.append("(ref.is_null (struct.get $node 0 (local.get $o1)))");
            case 4 -> {
                text.append("(if (result i32) (ref.test (ref i31) (local.get $x)) (then (i31.get");
                text.append(
                        maker.pick("_s", "_u") + " (ref.cast (ref i31) (local.get $x)))) (else ");
                maker.expression("i32", depth - 1);
                text.append("))");
            }
            default -> {
                text.append("(i31.get" + maker.pick("_s", "_u") + " (ref.i31 ");
                maker.expression("i32", depth - 1);
                text.append("))");
            }
        }
    }
}
