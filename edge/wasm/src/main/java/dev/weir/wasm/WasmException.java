package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// What goes wrong with a module: it cannot be read, is not valid, does not link, or stops.
public abstract sealed class WasmException extends RuntimeException
        permits MalformedException, InvalidException, LinkException, TrapException, GuestException {
    private static final long serialVersionUID = 1;

    WasmException(@Nullable String message, @Nullable Throwable cause, boolean javaTrace) {
        super(message, cause, false, javaTrace);
    }
}
