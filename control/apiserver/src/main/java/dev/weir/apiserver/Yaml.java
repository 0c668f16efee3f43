package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// YAML bodies, which are JSON in another dress.
final class Yaml {
    private static final int MAX_DEPTH = 512;

    private int values;

    private Yaml() {}

    /// The value in a body.
    ///
    /// @throws JsonException when it is not one YAML document
    static Json read(byte[] body) {
        var settings =
                LoadSettings.builder()
                        .setAllowDuplicateKeys(false)
                        .setMaxAliasesForCollections(20)
                        .setCodePointLimit(Exchange.MAX_BODY)
                        .build();
        try {
            return new Yaml()
                    .json(
                            new Load(settings)
                                    .loadFromString(new String(body, StandardCharsets.UTF_8)),
                            0);
        } catch (YamlEngineException | StackOverflowError e) {
            throw new JsonException("error converting YAML to JSON: yaml: " + e.getMessage());
        }
    }

    // An alias costs the document a few characters, and the value all that it stands for.
    private Json json(@Nullable Object value, int depth) {
        if (++values > Bodies.MOST_VALUES) {
            throw new JsonException(
                    "error converting YAML to JSON: more than " + Bodies.MOST_VALUES + " values");
        }
        if (depth > MAX_DEPTH) {
            throw new JsonException(
                    "error converting YAML to JSON: more than " + MAX_DEPTH + " levels");
        }
        return switch (value) {
            case null -> Json.NULL;
            case String text -> Json.of(text);
            case Boolean flag -> Json.of(flag);
            case Integer number -> Json.of(number.longValue());
            case Long number -> Json.of(number);
            case BigInteger number -> new Json.Dec(number.doubleValue());
            case Double number -> new Json.Dec(number);
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            default -> Json.of(value.toString());
        };
    }

    private Json object(Map<?, ?> map, int depth) {
        var members = new LinkedHashMap<String, Json>();
        map.forEach((key, value) -> members.put(String.valueOf(key), json(value, depth + 1)));
        return new Json.Obj(members);
    }

    private Json array(List<?> list, int depth) {
        var items = new ArrayList<Json>();
        list.forEach(item -> items.add(json(item, depth + 1)));
        return new Json.Arr(items);
    }

    /// The value as a YAML document.
    static byte[] write(Json value) {
        var settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(10_000)
                        .build();
        return new Dump(settings).dumpToString(plain(value)).getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Object plain(Json value) {
        return switch (value) {
            case Json.Null _ -> null;
            case Json.Str text -> text.value();
            case Json.Bool flag -> flag.value();
            case Json.Int number -> number.value();
            case Json.Dec number -> number.value();
            case Json.Arr array -> array.items().stream().map(Yaml::plain).toList();
            case Json.Obj object -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                object.members().forEach((name, member) -> map.put(name, plain(member)));
                yield map;
            }
        };
    }
}
