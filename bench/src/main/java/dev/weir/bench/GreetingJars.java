package dev.weir.bench;

import dev.weir.weave.Outcome;
import dev.weir.weave.Weaver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Class paths of the greeting server, in jars: as it is, woven with our telemetry, and with the
/// official SDK.
record GreetingJars(String plain, String woven, String sdk) {
    private static final String HOME =
            GreetingServer.class.getPackageName().replace('.', '/') + "/";
    private static final String SERVER = HOME + GreetingServer.class.getSimpleName() + ".class";
    private static final String WITH_SDK =
            HOME + SdkGreetingServer.class.getSimpleName() + ".class";
    private static final List<String> OURS =
            List.of(
                    "weir-weave",
                    "weir-telemetry",
                    "weir-context",
                    "opentelemetry-api-1",
                    "opentelemetry-context-",
                    "opentelemetry-common-");
    private static final List<String> THEIRS =
            List.of("opentelemetry-", "okhttp-", "okio-", "kotlin-");

    /// Makes the jars in a folder.
    static GreetingJars make(Path folder) throws IOException {
        var weaver = Weaver.of(ClassLoader::getSystemResourceAsStream, Set.of());
        var plain = read(SERVER);
        if (!(weaver.weave(plain, true) instanceof Outcome.Woven(var woven, _))) {
            throw new IOException(SERVER + " was not woven");
        }
        return new GreetingJars(
                jar(folder.resolve("plain.jar"), plain),
                jar(folder.resolve("woven.jar"), woven) + libraries(OURS),
                jar(folder.resolve("sdk.jar"), plain) + libraries(THEIRS));
    }

    /// The options by which telemetry is sent to a port of this machine, over HTTP.
    static List<String> sending(int port) {
        return List.of(
                "-Dotel.service.name=greeting",
                "-Dotel.exporter.otlp.protocol=http/protobuf",
                "-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + port);
    }

    private static byte[] read(String file) throws IOException {
        try (var in = ClassLoader.getSystemResourceAsStream(file)) {
            return in.readAllBytes();
        }
    }

    private static String jar(Path jar, byte[] server) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(SERVER));
            out.write(server);
            out.putNextEntry(new JarEntry(WITH_SDK));
            out.write(read(WITH_SDK));
        }
        return jar.toString();
    }

    private static String libraries(List<String> names) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> {
                    var file = Path.of(entry).getFileName().toString();
                    return names.stream().anyMatch(file::startsWith);
                })
                .map(entry -> File.pathSeparator + entry)
                .collect(Collectors.joining());
    }
}
