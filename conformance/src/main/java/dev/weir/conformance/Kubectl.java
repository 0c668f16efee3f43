package dev.weir.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// kubectl, unmodified, against a server of ours: the commands of `kubectl/commands.txt`, in order,
/// by each kubectl that is here: those that `WEIR_KUBECTL` names, else `kubectl` and `kubectl.1.NN`
/// in the folders of `PATH`, where a link is followed.
final class Kubectl implements Suite {
    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern COMMAND = Pattern.compile("([$!])(?:1\\.(\\d+))? (.*)");

    private final Path folder;

    /// @param folder with `commands.txt` and the files that it names
    Kubectl(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "kubectl";
    }

    @Override
    public String summary() {
        return "the commands of kubectl, unmodified, against a server of ours";
    }

    /// A command, the first minor version of kubectl that has it, and what must be found in what it
    /// prints.
    private record Command(String line, int since, boolean succeeds, List<Pattern> expected) {}

    /// What a command printed, both streams together.
    private record Outcome(int code, String text) {}

    @Override
    public void run(Report report) throws Exception {
        var binaries = binaries();
        if (binaries.isEmpty()) {
            throw new AbsentException(
                    "needs kubectl: put it on the PATH, or name executables in WEIR_KUBECTL");
        }
        var commands = commands();
        int done = 0;
        for (var binary : binaries.entrySet()) {
            try (var scratch = new Scratch();
                    var server = WeirServer.start(scratch.path().resolve("credentials"))) {
                var kubeconfig = scratch.path().resolve("kubeconfig");
                Files.writeString(kubeconfig, server.kubeconfig());
                int minor = minor(binary.getValue(), scratch.path());
                for (var command : commands) {
                    var name = binary.getKey() + " " + command.line();
                    if (minor < command.since()) {
                        report.skip(name, "needs kubectl 1." + command.since());
                    } else {
                        report.check(name, () -> check(binary.getValue(), scratch.path(), command));
                    }
                    report.progress(++done, (long) commands.size() * binaries.size());
                }
            }
        }
    }

    private int minor(Path binary, Path scratch) throws IOException, InterruptedException {
        var told = execute(binary, scratch, List.of("version", "--client", "--output=json")).text();
        var minor = Pattern.compile("\"gitVersion\": \"v1\\.(\\d+)").matcher(told);
        if (!minor.find()) {
            throw new IOException(binary + " does not tell its version, but " + told);
        }
        return Integer.parseInt(minor.group(1));
    }

    private void check(Path binary, Path scratch, Command command)
            throws IOException, InterruptedException {
        var outcome = execute(binary, scratch, words(command.line()));
        if ((outcome.code() == 0) != command.succeeds()) {
            throw new AssertionError("exit code " + outcome.code() + ": " + outcome.text());
        }
        for (var pattern : command.expected()) {
            if (!pattern.matcher(outcome.text()).find()) {
                throw new AssertionError("expected " + pattern + ", found " + outcome.text());
            }
        }
    }

    private Outcome execute(Path binary, Path scratch, List<String> arguments)
            throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(binary.toString()));
        line.add("--kubeconfig=" + scratch.resolve("kubeconfig"));
        line.add("--cache-dir=" + scratch.resolve("cache"));
        line.addAll(arguments);
        var output = scratch.resolve("output");
        var builder =
                new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("HOME", scratch.toString());
        builder.environment().remove("KUBECONFIG");
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("not done within " + PATIENCE_SECONDS + " s");
        }
        return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private List<Command> commands() throws IOException {
        var result = new ArrayList<Command>();
        for (var line : Files.readAllLines(folder.resolve("commands.txt"))) {
            var command = COMMAND.matcher(line);
            if (command.matches()) {
                int since = command.group(2) == null ? 0 : Integer.parseInt(command.group(2));
                boolean succeeds = command.group(1).equals("$");
                result.add(new Command(command.group(3), since, succeeds, new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                result.getLast().expected().add(Pattern.compile(line, Pattern.MULTILINE));
            }
        }
        return result;
    }

    /// The words of a line; blanks within braces or parentheses are part of a word.
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        int depth = 0;
        for (var c : line.replace(" in (", "\u00a0in\u00a0(").toCharArray()) {
            depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            if (c == ' ' && depth == 0) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c == '\u00a0' ? ' ' : c);
            }
        }
        words.add(word.toString());
        return words;
    }

    /// The executables by the names that reports give them; a dispatcher gives way to the versions
    /// beside it.
    private static LinkedHashMap<String, Path> binaries() throws IOException {
        var found = new ArrayList<Path>();
        var named = System.getenv("WEIR_KUBECTL");
        if (named != null) {
            for (var path : named.split(Pattern.quote(File.pathSeparator))) {
                found.add(Path.of(path));
            }
        } else {
            onPath(found);
        }
        var result = new LinkedHashMap<String, Path>();
        found.forEach(path -> result.putIfAbsent(path.getFileName().toString(), path));
        return result;
    }

    private static void onPath(List<Path> found) throws IOException {
        for (var place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            var kubectl = Path.of(place, "kubectl");
            if (!Files.isExecutable(kubectl)) {
                continue;
            }
            var real = kubectl.toRealPath();
            try (var files = Files.list(real.getParent())) {
                var versions =
                        files.filter(f -> f.getFileName().toString().matches("kubectl\\.1\\.\\d+"))
                                .filter(Files::isExecutable)
                                .sorted(Comparator.comparing(Path::toString))
                                .toList();
                found.addAll(versions.isEmpty() ? List.of(real) : versions);
            }
        }
    }
}
