package dev.weir.server;

/// A control plane that cannot start. The message names the directory, address or program, and what
/// is wrong with it.
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code and cause.
    public ServerException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// Another process has the data directory open.
        LOCKED,
        /// The data directory or a file in it cannot be read or written.
        DIRECTORY,
        /// Acknowledged data cannot be read back.
        CORRUPT,
        /// An address cannot be listened on: it is in use, privileged, or not of this machine.
        ADDRESS,
        /// The kinds or controllers of an extension could not be started.
        EXTENSION
    }
}
