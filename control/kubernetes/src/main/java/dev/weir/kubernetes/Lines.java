package dev.weir.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a stream into its lines, without their ends; empty lines are left out.
final class Lines implements AutoCloseable {
    private final InputStream in;
    private byte[] buffer = new byte[8 << 10];
    private int start;
    private int end;

    Lines(InputStream in) {
        this.in = in;
    }

    /// The next line, or null at the end of the stream.
    ///
    /// @throws IOException when the stream breaks off, or ends within a line
    byte @Nullable [] next() throws IOException {
        int from = start;
        while (true) {
            for (int at = from; at < end; at++) {
                if (buffer[at] == '\n') {
                    var line = Arrays.copyOfRange(buffer, start, at);
                    start = at + 1;
                    if (line.length > 0) {
                        return line;
                    }
                }
            }
            from = end - start;
            if (!fill()) {
                if (start < end) {
                    throw new IOException("the stream ended within a line");
                }
                return null;
            }
        }
    }

    /// Moves what is left to the front and reads more behind it.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, count);
        return count >= 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
