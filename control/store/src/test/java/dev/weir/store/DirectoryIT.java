package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What a store makes of a directory that is not as it left it: it recovers, or it says what is
/// wrong and where.
class DirectoryIT {
    @TempDir Path temporary;

    private Path directory;
    private Path segment;

    @BeforeEach
    void paths() {
        directory = temporary.resolve("data");
        segment = directory.resolve("log-0000000000000001");
    }

    @Test
    void namesTheOtherProcessThatHasItOpen() throws Exception {
        var child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-cp",
                                Path.of("target", "classes")
                                        + System.getProperty("path.separator")
                                        + Path.of("target", "test-classes"),
                                Holder.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("open");
            fails(StoreException.Code.LOCKED, directory + " is open in process " + child.pid());
        } finally {
            child.getOutputStream().close();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        open().close();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void letsNobodyElseReadItsFilesInADirectoryThatIsOpenToAll() throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        open().close();
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatADirectoryCannotBeWritten() {
        directory = Path.of("/proc/self");
        fails(
                StoreException.Code.IO,
                "/proc/self cannot be used as a store",
                "expected a directory that can be written");
    }

    @Test
    void dropsABatchThatACrashTore() throws IOException {
        var crashed = crash();
        try (var file = new RandomAccessFile(crashed.toFile(), "rw")) {
            long end = lastByte(crashed);
            file.seek(end);
            file.write(0);
            file.seek(end + 40);
            file.write(new byte[] {1, 2, 3});
        }
        directory = crashed.getParent();
        try (var store = open()) {
            assertThat(store.revision()).isEqualTo(2);
            assertThat(put(store, "k9").revision()).isEqualTo(3);
        }
        try (var store = open()) {
            assertThat(store.count("k")).isEqualTo(3);
        }
    }

    @Test
    void takesZerosBehindTheLastBatchForTheEnd() throws IOException {
        directory = crash().getParent();
        try (var store = open()) {
            assertThat(store.revision()).isEqualTo(3);
        }
    }

    @Test
    void refusesATruncatedSegment() throws IOException {
        fill();
        for (long length : new long[] {1 << 15, 300, 40}) {
            truncate(segment, length);
            fails(
                    StoreException.Code.CORRUPT,
                    segment + " at byte 32: expected 65536 bytes, found " + length);
        }
        truncate(segment, 10);
        fails(StoreException.Code.CORRUPT, segment + " at byte 0: expected the header");
    }

    @Test
    void refusesALogWithoutItsMiddle() throws IOException {
        int segments = 0;
        try (var store = open()) {
            for (int i = 0; segments < 3; i++) {
                store.commit(new Write.Create("k" + i, new byte[20_000], UUID.randomUUID(), null));
                segments = logs().size();
            }
        }
        Files.delete(logs().get(1));
        fails(StoreException.Code.CORRUPT, logs().getLast() + " at byte 0: expected revision");
        Files.delete(logs().getFirst());
        fails(StoreException.Code.CORRUPT, "the log begins at revision", "expected at most 1");
    }

    @Test
    void refusesASegmentOfAnotherStore() throws IOException {
        fill();
        var mine = Files.readAllBytes(segment);
        Files.delete(segment);
        fill();
        Files.write(directory.resolve("log-0000000000000004"), mine);
        fails(StoreException.Code.CORRUPT, "at byte 8: expected the id of store");
    }

    @Test
    void refusesADamagedSnapshotAndALogThatIsGone() throws Exception {
        try (var store = open()) {
            for (int i = 0; i < 60; i++) {
                store.commit(new Write.Create("k" + i, new byte[5_000], UUID.randomUUID(), null));
            }
            store.compact(50);
            for (int i = 0; i < 500 && Files.notExists(snapshot()); i++) {
                Thread.sleep(10);
                put(store, "l" + i);
            }
        }
        var bytes = Files.readAllBytes(snapshot());
        for (int place = 40; place < bytes.length; place += bytes.length / 20) {
            var damaged = bytes.clone();
            damaged[place] ^= 4;
            Files.write(snapshot(), damaged);
            fails(StoreException.Code.CORRUPT, snapshot() + " at byte", "a part of the snapshot");
        }
        Files.write(snapshot(), bytes);
        open().close();
        for (var log : logs()) {
            Files.delete(log);
        }
        fails(StoreException.Code.CORRUPT, "the log behind the snapshot is missing");
    }

    @Test
    void removesWhatACrashLeftUnfinishedOrSuperseded() throws Exception {
        fill();
        Files.writeString(directory.resolve("log-00000000000000ff.tmp"), "half");
        try (var store = open()) {
            for (int i = 0; i < 60; i++) {
                store.commit(new Write.Create("l" + i, new byte[5_000], UUID.randomUUID(), null));
            }
            store.compact(20);
            awaitOneSnapshot(store, "snapshot-0000000000000014");
        }
        var crashed = directory.resolve("snapshot-0000000000000014");
        var left = Files.readAllBytes(crashed);
        try (var store = open()) {
            store.compact(40);
            awaitOneSnapshot(store, "snapshot-0000000000000028");
        }
        Files.write(crashed, left);
        try (var store = open()) {
            store.compact(60);
            awaitOneSnapshot(store, "snapshot-000000000000003c");
        }
        try (var files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    /// A snapshot is written behind a batch, so there has to be one.
    private void awaitOneSnapshot(Store store, String name) throws Exception {
        for (int i = 0; i < 500; i++) {
            store.commit(new Write.Update("k0", new byte[2_000], null, 0, false, null));
            try (var files = Files.list(directory)) {
                var snapshots =
                        files.map(file -> file.getFileName().toString())
                                .filter(file -> file.startsWith("snapshot-"))
                                .toList();
                if (snapshots.equals(java.util.List.of(name))) {
                    return;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError(name + " is not the only snapshot");
    }

    @Test
    void leavesFilesAloneThatAreNotItsOwn() throws IOException {
        fill();
        Files.writeString(directory.resolve("log-notes"), "mine");
        Files.writeString(directory.resolve("notes.tmp"), "mine too");
        Files.createDirectory(directory.resolve("lost+found"));
        open().close();
        assertThat(directory.resolve("log-notes")).hasContent("mine");
        assertThat(directory.resolve("notes.tmp")).hasContent("mine too");
    }

    private Store open() {
        return Store.open(directory, StoreContract.OPTIONS);
    }

    private void fill() {
        try (var store = open()) {
            for (int i = 0; i < 3; i++) {
                put(store, "k" + i);
            }
        }
    }

    /// The directory as a crash would leave it behind three writes.
    private Path crash() throws IOException {
        var copy =
                Files.createDirectory(temporary.resolve("crashed")).resolve(segment.getFileName());
        try (var store = open()) {
            for (int i = 0; i < 3; i++) {
                put(store, "k" + i);
            }
            Files.copy(segment, copy);
        }
        return copy;
    }

    private Path snapshot() {
        return directory.resolve("snapshot-0000000000000032");
    }

    private java.util.List<Path> logs() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("log-"))
                    .sorted()
                    .toList();
        }
    }

    private static long lastByte(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        int last = bytes.length - 1;
        while (bytes[last] == 0) {
            last--;
        }
        return last;
    }

    private static void truncate(Path file, long length) throws IOException {
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(length);
        }
    }

    private static Entry put(Store store, String key) {
        return store.commit(
                new Write.Create(
                        key,
                        "some value".getBytes(StandardCharsets.UTF_8),
                        UUID.randomUUID(),
                        null));
    }

    private void fails(StoreException.Code code, String... words) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(code))
                .message()
                .contains(words);
    }
}
