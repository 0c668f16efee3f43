package dev.weir.wasm.wasi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Standard input.
final class InputDescriptor extends Descriptor {
    private final InputStream stream;
    private final int type;

    InputDescriptor(InputStream stream, int type) {
        super(Rights.STREAM | Rights.FD_READ, 0, 0);
        this.stream = stream;
        this.type = type;
    }

    @Override
    Stat stat() {
        return Stat.of(type);
    }

    @Override
    long read(ByteBuffer[] buffers) throws IOException {
        for (var buffer : buffers) {
            if (buffer.hasRemaining()) {
                // A stream gives what it has; more would be waiting.
                var bytes = new byte[Math.min(buffer.remaining(), 1 << 16)];
                int count = Math.max(0, stream.read(bytes));
                buffer.put(bytes, 0, count);
                return count;
            }
        }
        return 0;
    }

    /// Streams of Java do not tell an end from nothing yet, so it is always worth a try.
    @Override
    long ready(boolean write) throws IOException {
        return stream.available();
    }

    /// The stream is the embedder's.
    @Override
    void close() {}
}
