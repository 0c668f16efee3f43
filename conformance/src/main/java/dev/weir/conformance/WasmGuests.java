package dev.weir.conformance;

import com.sun.management.ThreadMXBean;
import dev.weir.wasm.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Programs built from their sources twice, for this machine and for WASI: both print the same, and
/// end with the same code, in each tier. SQLite also writes the same file, and reads the other's;
/// what Kotlin's program lets go of is collected. A program in Ruby prints the same as in the same
/// ruby.wasm on V8.
final class WasmGuests implements Suite {
    private static final List<Engine.Mode> TIERS =
            List.of(Engine.Mode.INTERPRETED, Engine.Mode.COMPILED);

    private static final String RUBY = "ruby";

    private static final String[] ARGUMENTS = {"one", "zwei drei"};

    /// What the heap may grow by while Kotlin's program makes many times as much garbage.
    private static final long GROWTH = 16L << 20;

    private static final long GARBAGE = 10 * GROWTH;

    private final Path folder;

    WasmGuests(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "wasm-guests";
    }

    @Override
    public String summary() {
        return "programs in C, Rust and Kotlin, and SQLite, for WASI and for this machine, and Ruby on"
                + " V8: the same output and code";
    }

    @Override
    public void run(Report report) throws Exception {
        int absent = 0;
        try (var scratch = new Scratch();
                var listed = Files.list(folder)) {
            var builder = new GuestBuilder(folder, scratch.path(), report);
            for (var source : listed.sorted().toList()) {
                var name = String.valueOf(source.getFileName());
                try {
                    if (name.equals(RUBY)) {
                        ruby(report, new RubyGuest(KubernetesPeer.folder().resolve(RUBY), source));
                    } else {
                        check(report, name, builder.build(source), scratch.path());
                    }
                } catch (AbsentException e) {
                    report.skip(name, String.valueOf(e.getMessage()));
                    absent++;
                }
            }
        }
        if (absent > 0) {
            throw new AbsentException(absent + " of the programs are not built here");
        }
    }

    private static void check(Report report, String name, GuestProgram program, Path scratch)
            throws IOException, InterruptedException {
        switch (name) {
            case GuestBuilder.SQLITE -> sqlite(report, program, scratch);
            case "zoo.kt" -> kotlin(report, name, program, scratch);
            default -> {
                var expected =
                        program.host(Files.createDirectory(scratch.resolve(name)), ARGUMENTS);
                for (var tier : TIERS) {
                    var found = program.guest(tier, work(scratch, name, tier), ARGUMENTS);
                    same(report, name + " " + tier, expected, found);
                }
            }
        }
    }

    private static Path work(Path scratch, String name, Engine.Mode tier) throws IOException {
        return Files.createDirectory(scratch.resolve(name + "." + tier));
    }

    private static void same(
            Report report, String name, GuestProgram.Ended expected, GuestProgram.Ended found)
            throws InterruptedException {
        report.check(name + " code", () -> same(expected.code(), found.code()));
        report.check(name + " stdout", () -> same(expected.out(), found.out()));
        report.check(name + " stderr", () -> same(expected.err(), found.err()));
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("found\n" + found + "\nexpected\n" + expected);
        }
    }

    private static void sqlite(Report report, GuestProgram program, Path scratch)
            throws IOException, InterruptedException {
        var in = Files.createDirectory(scratch.resolve("databases"));
        var expected = program.host(in, "write", "host.db");
        var read = program.host(in, "read", "host.db");
        for (var tier : TIERS) {
            var name = "sqlite " + tier;
            var file = tier + ".db";
            same(report, name + " writes", expected, program.guest(tier, in, "write", file));
            same(
                    report,
                    name + " reads the host's",
                    read,
                    program.guest(tier, in, "read", "host.db"));
            same(report, "the host reads " + name, read, program.host(in, "read", file));
            report.check(
                    name + " file",
                    () -> same(-1L, Files.mismatch(in.resolve("host.db"), in.resolve(file))));
        }
    }

    private static void ruby(Report report, RubyGuest guest)
            throws IOException, InterruptedException {
        var expected = guest.v8();
        for (var tier : TIERS) {
            report.check(RUBY + " " + tier, () -> same(expected, guest.weir(tier)));
        }
    }

    private static void kotlin(Report report, String name, GuestProgram program, Path scratch)
            throws IOException, InterruptedException {
        var expected = program.host(scratch);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (var tier : TIERS) {
            var out = new Rounds();
            long before = threads.getCurrentThreadAllocatedBytes();
            var found = program.guest(tier, work(scratch, name, tier), out);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            same(report, name + " " + tier, expected, found);
            report.check(name + " " + tier + " heap", () -> out.requireFlat(allocated));
        }
    }

    /// Standard output of the guest, which looks at the heap at each of its lines about a round.
    private static final class Rounds extends ByteArrayOutputStream {
        private final List<Long> used = new ArrayList<>();

        @Override
        public synchronized void write(byte[] bytes, int start, int length) {
            super.write(bytes, start, length);
            var text = new String(bytes, start, length, StandardCharsets.UTF_8);
            if (text.startsWith("round ")) {
                var memory = ManagementFactory.getMemoryMXBean();
                memory.gc();
                used.add(memory.getHeapMemoryUsage().getUsed());
            }
        }

        void requireFlat(long allocated) {
            if (used.size() < 10 || allocated < GARBAGE) {
                throw new AssertionError(used.size() + " rounds, " + allocated + " bytes made");
            }
            long grown = Collections.max(used) - used.getFirst();
            if (grown > GROWTH) {
                throw new AssertionError("after " + allocated + " bytes made the heap has " + used);
            }
        }
    }
}
