package dev.weir.lra;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The coordinator's HTTP interface, as participants of Narayana know it (Narayana LRA API,
/// versions 1.0 to 2.0). Thread-safe.
final class Routes {
    private static final String VERSION = "Narayana-LRA-API-version";
    private static final String LINK = "Narayana-LRA-Participant-Link";
    private static final Set<String> VERSIONS = Set.of("1.0", "1.1", "1.2", "1.3", "2.0");
    private static final String USUAL = "1.3";
    private static final int BASE_LENGTH = 500;

    private final Actions actions;
    private final LraOptions options;

    Routes(Actions actions, LraOptions options) {
        this.actions = actions;
        this.options = options;
    }

    LraResponse answer(LraRequest request) {
        var asked = request.header(VERSION);
        var version = asked == null ? USUAL : asked;
        if (!VERSIONS.contains(version)) {
            return LraResponse.text(417, VERSION + ": expected one of 1.0 to 1.3 and 2.0")
                    .with(VERSION, USUAL);
        }
        return attempt(request, version).with(VERSION, version);
    }

    private LraResponse attempt(LraRequest request, String version) {
        try {
            return route(request, version);
        } catch (Refusal e) {
            return LraResponse.text(e.status(), String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return LraResponse.text(503, "the database: " + e.getMessage())
                    .with("Retry-After", "1");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LraResponse.text(503, "the node stops").with("Retry-After", "1");
        }
    }

    private LraResponse route(LraRequest request, String version)
            throws SQLException, InterruptedException {
        if (request.base().length() > BASE_LENGTH) {
            throw new Refusal(400, "expected a coordinator's URL up to " + BASE_LENGTH);
        }
        Endpoints.uri(request.base(), _ -> true);
        var path =
                Stream.of(request.path().split("/", -1))
                        .filter(part -> !part.isEmpty())
                        .map(Urls::decode)
                        .toList();
        var first = path.isEmpty() ? "" : path.getFirst();
        return switch (first) {
            case "" -> only(request, "GET", this::list);
            case "start" -> {
                depth(path, 1);
                yield only(request, "POST", this::start);
            }
            case "recovery" -> recovery(request, path);
            case "nested" -> {
                depth(path, 3);
                yield nested(request, Urls.id(path.get(1)), path.get(2), version);
            }
            default -> action(request, Urls.id(first), path, version);
        };
    }

    private interface Handler {
        LraResponse answer(LraRequest request) throws SQLException, InterruptedException;
    }

    private static LraResponse only(LraRequest request, String method, Handler handler)
            throws SQLException, InterruptedException {
        return request.method().equals(method)
                ? handler.answer(request)
                : notAllowed(request, method);
    }

    private static LraResponse notAllowed(LraRequest request, String allowed) {
        return LraResponse.text(405, "expected " + allowed + ", found " + request.method())
                .with("Allow", allowed);
    }

    private static void depth(List<String> path, int expected) {
        if (path.size() != expected) {
            throw new Refusal(404, "no resource /" + String.join("/", path));
        }
    }

    // --- the collection
    // ----------------------------------------------------------------------------------------

    private LraResponse list(LraRequest request) throws SQLException {
        var wanted = Urls.query(request.query()).getOrDefault("Status", "");
        return LraResponse.json(200, Json.array(actions.list(status(wanted)), Json::of));
    }

    private static @Nullable LraStatus status(String name) {
        if (name.isEmpty()) {
            return null;
        }
        for (var status : LraStatus.values()) {
            if (status.name().equals(name)) {
                return status;
            }
        }
        throw new Refusal(
                400,
                "Status: expected one of "
                        + Stream.of(LraStatus.values())
                                .map(Enum::name)
                                .collect(Collectors.joining(", "))
                        + ", found "
                        + name);
    }

    private LraResponse start(LraRequest request) throws SQLException {
        var query = Urls.query(request.query());
        var parent = query.getOrDefault("ParentLRA", "");
        // Clients encode the parent's URL twice.
        var above = parent.startsWith("http%") ? Urls.decode(parent) : parent;
        var lra =
                actions.start(
                        request.base(),
                        query.getOrDefault("ClientID", ""),
                        limit(query),
                        above.isEmpty() ? null : Urls.id(above));
        return body(request, 201, "lraId", lra.url())
                .with("Location", lra.url())
                .with(Calls.CONTEXT, lra.url());
    }

    private static long limit(Map<String, String> query) {
        var text = query.getOrDefault("TimeLimit", "0");
        try {
            long limit = Long.parseLong(text);
            if (limit >= 0) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new Refusal(400, "TimeLimit: expected milliseconds, 0 or more, found " + text);
    }

    // --- an action
    // ---------------------------------------------------------------------------------------------

    private LraResponse action(LraRequest request, String id, List<String> path, String version)
            throws SQLException, InterruptedException {
        if (path.size() == 1) {
            return switch (request.method()) {
                case "GET" -> LraResponse.json(200, Json.of(actions.find(id)));
                case "PUT" -> join(request, id);
                default -> notAllowed(request, "GET, PUT");
            };
        }
        depth(path, 2);
        return switch (path.get(1)) {
            case "status" ->
                    only(
                            request,
                            "GET",
                            r -> body(r, 200, "status", actions.find(id).status().name()));
            case "participants" ->
                    only(
                            request,
                            "GET",
                            _ ->
                                    LraResponse.json(
                                            200, Json.array(actions.participants(id), Json::of)));
            case "renew" ->
                    only(
                            request,
                            "PUT",
                            r -> {
                                actions.renew(id, limit(Urls.query(r.query())));
                                return LraResponse.text(200, id);
                            });
            case "close" -> only(request, "PUT", r -> end(r, id, false, version));
            case "cancel" -> only(request, "PUT", r -> end(r, id, true, version));
            case "remove" ->
                    only(
                            request,
                            "PUT",
                            r -> {
                                actions.leave(id, r.body());
                                return LraResponse.text(200, "");
                            });
            default -> throw new Refusal(404, "no resource /" + String.join("/", path));
        };
    }

    private LraResponse join(LraRequest request, String id) throws SQLException {
        var links = request.all("Link");
        var text = links.isEmpty() ? request.body() : links;
        var joined =
                actions.join(
                        request.base(),
                        id,
                        limit(Urls.query(request.query())),
                        Endpoints.parse(text, options.allowed()),
                        nonEmpty(request.header(Calls.DATA)));
        var response =
                body(request, 200, "recoveryUrl", joined.recovery())
                        .with("Location", joined.recovery())
                        .with(Calls.RECOVERY, joined.recovery());
        return joined.previous() == null ? response : response.with(Calls.DATA, joined.previous());
    }

    private LraResponse end(LraRequest request, String id, boolean cancel, String version)
            throws SQLException, InterruptedException {
        var lra =
                actions.end(
                        id,
                        cancel,
                        false,
                        nonEmpty(request.header(LINK)),
                        nonEmpty(request.header(Calls.DATA)));
        // Older clients know 200 only.
        boolean later = !lra.status().isEnd() && version.equals("2.0");
        var response = body(request, later ? 202 : 200, "status", lra.status().name());
        return later ? response.with("Location", request.base() + "/" + id + "/status") : response;
    }

    private static @Nullable String nonEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static LraResponse body(LraRequest request, int status, String name, String value) {
        var accept = request.all("Accept");
        boolean json = accept.contains("application/json") && !accept.contains("text/plain");
        return json
                ? LraResponse.json(status, "{" + Json.field(name, value) + "}")
                : LraResponse.text(status, value);
    }

    // --- an action as a participant of its parent
    // --------------------------------------------------------------

    private LraResponse nested(LraRequest request, String id, String what, String version)
            throws SQLException, InterruptedException {
        try {
            return switch (what) {
                case "status" -> only(request, "GET", r -> told(r, actions.find(id), "1.0"));
                case "complete" ->
                        only(
                                request,
                                "PUT",
                                r -> told(r, actions.end(id, false, true, null, null), version));
                case "compensate" ->
                        only(
                                request,
                                "PUT",
                                r -> told(r, actions.end(id, true, true, null, null), version));
                case "forget" ->
                        only(
                                request,
                                "DELETE",
                                _ -> {
                                    actions.forget(id);
                                    return LraResponse.text(200, "");
                                });
                default -> throw new Refusal(404, "no resource /nested/" + id + "/" + what);
            };
        } catch (Refusal e) {
            // To a parent, a participant that knows nothing is gone.
            throw e.status() == 404 ? new Refusal(410, String.valueOf(e.getMessage())) : e;
        }
    }

    private static LraResponse told(LraRequest request, Lra lra, String version) {
        var status = lra.status().asParticipant();
        int code =
                !version.equals("2.0")
                        ? 200
                        : status.isFailed() ? 409 : lra.status().isEnd() ? 200 : 202;
        return body(request, code, "status", status.name());
    }

    // --- recovery
    // ----------------------------------------------------------------------------------------------

    private LraResponse recovery(LraRequest request, List<String> path)
            throws SQLException, InterruptedException {
        if (path.size() == 1) {
            return only(
                    request,
                    "GET",
                    _ -> LraResponse.json(200, Json.array(actions.recover(), Json::of)));
        }
        var id = Urls.id(path.get(1));
        if (path.size() == 2) {
            if (request.method().equals("DELETE")) {
                actions.remove(id);
                return LraResponse.text(204, "");
            }
            return id.equals("failed")
                    ? only(
                            request,
                            "GET",
                            _ -> LraResponse.json(200, Json.array(actions.failed(), Json::of)))
                    : notAllowed(request, "DELETE");
        }
        depth(path, 3);
        return switch (request.method()) {
            case "GET" -> LraResponse.text(200, links(actions.participant(id, path.get(2))));
            case "PUT" -> {
                var to = Endpoints.parse(request.body(), options.allowed());
                yield LraResponse.text(200, actions.move(id, path.get(2), to).recovery());
            }
            default -> notAllowed(request, "GET, PUT");
        };
    }

    private static String links(Participant participant) {
        return participant.endpoints().link();
    }

    /// The little JSON that is spoken here.
    private static final class Json {
        private Json() {}

        static <T> String array(List<T> values, Function<T, String> each) {
            return values.stream().map(each).collect(Collectors.joining(",", "[", "]"));
        }

        static String field(String name, String value) {
            return quote(name) + ":" + quote(value);
        }

        /// As Narayana's `LRAData`.
        static String of(Lra lra) {
            var status = lra.status();
            int http =
                    switch (status) {
                        case Active -> 204;
                        case Closed, Cancelled -> 200;
                        case Closing, Cancelling -> 202;
                        case FailedToClose, FailedToCancel -> 412;
                    };
            boolean recovering = lra.due() != null && status != LraStatus.Active;
            long finish =
                    lra.ended() != null ? lra.ended() : lra.deadline() != null ? lra.deadline() : 0;
            return "{"
                    + String.join(
                            ",",
                            field("lraId", lra.url()),
                            field("clientId", lra.client()),
                            field("status", status.name()),
                            "\"topLevel\":" + !lra.isNested(),
                            "\"recovering\":" + recovering,
                            "\"startTime\":" + lra.started(),
                            "\"finishTime\":" + finish,
                            "\"httpStatus\":" + http)
                    + "}";
        }

        static String of(Participant participant) {
            var asked =
                    switch (participant.asked()) {
                        case NO -> "";
                        case UNSURE -> "unsure";
                        case REMEMBERS -> "remembers";
                    };
            return "{"
                    + String.join(
                            ",",
                            field("recoveryUrl", participant.recovery()),
                            field("status", participant.status().name()),
                            field("link", participant.endpoints().link()),
                            field("asked", asked),
                            "\"told\":" + participant.told(),
                            "\"forgotten\":" + participant.forgotten())
                    + "}";
        }

        private static String quote(String text) {
            var quoted = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ') {
                    quoted.append(String.format("\\u%04x", (int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        }
    }
}
