package dev.weir.apiserver;

import org.jspecify.annotations.Nullable;

/// A member of a built-in type.
///
/// @param number its number in protobuf
/// @param name its name in JSON
/// @param pointer whether Go holds a pointer, so that absent and zero differ
/// @param required whether it is written even when empty
/// @param omitZero whether a zero time is left out, not written as `null`
/// @param patchStrategy `merge`, or empty
/// @param mergeKey the key by which a strategic merge pairs the items of a list; empty for none
/// @param goName the Go type that errors name; empty for that of the shape
record Member(
        int number,
        String name,
        Shape shape,
        boolean pointer,
        boolean required,
        boolean omitZero,
        String patchStrategy,
        String mergeKey,
        String goName,
        String description) {

    /// The reference where the member holds one message.
    @Nullable String messageType() {
        return shape instanceof Shape.Ref(var type) ? type : null;
    }
}
