package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryConsumer.Refused;

/// What a receiver answers to a request, whatever the protocol.
///
/// @param code how it went
/// @param refused of a request that was taken: what of it was not
/// @param message of one that was not: why
record Reply(Code code, Refused refused, String message) {
    /// How a request went.
    enum Code {
        OK(200, 0),
        MALFORMED(400, 3),
        NOT_FOUND(404, 12),
        METHOD(405, 12),
        TOO_LARGE(413, 8),
        MEDIA_TYPE(415, 12),
        FAILED(500, 13),
        /// To be tried again.
        OVERLOAD(503, 14);

        private final int http;
        private final int grpc;

        Code(int http, int grpc) {
            this.http = http;
            this.grpc = grpc;
        }

        int http() {
            return http;
        }

        int grpc() {
            return grpc;
        }
    }

    static Reply ok(Refused refused) {
        return new Reply(Code.OK, refused, "");
    }

    static Reply of(Code code, String message) {
        return new Reply(code, Refused.NONE, message);
    }

    /// An `Export...ServiceResponse` in protobuf.
    byte[] response() {
        if (refused.items() == 0 && refused.message().isEmpty()) {
            return new byte[0];
        }
        var out = new ProtoWriter(64);
        int partial = out.begin(1);
        out.varint(1, refused.items());
        out.string(2, refused.message());
        out.end(partial);
        return out.toByteArray();
    }

    /// A `google.rpc.Status` in protobuf.
    byte[] status() {
        var out = new ProtoWriter(64);
        out.varint(1, code.grpc());
        out.string(2, message);
        return out.toByteArray();
    }
}
