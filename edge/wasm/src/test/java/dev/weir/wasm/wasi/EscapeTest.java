package dev.weir.wasm.wasi;

import static dev.weir.wasm.wasi.SystemGuest.DATA;
import static dev.weir.wasm.wasi.SystemGuest.OUT;
import static dev.weir.wasm.wasi.SystemGuest.PATH;
import static dev.weir.wasm.wasi.SystemGuest.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A guest that was given a directory sees and changes nothing outside of it, whatever it tries and
/// whoever helps it.
class EscapeTest {
    private static final int ROUNDS = 1500;
    private static final String SECRET = "secret";

    @TempDir private Path folder;
    private Path root;
    private Path outside;
    private SystemGuest guest;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(folder.resolve("given"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), SECRET);
        Files.createSymbolicLink(outside.resolve("link"), Path.of(SECRET));
        Files.createDirectories(root.resolve("dir/nested"));
        Files.writeString(root.resolve("dir/file"), "inside");
        guest = new SystemGuest(Wasi.builder().directory(root, "/"));
    }

    @AfterEach
    void nothingHappenedOutside() throws IOException {
        guest.close();
        assertThat(Files.readString(outside.resolve("file"))).isEqualTo(SECRET);
        try (var names = Files.list(outside)) {
            assertThat(names.map(name -> name.getFileName().toString()))
                    .containsExactlyInAnyOrder("file", "link");
        }
    }

    private void refusesEverywhere(String path) {
        assertThat(guest.read(ROOT, path)).as(path).isEqualTo("NOTCAPABLE");
        assertThat(guest.write(ROOT, path, "x")).as(path).isEqualTo(Errno.NOTCAPABLE);
        for (var function :
                List.of("path_create_directory", "path_remove_directory", "path_unlink_file")) {
            assertThat(guest.onPath(function, path)).as(path).isEqualTo(Errno.NOTCAPABLE);
        }
        for (boolean follow : new boolean[] {false, true}) {
            assertThat(guest.stat(path, follow)).as(path).isEqualTo(Errno.NOTCAPABLE);
            int length = guest.put(PATH, path);
            assertThat(
                            guest.call(
                                    "path_filestat_set_times",
                                    ROOT,
                                    follow ? 1 : 0,
                                    PATH,
                                    length,
                                    0,
                                    0,
                                    4))
                    .as(path)
                    .isEqualTo(Errno.NOTCAPABLE);
        }
        assertThat(guest.readLink(path)).as(path).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.symlink("x", path)).as(path).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.link(path, "mine")).as(path).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.link("dir/file", path)).as(path).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.rename(path, "mine")).as(path).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.rename("dir/file", path)).as(path).isEqualTo(Errno.NOTCAPABLE);
    }

    @Test
    void goesNowhereByDotsAndAbsolutePaths() {
        for (var path :
                List.of(
                        "../outside/file",
                        "dir/../../outside/file",
                        "./.././outside/file",
                        "dir/nested/../../../outside/file",
                        "../given/dir/file",
                        "..//outside///file",
                        outside.resolve("file").toString(),
                        "//" + outside,
                        "/dir/file",
                        "/")) {
            refusesEverywhere(path);
        }
        for (var path : List.of("..", "../", "dir/../..", "dir/nested/../../../.", "../.")) {
            assertThat(guest.open(ROOT, path, true, 0, 0)).as(path).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.open(ROOT, path, true, 2, 0)).as(path).isEqualTo(Errno.NOTCAPABLE);
        }
    }

    @Test
    void reachesWhatIsInsideByDots() {
        assertThat(guest.read(ROOT, "dir/nested/../../dir/./file")).isEqualTo("inside");
    }

    @Test
    void followsNoLinkOutOfTheDirectory() throws IOException {
        var up = Path.of("../../outside");
        Files.createSymbolicLink(root.resolve("absolute"), outside);
        Files.createSymbolicLink(root.resolve("dir/relative"), up);
        Files.createSymbolicLink(root.resolve("chain"), Path.of("dir/relative"));
        Files.createSymbolicLink(root.resolve("slash"), Path.of("/"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        for (var path : List.of("absolute", "dir/relative", "chain", "up/outside")) {
            refusesEverywhere(path + "/file");
            refusesEverywhere(path + "/link");
            refusesEverywhere(path + "/new");
        }
        refusesEverywhere("slash" + outside + "/file");
        for (var path : List.of("absolute", "dir/relative", "chain", "up", "slash", "absolute/")) {
            assertThat(guest.open(ROOT, path, true, 2, 0)).as(path).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.stat(path, true)).as(path).isEqualTo(Errno.NOTCAPABLE);
        }
    }

    @Test
    void followsNoLinkToAFileOutside() throws IOException {
        Files.createSymbolicLink(root.resolve("absolute"), outside.resolve("file"));
        Files.createSymbolicLink(root.resolve("relative"), Path.of("../outside/file"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("../outside/new"));
        for (var path : List.of("absolute", "relative", "dangling")) {
            assertThat(guest.read(ROOT, path)).isEqualTo("NOTCAPABLE");
            assertThat(guest.write(ROOT, path, "x")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.open(ROOT, path, false, 1 | 8, Rights.FILE)).isEqualTo(Errno.LOOP);
            assertThat(guest.open(ROOT, path, true, 1 | 4, Rights.FILE)).isEqualTo(Errno.EXIST);
        }
    }

    @Test
    void linksOfTheGuestLeadNowhere() {
        assertThat(guest.symlink(outside + "/file", "mine")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.symlink("../outside/file", "mine")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.read(ROOT, "mine")).isEqualTo("NOTCAPABLE");
        // A hard link to a link is one to the link.
        assertThat(guest.link("mine", "again")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.read(ROOT, "again")).isEqualTo("NOTCAPABLE");
        // Moved a level down, the same text would mean something else.
        assertThat(guest.symlink("../dir/file", "dir/nested/up")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.read(ROOT, "dir/nested/up")).isEqualTo("NOENT");
        assertThat(guest.rename("dir/nested/up", "up")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.read(ROOT, "up")).isEqualTo("NOTCAPABLE");
    }

    @Test
    void givesUpOnLoops() throws IOException {
        Files.createSymbolicLink(root.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(root.resolve("ping"), Path.of("pong/x"));
        Files.createSymbolicLink(root.resolve("pong"), Path.of("ping/x"));
        for (var path : List.of("self", "self/file", "ping", "pong/file")) {
            assertThat(guest.read(ROOT, path)).as(path).isEqualTo("LOOP");
        }
        // A chain that doubles at each link.
        Files.createSymbolicLink(root.resolve("l0"), Path.of("dir"));
        for (int i = 1; i < 40; i++) {
            var before = "l" + (i - 1);
            Files.createSymbolicLink(root.resolve("l" + i), Path.of(before + "/../" + before));
        }
        assertThat(guest.read(ROOT, "l39/file")).isEqualTo("LOOP");
        assertThat(guest.read(ROOT, "l2/file")).isEqualTo("inside");
    }

    @Test
    void takesNamesAsTheyAre() {
        var long255 = "n".repeat(255);
        assertThat(guest.write(ROOT, long255, "x")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.write(ROOT, long255 + "n", "x")).isEqualTo(Errno.NAMETOOLONG);
        assertThat(guest.write(ROOT, "dir/" + long255 + "n/f", "x")).isEqualTo(Errno.NAMETOOLONG);
        assertThat(guest.read(ROOT, "a/".repeat(2040) + "f")).isEqualTo("NOENT");
        assertThat(guest.read(ROOT, "dir/../".repeat(500) + "dir/file")).isEqualTo("inside");
        assertThat(guest.read(ROOT, "dir/".repeat(1000) + "file")).isEqualTo("NOENT");
        assertThat(guest.read(ROOT, "")).isEqualTo("NOENT");
        assertThat(guest.read(ROOT, "dir/file\0.txt")).isEqualTo("INVAL");
        for (var bytes :
                new byte[][] {
                    {(byte) 0xff}, {(byte) 0xc0, (byte) 0xaf}, {'d', (byte) 0xed, (byte) 0xa0, 'x'}
                }) {
            int length = guest.put(PATH, bytes);
            assertThat(guest.call("path_create_directory", ROOT, PATH, length))
                    .isEqualTo(Errno.ILSEQ);
        }
        // Dots and slashes that are none.
        for (var path : List.of("…", "..\u2215outside", "．．", "...", "..x", " ..")) {
            assertThat(guest.onPath("path_create_directory", path)).isEqualTo(Errno.SUCCESS);
            assertThat(guest.onPath("path_remove_directory", path)).isEqualTo(Errno.SUCCESS);
        }
    }

    @Test
    void leavesOutWhatItCannotSpell() throws IOException {
        guest.close();
        Files.createDirectory(root.resolve("plain"));
        new ProcessBuilder("sh", "-c", "touch \"$(printf 'bad\\377name')\"")
                .directory(root.toFile())
                .start()
                .onExit()
                .join();
        guest = new SystemGuest(Wasi.builder().directory(root, "/"));
        assertThat(guest.call("fd_readdir", ROOT, DATA, 4096, 0, OUT)).isEqualTo(Errno.SUCCESS);
        var listed = new String(guest.memory.read(DATA, guest.u32(OUT)), StandardCharsets.UTF_8);
        assertThat(listed).contains("plain").doesNotContain("bad");
    }

    @Test
    void slashesAtTheEndMeanADirectory() {
        assertThat(guest.read(ROOT, "dir/file/")).isEqualTo("NOTDIR");
        assertThat(guest.write(ROOT, "dir/new/", "x")).isEqualTo(Errno.ISDIR);
        assertThat(guest.onPath("path_unlink_file", "dir/file/")).isEqualTo(Errno.NOTDIR);
        assertThat(guest.stat("dir/file/", false)).isEqualTo(Errno.NOTDIR);
        assertThat(guest.symlink("dir", "to")).isEqualTo(Errno.SUCCESS);
        assertThat(guest.open(ROOT, "to/", false, 2, 0)).isEqualTo(Errno.SUCCESS);
        assertThat(guest.open(ROOT, "to", false, 2, 0)).isEqualTo(Errno.NOTDIR);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsWhatItHasWhenTheDirectoryIsReplaced() throws IOException {
        Files.move(root, folder.resolve("moved"));
        Files.createSymbolicLink(root, outside);
        assertThat(guest.read(ROOT, "file")).isEqualTo("NOENT");
        assertThat(guest.read(ROOT, "dir/file")).isEqualTo("inside");
        assertThat(guest.write(ROOT, "new", "x")).isEqualTo(Errno.SUCCESS);
        assertThat(folder.resolve("moved/new")).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(20)
    void waitsForNoPipeSocketOrDevice() throws IOException {
        var address = java.net.UnixDomainSocketAddress.of(root.resolve("socket"));
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                .bind(address)
                .close();
        assertThat(guest.open(ROOT, "socket", true, 0, Rights.FD_READ)).isEqualTo(Errno.NXIO);
        try (var devices =
                new SystemGuest(Wasi.builder().readOnlyDirectory(Path.of("/dev"), "/"))) {
            assertThat(devices.open(ROOT, "null", true, 0, Rights.FD_READ)).isEqualTo(Errno.NXIO);
        }
        new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().onExit().join();
        assertThat(guest.open(ROOT, "pipe", true, 0, Rights.FD_READ)).isEqualTo(Errno.NXIO);
        assertThat(guest.open(ROOT, "pipe", true, 0, Rights.FD_WRITE)).isEqualTo(Errno.NXIO);
    }

    @Test
    void changesNothingInWhatItMayOnlyRead() throws IOException {
        guest.close();
        guest = new SystemGuest(Wasi.builder().readOnlyDirectory(root, "/"));
        assertThat(guest.open(ROOT, "dir/file", true, 0, Rights.READING)).isEqualTo(Errno.SUCCESS);
        assertThat(guest.open(ROOT, "dir/file", true, 0, Rights.FD_WRITE))
                .isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.open(ROOT, "dir/file", true, 8, 0)).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.open(ROOT, "dir/new", true, 1, 0)).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.onPath("path_create_directory", "new")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.onPath("path_unlink_file", "dir/file")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.onPath("path_remove_directory", "dir/nested")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.rename("dir", "other")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.link("dir/file", "other")).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.symlink("dir", "other")).isEqualTo(Errno.NOTCAPABLE);
        // A directory that was opened with every right has no more than the one it is in.
        assertThat(guest.open(ROOT, "dir", true, 2, SystemGuest.ALL & ~Rights.FILE))
                .isEqualTo(Errno.SUCCESS);
        int dir = guest.u32(OUT);
        assertThat(guest.open(dir, "file", true, 0, Rights.FD_WRITE)).isEqualTo(Errno.NOTCAPABLE);
        assertThat(guest.call("path_unlink_file", dir, PATH, guest.put(PATH, "file")))
                .isEqualTo(Errno.NOTCAPABLE);
    }

    /// Runs rounds of the guest while another thread does the same thing again and again.
    private void race(Swap swap, Runnable round) throws InterruptedException {
        var over = new AtomicBoolean();
        var failure = new Throwable[1];
        var other =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                while (!over.get()) {
                                    swap.run();
                                }
                            } catch (IOException | RuntimeException e) {
                                failure[0] = e;
                            }
                        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
        } finally {
            over.set(true);
            other.join();
        }
        assertThat(failure[0]).isNull();
    }

    private interface Swap {
        void run() throws IOException;
    }

    private void neverTheSecret(String path) {
        assertThat(guest.read(ROOT, path)).isNotEqualTo(SECRET);
        guest.open(ROOT, path, true, 8, Rights.FILE);
        guest.call("fd_close", guest.u32(OUT));
        if (guest.readLink(path.replace("file", "link")) == Errno.SUCCESS) {
            assertThat(guest.text(DATA, SECRET.length())).isNotEqualTo(SECRET);
        }
        var made = path.replace("file", "made");
        guest.write(ROOT, made, "x");
        guest.onPath("path_unlink_file", made);
        guest.onPath("path_create_directory", made);
        guest.onPath("path_remove_directory", made);
        guest.symlink("x", made);
        guest.rename(made, "dir/nested/moved");
        guest.link("dir/nested/moved", made);
        guest.onPath("path_unlink_file", made);
        guest.onPath("path_unlink_file", "dir/nested/moved");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(120)
    void winsNoRaceWithADirectoryThatBecomesALink() throws Exception {
        var flip = Files.createDirectory(root.resolve("flip"));
        Files.writeString(flip.resolve("file"), "inside");
        Files.createSymbolicLink(folder.resolve("trap"), outside);
        race(
                () -> {
                    Files.move(flip, folder.resolve("kept"));
                    Files.move(folder.resolve("trap"), flip);
                    Files.move(flip, folder.resolve("trap"));
                    Files.move(folder.resolve("kept"), flip);
                },
                () -> neverTheSecret("flip/file"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(120)
    void winsNoRaceWithAFileThatBecomesALink() throws Exception {
        var flip = root.resolve("file");
        var real = folder.resolve("real");
        var trap = folder.resolve("trap");
        race(
                () -> {
                    Files.writeString(real, "inside");
                    Files.move(real, flip, StandardCopyOption.ATOMIC_MOVE);
                    Files.deleteIfExists(trap);
                    Files.createSymbolicLink(trap, outside.resolve("file"));
                    Files.move(trap, flip, StandardCopyOption.ATOMIC_MOVE);
                },
                () -> neverTheSecret("file"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(120)
    void winsNoRaceWithADirectoryThatIsMovedOut() throws Exception {
        var deep = Files.createDirectories(root.resolve("a/b"));
        var away = folder.resolve("outside-b");
        race(
                () -> {
                    Files.move(deep, away);
                    Files.move(away, deep);
                },
                () -> {
                    // From where it was moved to, `..` would be the folder that has the secret.
                    assertThat(guest.read(ROOT, "a/b/../outside/file")).isNotEqualTo(SECRET);
                    assertThat(guest.read(ROOT, "a/b/../../outside/file")).isNotEqualTo(SECRET);
                    guest.write(ROOT, "a/b/../outside/made", "x");
                });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesNothingOpen() throws IOException {
        for (int i = 0; i < 3; i++) {
            guest.read(ROOT, "dir/nested/../file");
        }
        long before = open();
        for (int i = 0; i < 50; i++) {
            guest.read(ROOT, "dir/nested/../file");
            guest.read(ROOT, "dir/nested/none");
            guest.read(ROOT, "dir/nested/../../..");
            guest.write(ROOT, "dir/new", "x");
            guest.rename("dir/new", "dir/nested/new");
            guest.onPath("path_unlink_file", "dir/nested/new");
        }
        assertThat(open()).isEqualTo(before);
        guest.close();
        assertThat(open()).isEqualTo(before - 1);
    }

    private static long open() throws IOException {
        long count = 0;
        try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var one : all) {
                try {
                    var target = Files.readSymbolicLink(one).toString();
                    count += target.contains("/given") ? 1 : 0;
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        }
        return count;
    }
}
