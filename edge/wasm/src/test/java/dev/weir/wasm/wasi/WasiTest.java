package dev.weir.wasm.wasi;

import static dev.weir.wasm.wasi.SystemGuest.DATA;
import static dev.weir.wasm.wasi.SystemGuest.OUT;
import static dev.weir.wasm.wasi.SystemGuest.PATH;
import static dev.weir.wasm.wasi.SystemGuest.ROOT;
import static dev.weir.wasm.wasi.SystemGuest.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.TrapException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a guest is given, it has; and nothing else.
class WasiTest {
    private static final int MONOTONIC = 1;
    private static final long SECOND_NANOS = 1_000_000_000L;

    @TempDir private Path folder;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void endsWithTheCodeOfTheGuest() {
        var engine = Engine.create();
        var module =
                Module.parseText(
                        engine,
                        """
                        (module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                          (memory (export "memory") 1)
                          (func (export "_start") (call $exit (i32.const -1)) unreachable))
                        """);
        try (var wasi = Wasi.builder().build()) {
            assertThat(wasi.run(Linker.of(Store.of(engine, Limits.DEFAULT)), module))
                    .isEqualTo(0xffffffffL);
        }
    }

    @Test
    void endsWithTheTrapOfTheGuest() {
        var engine = Engine.create();
        var module = Module.parseText(engine, "(module (func (export \"_start\") unreachable))");
        try (var wasi = Wasi.builder().build()) {
            var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
            assertThatThrownBy(() -> wasi.run(linker, module)).isInstanceOf(TrapException.class);
            assertThatThrownBy(() -> wasi.run(linker, module))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void passesArgumentsAndEnvironment() {
        try (var guest =
                new SystemGuest(Wasi.builder().arguments("prog", "ä").environment("K", "V=W"))) {
            assertThat(guest.call("args_sizes_get", OUT, OUT + 4)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u32(OUT)).isEqualTo(2);
            assertThat(guest.u32(OUT + 4)).isEqualTo(8);
            assertThat(guest.call("args_get", OUT, DATA)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.text(DATA, 8)).isEqualTo("prog\0ä\0");
            assertThat(guest.u32(OUT + 4)).isEqualTo(DATA + 5);
            assertThat(guest.call("environ_get", OUT, DATA)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.text(DATA, 6)).isEqualTo("K=V=W\0");
        }
    }

    @Test
    void connectsTheStreams() {
        var out = new ByteArrayOutputStream();
        var input = new ByteArrayInputStream(utf8("hello"));
        try (var guest = new SystemGuest(Wasi.builder().input(input).output(out))) {
            guest.buffer(OUT, DATA, 0);
            guest.buffer(OUT + 8, DATA, 3);
            assertThat(guest.call("fd_read", 0, OUT, 2, OUT + 32)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.text(DATA, guest.u32(OUT + 32))).isEqualTo("hel");
            guest.buffer(OUT, DATA, 3);
            assertThat(guest.call("fd_write", 1, OUT, 2, OUT + 32)).isEqualTo(Errno.SUCCESS);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("helhel");
            assertThat(guest.call("fd_write", 0, OUT, 1, OUT + 32)).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.call("fd_seek", 1, 0, 0, OUT + 32)).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.call("fd_write", 3, OUT, 1, OUT + 32)).isEqualTo(Errno.BADF);
        }
    }

    @Test
    void knowsNoDirectoryThatItWasNotGiven() {
        try (var guest = new SystemGuest(Wasi.builder())) {
            assertThat(guest.call("fd_prestat_get", ROOT, OUT)).isEqualTo(Errno.BADF);
            assertThat(guest.read(ROOT, "x")).isEqualTo("BADF");
            assertThat(guest.read(1, "x")).isEqualTo("NOTDIR");
        }
        var missing = Wasi.builder().directory(folder.resolve("none"), "/");
        assertThatThrownBy(missing::build).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void limitsDescriptorsPathsAndBuffers() {
        var limits = new WasiLimits(8, 16, 4);
        var builder = Wasi.builder().directory(folder, "/").limits(limits);
        try (var guest = new SystemGuest(builder)) {
            for (int i = 0; i < 4; i++) {
                assertThat(guest.open(ROOT, ".", true, 2, 0)).isEqualTo(Errno.SUCCESS);
            }
            assertThat(guest.open(ROOT, ".", true, 2, 0)).isEqualTo(Errno.MFILE);
            assertThat(guest.call("fd_close", 5)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.open(ROOT, ".", true, 2, 0)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u32(OUT)).isEqualTo(5);
            assertThat(guest.read(ROOT, "x".repeat(17))).isEqualTo("NAMETOOLONG");
            assertThat(guest.call("fd_write", 1, OUT, 5, OUT)).isEqualTo(Errno.INVAL);
            assertThat(guest.call("poll_oneoff", PATH, DATA, 5, OUT)).isEqualTo(Errno.INVAL);
        }
    }

    /// Writes a subscription to a clock, with its number as user data.
    private static void clock(SystemGuest guest, int index, int id, long nanos) {
        guest.memory
                .view(PATH + 48 * index, 48)
                .putLong(0, index)
                .put(8, (byte) 0)
                .putInt(16, id)
                .putLong(24, nanos)
                .putLong(32, 0)
                .putShort(40, (short) 0);
    }

    private static void descriptor(SystemGuest guest, int index, int type, int fd) {
        guest.memory
                .view(PATH + 48 * index, 48)
                .putLong(0, index)
                .put(8, (byte) type)
                .putInt(16, fd);
    }

    @Test
    void simulatedTimePassesAtOnceAndTheSameEachTime() {
        var times = new ArrayList<Long>();
        for (int run = 0; run < 2; run++) {
            var builder =
                    Wasi.builder().clocks(Clocks.simulated(Instant.EPOCH)).random(new Random(42));
            try (var guest = new SystemGuest(builder)) {
                clock(guest, 0, MONOTONIC, 3600 * SECOND_NANOS);
                clock(guest, 1, MONOTONIC, 7200 * SECOND_NANOS);
                assertThat(guest.call("poll_oneoff", PATH, DATA, 2, OUT)).isEqualTo(Errno.SUCCESS);
                assertThat(guest.u32(OUT)).isEqualTo(1);
                assertThat(guest.u64(DATA)).isZero();
                assertThat(guest.call("clock_time_get", 0, 0, OUT)).isEqualTo(Errno.SUCCESS);
                times.add(guest.u64(OUT));
                guest.call("random_get", OUT, 8);
                times.add(guest.u64(OUT));
            }
        }
        assertThat(times.get(0)).isGreaterThanOrEqualTo(3600 * SECOND_NANOS);
        assertThat(times.subList(0, 2)).isEqualTo(times.subList(2, 4));
    }

    @Test
    @Timeout(60)
    void cancellingEndsASleep() throws Exception {
        try (var guest = new SystemGuest(Wasi.builder())) {
            clock(guest, 0, MONOTONIC, Long.MAX_VALUE);
            var canceller = Thread.ofVirtual().start(() -> cancelSoon(guest.store));
            var trap =
                    catchThrowableOfType(
                            TrapException.class,
                            () -> guest.call("poll_oneoff", PATH, DATA, 1, OUT));
            assertThat(trap.code()).isEqualTo(TrapException.Code.CANCELLED);
            canceller.join();
        }
    }

    private static void cancelSoon(Store store) {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.cancel();
    }

    @Test
    @Timeout(60)
    void twoHundredGuestsSleepAtOnceOnVirtualThreads() throws Exception {
        var sleeps = new ArrayList<Future<Errno>>();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Errno> sleep =
                    () -> {
                        try (var guest = new SystemGuest(Wasi.builder())) {
                            clock(guest, 0, MONOTONIC, SECOND_NANOS / 2);
                            return guest.call("poll_oneoff", PATH, DATA, 1, OUT);
                        }
                    };
            for (int i = 0; i < 200; i++) {
                sleeps.add(threads.submit(sleep));
            }
        }
        for (var slept : sleeps) {
            assertThat(slept.get()).isEqualTo(Errno.SUCCESS);
        }
        // One after the other they would take 100 seconds.
        assertThat(System.nanoTime() - start).isLessThan(50 * SECOND_NANOS);
    }

    @Test
    void pollTellsWhatIsWrongWithADescriptor() {
        try (var guest = new SystemGuest(Wasi.builder())) {
            descriptor(guest, 0, 1, 99);
            descriptor(guest, 1, 2, 1);
            assertThat(guest.call("poll_oneoff", PATH, DATA, 2, OUT)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u32(OUT)).isEqualTo(2);
            assertThat(guest.u32(DATA + 8) & 0xffff).isEqualTo(Errno.BADF.ordinal());
            assertThat(guest.u32(DATA + 40) & 0xffff).isZero();
            assertThat(guest.call("poll_oneoff", PATH, DATA, 0, OUT)).isEqualTo(Errno.INVAL);
        }
    }

    @Test
    @Timeout(60)
    void servesAConnection() throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = ServerSocketChannel.open().bind(loopback);
                var guest = new SystemGuest(Wasi.builder().listener(listener));
                var client = new Socket()) {
            assertThat(guest.call("fd_fdstat_set_flags", ROOT, 4)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.call("sock_accept", ROOT, 0, OUT)).isEqualTo(Errno.AGAIN);
            assertThat(guest.call("fd_fdstat_set_flags", ROOT, 0)).isEqualTo(Errno.SUCCESS);
            client.connect(listener.getLocalAddress());
            descriptor(guest, 0, 1, ROOT);
            clock(guest, 1, MONOTONIC, 20 * SECOND_NANOS);
            assertThat(guest.call("poll_oneoff", PATH, DATA, 2, OUT)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u64(DATA)).isZero();
            assertThat(guest.call("sock_accept", ROOT, 0, OUT)).isEqualTo(Errno.SUCCESS);
            int fd = guest.u32(OUT);
            client.getOutputStream().write(utf8("hello"));
            guest.buffer(OUT, DATA, 5);
            for (int how : new int[] {1 | 2, 2}) {
                guest.put(DATA, "     ");
                assertThat(guest.call("sock_recv", fd, OUT, 1, how, SECOND, SECOND + 4))
                        .isEqualTo(Errno.SUCCESS);
                assertThat(guest.text(DATA, guest.u32(SECOND))).isEqualTo("hello");
            }
            assertThat(guest.call("sock_send", fd, OUT, 1, 0, SECOND)).isEqualTo(Errno.SUCCESS);
            assertThat(client.getInputStream().readNBytes(5)).isEqualTo(utf8("hello"));
            assertThat(guest.call("sock_shutdown", fd, 2)).isEqualTo(Errno.SUCCESS);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(guest.call("sock_shutdown", 1, 2)).isEqualTo(Errno.NOTSOCK);
            assertThat(guest.call("fd_fdstat_set_flags", fd, 4)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.call("fd_read", fd, OUT, 1, SECOND)).isEqualTo(Errno.AGAIN);
        }
    }

    @Test
    void seeksGrowsAndTruncates() {
        try (var guest = new SystemGuest(Wasi.builder().directory(folder, "/"))) {
            assertThat(guest.write(ROOT, "f", "0123456789")).isEqualTo(Errno.SUCCESS);
            guest.open(ROOT, "f", true, 0, Rights.FILE);
            int fd = guest.u32(OUT);
            assertThat(guest.call("fd_seek", fd, -3, 2, OUT)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u64(OUT)).isEqualTo(7);
            assertThat(guest.call("fd_seek", fd, -8, 1, OUT)).isEqualTo(Errno.INVAL);
            assertThat(guest.call("fd_seek", fd, Long.MAX_VALUE, 1, OUT)).isEqualTo(Errno.OVERFLOW);
            assertThat(guest.call("fd_filestat_set_size", fd, 4)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.call("fd_tell", fd, OUT)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u64(OUT)).isEqualTo(7);
            assertThat(guest.call("fd_filestat_set_size", fd, -1)).isEqualTo(Errno.INVAL);
            assertThat(guest.call("fd_allocate", fd, 0, 20)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.call("fd_filestat_get", fd, OUT)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.u64(OUT + 32)).isEqualTo(20);
            guest.buffer(OUT, DATA, 8);
            assertThat(guest.call("fd_pread", fd, OUT, 1, 0, SECOND)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.text(DATA, 8)).isEqualTo("0123\0\0\0\0");
        }
    }
}
