package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Outcome.Accepted;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reads what receivers answer: `Export...ServiceResponse`, and `google.rpc.Status` with its
/// details.
final class Answers {
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
    private static final long GREATEST_DELAY_SECONDS = 3600;

    private Answers() {}

    /// An `Export...ServiceResponse`, whose field 1 is `partial_success` for each signal. A broken
    /// one is taken for an empty one: the request was accepted.
    static Accepted accepted(byte[] response) {
        long rejected = 0;
        var message = "";
        try {
            for (var fields = new ProtoReader(response); fields.next(); ) {
                if (fields.field() != 1) {
                    fields.skip();
                    continue;
                }
                for (var partial = fields.message(); partial.next(); ) {
                    switch (partial.field()) {
                        case 1 -> rejected = partial.varint();
                        case 2 -> message = partial.string();
                        default -> partial.skip();
                    }
                }
            }
        } catch (TelemetryException e) {
            return new Accepted(0, "answers with what cannot be read: " + e.getMessage());
        }
        return rejected <= 0 && message.isEmpty()
                ? Accepted.WHOLE
                : new Accepted(Math.max(0, rejected), shortened(message));
    }

    /// The message of a `google.rpc.Status`; empty where it is broken.
    static String statusMessage(byte[] status) {
        try {
            for (var fields = new ProtoReader(status); fields.next(); ) {
                if (fields.field() == 2) {
                    return shortened(fields.string());
                }
                fields.skip();
            }
        } catch (TelemetryException _) {
            return "";
        }
        return "";
    }

    /// The delay of a `RetryInfo` in the details of a `google.rpc.Status`; null where there is
    /// none.
    static @Nullable Duration retryDelay(byte[] status) {
        try {
            for (var fields = new ProtoReader(status); fields.next(); ) {
                if (fields.field() != 3) {
                    fields.skip();
                    continue;
                }
                var delay = detail(fields.message());
                if (delay != null) {
                    return delay;
                }
            }
        } catch (TelemetryException _) {
            return null;
        }
        return null;
    }

    private static @Nullable Duration detail(ProtoReader any) {
        var type = "";
        byte[] value = {};
        while (any.next()) {
            switch (any.field()) {
                case 1 -> type = any.string();
                case 2 -> value = any.bytes();
                default -> any.skip();
            }
        }
        return type.equals(RETRY_INFO) ? retryInfo(new ProtoReader(value)) : null;
    }

    private static Duration retryInfo(ProtoReader info) {
        long seconds = 0;
        int nanos = 0;
        while (info.next()) {
            if (info.field() != 1) {
                info.skip();
                continue;
            }
            for (var delay = info.message(); delay.next(); ) {
                switch (delay.field()) {
                    case 1 -> seconds = delay.varint();
                    case 2 -> nanos = delay.int32();
                    default -> delay.skip();
                }
            }
        }
        return bounded(seconds).plusNanos(Math.clamp(nanos, 0, 999_999_999));
    }

    /// A delay that a receiver asks for: none may stop an exporter for good.
    static Duration bounded(long seconds) {
        return Duration.ofSeconds(Math.clamp(seconds, 0, GREATEST_DELAY_SECONDS));
    }

    static String shortened(String message) {
        return message.length() <= 500 ? message : message.substring(0, 500) + "...";
    }
}
