package dev.weir.lra;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a participant is reached; at least one of `compensate` and `after` is there.
record Endpoints(
        @Nullable URI compensate,
        @Nullable URI complete,
        @Nullable URI status,
        @Nullable URI forget,
        @Nullable URI after) {
    static final int LENGTH = 2000;
    private static final int LINK_LENGTH = 12_000;
    private static final String QUOTED = "\"(?:[^\"\\\\]++|\\\\.)*+\"";
    private static final String VALUE = "(?:" + QUOTED + "|[^\\s;,\"]*+)";
    private static final String NAME = "[^\\s=;,\"<>]++";
    private static final Pattern LINK =
            Pattern.compile(
                    "<([^>]*+)>((?:\\s*+;\\s*+"
                            + NAME
                            + "(?:\\s*+=\\s*+"
                            + VALUE
                            + ")?+)*+)\\s*+(?:,[\\s,]*+|$)");
    private static final Pattern PARAMETER =
            Pattern.compile("\\G\\s*+;\\s*+(" + NAME + ")(?:\\s*+=\\s*+(" + VALUE + "))?+");

    /// Reads a Link header (RFC 8288), or the URL of a participant whose endpoints are below it.
    ///
    /// @throws Refusal 400
    static Endpoints parse(String text, Predicate<URI> allowed) {
        if (text.length() > LINK_LENGTH) {
            throw new Refusal(
                    400,
                    "links: expected at most "
                            + LINK_LENGTH
                            + " characters, found "
                            + text.length());
        }
        var stripped = text.strip();
        if (!stripped.startsWith("<")) {
            return below(stripped, allowed);
        }
        var found = new HashMap<String, URI>();
        var link = LINK.matcher(stripped);
        for (int at = 0; at < stripped.length(); at = link.end()) {
            if (!link.region(at, stripped.length()).lookingAt()) {
                throw new Refusal(
                        400, "link: expected <URL>; rel=..., found " + stripped.substring(at));
            }
            put(found, link.group(1), rel(link.group(1), link.group(2)), allowed);
        }
        return of(found, text);
    }

    private static String rel(String url, String parameters) {
        var parameter = PARAMETER.matcher(parameters);
        while (parameter.find()) {
            if (parameter.group(1).equalsIgnoreCase("rel") && parameter.group(2) != null) {
                return parameter.group(2).replace("\"", "");
            }
        }
        throw new Refusal(400, "link <" + url + ">: expected a rel");
    }

    private static void put(Map<String, URI> to, String url, String name, Predicate<URI> allowed) {
        switch (name) {
            case "compensate", "complete", "status", "forget", "after" ->
                    to.put(name, uri(url, allowed));
            case "participant" -> {
                var base = strip(url);
                to.put("compensate", uri(base + "/compensate", allowed));
                to.put("complete", uri(base + "/complete", allowed));
                to.put("status", uri(base, allowed));
                to.put("forget", uri(base, allowed));
            }
            default -> {
                // Clients send more, such as a time limit, as if it were a URL.
            }
        }
    }

    private static Endpoints below(String url, Predicate<URI> allowed) {
        var base = strip(url);
        return new Endpoints(
                uri(base + "/compensate", allowed),
                uri(base + "/complete", allowed),
                uri(base + "/status", allowed),
                null,
                null);
    }

    private static String strip(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static Endpoints of(Map<String, URI> found, String text) {
        var made =
                new Endpoints(
                        found.get("compensate"),
                        found.get("complete"),
                        found.get("status"),
                        found.get("forget"),
                        found.get("after"));
        if (made.compensate == null && made.after == null) {
            throw new Refusal(400, "links: expected rel compensate or after, found " + text);
        }
        return made;
    }

    static URI uri(String text, Predicate<URI> allowed) {
        if (text.length() > LENGTH) {
            throw new Refusal(
                    400, "URL: expected at most " + LENGTH + " characters, found " + text.length());
        }
        try {
            var uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw new Refusal(400, "expected an absolute URL of http or https, found " + text);
            }
            if (!allowed.test(uri)) {
                throw new Refusal(400, "participants at " + text + " are not allowed here");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new Refusal(400, "URL " + text + ": " + e.getReason());
        }
    }

    /// What makes a participant the same as one that joined before.
    URI identity() {
        return compensate != null ? compensate : java.util.Objects.requireNonNull(after);
    }

    Endpoints withStatus(URI where) {
        return new Endpoints(compensate, complete, where, forget, after);
    }

    /// As a Link header.
    String link() {
        var text = new StringBuilder();
        link(text, "compensate", compensate);
        link(text, "complete", complete);
        link(text, "status", status);
        link(text, "forget", forget);
        link(text, "after", after);
        return text.toString();
    }

    private static void link(StringBuilder to, String rel, @Nullable URI uri) {
        if (uri != null) {
            to.append(to.isEmpty() ? "" : ",").append('<').append(uri).append(">; rel=\"");
            to.append(rel).append("\"; type=\"text/plain\"");
        }
    }
}
