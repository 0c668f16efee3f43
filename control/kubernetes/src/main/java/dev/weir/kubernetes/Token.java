package dev.weir.kubernetes;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A bearer token that may be in a file that changes: the file is read again each minute.
final class Token {
    private static final long FRESH_NANOS = 60_000_000_000L;

    private final @Nullable Path file;
    private volatile Read last;

    private record Read(String text, long nanos) {}

    Token(Connection connection) {
        file = connection.tokenFile();
        last = new Read(file == null ? connection.token() : read(file), System.nanoTime());
    }

    /// The token; empty for none.
    String text() {
        var known = last;
        if (file != null && System.nanoTime() - known.nanos > FRESH_NANOS) {
            known = new Read(read(file), System.nanoTime());
            last = known;
        }
        return known.text;
    }

    private static String read(Path file) {
        return Kubeconfig.text(file).strip();
    }
}
