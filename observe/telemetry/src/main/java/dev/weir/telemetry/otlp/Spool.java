package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Counters.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Requests that wait on disk for a receiver, each signal in its order, in files of bounded size.
///
/// What survives: a process that dies loses nothing that was appended, and delivers at most the
/// request again that was under way. A machine that dies loses at most what was appended since the
/// file was begun, as a file is forced to disk when it is full and when the spool is closed, and
/// not in between: telemetry is not worth a force for each request. An entry that is not whole is
/// cut off when it is found.
///
/// When a new request has no room, the oldest file goes, of whatever signal, and its requests are
/// counted. A disk that refuses a write is left alone for a while; what should have been written
/// stays where it was. No failure of the disk is thrown.
///
/// Thread-safe: couriers share it.
final class Spool implements AutoCloseable {
    private static final int GREATEST_SEGMENT = 4 << 20;
    private static final int LEAST_SEGMENT = 64 << 10;
    private static final int SEGMENTS = 16;
    private static final long REST = 10_000_000_000L;

    private final SpoolFolder folder;
    private final long limit;
    private final long segmentBytes;
    private final Counters counters;
    private final Notices notices;
    private final LongSupplier nanos;
    private final Map<Signal, Deque<SpoolSegment>> segments = new EnumMap<>(Signal.class);
    private boolean recovered;
    private long lastNumber;
    private long size;
    private boolean resting;
    private long restUntil;

    Spool(SpoolFolder folder, long limit, Counters counters, Notices notices, LongSupplier nanos) {
        this.folder = folder;
        this.limit = limit;
        this.counters = counters;
        this.notices = notices;
        this.nanos = nanos;
        segmentBytes = Math.clamp(limit / SEGMENTS, LEAST_SEGMENT, GREATEST_SEGMENT);
        for (var signal : Signal.values()) {
            segments.put(signal, new ArrayDeque<>());
        }
    }

    static Spool open(
            Path directory, long limit, Counters counters, Notices notices, LongSupplier nanos)
            throws IOException {
        return new Spool(NioSpoolFolder.open(directory), limit, counters, notices, nanos);
    }

    /// Whether requests of the signal wait.
    synchronized boolean has(Signal signal) {
        recover();
        return !queue(signal).isEmpty();
    }

    /// Whether writing is worth a try now.
    synchronized boolean writable() {
        if (resting && nanos.getAsLong() - restUntil >= 0) {
            resting = false;
        }
        return !resting;
    }

    /// How large its files are.
    synchronized long bytes() {
        return size;
    }

    /// Appends a request.
    ///
    /// @return null where the disk does not take it; an entry that cannot be found any more where
    ///   the request is larger than the spool, and was dropped and counted
    synchronized @Nullable SpoolEntry append(Signal signal, byte[] compressed, int items) {
        recover();
        if (!writable()) {
            return null;
        }
        long need = SpoolSegment.ENTRY + compressed.length;
        if (need + SpoolSegment.HEADER > limit) {
            drop(signal, DropReason.SPOOL_FULL, items);
            return new SpoolEntry(signal, -1, 0, 0, items, compressed);
        }
        try {
            makeRoom(need + SpoolSegment.HEADER);
            var segment = segmentFor(signal, need);
            var entry = segment.append(compressed, items);
            size += need;
            return entry;
        } catch (IOException e) {
            rest(e);
            return null;
        }
    }

    private void makeRoom(long need) {
        while (size + need > limit) {
            SpoolSegment oldest = null;
            for (var queue : segments.values()) {
                var first = queue.peek();
                if (first != null && (oldest == null || first.number < oldest.number)) {
                    oldest = first;
                }
            }
            if (oldest == null) {
                return;
            }
            drop(oldest.signal, DropReason.SPOOL_FULL, oldest.items);
            discard(oldest);
        }
    }

    private SpoolSegment segmentFor(Signal signal, long need) throws IOException {
        var last = queue(signal).peekLast();
        if (last != null && last.end + need <= segmentBytes) {
            return last;
        }
        if (last != null) {
            last.file.force();
        }
        var fresh = SpoolSegment.begin(folder, signal, ++lastNumber);
        queue(signal).add(fresh);
        size += fresh.end;
        return fresh;
    }

    /// The oldest request of a signal, or null where there is none. It stays where it is until
    /// [#remove].
    synchronized @Nullable SpoolEntry head(Signal signal) {
        recover();
        for (var first = queue(signal).peek(); first != null; first = queue(signal).peek()) {
            try {
                if (!first.isEmpty()) {
                    return first.first();
                }
            } catch (IOException e) {
                notices.spool(String.valueOf(e.getMessage()));
                drop(signal, DropReason.MALFORMED, first.items);
            }
            discard(first);
        }
        return null;
    }

    /// Removes the oldest request of a signal.
    ///
    /// @return false where it had made room for newer ones already, and was counted as dropped
    synchronized boolean remove(SpoolEntry entry) {
        var first = queue(entry.signal()).peek();
        if (first == null || first.number != entry.segment() || first.start != entry.offset()) {
            return false;
        }
        try {
            first.delivered(entry);
        } catch (IOException e) {
            // After a restart this request is delivered twice; in this process it is not.
            notices.spool(String.valueOf(e.getMessage()));
        }
        if (first.isEmpty()) {
            discard(first);
        }
        return true;
    }

    private void discard(SpoolSegment segment) {
        queue(segment.signal).remove(segment);
        size -= segment.end;
        try {
            segment.file.close();
            folder.delete(SpoolSegment.name(segment.signal, segment.number));
        } catch (IOException e) {
            notices.spool(String.valueOf(e.getMessage()));
        }
    }

    private void recover() {
        if (recovered) {
            return;
        }
        recovered = true;
        try {
            for (var name : ordered(folder.list())) {
                recover(name);
            }
        } catch (IOException e) {
            rest(e);
        }
        makeRoom(0);
    }

    private static List<String> ordered(List<String> names) {
        var ours = new ArrayList<String>();
        for (var name : names) {
            if (SpoolSegment.signal(name) != null) {
                ours.add(name);
            }
        }
        ours.sort((a, b) -> Long.compareUnsigned(SpoolSegment.number(a), SpoolSegment.number(b)));
        return ours;
    }

    private void recover(String name) throws IOException {
        var signal = SpoolSegment.signal(name);
        if (signal == null) {
            return;
        }
        lastNumber = SpoolSegment.number(name);
        var segment = SpoolSegment.recover(folder, signal, lastNumber);
        queue(signal).add(segment);
        size += segment.end;
        if (segment.isEmpty()) {
            discard(segment);
        } else {
            counters.add(signal, Event.RECOVERED, segment.items);
        }
    }

    private void rest(IOException e) {
        resting = true;
        restUntil = nanos.getAsLong() + REST;
        notices.spool(e.toString());
    }

    private void drop(Signal signal, DropReason reason, long items) {
        counters.drop(signal, reason, items);
        notices.dropped(signal, items, reason);
    }

    private Deque<SpoolSegment> queue(Signal signal) {
        return segments.computeIfAbsent(signal, s -> new ArrayDeque<>());
    }

    /// Forces what was appended, and lets others have the folder.
    @Override
    public synchronized void close() {
        for (var queue : segments.values()) {
            for (var segment : queue) {
                try {
                    segment.file.force();
                    segment.file.close();
                } catch (IOException e) {
                    notices.spool(String.valueOf(e.getMessage()));
                }
            }
            queue.clear();
        }
        recovered = true;
        folder.close();
    }
}
