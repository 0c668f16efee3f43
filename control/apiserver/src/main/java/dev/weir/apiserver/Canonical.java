package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads JSON as Go's typed decoder does, and gives it back as Go's encoder writes it (package
/// `encoding/json`, with Kubernetes' strict mode).
final class Canonical {
    private static final Message METADATA =
            TypeTable.BUILT_IN.message(TypeTable.META + "ObjectMeta");

    private final String kind;
    private final String version;
    private final List<String> unknownPaths;

    Canonical(String kind, String version, List<String> unknownPaths) {
        this.kind = kind;
        this.version = version;
        this.unknownPaths = unknownPaths;
    }

    /// The canonical form of a whole object.
    ///
    /// @param type null for a custom kind
    Json.Obj object(@Nullable Message type, Json.Obj object) {
        var out = new LinkedHashMap<String, Json>();
        for (var name : List.of("kind", "apiVersion")) {
            if (object.get(name) instanceof Json value && value != Json.NULL) {
                out.put(name, scalar(Shape.Scalar.STRING, value, root(kind, name)));
            }
        }
        if (type != null) {
            members(type, object, Place.TOP, out);
            return new Json.Obj(out);
        }
        object.members()
                .forEach((name, value) -> {
                    if (name.equals("metadata")) {
                        out.put(name, metadata(value));
                    } else {
                        out.putIfAbsent(name, value);
                    }
                });
        return new Json.Obj(out);
    }

    private Json metadata(Json value) {
        if (value == Json.NULL) {
            return Json.Obj.EMPTY;
        }
        if (!(value instanceof Json.Obj)) {
            throw refused(Patches.unmarshalError(value, "v1.ObjectMeta"));
        }
        var out = new LinkedHashMap<String, Json>();
        members(METADATA, value.asObject(), new Place("", "", "metadata", ""), out);
        return new Json.Obj(out);
    }

    /// Where a value stands.
    ///
    /// @param struct the Go struct that holds the member
    /// @param field the path without indexes and keys, for errors
    /// @param path the whole path, for unknown members
    private record Place(String struct, String field, String path, String goName) {
        static final Place TOP = new Place("", "", "", "");

        Place member(Message owner, Member member) {
            return new Place(
                    owner.shortName(),
                    SchemaCheck.child(field, member.name()),
                    SchemaCheck.child(path, member.name()),
                    member.goName());
        }

        Place item(int index) {
            return new Place(struct, field, path + "[" + index + "]", goName);
        }

        Place key(String key) {
            return new Place(struct, field, path + "." + key, goName);
        }
    }

    private static Place root(String struct, String name) {
        return new Place(struct, name, name, "");
    }

    private void members(
            Message type, Json.Obj object, Place place, LinkedHashMap<String, Json> out) {
        for (var member : type.members().values()) {
            var here = place.member(type, member);
            var value = object.get(member.name());
            var read =
                    value == null || value == Json.NULL ? null : value(member.shape(), value, here);
            var written = written(member, read, here);
            if (written != null) {
                out.put(member.name(), written);
            }
        }
        for (var name : object.members().keySet()) {
            var root = place == Place.TOP && (name.equals("kind") || name.equals("apiVersion"));
            if (!root && type.member(name) == null) {
                unknownPaths.add(SchemaCheck.child(place.path(), name));
            }
        }
    }

    /// What Go's encoder writes for a member, or null where it leaves it out.
    private @Nullable Json written(Member member, @Nullable Json read, Place place) {
        if (read == null) {
            return absent(member, place);
        }
        if (member.pointer() || member.required() || member.shape() instanceof Shape.Ref) {
            return read;
        }
        return isZero(read) ? null : read;
    }

    private @Nullable Json absent(Member member, Place place) {
        if (member.pointer()) {
            return null;
        }
        return switch (member.shape()) {
            case Shape.Ref(var type) -> {
                var out = new LinkedHashMap<String, Json>();
                members(TypeTable.BUILT_IN.message(type), Json.Obj.EMPTY, place, out);
                yield new Json.Obj(out);
            }
            case Shape.Scalar scalar
                    when scalar == Shape.Scalar.TIME || scalar == Shape.Scalar.MICROTIME ->
                    member.omitZero() ? null : Json.NULL;
            case Shape.Scalar scalar -> member.required() ? zero(scalar) : null;
            case Shape.ListOf _, Shape.MapOf _ -> member.required() ? Json.NULL : null;
        };
    }

    private static Json zero(Shape.Scalar scalar) {
        return switch (scalar) {
            case STRING, BYTES -> Json.of("");
            case BOOL -> Json.of(false);
            case INT32, INT64, DOUBLE -> Json.of(0);
            case TIME, MICROTIME, JSON, STRINGS -> Json.NULL;
        };
    }

    static boolean isZero(Json value) {
        return switch (value) {
            case Json.Str(var text) -> text.isEmpty();
            case Json.Bool(var flag) -> !flag;
            case Json.Int(var number) -> number == 0;
            case Json.Dec(var number) -> number == 0;
            case Json.Arr(var items) -> items.isEmpty();
            case Json.Obj(var members) -> members.isEmpty();
            case Json.Null _ -> true;
        };
    }

    private Json value(Shape shape, Json value, Place place) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar(scalar, value, place);
            case Shape.Ref(var type) -> message(TypeTable.BUILT_IN.message(type), value, place);
            case Shape.ListOf(var item) -> list(item, value, place);
            case Shape.MapOf(var item) -> map(item, value, place);
        };
    }

    private Json message(Message type, Json value, Place place) {
        if (type.union()) {
            return union(type, value, place);
        }
        if (value == Json.NULL) {
            return message(type, Json.Obj.EMPTY, place);
        }
        if (!(value instanceof Json.Obj object)) {
            throw mismatch(value, place, "v1." + type.shortName());
        }
        var out = new LinkedHashMap<String, Json>();
        members(type, object, place, out);
        return new Json.Obj(out);
    }

    private Json union(Message type, Json value, Place place) {
        for (var member : type.members().values()) {
            var fits =
                    switch (member.shape()) {
                        case Shape.Ref _ -> value instanceof Json.Obj;
                        case Shape.ListOf _ -> value instanceof Json.Arr;
                        case Shape.Scalar _, Shape.MapOf _ -> value instanceof Json.Bool;
                    };
            if (fits) {
                return value(member.shape(), value, place);
            }
        }
        throw mismatch(value, place, "v1." + type.shortName());
    }

    private Json list(Shape item, Json value, Place place) {
        if (!(value instanceof Json.Arr array)) {
            throw mismatch(value, place, "[]" + goName(item, place));
        }
        var out = new ArrayList<Json>();
        for (int i = 0; i < array.items().size(); i++) {
            out.add(element(item, array.items().get(i), place.item(i)));
        }
        return new Json.Arr(out);
    }

    private Json map(Shape item, Json value, Place place) {
        if (!(value instanceof Json.Obj object)) {
            throw mismatch(value, place, "map[string]" + goName(item, place));
        }
        var out = new TreeMap<String, Json>();
        object.members().forEach((key, one) -> out.put(key, element(item, one, place.key(key))));
        return new Json.Obj(out);
    }

    private Json element(Shape item, Json value, Place place) {
        if (value == Json.NULL) {
            return item instanceof Shape.Scalar scalar ? zero(scalar) : value(item, value, place);
        }
        return value(item, value, place);
    }

    private Json scalar(Shape.Scalar scalar, Json value, Place place) {
        return switch (scalar) {
            case STRING -> value instanceof Json.Str ? value : fail(scalar, value, place);
            case BOOL -> value instanceof Json.Bool ? value : fail(scalar, value, place);
            case INT64 -> value instanceof Json.Int ? value : fail(scalar, value, place);
            case INT32 ->
                    value instanceof Json.Int(var number) && number == (int) number
                            ? value
                            : fail(scalar, value, place);
            case DOUBLE ->
                    value instanceof Json.Int || value instanceof Json.Dec
                            ? value
                            : fail(scalar, value, place);
            case BYTES -> bytes(value, place);
            case TIME, MICROTIME -> time(scalar, value, place);
            case JSON -> value;
            case STRINGS -> list(Shape.Scalar.STRING, value, place);
        };
    }

    private Json bytes(Json value, Place place) {
        if (!(value instanceof Json.Str(var text))) {
            return fail(Shape.Scalar.BYTES, value, place);
        }
        try {
            var plain = text.replace("\n", "").replace("\r", "");
            if (plain.length() % 4 != 0) {
                throw new IllegalArgumentException("length");
            }
            return Json.of(Base64.getEncoder().encodeToString(Base64.getDecoder().decode(plain)));
        } catch (IllegalArgumentException _) {
            throw refused("illegal base64 data at input byte " + badBase64(text));
        }
    }

    private static int badBase64(String text) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
                    && c != '+'
                    && c != '/'
                    && c != '\n'
                    && c != '\r') {
                return i;
            }
        }
        return text.length() / 4 * 4;
    }

    private Json time(Shape.Scalar scalar, Json value, Place place) {
        if (!(value instanceof Json.Str(var text))) {
            return fail(scalar, value, place);
        }
        var time = Times.parse(text);
        var micro = scalar == Shape.Scalar.MICROTIME;
        if (time == null) {
            throw badTime(text, micro, text, "2006");
        }
        var rest = text.substring("2006-01-02T15:04:05".length());
        if (micro && !rest.matches("\\.[0-9]{6}[^0-9].*")) {
            throw badTime(text, true, rest, ".000000");
        }
        return Json.of(micro ? Times.micros(time) : Times.seconds(time));
    }

    private StatusException badTime(String text, boolean micro, String rest, String part) {
        return refused(
                "parsing time %s as \"2006-01-02T15:04:05%sZ07:00\": cannot parse %s as \"%s\""
                        .formatted(
                                Causes.quote(text),
                                micro ? ".000000" : "",
                                Causes.quote(rest),
                                part));
    }

    private Json fail(Shape.Scalar scalar, Json value, Place place) {
        throw mismatch(value, place, goName(scalar, place));
    }

    private static String goName(Shape shape, Place place) {
        if (!place.goName().isEmpty()) {
            return place.goName();
        }
        return switch (shape) {
            case Shape.Scalar scalar -> scalar.goName();
            case Shape.Ref(var type) -> "v1." + type.substring(type.lastIndexOf('.') + 1);
            case Shape.ListOf(var item) -> "[]" + goName(item, place);
            case Shape.MapOf(var item) -> "map[string]" + goName(item, place);
        };
    }

    private StatusException mismatch(Json value, Place place, String goName) {
        var found =
                switch (value) {
                    case Json.Obj _ -> "object";
                    case Json.Arr _ -> "array";
                    case Json.Str _ -> "string";
                    case Json.Bool _ -> "bool";
                    case Json.Null _ -> "null";
                    case Json.Int(var number) when goName.startsWith("int") -> "number " + number;
                    case Json.Dec(var number) when goName.startsWith("int") -> "number " + number;
                    case Json.Int _, Json.Dec _ -> "number";
                };
        return refused(
                "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                        .formatted(found, place.struct(), place.field(), goName));
    }

    private StatusException refused(String why) {
        return Refusals.unhandled(kind, version, why);
    }
}
