package dev.weir.maven;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.wasm.Engine;
import dev.weir.weave.Weaver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Builds small projects with the Maven that runs the tests, offline, with this plugin as it was
/// just compiled.
///
/// The plugin, the weaver and the WebAssembly engine are put into a local repository of their own,
/// whose other folders are links into the usual one: nothing of ours is installed there.
final class MavenBuild {
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private final Path maven;
    private final Path repository;

    /// How a build ended, and what it printed.
    record Result(int code, String output) {}

    private MavenBuild(Path maven, Path repository) {
        this.maven = maven;
        this.repository = repository;
    }

    static Optional<Path> maven() {
        var home = System.getProperty("maven.home");
        var folders = System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1);
        return Stream.concat(
                        Stream.ofNullable(home).map(folder -> Path.of(folder, "bin")),
                        Stream.of(folders).map(Path::of))
                .map(folder -> folder.resolve("mvn"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// @param folder where the repository goes
    static MavenBuild in(Path folder) throws IOException {
        var usual =
                Path.of(
                        System.getProperty(
                                "localRepository",
                                Path.of(System.getProperty("user.home"), ".m2", "repository")
                                        .toString()));
        var repository = Files.createDirectories(folder.resolve("repository"));
        try (var groups = Files.list(usual)) {
            for (var group : groups.toList()) {
                if (!group.endsWith("dev")) {
                    Files.createSymbolicLink(
                            repository.resolve(group.getFileName()), group.toAbsolutePath());
                }
            }
        }
        install(repository, "weir-weave", "jar", classes(Weaver.class), "");
        install(repository, "weir-wasm", "jar", classes(Engine.class), "");
        install(
                repository,
                "weir-maven-plugin",
                "maven-plugin",
                classes(WeaveMojo.class),
                dependency("dev.weir", "weir-weave", VERSION)
                        + dependency("dev.weir", "weir-wasm", VERSION));
        return new MavenBuild(maven().orElseThrow(), repository);
    }

    private static Path classes(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    private static void install(
            Path repository, String artifact, String packaging, Path classes, String dependencies)
            throws IOException {
        var folder = repository.resolve("dev/weir/" + artifact + "/" + VERSION);
        Files.createDirectories(folder);
        var name = artifact + "-" + VERSION;
        Files.writeString(
                folder.resolve(name + ".pom"),
                """
                <project><modelVersion>4.0.0</modelVersion>
                  <groupId>dev.weir</groupId><artifactId>%s</artifactId><version>%s</version>
                  <packaging>%s</packaging>
                  <dependencies>%s</dependencies>
                </project>
                """
                        .formatted(artifact, VERSION, packaging, dependencies + openTelemetry()));
        var jar = folder.resolve(name + ".jar");
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
        } else {
            zip(classes, jar);
        }
    }

    static String dependency(String group, String artifact, String version) {
        return "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
                .formatted(group, artifact, version);
    }

    private static String openTelemetry() {
        return dependency(
                "io.opentelemetry",
                "opentelemetry-api",
                System.getProperty("opentelemetry.version"));
    }

    private static void zip(Path folder, Path jar) throws IOException {
        try (var zip = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
            }
        }
    }

    /// Runs Maven in a project.
    Result run(Path project, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.addAll(List.of(maven.toString(), "-B", "-o", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        var output = project.resolve("build.log");
        var builder =
                new ProcessBuilder(command)
                        .directory(project.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // A build of one class ends before the second compiler is of use: half the processor time.
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        int code = builder.start().waitFor();
        return new Result(code, Files.readString(output, UTF_8));
    }

    /// Runs `shop.Program` of a project that was built, with this test's class path behind it.
    static Result program(Path project) throws IOException, InterruptedException {
        var path =
                project.resolve("target/classes")
                        + File.pathSeparator
                        + System.getProperty("java.class.path");
        var output = project.resolve("run.log");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                path,
                                "shop.Program")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        int code = process.waitFor();
        return new Result(code, Files.readString(output, UTF_8));
    }
}
