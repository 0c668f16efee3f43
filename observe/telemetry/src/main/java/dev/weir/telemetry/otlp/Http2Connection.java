package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One end of an HTTP/2 connection (RFC 9113) as far as requests with one answer need it: frames
/// in, frames out, flow control both ways. It takes bytes and gives bytes, and knows no socket and
/// no time.
///
/// Both ends count: what may be sent on the connection and on each stream, and what was received
/// and is given back as soon as half of it is used up. Nothing is pushed, no priorities are kept,
/// and header blocks are never indexed. Whatever a peer can make grow is bounded: header blocks,
/// answers to pings and settings that it does not read, streams.
///
/// Not thread-safe.
final class Http2Connection {
    static final int FRAME_HEADER = 9;
    static final int USUAL_WINDOW = 65_535;

    // §6
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITIZED = 0x20;

    // §6.5.2
    private static final int HEADER_TABLE_SIZE = 1;
    private static final int ENABLE_PUSH = 2;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int SETTING = 6;

    /// The most we take (the usual, §4.2) and the most we send, whatever the peer allows.
    static final int FRAME_IN = 16_384;

    private static final int FRAME_OUT = 65_536;

    private static final int HEADER_LIMIT = 32 << 10;
    private static final int CONTROL_LIMIT = 64 << 10;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean client;
    private final int window;
    private final int maxStreams;
    private final Http2Events events;
    private final HpackDecoder hpack = new HpackDecoder(HEADER_LIMIT);
    private final Map<Integer, Stream> streams = new LinkedHashMap<>();
    private final Control control = new Control();

    private int prefaceLeft;
    private boolean settled;
    private int peerFrame = FRAME_IN;
    private int peerWindow = USUAL_WINDOW;
    private int peerStreams = Integer.MAX_VALUE;
    private long sendWindow = USUAL_WINDOW;
    private int receiveWindow;
    private int highest;
    private int nextStream = 1;
    private boolean goneAway;

    private int headersOf;
    private boolean headersLast;
    private byte[] block = new byte[256];
    private int blockSize;

    /// A stream that is not over.
    private static final class Stream {
        long sendWindow;
        int receiveWindow;
        boolean remoteEnded;
        boolean localEnded;
        Iterator<ByteBuffer> parts = List.<ByteBuffer>of().iterator();
        ByteBuffer part = ByteBuffer.allocate(0);
        byte[] trailers = {};
        boolean sending;

        boolean hasData() {
            while (!part.hasRemaining() && parts.hasNext()) {
                part = parts.next().duplicate();
            }
            return part.hasRemaining();
        }
    }

    /// @param client which end this is
    /// @param window how many bytes the peer may send ahead, on the connection and on each stream;
    ///   65,535 or more
    /// @param maxStreams how many streams a client may have open at a time
    Http2Connection(boolean client, int window, int maxStreams, Http2Events events) {
        this.client = client;
        this.window = window;
        this.maxStreams = maxStreams;
        this.events = events;
        receiveWindow = window;
        prefaceLeft = client ? 0 : PREFACE.length;
        begin();
    }

    private void begin() {
        if (client) {
            control.bytes(PREFACE);
        }
        control.frame(3 * SETTING, SETTINGS, 0, 0);
        control.setting(HEADER_TABLE_SIZE, 0);
        control.setting(INITIAL_WINDOW_SIZE, window);
        if (client) {
            control.setting(ENABLE_PUSH, 0);
        } else {
            control.setting(MAX_CONCURRENT_STREAMS, maxStreams);
        }
        if (window > USUAL_WINDOW) {
            control.windowUpdate(0, window - USUAL_WINDOW);
        }
    }

    /// Whether a request may be started now; without it, a new connection is due.
    boolean open() {
        return !goneAway && nextStream > 0;
    }

    /// Whether the peer allows one more stream at this time.
    boolean roomForStream() {
        return streams.size() < peerStreams;
    }

    /// Whether the peer's settings have come, which is the first that a peer says.
    boolean settled() {
        return settled;
    }

    /// Starts a request.
    ///
    /// @param body each part is read from its position to its limit, through a duplicate
    /// @return its stream
    int request(byte[] headers, List<ByteBuffer> body) {
        int id = nextStream;
        nextStream += 2;
        var stream = new Stream();
        stream.sendWindow = peerWindow;
        stream.receiveWindow = window;
        stream.sending = true;
        stream.parts = body.iterator();
        streams.put(id, stream);
        control.headers(id, headers, peerFrame, false);
        return id;
    }

    /// Answers a request: headers, a body that may be empty, trailers that may be empty.
    void respond(int id, byte[] headers, byte[] body, byte[] trailers) {
        var stream = streams.get(id);
        if (stream == null) {
            return;
        }
        boolean headersOnly = body.length == 0 && trailers.length == 0;
        control.headers(id, headers, peerFrame, headersOnly);
        if (headersOnly) {
            ended(id, stream);
            return;
        }
        stream.parts = List.of(ByteBuffer.wrap(body)).iterator();
        stream.trailers = trailers;
        stream.sending = true;
    }

    /// Gives a stream up.
    void reset(int id, int code) {
        if (streams.remove(id) != null) {
            control.frame(4, RST_STREAM, 0, id);
            control.int32(code);
        }
    }

    /// Tells the peer that this end stops, and why.
    void goAway(int code, String reason) {
        var text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, 256);
        control.frame(8 + length, GOAWAY, 0, 0);
        control.int32(highest);
        control.int32(code);
        control.bytes(Arrays.copyOf(text, length));
        goneAway = true;
    }

    /// Puts what is to be sent and may be, as far as the room goes: control frames first, then
    /// bodies. Nothing put means that there is nothing, or that the peer has to speak first.
    void produce(Outbox out) {
        control.drain(out);
        for (var entry : List.copyOf(streams.entrySet())) {
            if (!control.isEmpty()) {
                return;
            }
            produce(entry.getKey(), entry.getValue(), out);
        }
    }

    private void produce(int id, Stream stream, Outbox out) {
        while (stream.sending && out.room() >= FRAME_HEADER) {
            if (!stream.hasData()) {
                finish(id, stream, out);
                return;
            }
            int length = (int) Math.min(sendWindow, stream.sendWindow);
            length = Math.min(length, Math.min(peerFrame, stream.part.remaining()));
            length = Math.min(length, out.room(stream.part, FRAME_HEADER));
            if (length <= 0) {
                return;
            }
            // A frame holds bytes of one part only; parts are slabs, so frames are large anyway.
            boolean ends = length == stream.part.remaining() && !stream.parts.hasNext();
            boolean last = ends && stream.trailers.length == 0;
            out.putFrame(length, DATA, last ? END_STREAM : 0, id);
            out.put(stream.part, length);
            sendWindow -= length;
            stream.sendWindow -= length;
            if (last) {
                ended(id, stream);
            }
        }
    }

    private void finish(int id, Stream stream, Outbox out) {
        if (stream.trailers.length > 0) {
            control.headers(id, stream.trailers, peerFrame, true);
            control.drain(out);
        } else {
            out.putFrame(0, DATA, END_STREAM, id);
        }
        ended(id, stream);
    }

    private void ended(int id, Stream stream) {
        stream.sending = false;
        stream.localEnded = true;
        if (stream.remoteEnded) {
            streams.remove(id);
        } else if (!client) {
            // An answer before the end of a request: what is still to come is not wanted.
            reset(id, Http2Exception.NO_ERROR);
        }
    }

    /// Takes whole frames from the buffer and leaves what is not whole yet.
    ///
    /// @throws Http2Exception where the peer breaks the protocol: [#goAway] is said already, and
    ///   the connection is over once that is sent
    void consume(ByteBuffer in) throws Http2Exception {
        try {
            while (preface(in) && frame(in)) {
                if (control.size() > CONTROL_LIMIT) {
                    throw new Http2Exception(
                            Http2Exception.ENHANCE_YOUR_CALM,
                            "the peer asks for answers and does not read them");
                }
            }
        } catch (Http2Exception e) {
            goAway(e.code(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private boolean preface(ByteBuffer in) throws Http2Exception {
        while (prefaceLeft > 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            if (in.get() != PREFACE[PREFACE.length - prefaceLeft--]) {
                throw Http2Exception.protocol("expected the preface of HTTP/2");
            }
        }
        return true;
    }

    private boolean frame(ByteBuffer in) throws Http2Exception {
        if (in.remaining() < FRAME_HEADER) {
            return false;
        }
        int at = in.position();
        int length = in.getInt(at) >>> 8;
        int type = in.get(at + 3);
        if (!settled && (type != SETTINGS || (in.get(at + 4) & ACK) != 0)) {
            throw Http2Exception.protocol("expected HTTP/2, found " + printable(in));
        }
        if (length > FRAME_IN) {
            throw new Http2Exception(
                    Http2Exception.FRAME_SIZE_ERROR,
                    "a frame of " + length + " bytes, expected at most " + FRAME_IN);
        }
        if (in.remaining() < FRAME_HEADER + length) {
            return false;
        }
        int flags = in.get(at + 4) & 0xff;
        int stream = in.getInt(at + 5) & 0x7fffffff;
        in.position(at + FRAME_HEADER + length);
        frame(type, flags, stream, in.slice(at + FRAME_HEADER, length));
        return true;
    }

    /// The begin of what a peer says that does not speak HTTP/2, for people.
    private static String printable(ByteBuffer in) {
        var text = new StringBuilder();
        for (int i = in.position(); i < Math.min(in.limit(), in.position() + 40); i++) {
            int character = in.get(i) & 0xff;
            text.append(character >= ' ' && character < 0x7f ? (char) character : '.');
        }
        return "'" + text + "'";
    }

    private void frame(int type, int flags, int id, ByteBuffer payload) throws Http2Exception {
        if (headersOf != 0 && (type != CONTINUATION || id != headersOf)) {
            throw Http2Exception.protocol("expected CONTINUATION of stream " + headersOf);
        }
        switch (type) {
            case DATA -> data(flags, id, payload);
            case HEADERS -> headers(flags, id, payload);
            case CONTINUATION -> continuation(flags, id, payload);
            case RST_STREAM -> reset(id, payload);
            case SETTINGS -> settings(flags, id, payload);
            case PING -> ping(flags, id, payload);
            case GOAWAY -> goAway(id, payload);
            case WINDOW_UPDATE -> windowUpdate(id, payload);
            case PUSH_PROMISE -> throw Http2Exception.protocol("PUSH_PROMISE, which is turned off");
            case PRIORITY -> length(payload, 5);
            default -> {} // §4.1: unknown types are ignored
        }
    }

    private void data(int flags, int id, ByteBuffer payload) throws Http2Exception {
        if (id == 0) {
            throw Http2Exception.protocol("DATA without a stream");
        }
        int counted = payload.remaining();
        receiveWindow -= counted;
        if (receiveWindow < 0) {
            throw new Http2Exception(
                    Http2Exception.FLOW_CONTROL_ERROR, "more bytes than the window allows");
        }
        var stream = streams.get(id);
        if (stream == null || stream.remoteEnded) {
            known(id);
        } else {
            stream.receiveWindow -= counted;
            if (stream.receiveWindow < 0) {
                throw new Http2Exception(
                        Http2Exception.FLOW_CONTROL_ERROR,
                        "more bytes than the window of stream " + id + " allows");
            }
            boolean last = (flags & END_STREAM) != 0;
            stream.remoteEnded = last;
            events.data(id, unpadded(flags, payload), last);
            remoteEnded(id, stream, last);
        }
        giveBack(id);
    }

    /// Frames of a stream that is over may still be on their way; of one that never was, not.
    private void known(int id) throws Http2Exception {
        if (id > (client ? nextStream - 2 : highest)) {
            throw Http2Exception.protocol("a frame of stream " + id + ", which is not open");
        }
    }

    private void giveBack(int id) {
        if (receiveWindow < window / 2) {
            control.windowUpdate(0, window - receiveWindow);
            receiveWindow = window;
        }
        var stream = streams.get(id);
        if (stream != null && !stream.remoteEnded && stream.receiveWindow < window / 2) {
            control.windowUpdate(id, window - stream.receiveWindow);
            stream.receiveWindow = window;
        }
    }

    private void remoteEnded(int id, Stream stream, boolean last) {
        if (!last) {
            return;
        }
        stream.remoteEnded = true;
        if (stream.localEnded) {
            streams.remove(id, stream);
        } else if (client) {
            // An answer before the end of our request: nobody reads the rest of it.
            reset(id, Http2Exception.CANCEL);
        }
    }

    private static ByteBuffer unpadded(int flags, ByteBuffer payload) throws Http2Exception {
        if ((flags & PADDED) == 0) {
            return payload;
        }
        if (!payload.hasRemaining()) {
            throw new Http2Exception(Http2Exception.FRAME_SIZE_ERROR, "no length of the padding");
        }
        int padding = payload.get() & 0xff;
        if (padding > payload.remaining()) {
            throw Http2Exception.protocol("more padding than frame");
        }
        return payload.limit(payload.limit() - padding);
    }

    private void headers(int flags, int id, ByteBuffer payload) throws Http2Exception {
        opened(id);
        var fields = unpadded(flags, payload);
        if ((flags & PRIORITIZED) != 0) {
            if (fields.remaining() < 5) {
                throw new Http2Exception(Http2Exception.FRAME_SIZE_ERROR, "a short priority");
            }
            fields.position(fields.position() + 5);
        }
        headersOf = id;
        headersLast = (flags & END_STREAM) != 0;
        blockSize = 0;
        append(flags, fields);
    }

    private void opened(int id) throws Http2Exception {
        if (client || id <= highest) {
            known(id);
            if (id == 0) {
                throw Http2Exception.protocol("HEADERS without a stream");
            }
            return;
        }
        if ((id & 1) == 0) {
            throw Http2Exception.protocol("stream " + id + " of a client, expected an odd number");
        }
        highest = id;
        if (goneAway) {
            return;
        }
        var stream = new Stream();
        stream.sendWindow = peerWindow;
        stream.receiveWindow = window;
        streams.put(id, stream);
    }

    private void continuation(int flags, int id, ByteBuffer payload) throws Http2Exception {
        if (headersOf == 0) {
            throw Http2Exception.protocol("CONTINUATION of stream " + id + " behind nothing");
        }
        append(flags, payload);
    }

    private void append(int flags, ByteBuffer fields) throws Http2Exception {
        int length = fields.remaining();
        if (blockSize + length > HEADER_LIMIT) {
            throw new Http2Exception(
                    Http2Exception.ENHANCE_YOUR_CALM,
                    "a header block of more than " + HEADER_LIMIT + " bytes");
        }
        if (block.length < blockSize + length) {
            block = Arrays.copyOf(block, Math.max(2 * block.length, blockSize + length));
        }
        fields.get(block, blockSize, length);
        blockSize += length;
        if ((flags & END_HEADERS) != 0) {
            complete();
        }
    }

    /// The block is decoded even where nobody wants it, as the decoder has a state.
    private void complete() throws Http2Exception {
        int id = headersOf;
        headersOf = 0;
        var fields = hpack.decode(block, 0, blockSize);
        var stream = streams.get(id);
        if (stream == null || stream.remoteEnded) {
            return;
        }
        if (!client && streams.size() > maxStreams) {
            reset(id, Http2Exception.REFUSED_STREAM);
            return;
        }
        if (headersLast) {
            stream.remoteEnded = true;
        }
        events.headers(id, fields, headersLast);
        remoteEnded(id, stream, headersLast);
    }

    private void reset(int id, ByteBuffer payload) throws Http2Exception {
        length(payload, 4);
        known(id);
        if (streams.remove(id) != null) {
            events.reset(id, payload.getInt());
        }
    }

    private void settings(int flags, int id, ByteBuffer payload) throws Http2Exception {
        if (id != 0) {
            throw Http2Exception.protocol("SETTINGS of a stream");
        }
        if ((flags & ACK) != 0) {
            length(payload, 0);
            return;
        }
        if (payload.remaining() % SETTING != 0) {
            throw new Http2Exception(Http2Exception.FRAME_SIZE_ERROR, "SETTINGS cut short");
        }
        while (payload.hasRemaining()) {
            setting(payload.getShort(), payload.getInt());
        }
        settled = true;
        control.frame(0, SETTINGS, ACK, 0);
    }

    private void setting(int name, int value) throws Http2Exception {
        switch (name) {
            case INITIAL_WINDOW_SIZE -> initialWindow(value);
            case MAX_FRAME_SIZE -> {
                if (value < FRAME_IN || value > 0xffffff) {
                    throw Http2Exception.protocol("a frame size of " + value);
                }
                peerFrame = Math.min(value, FRAME_OUT);
            }
            case MAX_CONCURRENT_STREAMS -> peerStreams = value < 0 ? Integer.MAX_VALUE : value;
            default -> {} // §6.5.2: unknown ones are ignored; the others do not concern us
        }
    }

    private void initialWindow(int value) throws Http2Exception {
        if (value < 0) {
            throw new Http2Exception(
                    Http2Exception.FLOW_CONTROL_ERROR, "a window of " + (value & 0xffffffffL));
        }
        for (var stream : streams.values()) {
            stream.sendWindow += value - peerWindow;
        }
        peerWindow = value;
    }

    private void ping(int flags, int id, ByteBuffer payload) throws Http2Exception {
        length(payload, 8);
        if (id != 0) {
            throw Http2Exception.protocol("PING of a stream");
        }
        if ((flags & ACK) == 0) {
            control.frame(8, PING, ACK, 0);
            control.int64(payload.getLong());
        }
    }

    private void goAway(int id, ByteBuffer payload) throws Http2Exception {
        if (id != 0 || payload.remaining() < 8) {
            throw Http2Exception.protocol("a broken GOAWAY");
        }
        goneAway = true;
        int last = payload.getInt() & 0x7fffffff;
        int code = payload.getInt();
        var reason =
                StandardCharsets.UTF_8
                        .decode(payload.limit(Math.min(payload.limit(), 8 + 256)))
                        .toString();
        events.goAway(last, code, reason);
    }

    private void windowUpdate(int id, ByteBuffer payload) throws Http2Exception {
        length(payload, 4);
        int more = payload.getInt() & 0x7fffffff;
        if (id == 0) {
            sendWindow = widened(sendWindow, more);
            return;
        }
        known(id);
        var stream = streams.get(id);
        if (stream != null) {
            stream.sendWindow = widened(stream.sendWindow, more);
        }
    }

    private static long widened(long window, int more) throws Http2Exception {
        if (more == 0) {
            throw Http2Exception.protocol("a WINDOW_UPDATE of 0");
        }
        if (window + more > Integer.MAX_VALUE) {
            throw new Http2Exception(
                    Http2Exception.FLOW_CONTROL_ERROR, "a window above 2,147,483,647");
        }
        return window + more;
    }

    private static void length(ByteBuffer payload, int expected) throws Http2Exception {
        if (payload.remaining() != expected) {
            throw new Http2Exception(
                    Http2Exception.FRAME_SIZE_ERROR,
                    "a frame of " + payload.remaining() + " bytes, expected " + expected);
        }
    }

    /// Frames that wait to be sent before any body: a queue of bytes.
    private static final class Control {
        private byte[] bytes = new byte[512];
        private int start;
        private int end;

        boolean isEmpty() {
            return start == end;
        }

        int size() {
            return end - start;
        }

        void frame(int length, int type, int flags, int stream) {
            int32(length << 8 | type);
            room(1);
            bytes[end++] = (byte) flags;
            int32(stream);
        }

        void setting(int name, int value) {
            room(2);
            bytes[end++] = (byte) (name >> 8);
            bytes[end++] = (byte) name;
            int32(value);
        }

        void windowUpdate(int stream, int more) {
            frame(4, WINDOW_UPDATE, 0, stream);
            int32(more);
        }

        /// A header block, in more than one frame where it is larger than a frame.
        void headers(int stream, byte[] block, int frame, boolean last) {
            int first = Math.min(block.length, frame);
            int flags = (last ? END_STREAM : 0) | (first == block.length ? END_HEADERS : 0);
            frame(first, HEADERS, flags, stream);
            bytes(Arrays.copyOf(block, first));
            for (int at = first; at < block.length; at += frame) {
                int to = Math.min(block.length, at + frame);
                frame(to - at, CONTINUATION, to == block.length ? END_HEADERS : 0, stream);
                bytes(Arrays.copyOfRange(block, at, to));
            }
        }

        void int64(long value) {
            int32((int) (value >> 32));
            int32((int) value);
        }

        void int32(int value) {
            room(4);
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes[end++] = (byte) (value >> shift);
            }
        }

        void bytes(byte[] source) {
            room(source.length);
            System.arraycopy(source, 0, bytes, end, source.length);
            end += source.length;
        }

        void drain(Outbox out) {
            int length = Math.min(out.room(), end - start);
            out.put(bytes, start, length);
            start += length;
            if (start == end) {
                start = 0;
                end = 0;
            }
        }

        private void room(int more) {
            if (bytes.length - end < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
            }
        }
    }
}
