package dev.weir.resource;

/// Text that is not the JSON it should be. The message says where (line and column, or the path of
/// a member) and what was expected.
public final class JsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /// An error with its message.
    public JsonException(String message) {
        super(message);
    }
}
