package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import java.nio.ByteBuffer;
import java.util.List;

/// Makes requests as an endpoint wants them. Used by one thread.
final class Packer implements AutoCloseable {
    /// How large a request of the spool may get when it is opened again: a bound for broken ones.
    private static final int UNPACKED_LIMIT = 256 << 20;

    private static final int JSON_GROWTH = 4;

    private final boolean json;
    private final boolean gzip;
    private final Gzip compressor = new Gzip();

    Packer(OtlpEndpoint endpoint) {
        json = endpoint.protocol() == OtlpEndpoint.Protocol.HTTP_JSON;
        gzip = endpoint.compression() == Compression.GZIP;
    }

    /// How much protobuf one request may gather: JSON takes a few times as much.
    int gathered(int requestBytes) {
        return json ? Math.max(1, requestBytes / JSON_GROWTH) : requestBytes;
    }

    /// The request of some protobuf.
    ///
    /// @throws TelemetryException `MALFORMED` where it cannot be written as JSON
    Request pack(Signal signal, List<ByteBuffer> protobuf) {
        var parts = json ? List.of(ByteBuffer.wrap(OtlpJson.write(signal, protobuf))) : protobuf;
        return new Request(
                signal, gzip ? List.of(ByteBuffer.wrap(compressor.compress(parts))) : parts, gzip);
    }

    /// The protobuf as the spool keeps it.
    byte[] compress(List<ByteBuffer> protobuf) {
        return compressor.compress(protobuf);
    }

    /// The request of what the spool kept.
    ///
    /// @throws TelemetryException `MALFORMED` where it is broken
    Request repack(Signal signal, byte[] compressed) {
        if (gzip && !json) {
            return new Request(signal, List.of(ByteBuffer.wrap(compressed)), true);
        }
        var protobuf = Gzip.decompress(compressed, UNPACKED_LIMIT);
        return pack(signal, List.of(ByteBuffer.wrap(protobuf)));
    }

    @Override
    public void close() {
        compressor.close();
    }
}
