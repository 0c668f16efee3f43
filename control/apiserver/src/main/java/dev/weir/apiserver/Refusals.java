package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The refusals that many requests share, in Kubernetes' own words.
final class Refusals {
    private Refusals() {}

    static StatusException notFound(Served kind, String name) {
        return StatusException.notFound(kind.names().group(), kind.names().plural(), name);
    }

    static StatusException alreadyExists(Served kind, String name) {
        return StatusException.alreadyExists(kind.names().group(), kind.names().plural(), name);
    }

    static StatusException conflict(Served kind, String name, String why) {
        return StatusException.conflict(kind.names().group(), kind.names().plural(), name, why);
    }

    static StatusException modified(Served kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    static StatusException forbidden(Served kind, String name, String why, Status.Cause... causes) {
        return new StatusException(
                new Status(
                        403,
                        Status.Reason.Forbidden,
                        kind.resource() + " \"" + name + "\" is forbidden: " + why,
                        kind.names().group(),
                        kind.names().plural(),
                        name,
                        List.of(causes),
                        0));
    }

    static StatusException invalid(Served kind, String name, List<Status.Cause> causes) {
        // Events say so in the core group's words, whichever group they were written in.
        var group = kind.borrowed() ? "" : kind.names().group();
        return StatusException.invalid(group, kind.names().kind(), name, causes);
    }

    static StatusException badRequest(String message) {
        return StatusException.of(Status.Reason.BadRequest, message);
    }

    /// A body that does not fit the Go type of its kind.
    static StatusException unhandled(String kind, String version, String why) {
        return badRequest(
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(kind, version, kind, why));
    }

    /// The same refusal where the body was a patch: it is the patched object that does not fit.
    static StatusException unpatched(Served kind, Json.Obj patched, StatusException why) {
        var frame = " cannot be handled as a " + kind.names().kind() + ": ";
        int end = why.status().message().indexOf(frame);
        return why.reason() != Status.Reason.BadRequest || end < 0
                ? why
                : unpatched(kind, patched, why.status().message().substring(end + frame.length()));
    }

    /// A patched object that cannot be read. What a Secret holds is not told: errors end in logs.
    static StatusException unpatched(Served kind, Json.Obj patched, String why) {
        var shown =
                kind.is("", "secrets") ? patched.without("data").without("stringData") : patched;
        var text = new String(shown.bytes(), StandardCharsets.UTF_8);
        return StatusException.invalid("", "", "", List.of(Causes.invalid("patch", text, why)));
    }

    /// An object under another name than that of the path.
    static StatusException misnamed(String found, String expected) {
        return badRequest(
                found.isEmpty()
                        ? "the name of the object (%s based on URL) was undeterminable: name must be provided"
                                .formatted(expected)
                        : "the name of the object (%s) does not match the name on the URL (%s)"
                                .formatted(found, expected));
    }

    /// A new object of a kind whose definition is on its way out.
    static StatusException terminating(Served kind) {
        return new StatusException(
                new Status(
                        405,
                        Status.Reason.MethodNotAllowed,
                        "create is not supported on resources of kind \"%s\""
                                .formatted(kind.resource()),
                        kind.names().group(),
                        kind.names().plural(),
                        "",
                        List.of(),
                        0));
    }

    /// No such path or kind.
    static StatusException nowhere() {
        return StatusException.of(
                Status.Reason.NotFound, "the server could not find the requested resource");
    }

    /// Too much at once; worth another try in a second.
    static StatusException tooMany(String why) {
        return new StatusException(
                new Status(429, Status.Reason.TooManyRequests, why, "", "", "", List.of(), 1));
    }

    /// More than so many bytes of headers.
    static StatusException longHead(int most) {
        int code = 431;
        var message = "the headers of the request have more than " + most + " bytes";
        return new StatusException(
                new Status(code, Status.Reason.of(code), message, "", "", "", List.of(), 0));
    }

    /// The method makes no sense on that path.
    static StatusException method() {
        return StatusException.of(
                Status.Reason.MethodNotAllowed,
                "the server does not allow this method on the requested resource");
    }
}
