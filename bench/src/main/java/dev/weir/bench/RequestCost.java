package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What weaving adds to requests, by pairs of short windows to one server ([RequestProbe]): some
/// requests to a handler as it is, as many to the same one woven, now this first and now that.
///
/// A window's cost is the processor time of all threads of the server but those that compile:
/// exporting and collecting garbage are in it. The middle one of all differences is told, and
/// between which bounds that of endlessly many pairs lies, 95 times in 100. What two servers of one
/// kind differ by, far more than what is looked for, is not in it.
final class RequestCost implements AutoCloseable {
    private static final int CONNECTIONS = 2;
    private static final int WINDOW = 500;
    private static final int WARM = 40;
    private static final int PAIRS = 100;

    private final Greeted server;
    private final List<Socket> sockets = new ArrayList<>();

    private RequestCost(Greeted server) {
        this.server = server;
    }

    /// What the windows of one kind took: microseconds of processor time and of the clock, for a
    /// request.
    private record Window(double cpu, double clock) {}

    /// Measures with the options of a JVM that sends its telemetry somewhere.
    static void tell(Report report, List<String> options) throws IOException, InterruptedException {
        var all = new ArrayList<>(options);
        all.addAll(List.of("-cp", System.getProperty("java.class.path")));
        try (var cost = new RequestCost(Greeted.start(all, RequestProbe.class))) {
            for (int i = 0; i < CONNECTIONS; i++) {
                cost.connect();
            }
            cost.tell(report, "HttpServer", "/alone");
            cost.tell(report, "HttpServer and JDBC", "/jdbc");
            cost.tell(report, "HttpServer and HttpClient", "/client");
        }
    }

    private void connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        socket.setTcpNoDelay(true);
        sockets.add(socket);
    }

    private void tell(Report report, String kind, String path)
            throws IOException, InterruptedException {
        for (int i = 0; i < WARM; i++) {
            window("/plain" + path);
            window("/woven" + path);
        }
        var plain = new Window[PAIRS];
        var woven = new Window[PAIRS];
        for (int pair = 0; pair < PAIRS; pair++) {
            if (pair % 2 == 0) {
                plain[pair] = window("/plain" + path);
                woven[pair] = window("/woven" + path);
            } else {
                woven[pair] = window("/woven" + path);
                plain[pair] = window("/plain" + path);
            }
        }
        double cpu = Median.of(Arrays.stream(plain).mapToDouble(Window::cpu).toArray());
        double clock = Median.of(Arrays.stream(plain).mapToDouble(Window::clock).toArray());
        var cpuMore = new double[PAIRS];
        var clockMore = new double[PAIRS];
        for (int pair = 0; pair < PAIRS; pair++) {
            cpuMore[pair] = woven[pair].cpu() - plain[pair].cpu();
            clockMore[pair] = woven[pair].clock() - plain[pair].clock();
        }
        Arrays.sort(cpuMore);
        Arrays.sort(clockMore);
        report.row(kind + ", CPU of a request", cpu, "us");
        rows(report, kind + ", woven, CPU more", cpuMore, cpu);
        rows(report, kind + ", woven, time more", clockMore, clock);
    }

    /// @param sorted differences
    private static void rows(Report report, String name, double[] sorted, double plain) {
        // The order statistics that hold the median of what is sampled, by the normal
        // approximation of the binomial distribution.
        int half = (int) Math.ceil(0.98 * Math.sqrt(sorted.length));
        double middle = sorted[sorted.length / 2];
        report.row(name, middle, "us");
        report.row(name + ", in percent", middle / plain * 100, "%");
        report.row(name + ", least likely", sorted[sorted.length / 2 - half] / plain * 100, "%");
        report.row(name + ", most likely", sorted[sorted.length / 2 + half] / plain * 100, "%");
    }

    private Window window(String path) throws IOException, InterruptedException {
        var request =
                ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        var before = server.threadNanos();
        long start = System.nanoTime();
        var threads = new ArrayList<Thread>();
        for (var socket : sockets) {
            threads.add(Thread.ofPlatform().start(() -> send(socket, request)));
        }
        for (var thread : threads) {
            thread.join();
        }
        double micros = (System.nanoTime() - start) / 1e3;
        long used = 0;
        for (var thread : server.threadNanos().entrySet()) {
            used += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        int requests = CONNECTIONS * WINDOW;
        return new Window(used / 1e3 / requests, micros / requests);
    }

    private static void send(Socket socket, byte[] request) {
        var answer = new byte[1024];
        try {
            for (int i = 0; i < WINDOW; i++) {
                socket.getOutputStream().write(request);
                int length = 0;
                while (!ended(answer, length)) {
                    int read = socket.getInputStream().read(answer, length, answer.length - length);
                    if (read <= 0) {
                        throw new IOException("not answered");
                    }
                    length += read;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ended(byte[] answer, int length) {
        return length > 5
                && new String(answer, length - 5, 5, StandardCharsets.US_ASCII).equals("hello");
    }

    @Override
    public void close() {
        try {
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            server.close();
        }
    }
}
