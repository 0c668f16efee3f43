package dev.weir.telemetry;

/// Telemetry that cannot be set up, or bytes that are not what they should be. The message names
/// the file, address or field, and what was expected.
public final class TelemetryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public TelemetryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public TelemetryException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// A setting, or a file that it names, cannot be used.
        CONFIGURATION,
        /// Bytes are not what the protocol allows.
        MALFORMED,
        /// An address cannot be listened on, or a file not be read.
        IO
    }
}
