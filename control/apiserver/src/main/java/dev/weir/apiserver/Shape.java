package dev.weir.apiserver;

/// What a member of a built-in type holds.
sealed interface Shape {
    /// A value without members of its own.
    enum Scalar implements Shape {
        /// UTF-8 text.
        STRING("string"),
        /// A truth value.
        BOOL("bool"),
        /// A 32-bit integer.
        INT32("int32"),
        /// A 64-bit integer.
        INT64("int64"),
        /// An IEEE 754 double.
        DOUBLE("float64"),
        /// Bytes; base64 in JSON.
        BYTES("[]uint8"),
        /// A time to the second; RFC 3339 in JSON.
        TIME("string"),
        /// A time to the microsecond; RFC 3339 in JSON.
        MICROTIME("string"),
        /// Any JSON value; its text, wrapped in a message, in protobuf.
        JSON("v1.JSON"),
        /// A list of strings, wrapped in a message in protobuf.
        STRINGS("v1.ExtraValue");

        private final String goName;

        Scalar(String goName) {
            this.goName = goName;
        }

        /// The Go type that Kubernetes' decoding errors name.
        String goName() {
            return goName;
        }
    }

    /// A type of the table, by its full name.
    record Ref(String type) implements Shape {}

    /// A list.
    record ListOf(Shape item) implements Shape {}

    /// A map with strings as keys.
    record MapOf(Shape value) implements Shape {}
}
