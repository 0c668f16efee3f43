package dev.weir.telemetry.logs;

import dev.weir.telemetry.otlp.ProtoWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A request for log records that is being written by one thread at a time.
///
/// Who owns a slab may do anything to its fields; nobody waits for an owner, but takes another
/// slab. Records of one scope that follow each other share a `ScopeLogs`.
final class Slab {
    private static final VarHandle OWNED;

    static {
        try {
            OWNED = MethodHandles.lookup().findVarHandle(Slab.class, "owned", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Supplier<byte[]> resource;

    /// Changed through `OWNED` only.
    @SuppressWarnings("unused")
    private boolean owned;

    /// What is written; none before the first record.
    private @Nullable ProtoWriter out;

    private int records;
    private int resourceMark;
    private int scopeMark;
    private @Nullable LogScope scope;

    Slab(Supplier<byte[]> resource) {
        this.resource = resource;
    }

    boolean acquire() {
        return OWNED.compareAndSet(this, false, true);
    }

    void release() {
        OWNED.setRelease(this, false);
    }

    int records() {
        return records;
    }

    int bytes() {
        var writer = out;
        return writer == null ? 0 : writer.size();
    }

    /// Begins a request in an empty writer.
    void begin(ProtoWriter writer) {
        out = writer;
        scope = null;
        resourceMark = writer.beginWide(1);
        var fields = resource.get();
        writer.raw(fields, 0, fields.length);
    }

    /// Adds a record, or nothing where that fails.
    void add(LogScope of, LogRecord record) {
        var writer = out;
        if (writer == null) {
            throw new IllegalStateException("slab: expected one that was begun");
        }
        if (scope != of) {
            endScope(writer);
            scopeMark = writer.beginWide(2);
            writer.raw(of.field(), 0, of.field().length);
            scope = of;
        }
        int before = writer.size();
        try {
            record.write(writer);
            records++;
        } catch (RuntimeException | Error e) {
            writer.truncate(before);
            throw e;
        }
    }

    /// Ends the request.
    ///
    /// @return its bytes; nothing where it has no record
    @Nullable ProtoWriter seal() {
        var writer = out;
        if (writer == null || records == 0) {
            return null;
        }
        endScope(writer);
        writer.endWide(resourceMark);
        out = null;
        records = 0;
        return writer;
    }

    private void endScope(ProtoWriter writer) {
        var ended = scope;
        if (ended != null) {
            if (ended.schemaUrl() != null) {
                writer.string(3, ended.schemaUrl());
            }
            writer.endWide(scopeMark);
        }
    }
}
