package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.Counters.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final long LIMIT = 1 << 20;

    private final Counters counters = new Counters();
    private long now;

    private Spool spool(SpoolFolder folder) {
        return new Spool(folder, LIMIT, counters, new Notices("test", () -> now), () -> now);
    }

    private Spool spool(Path directory) throws IOException {
        return Spool.open(directory, LIMIT, counters, new Notices("test", () -> now), () -> now);
    }

    private static byte[] body(int number, int size) {
        var body = new byte[size];
        new Random(number).nextBytes(body);
        body[0] = (byte) number;
        return body;
    }

    private static List<Integer> drain(Spool spool, Signal signal) {
        var numbers = new ArrayList<Integer>();
        for (var entry = spool.head(signal); entry != null; entry = spool.head(signal)) {
            assertThat(entry.compressed())
                    .isEqualTo(body(entry.compressed()[0], entry.compressed().length));
            numbers.add((int) entry.compressed()[0]);
            assertThat(spool.remove(entry)).isTrue();
        }
        return numbers;
    }

    private long dropped(DropReason reason) {
        return counters.snapshot().values().stream()
                .mapToLong(signal -> signal.dropped().getOrDefault(reason, 0L))
                .sum();
    }

    @Test
    void givesBackInOrderForEachSignal(@TempDir Path directory) throws IOException {
        try (var spool = spool(directory)) {
            for (int i = 1; i <= 40; i++) {
                assertThat(spool.append(Signal.TRACES, body(i, 10_000), 1)).isNotNull();
                assertThat(spool.append(Signal.LOGS, body(i + 50, 100), 1)).isNotNull();
            }
            assertThat(drain(spool, Signal.LOGS)).hasSize(40).isSorted().startsWith(51);
            assertThat(drain(spool, Signal.TRACES)).hasSize(40).isSorted().startsWith(1);
            assertThat(spool.bytes()).isZero();
            assertThat(spool.has(Signal.TRACES)).isFalse();
        }
        try (var files = Files.list(directory.resolve("0"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
        }
    }

    @Test
    void goesOnWhereTheProcessBeforeStopped(@TempDir Path directory) throws IOException {
        try (var spool = spool(directory)) {
            for (int i = 1; i <= 20; i++) {
                spool.append(Signal.TRACES, body(i, 10_000), 3);
            }
            for (int i = 1; i <= 7; i++) {
                spool.remove(spool.head(Signal.TRACES));
            }
        }
        try (var spool = spool(directory)) {
            assertThat(spool.has(Signal.TRACES)).isTrue();
            assertThat(counters.get(Signal.TRACES, Event.RECOVERED)).isEqualTo(39);
            spool.append(Signal.TRACES, body(21, 10), 1);
            assertThat(drain(spool, Signal.TRACES)).startsWith(8).hasSize(14).endsWith(21);
        }
    }

    @Test
    void cutsOffWhatACrashLeftInPieces() {
        for (int lost = 1; lost <= 116; lost += 5) {
            var folder = new MemoryFolder();
            var spool = spool(folder);
            for (int i = 1; i <= 5; i++) {
                spool.append(Signal.TRACES, body(i, 100), 1);
            }
            var again = spool(folder.afterCrash(lost));
            again.append(Signal.TRACES, body(6, 100), 1);
            assertThat(drain(again, Signal.TRACES)).containsExactly(1, 2, 3, 4, 6);
        }
    }

    @Test
    void survivesAnyDamage() {
        for (int at = 0; at < 24 + 3 * 116; at++) {
            var folder = new MemoryFolder();
            var spool = spool(folder);
            for (int i = 1; i <= 3; i++) {
                spool.append(Signal.TRACES, body(i, 100), 1);
            }
            var damaged = folder.afterCrash(0);
            damaged.damage("traces-0000000000000001", at);
            var again = spool(damaged);
            again.append(Signal.TRACES, body(4, 100), 1);
            assertThat(drain(again, Signal.TRACES)).isSorted().endsWith(4);
        }
    }

    @Test
    void countsWhatItCannotReadBack() {
        var folder = new MemoryFolder();
        var spool = spool(folder);
        spool.append(Signal.TRACES, body(1, 100), 5);
        spool.append(Signal.TRACES, body(2, 100), 7);
        folder.damage("traces-0000000000000001", 24 + 16 + 50);
        assertThat(spool.head(Signal.TRACES)).isNull();
        assertThat(dropped(DropReason.MALFORMED)).isEqualTo(12);
        spool.append(Signal.TRACES, body(3, 100), 1);
        assertThat(drain(spool, Signal.TRACES)).containsExactly(3);
    }

    @Test
    void dropsTheOldestOfAllSignalsWhenFull() {
        var folder = new MemoryFolder();
        var spool = spool(folder);
        spool.append(Signal.LOGS, body(1, 60_000), 100);
        var first = spool.head(Signal.LOGS);
        for (int i = 0; i < 40; i++) {
            assertThat(spool.append(Signal.TRACES, body(i, 60_000), 1)).isNotNull();
            assertThat(spool.bytes()).isLessThanOrEqualTo(LIMIT);
            assertThat(folder.size()).isEqualTo(spool.bytes());
        }
        assertThat(spool.has(Signal.LOGS)).isFalse();
        assertThat(spool.remove(first)).isFalse();
        var left = drain(spool, Signal.TRACES);
        assertThat(left).isSorted().endsWith(39);
        assertThat(dropped(DropReason.SPOOL_FULL)).isEqualTo(100 + 40 - left.size());
    }

    @Test
    void refusesARequestLargerThanItself() {
        var spool = spool(new MemoryFolder());
        spool.append(Signal.TRACES, body(1, 100), 1);
        assertThat(spool.append(Signal.TRACES, new byte[(int) LIMIT], 9)).isNotNull();
        assertThat(dropped(DropReason.SPOOL_FULL)).isEqualTo(9);
        assertThat(drain(spool, Signal.TRACES)).containsExactly(1);
    }

    @Test
    void leavesAFullDiskAloneForAWhile() {
        var folder = new MemoryFolder();
        var spool = spool(folder);
        spool.append(Signal.TRACES, body(1, 100), 1);
        folder.full = true;
        assertThat(spool.append(Signal.TRACES, body(2, 100), 1)).isNull();
        assertThat(spool.writable()).isFalse();
        folder.full = false;
        assertThat(spool.append(Signal.TRACES, body(3, 100), 1)).isNull();
        now += 10_000_000_000L;
        assertThat(spool.append(Signal.TRACES, body(4, 100), 1)).isNotNull();
        assertThat(drain(spool, Signal.TRACES)).containsExactly(1, 4);
    }

    @Test
    void throwsNothingOfABrokenDisk() {
        var folder = new MemoryFolder();
        var spool = spool(folder);
        spool.append(Signal.TRACES, body(1, 100), 1);
        folder.broken = true;
        assertThat(spool.append(Signal.TRACES, body(2, 100), 1)).isNull();
        assertThat(spool.head(Signal.TRACES)).isNull();
        assertThat(dropped(DropReason.MALFORMED)).isEqualTo(1);
        spool.close();
        assertThat(spool(folder).has(Signal.TRACES)).isFalse();
    }

    @Test
    void givesEachProcessAFolderAndLeftoversToTheNext(@TempDir Path directory) throws IOException {
        try (var one = spool(directory);
                var two = spool(directory)) {
            one.append(Signal.TRACES, body(1, 10), 1);
            two.append(Signal.TRACES, body(2, 10), 1);
            assertThat(drain(one, Signal.TRACES)).containsExactly(1);
        }
        try (var next = spool(directory)) {
            assertThat(drain(next, Signal.TRACES)).containsExactly(2);
        }
    }

    @Test
    void forcesAFileWhenItIsFullAndWhenClosed() {
        var folder = new MemoryFolder();
        var spool = spool(folder);
        for (int i = 0; i < 5; i++) {
            spool.append(Signal.TRACES, body(i, 30_000), 1);
        }
        assertThat(folder.forced).isEqualTo(2);
        spool.close();
        assertThat(folder.forced).isEqualTo(5);
    }

    /// Against a queue: appends, removals and crashes in any order lose and double nothing.
    @Property(tries = 300)
    void isAQueueThroughCrashes(@ForAll long seed) {
        var random = new Random(seed);
        var folder = new MemoryFolder();
        var spool = spool(folder);
        var truth = new ArrayDeque<String>();
        for (int i = 0; i < 200; i++) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    folder = folder.afterCrash(0);
                    spool = spool(folder);
                }
                case 1, 2, 3, 4 -> {
                    var entry = spool.head(Signal.METRICS);
                    assertThat(entry == null ? null : text(entry)).isEqualTo(truth.poll());
                    if (entry != null) {
                        assertThat(spool.remove(entry)).isTrue();
                    }
                }
                default -> {
                    var text = i + "x".repeat(random.nextInt(3000));
                    var bytes = text.getBytes(StandardCharsets.UTF_8);
                    assertThat(spool.append(Signal.METRICS, bytes, 1)).isNotNull();
                    truth.add(text);
                }
            }
        }
    }

    private static String text(SpoolEntry entry) {
        return new String(entry.compressed(), StandardCharsets.UTF_8);
    }
}
