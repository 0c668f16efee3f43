package dev.weir.cli;

import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.Query;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An object as people read it: names as words, one a line, and its events below.
final class Description {
    private static final Set<String> ABOVE =
            Set.of("name", "namespace", "labels", "annotations", "managedFields");
    private static final int KEY_WIDTH = 14;

    /// Members whose own members are the user's words.
    private static final Set<String> MAPS =
            Set.of("Data", "Binary Data", "Labels", "Match Labels", "Annotations", "Node Selector");

    private final Shell shell;
    private final Session session;
    private final Clock clock;

    Description(Shell shell, Session session, Clock clock) {
        this.shell = shell;
        this.session = session;
        this.clock = clock;
    }

    void print(Json.Obj object) {
        var metadata = object.object("metadata");
        pair("Name", metadata.string("name"));
        if (!metadata.string("namespace").isEmpty()) {
            pair("Namespace", metadata.string("namespace"));
        }
        map("Labels", metadata.object("labels"));
        map("Annotations", metadata.object("annotations").without(Application.LAST_APPLIED));
        pair("API Version", object.string("apiVersion"));
        pair("Kind", object.string("kind"));
        var rest = metadata;
        for (var name : ABOVE) {
            rest = rest.without(name);
        }
        member("Metadata", rest, "");
        boolean secret = object.string("kind").equals("Secret");
        object.members()
                .forEach((name, value) -> {
                    if (!Set.of("metadata", "apiVersion", "kind").contains(name)) {
                        boolean hidden = secret && name.equals("data");
                        member(words(name), hidden ? sizes(value) : value, "");
                    }
                });
        events(object);
        shell.out().flush();
    }

    private void pair(String key, String value) {
        line(pad(key + ":") + value);
    }

    private void line(String text) {
        shell.out().println(Shell.visible(text));
    }

    private static String pad(String key) {
        return key + " ".repeat(Math.max(1, KEY_WIDTH - key.length()));
    }

    private void map(String key, Json.Obj map) {
        if (map.isEmpty()) {
            pair(key, "<none>");
            return;
        }
        var head = pad(key + ":");
        for (var member : map.members().entrySet()) {
            line(head + member.getKey() + ": " + scalar(member.getValue()));
            head = " ".repeat(KEY_WIDTH);
        }
    }

    private void member(String key, Json value, String indent) {
        switch (value) {
            case Json.Obj object -> {
                line(indent + key + ":" + (object.isEmpty() ? "  <none>" : ""));
                boolean map = MAPS.contains(key);
                object.members()
                        .forEach((name, inner) ->
                                member(map ? name : words(name), inner, indent + "  "));
            }
            case Json.Arr array -> {
                shell.out()
                        .println(indent + key + ":" + (array.items().isEmpty() ? "  <none>" : ""));
                array.items().forEach(item -> item(item, indent + "  "));
            }
            case Json.Str text when text.value().contains("\n") -> {
                line(indent + key + ":");
                text.value().lines().forEach(row -> line(indent + "  " + row));
            }
            default -> line(indent + key + ":  " + scalar(value));
        }
    }

    private void item(Json item, String indent) {
        if (item instanceof Json.Obj object) {
            object.members().forEach((name, inner) -> member(words(name), inner, indent));
            shell.out().println();
        } else {
            line(indent + scalar(item));
        }
    }

    private static String scalar(Json value) {
        return value instanceof Json.Str text
                ? text.value()
                : new String(value.bytes(), StandardCharsets.UTF_8);
    }

    /// What a secret holds, without saying it.
    private static Json sizes(Json value) {
        return switch (value) {
            case Json.Obj object -> {
                var sizes = Json.Obj.EMPTY;
                for (var member : object.members().entrySet()) {
                    sizes = sizes.with(member.getKey(), sizes(member.getValue()));
                }
                yield sizes;
            }
            case Json.Str text when text.value().matches("[A-Za-z0-9+/]*={0,2}") ->
                    Json.of(text.value().length() * 3L / 4 + " bytes");
            default -> value;
        };
    }

    private static String words(String name) {
        if (!name.matches("[A-Za-z][A-Za-z0-9]*")) {
            return name;
        }
        var spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        var capital = Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
        return capital.equals("Uid") ? "UID" : capital;
    }

    private void events(Json.Obj object) {
        var found = find(object);
        if (found.isEmpty()) {
            pair("Events", "<none>");
            return;
        }
        shell.out().println("Events:");
        var rows = new ArrayList<List<String>>();
        for (var event : found) {
            var times = event.count() > 1 ? " (x" + event.count() + ")" : "";
            rows.add(
                    List.of(
                            "  " + event.type(),
                            Shell.visible(event.reason()),
                            age(time(event)) + times,
                            Shell.visible(event.reportingComponent()),
                            Shell.visible(event.message().strip().replaceAll("\\R", " "))));
        }
        new Grid(shell).print(List.of("  Type", "Reason", "Age", "From", "Message"), rows);
    }

    private List<Event> find(Json.Obj object) {
        var metadata = object.object("metadata");
        var namespace = metadata.string("namespace");
        var query =
                Query.in(namespace.isEmpty() ? "default" : namespace)
                        .fields("involvedObject.uid=" + metadata.string("uid"));
        return session.client().list(Event.TYPE, query).items().stream()
                .sorted(Comparator.comparing(Description::time))
                .toList();
    }

    private static Instant time(Event event) {
        for (var time :
                new @Nullable Instant[] {
                    event.lastTimestamp(),
                    event.eventTime(),
                    event.firstTimestamp(),
                    event.metadata().creationTimestamp()
                }) {
            if (time != null) {
                return time;
            }
        }
        return Instant.EPOCH;
    }

    private String age(Instant time) {
        var age = Duration.between(time, clock.instant());
        if (age.toSeconds() < 120) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toMinutes() < 120) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
