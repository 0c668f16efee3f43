package dev.weir.wasm.wasi;

/// A guest that ended itself; passes through the engine as the cause of a trap.
final class Exit extends Exception {
    private static final long serialVersionUID = 1;

    final int code;

    Exit(int code) {
        super("exit code " + Integer.toUnsignedString(code), null, false, false);
        this.code = code;
    }
}
