package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.util.List;

/// What an [Http2Connection] tells about the frames that it consumed, in their order.
interface Http2Events {
    /// Header fields, or trailers where there were fields before.
    void headers(int stream, List<Header> headers, boolean last) throws Http2Exception;

    /// A part of a body, valid during the call.
    void data(int stream, ByteBuffer data, boolean last) throws Http2Exception;

    /// The peer gave a stream up.
    void reset(int stream, int code) throws Http2Exception;

    /// The peer takes no streams above `last` any more.
    void goAway(int last, int code, String reason) throws Http2Exception;
}
