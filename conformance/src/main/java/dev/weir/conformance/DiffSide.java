package dev.weir.conformance;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One of two servers in a scenario, with what it answered so far.
final class DiffSide {
    private final ServerClient server;
    private final Map<String, String> words = new LinkedHashMap<>();
    private final Map<String, String> known = new LinkedHashMap<>();

    DiffSide(ServerClient server, String namespace) {
        this.server = server;
        words.put("$ns", namespace);
    }

    /// The answer to a request. A server that breaks off has given one, too.
    DiffAnswer send(DiffRequest request) throws InterruptedException {
        HttpResponse<byte[]> response;
        try {
            response = server.send(request.on(server, this::filled));
        } catch (IOException e) {
            return new DiffAnswer(0, "", List.of(), Json.of(String.valueOf(e.getMessage())));
        }
        remember(request.label(), response);
        return DiffAnswer.of(response, known);
    }

    private String filled(String text) {
        for (var word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text;
    }

    private void remember(String label, HttpResponse<byte[]> response) {
        Json body;
        try {
            body = Json.parse(response.body());
        } catch (JsonException _) {
            return;
        }
        if (body instanceof Json.Obj object) {
            var metadata =
                    object.get("metadata") instanceof Json.Obj found ? found : Json.Obj.EMPTY;
            remember(label, "rv", metadata, "resourceVersion");
            remember(label, "uid", metadata, "uid");
            remember(label, "continue", metadata, "continue");
        }
    }

    private void remember(String label, String word, Json.Obj metadata, String member) {
        if (metadata.get(member) instanceof Json.Str(var value) && !value.isEmpty()) {
            words.put("${" + label + "." + word + "}", value);
            known.put(value, word);
        }
    }
}
