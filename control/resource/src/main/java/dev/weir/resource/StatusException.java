package dev.weir.resource;

import java.util.List;

/// A request that an API server refused, or that could not reach one. Switch on [#reason()]; the
/// message is the server's, ready to print.
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Status status;

    /// The exception for a status.
    public StatusException(Status status) {
        super(status.message());
        this.status = status;
    }

    /// A refusal with a reason and a message, about nothing in particular.
    public static StatusException of(Status.Reason reason, String message) {
        return new StatusException(
                new Status(reason.code(), reason, message, "", "", "", List.of(), 0));
    }

    /// The whole answer.
    public Status status() {
        return status;
    }

    /// Why.
    public Status.Reason reason() {
        return status.reason();
    }

    /// `NotFound`: no object of that name.
    ///
    /// @param resource the plural
    public static StatusException notFound(String group, String resource, String name) {
        return about(
                Status.Reason.NotFound,
                group,
                resource,
                name,
                qualified(group, resource, name) + " not found");
    }

    /// `AlreadyExists`: an object of that name is there.
    ///
    /// @param resource the plural
    public static StatusException alreadyExists(String group, String resource, String name) {
        return about(
                Status.Reason.AlreadyExists,
                group,
                resource,
                name,
                qualified(group, resource, name) + " already exists");
    }

    /// `Conflict`: the object is not in the state that the write expected.
    ///
    /// @param resource the plural
    public static StatusException conflict(String group, String resource, String name, String why) {
        return about(
                Status.Reason.Conflict,
                group,
                resource,
                name,
                "Operation cannot be fulfilled on "
                        + qualified(group, resource, name)
                        + ": "
                        + why);
    }

    /// `Invalid`: the object breaks its schema or a rule; the message lists the causes.
    ///
    /// @param kind the kind, in the place of the resource as Kubernetes has it
    public static StatusException invalid(
            String group, String kind, String name, List<Status.Cause> causes) {
        var texts =
                causes.stream()
                        .map(cause ->
                                cause.field().isEmpty()
                                        ? cause.message()
                                        : cause.field() + ": " + cause.message())
                        .distinct()
                        .toList();
        var list = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
        return new StatusException(
                new Status(
                        422,
                        Status.Reason.Invalid,
                        qualified(group, kind, name) + " is invalid: " + list,
                        group,
                        kind,
                        name,
                        causes,
                        0));
    }

    private static StatusException about(
            Status.Reason reason, String group, String resource, String name, String message) {
        return new StatusException(
                new Status(reason.code(), reason, message, group, resource, name, List.of(), 0));
    }

    private static String qualified(String group, String resource, String name) {
        return resource + (group.isEmpty() ? "" : "." + group) + " \"" + name + "\"";
    }
}
