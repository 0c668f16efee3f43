package dev.weir.console;

import dev.weir.resource.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A headless Chromium with one page, driven over the DevTools protocol.
///
/// For the tests of one thread.
final class Chromium implements AutoCloseable, WebSocket.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    private final Path profile;
    private final Process process;
    private final HttpClient http;
    private final WebSocket socket;
    private final StringBuilder message = new StringBuilder();
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Json.Obj>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    private Chromium(Process process, Path profile, URI address) {
        this.profile = profile;
        this.process = process;
        http = HttpClient.newHttpClient();
        socket = http.newWebSocketBuilder().buildAsync(address, this).join();
    }

    /// The browser that `WEIR_CHROMIUM` names, else the first on the `PATH`.
    static Optional<Path> find() {
        var named = System.getenv("WEIR_CHROMIUM");
        if (named != null && !named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        var path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts it with an empty profile in this folder. It takes any certificate: the server's is by
    /// an authority of its own.
    static Chromium start(Path program, Path profile) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--ignore-certificate-errors",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("output").toFile())
                        .start();
        var file = profile.resolve("DevToolsActivePort");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file) || Files.readAllLines(file).size() < 2) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("no browser: " + Files.readString(profile.resolve("output")));
            }
            Thread.sleep(20);
        }
        var lines = Files.readAllLines(file);
        var browser =
                new Chromium(
                        process,
                        profile,
                        URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)));
        browser.attach();
        return browser;
    }

    private void attach() {
        var target = call("Target.createTarget", Map.of("url", Json.of("about:blank")));
        session =
                call(
                                "Target.attachToTarget",
                                Map.of(
                                        "targetId",
                                        Json.of(target.string("targetId")),
                                        "flatten",
                                        Json.of(true)))
                        .string("sessionId");
        for (var domain : List.of("Runtime", "Log", "Page")) {
            call(domain + ".enable", Map.of());
        }
    }

    /// Opens an address.
    void open(URI address) {
        call("Page.navigate", Map.of("url", Json.of(address.toString())));
    }

    /// Loads the page anew; the old one is gone when this returns.
    void reload() throws InterruptedException {
        value("window.old = true");
        call("Page.reload", Map.of());
        await("!window.old && document.readyState === 'complete'");
    }

    /// What an expression of the page comes to, as text.
    String value(String expression) {
        var answer =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                Json.of("String(" + expression + ")"),
                                "awaitPromise",
                                Json.of(true)));
        return answer.object("result").string("value");
    }

    /// Waits until the expression is true.
    void await(String expression) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!value(expression).equals("true")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "never true: " + expression + ", in\n" + value("document.body.innerText"));
            }
            Thread.sleep(20);
        }
    }

    /// Waits until the page shows this text.
    void awaitText(String text) throws InterruptedException {
        await("document.body.innerText.includes(" + quoted(text) + ")");
    }

    /// Waits until the page does not show this text.
    void awaitNoText(String text) throws InterruptedException {
        await("!document.body.innerText.includes(" + quoted(text) + ")");
    }

    static String quoted(String text) {
        return new String(Json.of(text).bytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /// Puts text into the field, as typing does.
    void type(String selector, String text) {
        value(
                "(e => { e.value = "
                        + quoted(text)
                        + "; e.dispatchEvent(new Event('input')); })(document.querySelector("
                        + quoted(selector)
                        + "))");
    }

    void click(String selector) {
        value("document.querySelector(" + quoted(selector) + ").click()");
    }

    /// Gives the page a size and a preferred scheme: `light` or `dark`.
    void look(int width, int height, String scheme) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width", Json.of(width),
                        "height", Json.of(height),
                        "deviceScaleFactor", Json.of(1),
                        "mobile", Json.of(width < 600)));
        var feature = new LinkedHashMap<String, Json>();
        feature.put("name", Json.of("prefers-color-scheme"));
        feature.put("value", Json.of(scheme));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", new Json.Arr(List.of(Json.object(feature)))));
    }

    /// What is in sight, as PNG.
    byte[] picture() {
        return Base64.getDecoder().decode(call("Page.captureScreenshot", Map.of()).string("data"));
    }

    /// Exceptions, errors and breaches of the content security policy since the start. Requests
    /// that fail are no complaints: a server that ends makes them.
    List<String> complaints() {
        return complaints;
    }

    private Json.Obj call(String method, Map<String, Json> parameters) {
        int id = calls.incrementAndGet();
        var answer = new CompletableFuture<Json.Obj>();
        waiting.put(id, answer);
        var request = new LinkedHashMap<String, Json>();
        request.put("id", Json.of(id));
        request.put("method", Json.of(method));
        request.put("params", Json.object(parameters));
        if (!session.isEmpty()) {
            request.put("sessionId", Json.of(session));
        }
        var text =
                new String(Json.object(request).bytes(), java.nio.charset.StandardCharsets.UTF_8);
        socket.sendText(text, true).join();
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            take(Json.parse(message.toString()).asObject());
            message.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    private void take(Json.Obj from) {
        var answer = waiting.remove((int) from.integer("id", 0));
        if (answer == null) {
            note(from.string("method"), from.object("params"));
        } else if (from.has("error")) {
            answer.completeExceptionally(new IOException(from.toString()));
        } else {
            answer.complete(from.object("result"));
        }
    }

    private void note(String method, Json.Obj parameters) {
        var entry = parameters.object("entry");
        boolean bad =
                switch (method) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                            List.of("error", "warning", "assert")
                                    .contains(parameters.string("type"));
                    case "Log.entryAdded" ->
                            entry.string("level").equals("error")
                                    && !entry.string("source").equals("network");
                    default -> false;
                };
        if (bad) {
            complaints.add(parameters.toString());
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        // Links that lead out of the folder, which whoever made it would have to delete.
        for (var link : List.of("SingletonLock", "SingletonSocket", "SingletonCookie")) {
            Files.deleteIfExists(profile.resolve(link));
        }
    }
}
