package dev.weir.resource;

import java.util.List;
import java.util.stream.Stream;

/// The answer of an API server that is not an object: Kubernetes' `metav1.Status`.
///
/// @param code the HTTP status code
/// @param name the object that it is about; empty where none
/// @param group the group of the resource that it is about
/// @param resource the plural (or for some causes the kind) that it is about
/// @param retryAfterSeconds when to try again; 0 where that is not said
public record Status(
        int code,
        Reason reason,
        String message,
        String group,
        String resource,
        String name,
        List<Cause> causes,
        int retryAfterSeconds) {

    /// Copies the causes.
    public Status {
        causes = List.copyOf(causes);
    }

    /// The `Status` object as the API server sends it.
    public Json.Obj json() {
        return StatusJson.write(this);
    }

    /// The status in a `Status` object; reasons unknown here become [Reason#Unknown].
    public static Status of(Json.Obj json) {
        return StatusJson.read(json);
    }

    /// One cause: a field and what is wrong with it.
    ///
    /// @param reason such as `FieldValueInvalid`
    public record Cause(String reason, String message, String field) {}

    /// Kubernetes' `StatusReason`, each with the HTTP status code that goes with it.
    public enum Reason {
        /// No reason is known.
        Unknown(500),
        /// 400: the request itself makes no sense.
        BadRequest(400),
        /// 401: no or wrong credentials.
        Unauthorized(401),
        /// 403: the caller may not.
        Forbidden(403),
        /// 404: no such object or path.
        NotFound(404),
        /// 405: no such verb here.
        MethodNotAllowed(405),
        /// 406: none of the accepted media types can be served.
        NotAcceptable(406),
        /// 409: an object of that name exists.
        AlreadyExists(409),
        /// 409: the object changed, or its state forbids the request.
        Conflict(409),
        /// 410: the resource version is no longer kept.
        Gone(410),
        /// 410: the resource version is no longer kept; list again.
        Expired(410),
        /// 413: the body is too large.
        RequestEntityTooLarge(413),
        /// 415: the body's media type is not understood.
        UnsupportedMediaType(415),
        /// 422: the object breaks its schema or a rule.
        Invalid(422),
        /// 429: too many requests; try again later.
        TooManyRequests(429),
        /// 500: the server failed.
        InternalError(500),
        /// 503: the server cannot serve now.
        ServiceUnavailable(503),
        /// 504: the server gave up waiting.
        Timeout(504);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /// The HTTP status code.
        public int code() {
            return code;
        }

        /// What a status code means where nothing more is said; [#Unknown] for any other.
        public static Reason of(int code) {
            return switch (code) {
                case 409 -> Conflict;
                case 410 -> Expired;
                case 500 -> InternalError;
                default ->
                        Stream.of(values())
                                .filter(reason -> reason.code == code)
                                .findFirst()
                                .orElse(Unknown);
            };
        }
    }
}
