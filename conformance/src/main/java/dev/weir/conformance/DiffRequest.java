package dev.weir.conformance;

import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A request that is sent to two servers.
///
/// @param label by which later requests of the scenario name what it answered; empty for none
/// @param method the HTTP method
/// @param path path and query, encoded but for `$ns` and `${label.rv}` and the like
/// @param headers names and values
/// @param body empty for none
record DiffRequest(
        String label, String method, String path, Map<String, String> headers, String body) {
    /// Reads a block of lines: `[label = ]METHOD path`, headers, body.
    static DiffRequest parse(String block) {
        var lines = block.split("\n", -1);
        var first = lines[0].split(" ", -1);
        boolean labelled = first.length == 4 && first[1].equals("=");
        if (!labelled && first.length != 2) {
            throw new IllegalArgumentException(lines[0] + ": expected [label = ]METHOD path");
        }
        var headers = new LinkedHashMap<String, String>();
        int at = 1;
        while (at < lines.length && lines[at].matches("[A-Z][A-Za-z-]*: .*")) {
            var header = lines[at++].split(": ", 2);
            headers.put(header[0], header[1]);
        }
        var body = String.join("\n", java.util.Arrays.asList(lines).subList(at, lines.length));
        int word = labelled ? 2 : 0;
        return new DiffRequest(
                labelled ? first[0] : "", first[word], first[word + 1], headers, body);
    }

    /// This request under a name.
    DiffRequest labelled(String name) {
        return new DiffRequest(name, method, path, headers, body);
    }

    /// This request for a server.
    ///
    /// @param words puts in what the server answered before
    HttpRequest.Builder on(ServerClient server, UnaryOperator<String> words) {
        var request = server.request(words.apply(path));
        if (!body.isEmpty() && !headers.containsKey("Content-Type")) {
            request.setHeader("Content-Type", "application/json");
        }
        headers.forEach(request::setHeader);
        return request.method(
                method,
                body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(words.apply(body)));
    }
}
