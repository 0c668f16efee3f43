package dev.weir.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A [GreetingServer] in a JVM of its own, and what the kernel counted of it. Linux only.
final class Greeted implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    private final URI address;

    private Greeted(Process process, int port) {
        this.process = process;
        address = URI.create("http://127.0.0.1:" + port + "/greeting");
    }

    /// Starts one; it is ready when this returns.
    static Greeted start(List<String> options) throws IOException {
        return start(options, GreetingServer.class);
    }

    /// Starts one by another class that serves it.
    static Greeted start(List<String> options, Class<?> main) throws IOException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m"));
        line.addAll(options);
        line.add(main.getName());
        var process =
                new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var lines = process.inputReader();
        for (var said = lines.readLine(); said != null; said = lines.readLine()) {
            if (said.startsWith("ready ")) {
                return new Greeted(process, Integer.parseInt(said.substring(6)));
            }
        }
        throw new IOException("it ended before it was ready: " + String.join(" ", line));
    }

    /// Where it answers.
    URI address() {
        return address;
    }

    /// The processor time that it has used, of all its threads.
    double cpuSeconds() throws IOException {
        var text = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /// The processor time of each of its threads that lives, in nanoseconds, but of those that
    /// compile.
    Map<String, Long> threadNanos() throws IOException {
        var nanos = new HashMap<String, Long>();
        try (var threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (var thread : threads.toList()) {
                try {
                    if (!Files.readString(thread.resolve("comm")).contains("Compiler")) {
                        var text = Files.readString(thread.resolve("schedstat"));
                        var running = Long.parseLong(text.substring(0, text.indexOf(' ')));
                        nanos.put(thread.getFileName().toString(), running);
                    }
                } catch (IOException _) {
                    continue; // it ended just now
                }
            }
        }
        return nanos;
    }

    double residentMegabytes() {
        return Memory.residentMegabytes(process.pid());
    }

    /// Sends requests, one after the other on each of some connections; answers with how many were
    /// answered a second.
    double greet(int connections, int requestsEach) throws InterruptedException {
        var request = HttpRequest.newBuilder(address).build();
        var threads = new ArrayList<Thread>();
        long start = System.nanoTime();
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < connections; i++) {
                threads.add(Thread.startVirtualThread(() -> send(http, request, requestsEach)));
            }
            for (var thread : threads) {
                thread.join();
            }
        }
        return connections * requestsEach * 1e9 / (System.nanoTime() - start);
    }

    private static void send(HttpClient http, HttpRequest request, int times) {
        try {
            for (int i = 0; i < times; i++) {
                var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (!answer.body().equals("hello")) {
                    throw new IllegalStateException("it answered " + answer.body());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("it does not answer", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets it end by itself.
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
