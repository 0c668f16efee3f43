package dev.weir.conformance;

import dev.weir.clients.ForeignClients;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// client-go and a controller of controller-runtime, unmodified, on a server of ours: the program
/// in `clients-go/`, built by the Go that `WEIR_GO` names, else by the first on the `PATH`.
final class ClientsGo implements Suite {
    private static final int BUILD_MINUTES = 15;
    private static final int RUN_MINUTES = 5;
    private static final Pattern LINE = Pattern.compile("(passed|failed) (.*)");

    private final Path sources;

    /// @param sources the folder of the Go module
    ClientsGo(Path sources) {
        this.sources = sources;
    }

    @Override
    public String name() {
        return "clients-go";
    }

    @Override
    public String summary() {
        return "client-go, and a controller of controller-runtime, on a server of ours";
    }

    @Override
    public void run(Report report) throws Exception {
        var go = go();
        try (var scratch = new Scratch()) {
            var log = scratch.path().resolve("log");
            if (execute(List.of(go, "mod", "download"), BUILD_MINUTES, log, log) != 0) {
                throw new AbsentException(
                        "needs the Go modules of conformance/clients-go/go.mod: "
                                + Files.readString(log).strip());
            }
            var program = scratch.path().resolve("program");
            var build = List.of(go, "build", "-buildvcs=false", "-o", program.toString(), ".");
            if (execute(build, BUILD_MINUTES, log, log) != 0) {
                throw new IOException("go build: " + Files.readString(log));
            }
            check(report, program, scratch.path());
        }
    }

    private void check(Report report, Path program, Path scratch) throws Exception {
        var told = scratch.resolve("told");
        int code;
        try (var server = WeirServer.start(scratch.resolve("credentials"))) {
            Files.writeString(scratch.resolve("kubeconfig"), server.kubeconfig());
            define(server);
            code = execute(List.of(program.toString()), RUN_MINUTES, told, scratch.resolve("log"));
        }
        for (var line : Files.readAllLines(told)) {
            var result = LINE.matcher(line);
            if (result.matches() && result.group(1).equals("passed")) {
                report.pass(result.group(2));
            } else {
                report.fail("clients-go", line);
            }
        }
        if (code != 0) {
            report.fail(
                    "clients-go",
                    "exit code " + code + ": " + Files.readString(scratch.resolve("log")));
        }
    }

    private static void define(WeirServer server) throws IOException, InterruptedException {
        try (var yaml =
                Objects.requireNonNull(ForeignClients.class.getResourceAsStream("shops.yaml"))) {
            var path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            var answer = server.send("POST", path, "application/yaml", yaml.readAllBytes());
            if (answer.statusCode() != 201) {
                throw new IOException(new String(answer.body(), StandardCharsets.UTF_8));
            }
        }
    }

    private int execute(List<String> command, int minutes, Path out, Path err)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(command)
                        .directory(sources.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        if (out.equals(err)) {
            builder.redirectErrorStream(true);
        } else {
            builder.environment().put("KUBECONFIG", out.resolveSibling("kubeconfig").toString());
        }
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IOException(command + " is not done within " + minutes + " minutes");
        }
        return process.exitValue();
    }

    private static String go() {
        var named = System.getenv("WEIR_GO");
        if (named != null) {
            return named;
        }
        for (var place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(place, "go"))) {
                return Path.of(place, "go").toString();
            }
        }
        throw new AbsentException("needs Go 1.24: put go on the PATH, or name it in WEIR_GO");
    }
}
