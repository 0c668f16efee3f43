package dev.weir.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static boolean isJar(Path file) {
        return file.toString().endsWith(".jar");
    }
}
