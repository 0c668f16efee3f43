package dev.weir.apiserver;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status.Cause;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One validation of a value against a schema. The checks, their order and their words are those of
/// the validator that kube-apiserver uses (k8s.io/kube-openapi/pkg/validation).
final class SchemaCheck {
    private static final String NOWHERE = "<nil>";
    private static final int PATTERNS_KEPT = 10_000;
    private static final Map<String, Optional<Pattern>> PATTERNS = new ConcurrentHashMap<>();

    private final List<Cause> causes = new ArrayList<>();

    /// The causes found, in order.
    static List<Cause> causes(Schema schema, Json value, String path) {
        var check = new SchemaCheck();
        check.value(schema, value, path);
        return check.causes;
    }

    private void value(Schema schema, Json value, String path) {
        type(schema, value, path);
        if (value == Json.NULL) {
            allowed(schema, value, path);
            return;
        }
        composites(schema, value, path);
        switch (value) {
            case Json.Str(var text) -> string(schema, text, path);
            case Json.Int _, Json.Dec _ -> number(schema, value, path);
            case Json.Arr array -> array(schema, array, path);
            case Json.Obj _, Json.Bool _, Json.Null _ -> {}
        }
        allowed(schema, value, path);
        if (value instanceof Json.Obj object) {
            object(schema, object, path);
        }
    }

    private void type(Schema schema, Json value, String path) {
        var expected = schema.is("x-kubernetes-int-or-string") ? "integer,string" : schema.type();
        if (expected.isEmpty() || fits(expected, schema, value)) {
            return;
        }
        var found = value.kind();
        causes.add(
                Causes.typeInvalid(
                        path,
                        Json.of(found),
                        "%s in body must be of type %s: %s"
                                .formatted(path, expected, Causes.quote(found))));
    }

    private static boolean fits(String expected, Schema schema, Json value) {
        return switch (value) {
            case Json.Null _ -> schema.is("nullable");
            case Json.Obj _ -> expected.equals("object");
            case Json.Arr _ -> expected.equals("array");
            case Json.Bool _ -> expected.equals("boolean");
            case Json.Str _ -> expected.contains("string");
            case Json.Int _ -> expected.contains("integer") || expected.equals("number");
            case Json.Dec(var number) ->
                    expected.equals("number")
                            || expected.contains("integer")
                                    && number == Math.rint(number)
                                    && Math.abs(number) < 1L << 53;
        };
    }

    private void composites(Schema schema, Json value, String path) {
        anyOf(branches(schema, "anyOf"), value, path);
        oneOf(branches(schema, "oneOf"), value, path);
        allOf(branches(schema, "allOf"), value, path);
        if (schema.rest().get("not") instanceof Json.Obj not
                && causes(Schema.of(not), value, path).isEmpty()) {
            composite("%s must not validate the schema (not)", path);
        }
    }

    private static List<Schema> branches(Schema schema, String keyword) {
        var list = schema.rest().array(keyword).items();
        return list.stream().map(branch -> Schema.of(branch.asObject())).toList();
    }

    private void composite(String text, String path) {
        causes.add(Causes.invalid(NOWHERE, "", text.formatted(Causes.quote(path))));
    }

    private void anyOf(List<Schema> branches, Json value, String path) {
        List<Cause> first = List.of();
        for (var branch : branches) {
            var found = causes(branch, value, path);
            if (found.isEmpty()) {
                return;
            }
            first = first.isEmpty() ? found : first;
        }
        if (!branches.isEmpty()) {
            composite("%s must validate at least one schema (anyOf)", path);
            causes.addAll(first);
        }
    }

    private void oneOf(List<Schema> branches, Json value, String path) {
        var valid = 0;
        List<Cause> first = List.of();
        for (var branch : branches) {
            var found = causes(branch, value, path);
            valid += found.isEmpty() ? 1 : 0;
            first = first.isEmpty() ? found : first;
        }
        if (branches.isEmpty() || valid == 1) {
            return;
        }
        composite(
                "%s must validate one and only one schema (oneOf). "
                        + (valid == 0
                                ? "Found none valid"
                                : "Found " + valid + " valid alternatives"),
                path);
        if (valid == 0) {
            causes.addAll(first);
        }
    }

    private void allOf(List<Schema> branches, Json value, String path) {
        var valid = 0;
        for (var branch : branches) {
            var found = causes(branch, value, path);
            valid += found.isEmpty() ? 1 : 0;
            causes.addAll(found);
        }
        if (valid < branches.size()) {
            composite(
                    "%s must validate all the schemas (allOf)"
                            + (valid == 0 ? ". None validated" : ""),
                    path);
        }
    }

    private void string(Schema schema, String text, String path) {
        var length = text.codePointCount(0, text.length());
        if (schema.rest().get("maxLength") instanceof Json.Int(var most) && length > most) {
            causes.add(Causes.tooLong(path, most));
        } else if (schema.rest().get("minLength") instanceof Json.Int(var least)
                && length < least) {
            invalid(path, Json.of(text), "should be at least " + least + " chars long");
        } else if (!schema.rest().string("pattern").isEmpty()) {
            var pattern = schema.rest().string("pattern");
            if (!matches(pattern, text)) {
                invalid(path, Json.of(text), "should match '" + pattern + "'");
            }
        }
        var format = schema.rest().string("format");
        if (!Formats.accepts(format, text)) {
            invalid(path, Json.of(text), "must be of type " + format + ": " + Causes.quote(text));
        }
    }

    /// Whether the pattern is one that RE2 knows (https://github.com/google/re2/wiki/Syntax).
    static boolean isPattern(String pattern) {
        return compile(pattern).isPresent();
    }

    /// Why the pattern is none, in Go's words.
    static String patternError(String pattern) {
        try {
            Pattern.compile(pattern);
            return "";
        } catch (PatternSyntaxException e) {
            return "error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`";
        }
    }

    private static boolean matches(String pattern, String text) {
        var compiled = compile(pattern);
        return compiled.isPresent() && compiled.get().matcher(text).find();
    }

    private static Optional<Pattern> compile(String pattern) {
        var known = PATTERNS.get(pattern);
        if (known != null) {
            return known;
        }
        if (PATTERNS.size() >= PATTERNS_KEPT) {
            PATTERNS.clear();
        }
        Optional<Pattern> compiled;
        try {
            compiled = Optional.of(Pattern.compile(pattern));
        } catch (PatternSyntaxException _) {
            compiled = Optional.empty();
        }
        PATTERNS.put(pattern, compiled);
        return compiled;
    }

    private void number(Schema schema, Json value, String path) {
        var rest = schema.rest();
        var number = decimal(value);
        var step = decimal(rest.get("multipleOf"));
        if (number == null) {
            return;
        }
        if (step != null && step.signum() > 0 && number.remainder(step).signum() != 0) {
            invalid(path, value, "should be a multiple of " + bound(step, value));
        }
        var most = decimal(rest.get("maximum"));
        if (most != null) {
            var exclusive = schema.is("exclusiveMaximum");
            if (number.compareTo(most) >= (exclusive ? 0 : 1)) {
                var words = exclusive ? "should be less than " : "should be less than or equal to ";
                invalid(path, value, words + bound(most, value));
            }
        }
        var least = decimal(rest.get("minimum"));
        if (least != null) {
            var exclusive = schema.is("exclusiveMinimum");
            if (number.compareTo(least) <= (exclusive ? 0 : -1)) {
                var words =
                        exclusive
                                ? "should be greater than "
                                : "should be greater than or equal to ";
                invalid(path, value, words + bound(least, value));
            }
        }
    }

    private static @Nullable BigDecimal decimal(@Nullable Json value) {
        return switch (value) {
            case Json.Int(var number) -> BigDecimal.valueOf(number);
            case Json.Dec(var number) -> BigDecimal.valueOf(number);
            case null, default -> null;
        };
    }

    private static String bound(BigDecimal bound, Json value) {
        var whole = bound.stripTrailingZeros().scale() <= 0;
        return whole && value instanceof Json.Int
                ? bound.toBigInteger().toString()
                : Causes.number(bound.doubleValue());
    }

    private void array(Schema schema, Json.Arr array, String path) {
        var items = array.items();
        if (schema.items() != null) {
            for (int i = 0; i < items.size(); i++) {
                value(schema.items(), items.get(i), path + "[" + i + "]");
            }
        }
        if (schema.rest().get("minItems") instanceof Json.Int(var least) && items.size() < least) {
            invalid(path, Json.of(items.size()), "should have at least " + least + " items");
        }
        if (schema.rest().get("maxItems") instanceof Json.Int(var most) && items.size() > most) {
            causes.add(Causes.tooMany(path, items.size(), most));
        }
    }

    private void allowed(Schema schema, Json value, String path) {
        var allowed = schema.rest().array("enum").items();
        if (allowed.isEmpty() || allowed.stream().anyMatch(one -> same(one, value))) {
            return;
        }
        var supported =
                allowed.stream()
                        .map(one -> one instanceof Json.Str(var text) ? text : Causes.text(one))
                        .toList();
        causes.add(Causes.unsupported(path, value, supported));
    }

    private static boolean same(Json one, Json other) {
        var number = decimal(one);
        var otherNumber = decimal(other);
        return number != null && otherNumber != null
                ? number.compareTo(otherNumber) == 0
                : one.equals(other);
    }

    private void object(Schema schema, Json.Obj object, String path) {
        var size = object.members().size();
        if (schema.rest().get("minProperties") instanceof Json.Int(var least) && size < least) {
            invalid(path, Json.of(size), "should have at least " + least + " properties");
        }
        if (schema.rest().get("maxProperties") instanceof Json.Int(var most) && size > most) {
            causes.add(Causes.tooMany(path, size, most));
        }
        object.members()
                .forEach((name, value) -> {
                    var known = schema.properties().get(name);
                    var member = known != null ? known : schema.additionalProperties();
                    if (member != null) {
                        value(member, value, child(path, name));
                    }
                });
        for (var name : schema.required()) {
            if (!object.has(name)) {
                causes.add(Causes.required(child(path, name), ""));
            }
        }
    }

    private void invalid(String path, Json value, String words) {
        causes.add(Causes.invalid(path, value, path + " in body " + words));
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
