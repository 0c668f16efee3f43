package dev.weir.wasm;

/// A module that can be read but breaks a rule of validation.
public final class InvalidException extends WasmException {
    private static final long serialVersionUID = 1;

    private final long offset;

    InvalidException(long offset, String message) {
        super(message + " (at byte " + offset + ")", null, true);
        this.offset = offset;
    }

    /// Bytes from the start of the binary to behind what was found wrong.
    public long offset() {
        return offset;
    }
}
