package dev.weir.wasm.wasi;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Standard output, or standard error.
final class OutputDescriptor extends Descriptor {
    private final OutputStream stream;
    private final int type;

    OutputDescriptor(OutputStream stream, int type) {
        super(Rights.STREAM | Rights.FD_WRITE, 0, 0);
        this.stream = stream;
        this.type = type;
    }

    @Override
    Stat stat() {
        return Stat.of(type);
    }

    @Override
    long write(ByteBuffer[] buffers) throws IOException {
        long total = 0;
        for (var buffer : buffers) {
            var bytes = new byte[Math.min(buffer.remaining(), 1 << 16)];
            while (buffer.hasRemaining()) {
                int count = Math.min(buffer.remaining(), bytes.length);
                buffer.get(bytes, 0, count);
                stream.write(bytes, 0, count);
                total += count;
            }
        }
        stream.flush();
        return total;
    }

    /// The stream is the embedder's.
    @Override
    void close() {}
}
