package dev.weir.wasm;

/// A kind of exception. Two tags are the same only when they are the same object.
public final class Tag implements Extern {
    final DefType type;

    Tag(DefType type) {
        this.type = type;
    }
}
