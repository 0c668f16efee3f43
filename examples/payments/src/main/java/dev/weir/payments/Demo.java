package dev.weir.payments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `weir demo`: a control plane, three terminals and their customers on this machine, and what
/// happens to them. Ends with 0 only if everything happened.
public final class Demo {
    private static final String HELP =
            """
            Runs a payments fleet on this machine: a control plane, three terminals as separate
            JVMs, and customers who pay. Tells what happens, and ends all it started.

            Usage: weir demo [--for TIME] [--keep] [--ledger URL]

              --for TIME   end after about this time (30s, 2m), at the earliest after the story;
                           without it, customers go on paying after it until Ctrl-C
              --keep       keep the folder with all data and logs
              --ledger URL keep the ledger in a PostgreSQL that runs, not in an H2 of the demo's
                           own: jdbc:postgresql://HOST/DATABASE?user=USER&password=PASSWORD;
                           in a schema that the demo makes, and removes at its end
              -h, --help   show this help
            """;

    private Demo() {}

    /// What the command line asked for.
    ///
    /// @param time null for until Ctrl-C
    /// @param ledger the URL of a PostgreSQL; empty for an H2 of the demo's own
    record Options(@Nullable Duration time, boolean keep, String ledger) {
        private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

        static Options parse(List<String> arguments) {
            Duration time = null;
            boolean keep = false;
            var ledger = "";
            for (var next = arguments.iterator(); next.hasNext(); ) {
                var argument = next.next();
                if (argument.equals("--keep")) {
                    keep = true;
                } else if (argument.equals("--for") && next.hasNext()) {
                    time = duration(next.next());
                } else if (argument.startsWith("--for=")) {
                    time = duration(argument.substring("--for=".length()));
                } else if (argument.equals("--ledger") && next.hasNext()) {
                    ledger = postgres(next.next());
                } else if (argument.startsWith("--ledger=")) {
                    ledger = postgres(argument.substring("--ledger=".length()));
                } else {
                    throw new IllegalArgumentException(
                            "unknown argument " + argument + "; see weir demo --help");
                }
            }
            return new Options(time, keep, ledger);
        }

        private static String postgres(String url) {
            if (!url.startsWith("jdbc:postgresql:")) {
                throw new IllegalArgumentException(
                        "--ledger: expected a URL that begins with jdbc:postgresql:, found " + url);
            }
            return url;
        }

        private static Duration duration(String text) {
            var match = TIME.matcher(text);
            if (!match.matches()) {
                throw new IllegalArgumentException(
                        "--for: expected a time such as 30s or 2m, found " + text);
            }
            long count = Long.parseLong(match.group(1));
            return switch (match.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
        }
    }

    /// Runs the demo; exits with 0, 1 where a step did not happen, 2 for wrong arguments, 130 where
    /// it was stopped before the end of the story.
    public static void main(String[] arguments) {
        var list = List.of(arguments);
        if (list.contains("--help") || list.contains("-h")) {
            System.out.print(HELP);
            return;
        }
        try {
            var options = Options.parse(list);
            System.exit(run(options, Children.launcher()) ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("weir: " + e.getMessage());
            System.exit(2);
        } catch (IOException e) {
            System.err.println("weir: the demo cannot run: " + e);
            System.exit(1);
        }
    }

    /// Runs the story with children that are started by `java`; whether everything happened.
    static boolean run(Options options, List<String> java) throws IOException {
        var directory = Files.createTempDirectory("weir-demo");
        var children = new Children(directory, java);
        var narrator = narrator();
        var fleet = new Fleet(children, directory, options.ledger());
        var ending = new Ending(children, fleet, narrator, directory, options.keep());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(ending::interrupted));
        try (var story = new Story(fleet, narrator)) {
            ending.told = story.tell(options.time());
            narrator.summary();
            if (!ending.told || options.keep()) {
                narrator.title(
                        options.keep()
                                ? "data and logs: " + directory
                                : "run it with --keep to keep data and logs");
            }
            if (ending.told && options.time() == null) {
                story.goOn();
            }
            return ending.told;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            ending.once();
        }
    }

    private static Narrator narrator() {
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        boolean colour = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        return new Narrator(System.out, terminal && colour);
    }

    /// The end of the story, and of everything that was started for it. One thread tells the story;
    /// Ctrl-C ends it from another.
    private static final class Ending {
        private static final int INTERRUPTED = 130;

        private final Children children;
        private final Fleet fleet;
        private final Narrator narrator;
        private final Path directory;
        private final boolean keep;
        private volatile boolean told;
        private boolean over;

        Ending(Children children, Fleet fleet, Narrator narrator, Path directory, boolean keep) {
            this.children = children;
            this.fleet = fleet;
            this.narrator = narrator;
            this.directory = directory;
            this.keep = keep;
        }

        /// Ends all children and removes their files, the first time; whether it was the first.
        synchronized boolean once() {
            if (over) {
                return false;
            }
            over = true;
            children.close();
            fleet.close();
            if (!keep) {
                remove(directory);
            }
            return true;
        }

        /// The process is ending. Where nobody else has seen to it, as on Ctrl-C, this does, and
        /// gives the exit code that the story has earned.
        void interrupted() {
            narrator.hush();
            if (once()) {
                Runtime.getRuntime().halt(told ? 0 : INTERRUPTED);
            }
        }
    }

    private static void remove(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("weir: " + directory + " is left: " + e);
        }
    }
}
