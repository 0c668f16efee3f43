package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;

/// Compresses as gzip (RFC 1952) at level 1, with one deflater for all. Used by one thread.
final class Gzip implements AutoCloseable {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};
    private static final int TRAILER = 8;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 checksum = new CRC32();
    private byte[] out = new byte[8192];

    /// The parts as one compressed array.
    byte[] compress(List<ByteBuffer> parts) {
        deflater.reset();
        checksum.reset();
        System.arraycopy(HEADER, 0, out, 0, HEADER.length);
        int size = HEADER.length;
        int length = 0;
        for (var part : parts) {
            length += part.remaining();
            checksum.update(part.duplicate());
            deflater.setInput(part.duplicate());
            while (!deflater.needsInput()) {
                size += deflate(size);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            size += deflate(size);
        }
        room(size, TRAILER);
        size = int32(size, (int) checksum.getValue());
        size = int32(size, length);
        return Arrays.copyOf(out, size);
    }

    private int deflate(int size) {
        room(size, 1);
        return deflater.deflate(out, size, out.length - size);
    }

    private void room(int size, int more) {
        if (out.length - size < more) {
            out = Arrays.copyOf(out, out.length * 2);
        }
    }

    private int int32(int at, int value) {
        for (int i = 0; i < 4; i++) {
            out[at + i] = (byte) (value >>> (8 * i));
        }
        return at + 4;
    }

    /// What was compressed.
    ///
    /// @param limit the most that it may be
    /// @throws TelemetryException `MALFORMED` where it is more, or no gzip
    static byte[] decompress(byte[] compressed, int limit) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed), 8192)) {
            var out = new ByteArrayOutputStream(Math.min(limit, 4 * compressed.length));
            var buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (out.size() + count > limit) {
                    throw new TelemetryException(
                            Code.MALFORMED, "expected at most " + limit + " bytes out of gzip");
                }
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new TelemetryException(Code.MALFORMED, "the gzip is broken: " + e, e);
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
