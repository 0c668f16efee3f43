package dev.weir.wasm.wasi;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The body of a function that guests import. What it throws becomes the guest's `errno`.
interface Call {
    void run(Arguments arguments) throws IOException, InterruptedException, Exit;

    /// What the guest passed; all in the types of the function's signature.
    record Arguments(@Nullable Object... values) {
        int i32(int index) {
            return (Integer) Objects.requireNonNull(values[index]);
        }

        long i64(int index) {
            return (Long) Objects.requireNonNull(values[index]);
        }
    }
}
