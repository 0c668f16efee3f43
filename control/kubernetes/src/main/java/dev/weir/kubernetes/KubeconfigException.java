package dev.weir.kubernetes;

/// A kubeconfig, or what it points to, that cannot be used. The message names the file, the entry
/// and what was expected.
public final class KubeconfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public KubeconfigException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public KubeconfigException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// A file is not there or cannot be read.
        UNREADABLE,
        /// A file is not YAML, an entry has the wrong type, or a key or certificate cannot be read.
        MALFORMED,
        /// A context, cluster or user of that name is not there.
        MISSING,
        /// An entry asks for something that this client does not do, such as `exec` plugins.
        UNSUPPORTED
    }
}
