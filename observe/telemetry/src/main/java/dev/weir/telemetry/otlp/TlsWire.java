package dev.weir.telemetry.otlp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// TLS over another wire.
final class TlsWire implements Wire {
    private static final ByteBuffer[] NOTHING = {};

    private final Wire wire;
    private final SSLEngine engine;
    private final ByteBuffer[] record = new ByteBuffer[1];
    private ByteBuffer sealed;
    private ByteBuffer arrived;
    private ByteBuffer opened;

    private TlsWire(Wire wire, SSLEngine engine) {
        this.wire = wire;
        this.engine = engine;
        int packet = engine.getSession().getPacketBufferSize();
        sealed = ByteBuffer.allocateDirect(packet);
        arrived = ByteBuffer.allocateDirect(packet).flip();
        opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
    }

    /// Shakes hands.
    ///
    /// @param protocol what ALPN (RFC 7301) has to agree on; a peer without ALPN is taken for
    ///   HTTP/1.1
    static TlsWire connect(Wire wire, SSLEngine engine, String protocol, long deadline)
            throws IOException {
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(true);
        var tls = new TlsWire(wire, engine);
        engine.beginHandshake();
        tls.handshake(deadline);
        var agreed = engine.getApplicationProtocol();
        if (!agreed.equals(protocol) && !(agreed.isEmpty() && protocol.equals("http/1.1"))) {
            throw new SSLException(
                    "ALPN: expected " + protocol + ", the peer offers '" + agreed + "'");
        }
        return tls;
    }

    private void handshake(long deadline) throws IOException {
        for (var status = engine.getHandshakeStatus(); ; status = engine.getHandshakeStatus()) {
            switch (status) {
                case NEED_TASK -> tasks();
                case NEED_WRAP -> wrap(NOTHING, 0, 0, deadline);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int step = unwrap();
                    if (step < 0 || step == 0 && fill(deadline) < 0) {
                        throw new EOFException("the peer ended the connection in the handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void tasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /// Seals a record, of some of the sources or of what TLS itself has to say.
    private void wrap(ByteBuffer[] sources, int first, int count, long deadline)
            throws IOException {
        sealed.clear();
        var result = engine.wrap(sources, first, count, sealed);
        switch (result.getStatus()) {
            case BUFFER_OVERFLOW ->
                    sealed =
                            ByteBuffer.allocateDirect(
                                    2 * engine.getSession().getPacketBufferSize());
            case CLOSED -> {
                if (count > 0) {
                    throw new EOFException("the TLS connection is closed");
                }
            }
            case OK, BUFFER_UNDERFLOW -> {}
        }
        record[0] = sealed.flip();
        wire.write(record, 1, deadline);
    }

    /// Opens one record, if a whole one has arrived.
    ///
    /// @return 1 when something happened, 0 when more has to arrive, -1 when the peer has ended
    private int unwrap() throws IOException {
        if (!arrived.hasRemaining()
                && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP_AGAIN) {
            return 0;
        }
        opened.compact();
        try {
            var result = engine.unwrap(arrived, opened);
            return switch (result.getStatus()) {
                case OK -> 1;
                case BUFFER_UNDERFLOW -> 0;
                case CLOSED -> -1;
                case BUFFER_OVERFLOW -> {
                    grow();
                    yield 1;
                }
            };
        } finally {
            opened.flip();
        }
    }

    private void grow() {
        int size = opened.position() + engine.getSession().getApplicationBufferSize();
        opened = ByteBuffer.allocate(size).put(opened.flip());
    }

    private int fill(long deadline) throws IOException {
        makeRoom();
        try {
            return wire.read(arrived, deadline);
        } finally {
            arrived.flip();
        }
    }

    private void makeRoom() {
        arrived.compact();
        if (!arrived.hasRemaining()) {
            arrived = ByteBuffer.allocateDirect(2 * arrived.capacity()).put(arrived.flip());
        }
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long deadline) throws IOException {
        int first = 0;
        while (true) {
            while (first < count && !sources[first].hasRemaining()) {
                first++;
            }
            if (first == count) {
                return;
            }
            wrap(sources, first, count - first, deadline);
            if (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
                handshake(deadline);
            }
        }
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        while (true) {
            int count = readOpened(target, deadline);
            if (count != 0) {
                return count;
            }
            if (fill(deadline) < 0) {
                return -1;
            }
        }
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        while (true) {
            int count = readOpened(target, System.nanoTime());
            if (count != 0) {
                return count;
            }
            makeRoom();
            try {
                int read = wire.readNow(arrived);
                if (read <= 0) {
                    return read;
                }
            } finally {
                arrived.flip();
            }
        }
    }

    private int readOpened(ByteBuffer target, long deadline) throws IOException {
        while (!opened.hasRemaining()) {
            int step = unwrap();
            if (step <= 0) {
                return step;
            }
            var status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                tasks();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                wrap(NOTHING, 0, 0, deadline);
            }
        }
        int length = Math.min(opened.remaining(), target.remaining());
        target.put(opened.slice(opened.position(), length));
        opened.position(opened.position() + length);
        return length;
    }

    @Override
    public void close() {
        try {
            engine.closeOutbound();
            wrap(NOTHING, 0, 0, System.nanoTime());
        } catch (IOException _) {
            // The peer is gone already, or does not read: it learns of the end from TCP.
        } finally {
            wire.close();
        }
    }
}
