package dev.weir.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program that is woven when it is built, and runs with the telemetry of [SpanLines].
///
/// @param root of the tree
/// @param folder of the program's module, which puts its libraries into `target/lib`
record WovenProgram(Path root, String folder) {
    /// Builds it, by a profile that has its module.
    void build(String profile) throws IOException, InterruptedException {
        Maven.find()
                .run(
                        root.toAbsolutePath(),
                        "-P" + profile,
                        "-Dmaven.test.skip=true",
                        "-pl",
                        folder + ",conformance",
                        "-am",
                        "package");
    }

    /// The class path; jars only, as the JDK caches nothing of folders.
    String path() throws IOException {
        var target = root.resolve(folder).resolve("target").toAbsolutePath().normalize();
        var conformance = root.resolve("conformance/target").toAbsolutePath().normalize();
        try (var own = Files.list(target);
                var libraries = Files.list(target.resolve("lib"));
                var ours = Files.list(conformance)) {
            var sdk =
                    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(Path::of)
                            .filter(jar ->
                                    jar.getFileName().toString().startsWith("opentelemetry-sdk"));
            return Stream.of(
                            own.filter(WovenProgram::isJar),
                            libraries.filter(WovenProgram::isJar).sorted(),
                            ours.filter(file -> file.toString().endsWith("SNAPSHOT.jar")),
                            sdk)
                    .flatMap(each -> each)
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /// What a program said until it ended.
    record Ended(int code, String output) {}

    /// Runs it to its end.
    ///
    /// @param place an empty folder, which gets a file `spans` of its telemetry
    /// @throws IOException when it takes longer
    Ended run(Path place, Duration deadline, String main, Path argument)
            throws IOException, InterruptedException {
        var output = place.resolve("output");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dweir.spans=" + place.resolve("spans"),
                                "-cp",
                                path(),
                                main,
                                argument.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("it does not end: " + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private static boolean isJar(Path file) {
        return file.toString().endsWith(".jar");
    }
}
