package dev.weir.payments;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Tells a story line by line, each with the time since its beginning, and sums it up. Thread-safe.
final class Narrator {
    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean colour;
    private final long start = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private boolean silent;

    /// A thing that had to happen.
    private record Step(String what, long millis, String failure) {}

    Narrator(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    private String in(String style, String text) {
        return colour ? style + text + PLAIN : text;
    }

    synchronized void title(String text) {
        print(in(BOLD, text));
    }

    synchronized void say(String text) {
        print(String.format(Locale.ROOT, "%8d ms  %s", millis(start), text));
    }

    /// Shows something that the next line replaces; nothing where nobody watches.
    synchronized void passing(String text) {
        if (colour && !silent) {
            out.print(CLEAR + "            " + text);
            out.flush();
        }
    }

    private void print(String line) {
        if (!silent) {
            out.println(colour ? CLEAR + line : line);
        }
    }

    /// Says nothing from now on.
    synchronized void hush() {
        silent = true;
    }

    /// Says this where more could have been said, and nothing from now on.
    synchronized void end(String text) {
        if (!silent) {
            // Behind what the terminal shows of Ctrl-C.
            out.println();
            say(text);
        }
        silent = true;
    }

    /// Since the story began.
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// What a step does; throws when it did not happen.
    @FunctionalInterface
    interface Action {
        /// @return what happened, for the line
        String run() throws Exception;
    }

    /// Does something that has to happen, and tells how long it took.
    ///
    /// @return whether it happened
    boolean step(String what, Action action) throws InterruptedException {
        long begin = System.nanoTime();
        passing(what + " ...");
        try {
            var happened = action.run();
            long took = millis(begin);
            say(in(GREEN, "ok") + "  " + what + ": " + happened + in(BOLD, "  " + took + " ms"));
            add(new Step(what, took, ""));
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            var why = e.getMessage() == null ? e.toString() : e.getMessage();
            say(in(RED, "failed") + "  " + what + ": " + why);
            add(new Step(what, millis(begin), why));
            return false;
        }
    }

    private synchronized void add(Step step) {
        steps.add(step);
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    /// Prints the table of steps; whether all of them happened.
    synchronized boolean summary() {
        print("");
        int width = steps.stream().mapToInt(step -> step.what.length()).max().orElse(0);
        for (var step : steps) {
            var result = step.failure.isEmpty() ? in(GREEN, "ok") : in(RED, step.failure);
            var format = "  %-" + width + "s %8d ms  %s";
            print(String.format(Locale.ROOT, format, step.what, step.millis, result));
        }
        return steps.stream().allMatch(step -> step.failure.isEmpty());
    }
}
