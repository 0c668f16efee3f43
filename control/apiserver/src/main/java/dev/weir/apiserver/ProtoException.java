package dev.weir.apiserver;

/// Bytes that are not the protobuf message that they should be.
final class ProtoException extends Exception {
    private static final long serialVersionUID = 1;

    ProtoException(String message) {
        super(message);
    }
}
