package dev.weir.conformance;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What came out of a suite's checks. Thread-safe.
///
/// A check that is excluded counts as skipped when it fails. When it passes, or is never run, that
/// is a failure: its exclusion has to go.
public final class Report {
    private static final long PROGRESS = Duration.ofSeconds(5).toNanos();
    private static final int SHOWN = 200;

    private final PrintStream out;
    private final Outside outside;
    private final Map<String, String> exclusions;
    private final Map<String, String> options;
    private final Set<String> read = new LinkedHashSet<>();
    private final Set<String> excludedSeen = new LinkedHashSet<>();
    private final List<String> failures = new ArrayList<>();
    private int passed;
    private int skipped;
    private long shown = System.nanoTime();

    Report(
            PrintStream out,
            Outside outside,
            Map<String, String> exclusions,
            Map<String, String> options) {
        this.out = out;
        this.outside = outside;
        this.exclusions = exclusions;
        this.options = options;
    }

    /// A check that may throw.
    @FunctionalInterface
    public interface Check {
        /// Returns when all is well.
        void run() throws Exception;
    }

    /// Runs a check: it passes when it returns, and fails with the message of what it throws.
    public void check(String check, Check body) throws InterruptedException {
        try {
            body.run();
        } catch (InterruptedException | AbsentException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            fail(check, e.getMessage() == null ? e.toString() : e.getMessage());
            return;
        }
        pass(check);
    }

    /// A check went as it should.
    public synchronized void pass(String check) {
        if (exclusions.containsKey(check)) {
            excludedSeen.add(check);
            failures.add(check + ": passes; remove its line from conformance/exclusions.txt");
        } else {
            passed++;
        }
    }

    /// A check did not go as it should.
    ///
    /// @param reason what was found, and what was expected
    public synchronized void fail(String check, String reason) {
        if (exclusions.containsKey(check)) {
            excludedSeen.add(check);
            skipped++;
        } else {
            failures.add(check + ": " + reason);
        }
    }

    /// A check that cannot be made here; says so with the reason.
    public synchronized void skip(String check, String reason) {
        excludedSeen.add(check);
        skipped++;
        out.println("  skipped " + check + ": " + reason);
    }

    /// Says how far long work is, every few seconds.
    public synchronized void progress(long done, long total) {
        if (System.nanoTime() - shown > PROGRESS) {
            shown = System.nanoTime();
            out.println("  " + done + " of " + total + ", " + failures.size() + " failed");
        }
    }

    /// Shows a line.
    public void line(String text) {
        out.println("  " + text);
    }

    /// A file or folder of outside data.
    ///
    /// @param name looked up in the folders of `WEIR_DATA`
    /// @param what what it holds and where it comes from, for the line that says that it is absent
    /// @throws AbsentException when it is nowhere
    public Path data(String name, String what) {
        return outside.find(name, what);
    }

    /// The number given on the command line as `--name N`, or the usual one.
    public synchronized int option(String name, int usual) {
        read.add(name);
        var given = options.get(name);
        if (given == null) {
            return usual;
        }
        if (!given.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("--" + name + " " + given + ": expected a number");
        }
        return Integer.parseInt(given);
    }

    /// The word given on the command line as `--name WORD`, or the usual one.
    public synchronized String option(String name, String usual) {
        read.add(name);
        return options.getOrDefault(name, usual);
    }

    /// Fails what the suite left undone: options that it does not have, exclusions of checks that
    /// are not.
    synchronized void complete() {
        for (var option : options.keySet()) {
            if (!read.contains(option)) {
                failures.add("--" + option + ": this suite has no such option");
            }
        }
        if (options.isEmpty()) {
            for (var check : exclusions.keySet()) {
                if (!excludedSeen.contains(check)) {
                    failures.add(check + ": is excluded, but there is no such check");
                }
            }
        }
    }

    /// Lists the failures, then, last, the counts.
    synchronized void close() {
        failures.stream().limit(SHOWN).forEach(failure -> out.println("  FAILED " + failure));
        if (failures.size() > SHOWN) {
            out.println("  and " + (failures.size() - SHOWN) + " more");
        }
        out.println(passed + " passed, " + failures.size() + " failed, " + skipped + " skipped");
    }

    synchronized int passed() {
        return passed;
    }

    synchronized int failed() {
        return failures.size();
    }
}
