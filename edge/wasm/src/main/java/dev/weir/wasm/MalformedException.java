package dev.weir.wasm;

/// Bytes or text that are no module: the format is broken.
public final class MalformedException extends WasmException {
    private static final long serialVersionUID = 1;

    private final long offset;

    MalformedException(long offset, String message) {
        super(message + " (at " + offset + ")", null, true);
        this.offset = offset;
    }

    /// Where: bytes from the start of the binary, or characters from the start of the text.
    public long offset() {
        return offset;
    }
}
