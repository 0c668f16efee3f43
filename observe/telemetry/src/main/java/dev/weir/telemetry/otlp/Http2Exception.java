package dev.weir.telemetry.otlp;

import java.io.IOException;

/// A peer broke HTTP/2 (RFC 9113), or ended the connection by its rules.
final class Http2Exception extends IOException {
    private static final long serialVersionUID = 1;

    // RFC 9113 §7
    static final int NO_ERROR = 0x0;
    static final int PROTOCOL_ERROR = 0x1;
    static final int FLOW_CONTROL_ERROR = 0x3;
    static final int STREAM_CLOSED = 0x5;
    static final int FRAME_SIZE_ERROR = 0x6;
    static final int REFUSED_STREAM = 0x7;
    static final int CANCEL = 0x8;
    static final int COMPRESSION_ERROR = 0x9;
    static final int ENHANCE_YOUR_CALM = 0xb;

    private final int code;

    Http2Exception(int code, String message) {
        super(message);
        this.code = code;
    }

    static Http2Exception protocol(String message) {
        return new Http2Exception(PROTOCOL_ERROR, message);
    }

    static Http2Exception compression(String message) {
        return new Http2Exception(COMPRESSION_ERROR, message);
    }

    /// What GOAWAY tells the peer.
    int code() {
        return code;
    }
}
