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
}
