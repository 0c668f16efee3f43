package dev.weir.wasm;

/// An import that nothing fits, or an export that is not there.
public final class LinkException extends WasmException {
    private static final long serialVersionUID = 1;

    LinkException(String message) {
        super(message, null, true);
    }
}
