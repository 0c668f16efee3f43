package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.resource.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of Kubernetes' golden objects in its three forms, made into something that a client may
/// create.
///
/// The golden objects fill every member with a word made of its name. That is no valid name and no
/// valid event type, and some members belong to the server; those are changed in each form by means
/// of its own, so that all else reaches the server as it stands in the file.
record GoldenObject(Json.Obj json, String yaml, byte[] protobuf) {
    /// Members of the metadata that a client may set, and their numbers (ObjectMeta,
    /// generated.proto).
    private static final Map<String, Integer> KEPT =
            Map.of("name", 1, "namespace", 3, "labels", 11, "annotations", 12);

    /// The length of the magic number in front of Kubernetes' protobuf.
    private static final int MAGIC = 4;

    /// Members that are changed in a kind, with their numbers: dropped, or given a valid value.
    record Change(String member, int number, @Nullable String value) {}

    static GoldenObject read(Path folder, String name, List<Change> changes) throws IOException {
        var json = Json.parse(valid(Files.readAllBytes(folder.resolve(name + ".json")))).asObject();
        var yaml = new String(valid(Files.readAllBytes(folder.resolve(name + ".yaml"))), UTF_8);
        var protobuf = valid(Files.readAllBytes(folder.resolve(name + ".pb")));
        return new GoldenObject(
                json(json, changes), yaml(yaml, changes), protobuf(protobuf, changes));
    }

    /// Names in lower case: as long as before, which leaves the lengths in protobuf true.
    private static byte[] valid(byte[] bytes) {
        return new String(bytes, ISO_8859_1)
                .replace("nameValue", "namevalue")
                .replace("namespaceValue", "namespacevalue")
                .getBytes(ISO_8859_1);
    }

    private static Json.Obj json(Json.Obj object, List<Change> changes) {
        var metadata = new LinkedHashMap<>(object.object("metadata").members());
        metadata.keySet().retainAll(KEPT.keySet());
        var result = object.with("metadata", new Json.Obj(metadata));
        for (var change : changes) {
            result =
                    change.value == null
                            ? result.without(change.member)
                            : result.with(change.member, Json.of(change.value));
        }
        return result;
    }

    private static String yaml(String text, List<Change> changes) {
        var lines = new ArrayList<String>();
        var top = "";
        boolean dropped = false;
        for (var line : text.split("\n", -1)) {
            int indent = line.length() - line.stripLeading().length();
            var member = line.strip().replaceFirst(":.*", "");
            boolean item = line.strip().startsWith("- ");
            if (indent == 0 && !item) {
                top = member;
                var change = changed(changes, member);
                dropped = change != null;
                if (change != null && change.value != null) {
                    lines.add(member + ": " + change.value);
                }
            } else if (indent == 2 && !item && top.equals("metadata")) {
                dropped = !KEPT.containsKey(member);
            }
            if (!dropped) {
                lines.add(line);
            }
        }
        return String.join("\n", lines);
    }

    private static @Nullable Change changed(List<Change> changes, String member) {
        return changes.stream().filter(c -> c.member.equals(member)).findFirst().orElse(null);
    }

    /// The magic number, then `Unknown` (k8s.io/apimachinery/pkg/runtime), whose field 2 holds the
    /// object.
    private static byte[] protobuf(byte[] bytes, List<Change> changes) {
        var envelope = new ArrayList<WireField>();
        for (var field : WireField.all(Arrays.copyOfRange(bytes, MAGIC, bytes.length))) {
            envelope.add(
                    field.number() == 2
                            ? WireField.of(2, message(field.content(), changes))
                            : field);
        }
        var result = new ByteArrayOutputStream();
        result.write(bytes, 0, MAGIC);
        result.writeBytes(WireField.message(envelope));
        return result.toByteArray();
    }

    private static byte[] message(byte[] object, List<Change> changes) {
        var fields = new ArrayList<WireField>();
        for (var field : WireField.all(object)) {
            var change = changes.stream().filter(c -> c.number == field.number()).findFirst();
            if (field.number() == 1) {
                fields.add(WireField.of(1, metadata(field.content())));
            } else if (change.isEmpty()) {
                fields.add(field);
            } else if (change.get().value != null) {
                fields.add(WireField.of(field.number(), change.get().value.getBytes(UTF_8)));
            }
        }
        return WireField.message(fields);
    }

    private static byte[] metadata(byte[] metadata) {
        var fields = new ArrayList<>(WireField.all(metadata));
        fields.removeIf(field -> !KEPT.containsValue(field.number()));
        return WireField.message(fields);
    }
}
