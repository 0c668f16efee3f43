package dev.weir.cli;

import dev.weir.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/// JSON for people: a member a line, indented by four spaces as kubectl does.
final class PrettyJson {
    private static final String INDENT = "    ";

    private final StringBuilder out = new StringBuilder();

    private PrettyJson() {}

    static String write(Json value) {
        var writer = new PrettyJson();
        writer.value(value, "");
        return writer.out.append('\n').toString();
    }

    private void value(Json value, String indent) {
        switch (value) {
            case Json.Obj object when !object.isEmpty() -> {
                out.append("{\n");
                var members = object.members().entrySet().iterator();
                while (members.hasNext()) {
                    var member = members.next();
                    out.append(indent).append(INDENT);
                    compact(Json.of(member.getKey()));
                    out.append(": ");
                    value(member.getValue(), indent + INDENT);
                    end(members);
                }
                out.append(indent).append('}');
            }
            case Json.Arr array when !array.items().isEmpty() -> {
                out.append("[\n");
                var items = array.items().iterator();
                while (items.hasNext()) {
                    out.append(indent).append(INDENT);
                    value(items.next(), indent + INDENT);
                    end(items);
                }
                out.append(indent).append(']');
            }
            default -> compact(value);
        }
    }

    private void compact(Json value) {
        out.append(new String(value.bytes(), StandardCharsets.UTF_8));
    }

    private void end(Iterator<?> rest) {
        out.append(rest.hasNext() ? ",\n" : "\n");
    }
}
