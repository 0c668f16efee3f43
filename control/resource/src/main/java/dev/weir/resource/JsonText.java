package dev.weir.resource;

/// The text form of [Json]: reading and writing.
final class JsonText {
    /// The greatest nesting of objects and arrays that is read.
    static final int MAX_DEPTH = 512;

    private JsonText() {}

    static Json parse(byte[] text) {
        throw new UnsupportedOperationException("resource: parse json of " + text.length);
    }

    static byte[] write(Json value) {
        throw new UnsupportedOperationException("resource: write json " + value);
    }
}
