package dev.weir.wasm;

import static dev.weir.wasm.CacheUser.answer;
import static dev.weir.wasm.CacheUser.guest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compiled code outlives an engine, and only as it was written.
class CodeCacheTest {
    @TempDir private Path folder;

    private CodeCache cache() {
        return CodeCache.in(folder.resolve("cache"));
    }

    private static Engine engine(CodeCache cache) {
        return Engine.create(Engine.Mode.COMPILED, cache);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder.resolve("cache"))) {
            return files.sorted().toList();
        }
    }

    private static byte[] code(int of) {
        var module = Module.parseText(Engine.create(), guest(of));
        return module.tier.compilers().getFirst().bytes();
    }

    /// Replaces what is kept of the guest of 1 by code of the guest of 2, which shows when it runs.
    private Path plant() throws IOException {
        assertThat(answer(cache(), 1)).isEqualTo(1);
        assertThat(files()).hasSize(1);
        var file = files().getFirst();
        Files.write(file, CodeFile.seal(file.getFileName().toString(), code(2)));
        return file;
    }

    @Test
    void takesWhatAnEarlierEngineCompiled() throws IOException {
        plant();
        assertThat(answer(cache(), 1)).isEqualTo(2);
        assertThat(answer(cache(), 2)).isEqualTo(2);
        assertThat(files()).hasSize(2);
    }

    @Test
    void damagedFilesAreNotRunAndWrittenAnew() throws IOException {
        var file = plant();
        byte[] planted = Files.readAllBytes(file);
        for (int at = 0; at < planted.length; at += at < 60 ? 1 : 37) {
            byte[] flipped = planted.clone();
            flipped[at] = (byte) (flipped[at] ^ 1 << at % 8);
            refuses(file, flipped);
        }
        for (int length : new int[] {0, 1, 8, 39, 40, 41, planted.length - 1}) {
            refuses(file, java.util.Arrays.copyOf(planted, length));
        }
        refuses(file, java.util.Arrays.copyOf(planted, planted.length + 1));
        // What is whole, but of another name; and what is whole, and no class that the JVM takes.
        refuses(file, CodeFile.seal("other.code", code(2)));
        refuses(file, CodeFile.seal(file.getFileName().toString(), new byte[100]));
        refuses(file, CodeFile.seal(file.getFileName().toString(), foreign()));
    }

    private static byte[] foreign() {
        return java.lang.classfile.ClassFile.of()
                .build(java.lang.constant.ClassDesc.of("other.Guest"), to -> {});
    }

    private void refuses(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        assertThat(answer(cache(), 1)).isEqualTo(1);
        assertThat(Files.readAllBytes(file)).isNotEqualTo(content);
        assertThat(CodeFile.open(file.getFileName().toString(), Files.readAllBytes(file)))
                .isNotNull();
    }

    @Test
    void followsNoLinkAndReadsNoGiant() throws IOException {
        var file = plant();
        var elsewhere = Files.move(file, folder.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertThat(answer(cache(), 1)).isEqualTo(1);
        assertThat(file).isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();

        try (var giant = new RandomAccessFile(file.toFile(), "rw")) {
            giant.setLength(1L << 40);
        }
        assertThat(answer(cache(), 1)).isEqualTo(1);
        assertThat(Files.size(file)).isLessThan(100_000);

        Files.delete(file);
        Files.createDirectory(file);
        assertThat(answer(cache(), 1)).isEqualTo(1);
    }

    @Test
    void findsNothingOfAnotherModuleOrWayToCompile() {
        var cache = cache();
        var text = guest(1);
        var vector = "(module (func (result v128) (v128.const i64x2 1 2)))";
        assertThat(
                        List.of(
                                name(
                                        Engine.create(Engine.Mode.COMPILED, 6_500, false, cache),
                                        text),
                                name(
                                        Engine.create(Engine.Mode.COMPILED, 6_499, false, cache),
                                        text),
                                name(engine(cache), guest(2)),
                                name(
                                        Engine.create(Engine.Mode.COMPILED, 6_500, false, cache),
                                        vector),
                                name(
                                        Engine.create(Engine.Mode.COMPILED, 6_500, true, cache),
                                        vector)))
                .doesNotHaveDuplicates();
        // Where there are no vectors, it does not matter how they would be compiled.
        assertThat(name(Engine.create(Engine.Mode.COMPILED, 6_500, true, cache), text))
                .isEqualTo(name(Engine.create(Engine.Mode.TIERED, 6_500, false, cache), text));
    }

    private static String name(Engine engine, String text) {
        return CodeFile.name(Module.parseText(engine, text), 0, 1);
    }

    @Test
    void codeFitsAnEngineThatKnowsOtherTypes() throws IOException {
        var text =
                """
                (module
                  (type $point (struct (field $x (mut i32)) (field i64)))
                  (type $numbers (array (mut i32)))
                  (type $add (func (param i32 i32) (result i32)))
                  (type $other (func (param i32) (result i32)))
                  (table 2 funcref)
                  (elem (i32.const 0) $plus)
                  (func $plus (type $add) (i32.add (local.get 0) (local.get 1)))
                  (func (export "answer") (result i32) (local $p (ref null $point)) (local $a anyref)
                    (local.set $p (struct.new $point (i32.const 30) (i64.const 0)))
                    (local.set $a (array.new $numbers (i32.const 4) (i32.const 3)))
                    (i32.add
                      (call_indirect (type $add) (struct.get $point $x (local.get $p))
                        (i32.add (ref.test (ref $point) (local.get $p))
                          (i32.add (ref.test (ref $numbers) (local.get $a))
                            (ref.test (ref $point) (local.get $a))))
                        (i32.const 0))
                      (i32.add (array.len (ref.cast (ref $numbers) (local.get $a)))
                        (array.get $numbers (ref.cast (ref $numbers) (local.get $a)) (i32.const 1)))))
                  (func (export "wrong") (result i32)
                    (call_indirect (type $other) (i32.const 1) (i32.const 0))))
                """;
        for (int i = 0; i < 2; i++) {
            var engine = engine(cache());
            for (int n = 0; n < 10 * i; n++) {
                Module.parseText(
                        engine, "(module (type (struct" + " (field i32)".repeat(n) + ")))");
            }
            var guest =
                    Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
            assertThat(guest.func("answer").call()).containsExactly(39);
            assertThatThrownBy(() -> guest.func("wrong").call())
                    .isInstanceOf(TrapException.class)
                    .hasMessageContaining("indirect call type mismatch");
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void dropsWhatWasNotUsedForLongest() throws IOException {
        answer(cache(), 1);
        long size = Files.size(files().getFirst());
        var cache = CodeCache.in(folder.resolve("cache"), 3 * size + size / 2);
        var first = files().getFirst();
        answer(cache, 2);
        answer(cache, 3);
        for (var file : files()) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        }
        // It is used, and so is new.
        answer(cache, 1);
        answer(cache, 4);
        assertThat(files()).hasSize(3).contains(first);
        answer(CodeCache.in(folder.resolve("cache"), size / 2), 5);
        assertThat(files()).hasSize(3);
    }

    @Test
    void codeOfABuildRunsFromTheFirstCallOn() {
        var files = Module.compile("guest", Wat.toBinary(guest(1)));
        assertThat(files).hasSize(2);
        var name = files.keySet().stream().filter(file -> file.endsWith(".code")).findFirst();
        var file = name.orElseThrow();
        var key = file.substring(file.indexOf('/') + 1);
        assertThat(load(Engine.create(), files)).isEqualTo(1);
        // Code of another answer, which shows when it runs.
        files.put(file, CodeFile.seal(key, code(2)));
        assertThat(load(Engine.create(), files)).isEqualTo(2);
        assertThat(load(Engine.create(Engine.Mode.INTERPRETED), files)).isEqualTo(1);
        assertThat(load(Engine.create(Engine.Mode.COMPILED, 6_499, false), files)).isEqualTo(1);
        files.put(file, new byte[100]);
        assertThat(load(Engine.create(), files)).isEqualTo(1);
        files.clear();
        assertThatThrownBy(() -> load(Engine.create(), files))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void buildsCompileForEnginesWithVectorsAndWithout() {
        var text =
                """
                (module (func (export "answer") (result i32)
                  (i32x4.extract_lane 3 (i32x4.add (v128.const i32x4 0 1 2 3)
                    (i32x4.splat (i32.const 1))))))
                """;
        var files = Module.compile("guest", Wat.toBinary(text));
        assertThat(files).hasSize(3);
        for (boolean vectors : new boolean[] {false, true}) {
            var found = new ArrayList<String>();
            var engine = Engine.create(Engine.Mode.COMPILED, 6_500, vectors);
            var module =
                    Module.load(
                            engine,
                            "guest",
                            name -> {
                                byte[] bytes = files.get(name);
                                if (bytes != null) {
                                    found.add(name);
                                }
                                return bytes == null ? null : new ByteArrayInputStream(bytes);
                            });
            assertThat(found).hasSize(2);
            assertThat(Instance.of(Store.of(engine, Limits.DEFAULT), module).func("answer").call())
                    .containsExactly(4);
        }
    }

    private static int load(Engine engine, Map<String, byte[]> files) {
        var module =
                Module.load(
                        engine,
                        "guest",
                        name ->
                                files.containsKey(name)
                                        ? new ByteArrayInputStream(files.get(name))
                                        : null);
        return (int)
                Instance.of(Store.of(engine, Limits.DEFAULT), module)
                        .func("answer")
                        .call()
                        .getFirst();
    }

    @Test
    void isForItsOwnerOnly() throws IOException {
        answer(cache(), 1);
        var cache = folder.resolve("cache");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().getFirst())))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(this::cache)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("only its owner can write to");
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> CodeCache.in(file)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void isNotMissedWhenItGoesAway() throws IOException {
        var cache = cache();
        answer(cache, 1);
        Files.delete(files().getFirst());
        Files.delete(folder.resolve("cache"));
        assertThat(answer(cache, 1)).isEqualTo(1);
        assertThat(answer(cache, 2)).isEqualTo(2);
    }

    @Test
    void isSharedByManyWhileItOverflows() throws Exception {
        answer(cache(), 1);
        long size = Files.size(files().getFirst());
        try (var threads = Executors.newFixedThreadPool(4)) {
            var work = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 4; i++) {
                int seed = i;
                work.add(() -> {
                    var own = CodeCache.in(folder.resolve("cache"), 5 * size);
                    for (int n = 0; n < 30; n++) {
                        int of = (n * 7 + seed) % 10;
                        assertThat(answer(own, of)).isEqualTo(of);
                    }
                    return null;
                });
            }
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        assertThat(files().size()).isBetween(1, 5);
        assertThat(files()).allMatch(file -> file.toString().endsWith(".code"));
    }

    @Test
    void isSharedByJvmsOfWhichOneIsKilled() throws Exception {
        answer(cache(), 1);
        long size = Files.size(files().getFirst());
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            processes.add(
                    ChildJvm.start(
                            List.of(),
                            CacheUser.class,
                            folder.resolve("cache").toString(),
                            String.valueOf(5 * size)));
        }
        try (var out = processes.getFirst().inputReader()) {
            assertThat(out.readLine()).isEqualTo("0");
            processes.getFirst().destroyForcibly();
        }
        for (var other : processes.subList(1, 3)) {
            other.getInputStream().readAllBytes();
            assertThat(other.waitFor()).isZero();
        }
        for (var file : files()) {
            var name = file.getFileName().toString();
            // The JVM that was killed may leave a file that it was writing, under another name.
            assertThat(
                            name.endsWith(".tmp")
                                    || CodeFile.open(name, Files.readAllBytes(file)) != null)
                    .isTrue();
        }
        assertThat(answer(cache(), 1)).isEqualTo(1);
    }
}
