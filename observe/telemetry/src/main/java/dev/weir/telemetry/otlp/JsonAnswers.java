package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import dev.weir.telemetry.otlp.Outcome.Accepted;

/// Reads what receivers answer in JSON.
final class JsonAnswers {
    private JsonAnswers() {}

    /// An `Export...ServiceResponse`. A broken one is taken for an empty one: the request was
    /// accepted.
    static Accepted accepted(byte[] response) {
        if (response.length == 0) {
            return Accepted.WHOLE;
        }
        var json = new JsonReader(response);
        var accepted = Accepted.WHOLE;
        try {
            for (var name = json.firstMember(); name != null; name = json.nextMember()) {
                if (name.equals("partialSuccess") && json.peek() == '{') {
                    accepted = partial(json);
                } else {
                    json.skip();
                }
            }
            return accepted;
        } catch (TelemetryException e) {
            return new Accepted(0, "answers with what cannot be read: " + e.getMessage());
        }
    }

    /// `rejectedSpans`, `rejectedDataPoints` or `rejectedLogRecords`, and `errorMessage`.
    private static Accepted partial(JsonReader json) {
        long rejected = 0;
        var message = "";
        for (var name = json.firstMember(); name != null; name = json.nextMember()) {
            if (name.startsWith("rejected")) {
                rejected = count(json);
            } else if (name.equals("errorMessage") && json.peek() == '"') {
                message = json.string();
            } else {
                json.skip();
            }
        }
        return rejected <= 0 && message.isEmpty()
                ? Accepted.WHOLE
                : new Accepted(Math.max(0, rejected), Answers.shortened(message));
    }

    private static long count(JsonReader json) {
        var text = json.peek() == '"' ? json.string() : json.number();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TelemetryException(Code.MALFORMED, "expected a count, found " + text, e);
        }
    }

    /// The message of a `google.rpc.Status`; empty where it is broken.
    static String statusMessage(byte[] status) {
        var json = new JsonReader(status);
        try {
            for (var name = json.firstMember(); name != null; name = json.nextMember()) {
                if (name.equals("message") && json.peek() == '"') {
                    return Answers.shortened(json.string());
                }
                json.skip();
            }
        } catch (TelemetryException _) {
            return "";
        }
        return "";
    }
}
