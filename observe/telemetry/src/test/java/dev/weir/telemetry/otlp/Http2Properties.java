package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Both ends of our HTTP/2 against each other, and against garbage.
class Http2Properties {
    /// Remembers what it is told.
    private static final class Told implements Http2Events {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<Header> headers = new ArrayList<>();
        int ended;
        Runnable whenEnded = () -> {};

        @Override
        public void headers(int stream, List<Header> more, boolean last) {
            headers.addAll(more);
            end(last);
        }

        @Override
        public void data(int stream, ByteBuffer data, boolean last) {
            var part = new byte[data.remaining()];
            data.get(part);
            body.writeBytes(part);
            end(last);
        }

        private void end(boolean last) {
            if (last) {
                ended++;
                whenEnded.run();
            }
        }

        @Override
        public void reset(int stream, int code) {}

        @Override
        public void goAway(int last, int code, String reason) {}
    }

    private static byte[] produce(Http2Connection from, int room) {
        var out = new Outbox(room, false);
        from.produce(out);
        var bytes = new ByteArrayOutputStream();
        try {
            out.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Moves all that one end has to say, in pieces of random size.
    private static boolean move(
            Http2Connection from, Http2Connection to, ByteBuffer unread, Random random)
            throws Http2Exception {
        var bytes = produce(from, 16 + random.nextInt(20_000));
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(5000));
            unread.compact().put(bytes, at, length).flip();
            to.consume(unread);
            at += length;
        }
        return bytes.length > 0;
    }

    @Property(tries = 200)
    void carriesRequestsAndAnswersWhole(
            @ForAll long seed, @ForAll @IntRange(max = 300_000) int size) throws Http2Exception {
        var random = new Random(seed);
        var asked = new Told();
        var answered = new Told();
        var client = new Http2Connection(true, Http2Connection.USUAL_WINDOW, 0, answered);
        var server = new Http2Connection(false, 1 << 20, 4, asked);
        var request = new byte[size];
        random.nextBytes(request);
        var headers = List.of(new Header(":path", "/x"), new Header("k", "v".repeat(20_000)));
        asked.whenEnded =
                () ->
                        server.respond(
                                1,
                                HpackEncoder.encode(List.of(new Header(":status", "200"))),
                                request,
                                HpackEncoder.encode(List.of(new Header("grpc-status", "0"))));
        int half = random.nextInt(size + 1);
        client.request(
                HpackEncoder.encode(headers),
                List.of(
                        ByteBuffer.wrap(request, 0, half),
                        ByteBuffer.allocate(0),
                        ByteBuffer.wrap(request, half, size - half)));
        var toServer = ByteBuffer.allocate(1 << 18).flip();
        var toClient = ByteBuffer.allocate(1 << 18).flip();
        boolean moved = true;
        while (moved) {
            moved = move(client, server, toServer, random);
            moved |= move(server, client, toClient, random);
        }
        assertThat(asked.headers).isEqualTo(headers);
        assertThat(asked.body.toByteArray()).isEqualTo(request);
        assertThat(answered.body.toByteArray()).isEqualTo(request);
        assertThat(answered.headers.getLast()).isEqualTo(new Header("grpc-status", "0"));
        assertThat(answered.ended).isEqualTo(1);
        assertThat(client.settled()).isTrue();
    }

    /// A peer that breaks the protocol is told so, and nothing but that is thrown.
    @Property(tries = 3000)
    void throwsNothingElseForBrokenFrames(@ForAll long seed, @ForAll boolean toClient) {
        var random = new Random(seed);
        var other = new Http2Connection(!toClient, 1 << 20, 4, new Told());
        var one = new Http2Connection(toClient, 1 << 20, 4, new Told());
        if (!toClient) {
            other.request(
                    HpackEncoder.encode(List.of(new Header(":path", "/x"))),
                    List.of(ByteBuffer.allocate(random.nextInt(3000))));
        }
        var bytes = Mutation.of(produce(other, 1 << 16), random);
        var in = ByteBuffer.wrap(bytes);
        try {
            one.consume(in);
            assertThat(in.remaining()).isLessThan(Http2Connection.FRAME_IN + 9);
        } catch (Http2Exception e) {
            assertThat(produce(one, 1 << 16)).isNotEmpty();
        }
    }

    @Property(tries = 3000)
    void throwsNothingElseForRandomFrames(@ForAll long seed, @ForAll boolean client) {
        var random = new Random(seed);
        var connection = new Http2Connection(client, 1 << 20, 4, new Told());
        var out = ByteBuffer.allocate(1 << 16);
        if (!client) {
            out.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes());
        }
        out.putInt(4).put((byte) 0).putInt(0);
        while (out.remaining() > 200) {
            int length = random.nextInt(64);
            out.putInt(length << 8 | random.nextInt(11)).put((byte) random.nextInt());
            out.putInt(random.nextInt(6));
            for (int i = 0; i < length; i++) {
                out.put((byte) random.nextInt());
            }
        }
        try {
            connection.consume(out.flip());
        } catch (Http2Exception e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Property(tries = 3000)
    void throwsNothingElseForRandomHeaderBlocks(@ForAll byte[] block) {
        try {
            new HpackDecoder(32 << 10).decode(block, 0, block.length);
        } catch (Http2Exception e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Property(tries = 3000)
    void throwsNothingElseForRandomHttp1(@ForAll long seed, @ForAll boolean response) {
        var random = new Random(seed);
        var text =
                (response ? "HTTP/1.1 200 OK\r\n" : "POST / HTTP/1.1\r\n")
                        + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        var message = new Http1Message(response, 100);
        try {
            message.consume(ByteBuffer.wrap(Mutation.of(text.getBytes(), random)));
            message.end();
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
