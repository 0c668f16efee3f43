package dev.weir.telemetry.otlp;

/// The memory that one request under way has reserved. Used by one thread.
final class Reserved implements AutoCloseable {
    private final Memory memory;
    private long bytes;

    Reserved(Memory memory) {
        this.memory = memory;
    }

    /// Reserves what is missing to a size; false where that is not left.
    boolean upTo(long size) {
        long more = size - bytes;
        if (more > 0) {
            if (!memory.reserve(more)) {
                return false;
            }
            bytes = size;
        }
        return true;
    }

    @Override
    public void close() {
        memory.release(bytes);
        bytes = 0;
    }
}
