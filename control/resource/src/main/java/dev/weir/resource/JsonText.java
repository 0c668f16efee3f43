package dev.weir.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads the text form of [Json].
final class JsonText {
    /// The greatest nesting of objects and arrays that is read.
    static final int MAX_DEPTH = 512;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    private final JsonParser parser;
    private final @Nullable Consumer<String> duplicates;
    private final int most;
    private int values;

    private JsonText(JsonParser parser, @Nullable Consumer<String> duplicates, int most) {
        this.parser = parser;
        this.duplicates = duplicates;
        this.most = most;
    }

    /// The one value in the text.
    ///
    /// @param duplicates takes the path of each member that comes again, whose last value then
    ///   wins; null refuses them
    /// @param most how many values there may be
    static Json parse(byte[] text, @Nullable Consumer<String> duplicates, int most) {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            var reader = new JsonText(parser, duplicates, most);
            var value = reader.value(parser.nextToken());
            if (parser.nextToken() != null) {
                throw reader.error("expected the end of the text");
            }
            return value;
        } catch (JacksonException e) {
            throw error(e.getLocation(), problem(e));
        }
    }

    // Where an open object or array began is told as a place in a source that it does not name.
    private static String problem(JacksonException e) {
        return e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
    }

    private Json value(@Nullable JsonToken token) {
        if (++values > most) {
            throw error("expected at most " + most + " values, found more");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> new Json.Str(parser.getString());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> Json.Bool.TRUE;
            case VALUE_FALSE -> Json.Bool.FALSE;
            case VALUE_NULL -> Json.NULL;
            case null, default -> throw error("expected a value, found the end of the text");
        };
    }

    private Json object() {
        var name = parser.nextName();
        if (name == null) {
            return Json.Obj.EMPTY;
        }
        var members = new LinkedHashMap<String, Json>();
        while (name != null) {
            if (members.put(name, value(parser.nextToken())) != null) {
                duplicate(path(parser.streamReadContext()));
            }
            name = parser.nextName();
        }
        return new Json.Obj(members);
    }

    private void duplicate(String path) {
        if (duplicates == null) {
            throw error("duplicate field \"" + path + "\"");
        }
        duplicates.accept(path);
    }

    private Json array() {
        var token = parser.nextToken();
        if (token == JsonToken.END_ARRAY) {
            return Json.Arr.EMPTY;
        }
        var items = new ArrayList<Json>();
        while (token != JsonToken.END_ARRAY) {
            items.add(value(token));
            token = parser.nextToken();
        }
        return new Json.Arr(items);
    }

    private Json integer() {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? decimal()
                : new Json.Int(parser.getLongValue());
    }

    private Json decimal() {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw error("number out of range");
        }
        return new Json.Dec(value);
    }

    /// The path as Kubernetes writes it: `spec.items[2].name`.
    private static String path(TokenStreamContext context) {
        var parent = context.getParent();
        var before = parent == null ? "" : path(parent);
        if (context.inArray()) {
            return before + "[" + context.getCurrentIndex() + "]";
        }
        var name = context.inObject() ? context.currentName() : null;
        if (name == null) {
            return before;
        }
        return before.isEmpty() ? name : before + "." + name;
    }

    private JsonException error(String problem) {
        return error(parser.currentTokenLocation(), problem);
    }

    private static JsonException error(@Nullable TokenStreamLocation where, String problem) {
        return new JsonException(
                where == null || where.getLineNr() < 1
                        ? problem
                        : "%s at line %d, column %d"
                                .formatted(problem, where.getLineNr(), where.getColumnNr()));
    }
}
