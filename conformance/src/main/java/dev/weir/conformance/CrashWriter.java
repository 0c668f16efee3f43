package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreEvent;
import dev.weir.store.StoreException;
import dev.weir.store.StoreOptions;
import dev.weir.store.Write;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/// The child of the suite `store-crash`: writes, compacts and watches until it is killed, and says
/// in lines what was acknowledged and what was watched. [CrashLedger] reads them.
///
/// Each thread has keys of its own and waits for each write, so that no more writes than threads
/// are unacknowledged at any time.
final class CrashWriter {
    static final int THREADS = 6;
    private static final int KEYS = 20;
    private static final int KEPT = 300;

    /// Small segments and snapshots, so that a kill often falls into the change of one.
    static final StoreOptions OPTIONS =
            new StoreOptions(
                    1 << 16,
                    1 << 16,
                    0,
                    Duration.ZERO,
                    64L << 20,
                    1 << 16,
                    1 << 17,
                    Clock.systemUTC());

    private CrashWriter() {}

    public static void main(String[] arguments) {
        var store = Store.open(Path.of(arguments[0]), OPTIONS);
        var random = new Random(Long.parseLong(arguments[1]));
        // The watch is opened before the first write, and watches all of them.
        var watch = store.watch("", store.revision());
        Thread.ofPlatform()
                .start(() -> {
                    while (true) {
                        try {
                            for (var event : watch.next(100, Duration.ofMinutes(1))) {
                                say(watched(event));
                            }
                        } catch (InterruptedException | StoreException e) {
                            say("error watching: " + e);
                            return;
                        }
                    }
                });
        for (int i = 0; i < THREADS; i++) {
            int writer = i;
            long seed = random.nextLong();
            Thread.ofPlatform().start(() -> write(store, writer, new Random(seed)));
        }
    }

    private static void write(Store store, int writer, Random random) {
        try {
            for (int i = 1; ; i++) {
                var key = "w" + writer + "/" + random.nextInt(KEYS);
                var entry = store.get(key);
                var write = next(key, entry, random);
                say(acknowledged(store.commit(write), write instanceof Write.Delete));
                if (i % 40 == 0) {
                    store.compact(Math.max(store.compactedRevision(), store.revision() - KEPT));
                }
            }
        } catch (StoreException e) {
            say("error writing: " + e);
        }
    }

    private static Write next(String key, Optional<Entry> entry, Random random) {
        var value = value(key, random.nextLong(), random.nextInt(3_000));
        if (entry.isEmpty()) {
            return new Write.Create(key, value, UUID.randomUUID(), null);
        }
        var old = entry.get();
        return random.nextInt(5) == 0
                ? new Write.Delete(key, old.uid(), old.revision(), null)
                : new Write.Update(key, value, old.uid(), old.revision(), false, null);
    }

    /// Bytes that tell whether they are whole: what is in front decides the rest.
    static byte[] value(String key, long seed, int length) {
        var rest = new byte[length];
        new Random(seed ^ key.hashCode()).nextBytes(rest);
        return ByteBuffer.allocate(12 + length).putLong(seed).putInt(length).put(rest).array();
    }

    static boolean whole(String key, byte[] value) {
        var buffer = ByteBuffer.wrap(value);
        return value.length >= 12
                && ByteBuffer.wrap(value(key, buffer.getLong(), value.length - 12))
                        .equals(buffer.rewind());
    }

    static String acknowledged(Entry entry, boolean deletion) {
        return "acknowledged " + fact(entry, deletion);
    }

    static String watched(StoreEvent event) {
        return "watched " + fact(event.entry(), event.deletion());
    }

    /// A change in words; those of an acknowledgement, a watch and the store must be equal.
    static String fact(Entry entry, boolean deletion) {
        return entry.revision()
                + " "
                + entry.key()
                + " "
                + (deletion
                        ? "deleted"
                        : Integer.toHexString(new String(entry.value(), UTF_8).hashCode()))
                + " "
                + entry.uid();
    }

    /// One write call a line, so that lines of several threads do not mix; a line that a kill cut
    /// off has no full stop.
    private static void say(String line) {
        System.out.print(line + " .\n");
        System.out.flush();
    }
}
