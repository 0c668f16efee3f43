package dev.weir.resource;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// The text form of [Json]: reading and writing.
final class JsonText {
    /// The greatest nesting of objects and arrays that is read.
    static final int MAX_DEPTH = 512;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(1_000)
                                    .build())
                    .build();

    private JsonText() {}

    /// The value in the text; a duplicate member is an error.
    static Json parse(byte[] text) {
        return read(text, null);
    }

    /// The value in the text; of a duplicate member the last value holds, and its path goes to
    /// `duplicates`.
    static Json parse(byte[] text, Consumer<String> duplicates) {
        return read(text, duplicates);
    }

    private static Json read(byte[] text, @Nullable Consumer<String> duplicates) {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            var first = parser.nextToken();
            if (first == null) {
                throw new JsonException("expected a JSON value, found the end of the text");
            }
            var value = value(parser, first, "", duplicates);
            if (parser.nextToken() != null) {
                throw error(parser, "expected the end of the text");
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonException(e.getOriginalMessage() + place(e.getLocation()));
        }
    }

    private static Json value(
            JsonParser parser,
            JsonToken token,
            String path,
            @Nullable Consumer<String> duplicates) {
        return switch (token) {
            case START_OBJECT -> object(parser, path, duplicates);
            case START_ARRAY -> array(parser, path, duplicates);
            case VALUE_STRING -> new Json.Str(parser.getString());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> Json.Bool.TRUE;
            case VALUE_FALSE -> Json.Bool.FALSE;
            case VALUE_NULL -> Json.NULL;
            default -> throw error(parser, "expected a value, found " + token);
        };
    }

    private static Json.Obj object(
            JsonParser parser, String path, @Nullable Consumer<String> duplicates) {
        var members = new LinkedHashMap<String, Json>();
        while (next(parser) != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var here = path.isEmpty() ? name : path + "." + name;
            var old = members.put(name, value(parser, next(parser), here, duplicates));
            if (old == null) {
                continue;
            }
            if (duplicates == null) {
                throw error(parser, "duplicate field \"" + here + "\"");
            }
            duplicates.accept(here);
        }
        return new Json.Obj(members);
    }

    private static Json.Arr array(
            JsonParser parser, String path, @Nullable Consumer<String> duplicates) {
        var items = new ArrayList<Json>();
        for (var token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
            items.add(value(parser, token, path + "[" + items.size() + "]", duplicates));
        }
        return new Json.Arr(items);
    }

    private static JsonToken next(JsonParser parser) {
        var token = parser.nextToken();
        if (token == null) {
            throw error(parser, "unexpected end of the text");
        }
        return token;
    }

    private static Json integer(JsonParser parser) {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new Json.Int(parser.getLongValue());
            default -> decimal(parser);
        };
    }

    private static Json decimal(JsonParser parser) {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw error(parser, "the number is outside the range of a double");
        }
        return new Json.Dec(value);
    }

    private static JsonException error(JsonParser parser, String message) {
        return new JsonException(message + place(parser.currentLocation()));
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    static byte[] write(Json value) {
        var out = new ByteArrayOutputStream(256);
        try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(generator, value);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, Json value) {
        switch (value) {
            case Json.Obj object -> {
                generator.writeStartObject();
                object.members()
                        .forEach((name, member) -> {
                            generator.writeName(name);
                            write(generator, member);
                        });
                generator.writeEndObject();
            }
            case Json.Arr array -> {
                generator.writeStartArray();
                array.items().forEach(item -> write(generator, item));
                generator.writeEndArray();
            }
            case Json.Str string -> generator.writeString(string.value());
            case Json.Int number -> generator.writeNumber(number.value());
            case Json.Dec number -> generator.writeNumber(number.value());
            case Json.Bool flag -> generator.writeBoolean(flag.value());
            case Json.Null _ -> generator.writeNull();
        }
    }
}
