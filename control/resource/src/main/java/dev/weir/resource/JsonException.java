package dev.weir.resource;

/// Text that is not the JSON it should be. The message says where (line and column, or the path of
/// a member) and what was expected.
public final class JsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String problem;

    /// An error with its message.
    public JsonException(String message) {
        this("", message);
    }

    private JsonException(String path, String problem) {
        super(path.isEmpty() ? problem : path + ": " + problem);
        this.path = path;
        this.problem = problem;
    }

    /// The same error, seen from the object whose member has it.
    JsonException in(String member) {
        return new JsonException(
                path.isEmpty() || path.startsWith("[") ? member + path : member + "." + path,
                problem);
    }

    /// The same error, seen from the array whose item has it.
    JsonException in(int index) {
        var step = "[" + index + "]";
        return new JsonException(
                path.isEmpty() || path.startsWith("[") ? step + path : step + "." + path, problem);
    }
}
