package dev.weir.apiserver;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
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
        return StatusException.invalid(kind.names().group(), kind.names().kind(), name, causes);
    }

    static StatusException badRequest(String message) {
        return StatusException.of(Status.Reason.BadRequest, message);
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

    /// The method makes no sense on that path.
    static StatusException method() {
        return StatusException.of(
                Status.Reason.MethodNotAllowed,
                "the server does not allow this method on the requested resource");
    }
}
