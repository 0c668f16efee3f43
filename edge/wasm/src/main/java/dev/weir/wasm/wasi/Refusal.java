package dev.weir.wasm.wasi;

import java.io.IOException;

/// A call that is answered with an error.
final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    Refusal(Errno errno) {
        super(errno.name());
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
