package dev.weir.cli;

import dev.weir.resource.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// JSON values as YAML documents, and back. Reads YAML 1.2; writes what readers of YAML 1.1, as
/// kubectl is one, take for the same.
final class Yaml {
    private static final int MAX_CHARACTERS = 64 << 20;
    private static final int MAX_DEPTH = 200;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    /// Plain texts that YAML 1.1 reads as something else: truth values, numbers in other bases,
    /// with underscores or in sixties, and dates.
    private static final Pattern AMBIGUOUS =
            Pattern.compile(
                    "(?i)y|n|yes|no|on|off|true|false|null|~"
                            + "|[-+]?(0x[\\da-f_]+|0b[01_]+|\\.inf|\\.nan)"
                            + "|[-+]?\\.?\\d[\\d_,]*(\\.[\\d_]*)?(e[-+]?\\d+)?"
                            + "|[-+]?\\d[\\d_]*(:[0-5]?\\d)+(\\.\\d*)?"
                            + "|\\d{4}-\\d\\d?-\\d\\d?.*");

    private Yaml() {}

    /// The documents of a text, empty ones left out.
    ///
    /// @param from where the text is from, for messages
    static List<Json> read(String text, String from) {
        var settings =
                LoadSettings.builder()
                        .setLabel(from)
                        .setCodePointLimit(MAX_CHARACTERS)
                        .setAllowDuplicateKeys(false)
                        .build();
        var documents = new ArrayList<Json>();
        try {
            for (var document : new Load(settings).loadAllFromString(text)) {
                if (document != null) {
                    documents.add(json(document, from, 0));
                }
            }
        } catch (MarkedYamlEngineException e) {
            var at = e.getProblemMark();
            var where =
                    at.map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                            .orElse("");
            throw new Problem(from + where + ": no YAML: " + e.getProblem(), e);
        } catch (YamlEngineException | StackOverflowError e) {
            throw new Problem(from + ": no YAML: " + e.getMessage(), e);
        }
        return documents;
    }

    private static Json json(@Nullable Object value, String from, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Problem(from + ": nested more than " + MAX_DEPTH + " levels deep");
        }
        return switch (value) {
            case null -> Json.NULL;
            case String text -> Json.of(text);
            case Boolean flag -> Json.of(flag);
            case Integer number -> Json.of(number.longValue());
            case Long number -> Json.of(number);
            case BigInteger number -> new Json.Dec(number.doubleValue());
            case Double number when Double.isFinite(number) -> new Json.Dec(number);
            case Map<?, ?> map -> {
                var members = new LinkedHashMap<String, Json>();
                map.forEach((key, member) ->
                        members.put(String.valueOf(key), json(member, from, depth + 1)));
                yield new Json.Obj(members);
            }
            case List<?> list -> {
                var items = new ArrayList<Json>();
                list.forEach(item -> items.add(json(item, from, depth + 1)));
                yield new Json.Arr(items);
            }
            default -> throw new Problem(from + ": " + value + " has no JSON form");
        };
    }

    /// The value as one document, without a leading marker.
    static String write(Json value) {
        var settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(10_000)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings, new Quoting(settings)).dumpToString(plain(value));
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

    /// Quotes the texts that readers would disagree about.
    private static final class Quoting extends StandardRepresenter {
        Quoting(DumpSettings settings) {
            super(settings);
            var usual = representers.get(String.class);
            representers.put(
                    String.class,
                    text ->
                            usual == null || quoted((String) text)
                                    ? representScalar(
                                            Tag.STR, (String) text, ScalarStyle.DOUBLE_QUOTED)
                                    : usual.representData(text));
        }

        private static boolean quoted(String text) {
            return text.indexOf(BYTE_ORDER_MARK) >= 0 || AMBIGUOUS.matcher(text).matches();
        }
    }
}
