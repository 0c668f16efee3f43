package dev.weir.context;

/// The binary header `grpc-trace-bin` (OpenCensus, BinaryFormat): 29 bytes, which are a version 0,
/// then three fields behind their numbers: 0 and the trace id, 1 and the span id, 2 and the flags.
///
/// What is not valid is answered with `false`, never with an exception, and leaves the target as it
/// was. Nothing is allocated.
public final class GrpcTraceBin {
    /// The length of the header in bytes, before any base64 of the transport.
    public static final int SIZE = 29;

    private static final int TRACE_ID = 2;
    private static final int SPAN_ID = 19;
    private static final int FLAGS = 28;

    private GrpcTraceBin() {}

    /// Reads a header. What stands behind the 29 bytes is for fields to come, and ignored.
    ///
    /// @param length of the header in bytes
    /// @param to where the 32 bytes go
    /// @return whether it is valid
    public static boolean parse(byte[] header, int offset, int length, byte[] to, int at) {
        if (length < SIZE
                || header[offset] != 0
                || header[offset + TRACE_ID - 1] != 0
                || header[offset + SPAN_ID - 1] != 1
                || header[offset + FLAGS - 1] != 2) {
            return false;
        }
        // The two ids are as in the layout, so its accessors read them.
        long high = TraceBytes.traceIdHigh(header, offset + TRACE_ID);
        long low = TraceBytes.traceIdLow(header, offset + TRACE_ID);
        long spanId = TraceBytes.traceIdHigh(header, offset + SPAN_ID);
        if ((high | low) == 0 || spanId == 0) {
            return false;
        }
        TraceBytes.write(to, at, high, low, spanId, header[offset + FLAGS]);
        return true;
    }

    /// Writes the 29 bytes of a valid context.
    public static void format(byte[] context, int at, byte[] to, int offset) {
        to[offset] = 0;
        to[offset + TRACE_ID - 1] = 0;
        System.arraycopy(context, at, to, offset + TRACE_ID, 16);
        to[offset + SPAN_ID - 1] = 1;
        System.arraycopy(context, at + 16, to, offset + SPAN_ID, 8);
        to[offset + FLAGS - 1] = 2;
        to[offset + FLAGS] = (byte) TraceBytes.flags(context, at);
    }
}
