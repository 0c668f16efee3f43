package dev.weir.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.reconcile.Manager;
import dev.weir.reconcile.Result;
import dev.weir.resource.Condition;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Event;
import dev.weir.resource.Extension;
import dev.weir.resource.Metadata;
import dev.weir.resource.Program;
import dev.weir.resource.ResourceType;
import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import dev.weir.telemetry.Telemetry;
import dev.weir.telemetry.TelemetryExtension;
import dev.weir.telemetry.TelemetryOptions;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The console in a browser, on a server of this process. Without a browser it is skipped.
class ConsoleIT {
    private static final String HOSTILE =
            "<img src=x onerror=\"window.hit=1\"><script>hit=1</script>";

    @TempDir static Path folder;

    private static ControlPlane plane;
    private static Chromium browser;
    private static int port;
    private static int otlpPort;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        var program = Chromium.find();
        assumeTrue(
                program.isPresent(),
                "skipped: no chromium or google-chrome on the PATH, and WEIR_CHROMIUM names none");
        otlpPort = freePort();
        startServer();
        browser =
                Chromium.start(
                        program.orElseThrow(), Files.createDirectory(folder.resolve("profile")));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void startServer() {
        plane =
                ControlPlane.start(
                        new ServerOptions(
                                folder.resolve("data"),
                                List.of(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port)),
                                Map.of("otlp", "127.0.0.1:0," + otlpPort),
                                List.of(new Gauges(), new TelemetryExtension()),
                                new WebConsole()));
        port = plane.uri().getPort();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (plane != null) {
            plane.close();
        }
    }

    @BeforeEach
    void logIn() throws IOException, InterruptedException {
        browser.look(1200, 800, "light");
        open("#/");
        browser.value("(sessionStorage.clear(), localStorage.clear())");
        browser.reload();
        browser.await("document.querySelector('#token') !== null");
        browser.type("#token", token());
        browser.click("form button");
        browser.awaitText("● live");
    }

    @AfterEach
    void hasNothingToComplainOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static void open(String hash) throws InterruptedException {
        browser.open(plane.uri().resolve("/console/" + hash));
        browser.await("document.querySelector('#token, nav a') !== null");
    }

    private static String token() throws IOException {
        var lines = Files.readAllLines(folder.resolve("data/credentials/tokens"));
        return lines.stream()
                .filter(line -> line.contains("admin"))
                .findFirst()
                .orElseThrow()
                .split(" ")[0];
    }

    private static Metadata named(String name) {
        return Metadata.of("default", name);
    }

    private static Condition condition(Condition.Status status, String message) {
        return new Condition("Ready", status, 0, Instant.now(), "Told", message);
    }

    private static Gauge create(String name) {
        var gauge = new Gauge(named(name), new Gauge.Spec(1, ""), null);
        return plane.client().create(Gauge.TYPE, gauge);
    }

    private static void tell(Gauge gauge, Condition.Status status, String message) {
        var now = new Gauge.Status(List.of(condition(status, message)));
        var newest = plane.client().get(Gauge.TYPE, "default", gauge.metadata().name());
        plane.client().updateStatus(Gauge.TYPE, new Gauge(newest.metadata(), newest.spec(), now));
    }

    @Test
    void refusesAWrongTokenAndForgetsTheRightOneOnLogOut() throws Exception {
        browser.click("#logout");
        browser.await("document.activeElement.id === 'token'");
        for (var wrong : List.of("no-such-token", "tökén")) {
            browser.type("#token", wrong);
            browser.click("form button");
            browser.awaitText("The server does not know this token.");
            browser.await("!document.querySelector('form button').disabled");
        }
        assertThat(browser.value("sessionStorage.length")).isEqualTo("0");
        browser.type("#token", token());
        browser.click("form button");
        browser.awaitText("Store revision");
        assertThat(browser.value("JSON.stringify(localStorage) + location + document.cookie"))
                .doesNotContain(token());
    }

    @Test
    void showsWhatAppearsChangesAndDisappears() throws Exception {
        browser.value("location.hash = '#/test.weir.dev/gauges'");
        browser.awaitText("No gauges yet.");
        browser.value("window.sameDocument = true");
        var gauge = create("north");
        browser.await("document.querySelector('tbody').innerText.includes('north')");
        tell(gauge, Condition.Status.False, "too high");
        browser.await("document.querySelector('tbody .chip.bad') !== null");
        tell(gauge, Condition.Status.Unknown, "who knows");
        browser.await("document.querySelector('tbody .chip.wait') !== null");
        tell(gauge, Condition.Status.True, "fine");
        browser.await("document.querySelector('tbody .chip.good') !== null");
        plane.client().delete(Gauge.TYPE, "default", "north", DeleteOptions.DEFAULT);
        browser.awaitText("No gauges yet.");
        assertThat(browser.value("window.sameDocument")).isEqualTo("true");
    }

    @Test
    void showsTracesAndOneOfThemAsAWaterfall() throws Exception {
        browser.value("location.hash = '#/traces'");
        browser.awaitText("No such trace was received.");
        pay();
        browser.awaitText("POST /payments");
        browser.awaitText("terminal");
        browser.awaitText("100 % errors");
        browser.click("tbody a");
        browser.await("document.querySelectorAll('.waterfall .line').length === 2");
        browser.click(".waterfall .line:last-child");
        browser.awaitText("the bank is closed");
        browser.await("document.querySelector('main').innerText.includes('bakery')");
        browser.look(390, 844, "dark");
        assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo("390");
        browser.click("#back");
        browser.await("document.querySelector('#failed') !== null");
        browser.value("(location.hash = '#/traces/00000000000000000000000000000001')");
        browser.awaitText("does not keep this trace");
    }

    /// Sends the trace of a payment that failed.
    private static void pay() {
        var options =
                TelemetryOptions.builder()
                        .serviceName("terminal")
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .endpoint(URI.create("http://127.0.0.1:" + otlpPort))
                        .build();
        try (var telemetry = Telemetry.start(options)) {
            var tracer = telemetry.getTracer("test");
            var root =
                    tracer.spanBuilder("POST /payments").setSpanKind(SpanKind.SERVER).startSpan();
            var child =
                    tracer.spanBuilder("capture").setParent(Context.root().with(root)).startSpan();
            child.setAttribute("merchant", "bakery");
            child.setStatus(StatusCode.ERROR, "the bank is closed").end();
            root.setStatus(StatusCode.ERROR).end();
        }
    }

    @Test
    void drawsEachSagaOverTime() throws Exception {
        browser.value("location.hash = '#/sagas'");
        browser.awaitText("No sagas yet.");
        var start = Instant.now().minusSeconds(10);
        var reserve = new Saga.Step("reserve", "DONE", "terminal-2", start.plusMillis(100));
        var capture = new Saga.Step("capture", "DONE", "terminal-2", start.plusMillis(200));
        var settle = new Saga.Step("settle", "DONE", "terminal-3", start.plusMillis(1000));
        var spec = new Saga.Spec("payment", HOSTILE, start);
        var saga = plane.client().create(Saga.TYPE, new Saga(named("saga"), spec, null));
        var under = new Saga.Status("RUNNING", false, "terminal-2", "", List.of(reserve, capture));
        saga = plane.client().updateStatus(Saga.TYPE, new Saga(saga.metadata(), spec, under));
        browser.await("document.querySelectorAll('.saga .bar-of.open').length === 1");
        browser.awaitText("running");
        var steps = List.of(reserve, capture, settle);
        var done = new Saga.Status("DONE", false, "terminal-3", "", steps);
        plane.client().updateStatus(Saga.TYPE, new Saga(saga.metadata(), spec, done));
        browser.await("document.querySelector('.saga .chip.good') !== null");
        assertThat(browser.value(bars("b => b.style.left + ' ' + b.style.width")))
                .isEqualTo("0% 10%,10% 10%,20% 80%");
        assertThat(browser.value(bars("b => b.className")))
                .isEqualTo("bar-of s0,bar-of s0,bar-of s1");
        browser.awaitText("1.00 s");
        browser.look(390, 844, "dark");
        assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo("390");
        browser.click(".saga a");
        browser.await("document.querySelectorAll('.waterfall .line').length === 3");
        assertThat(browser.value("window.hit")).isEqualTo("undefined");
        plane.client().delete(Saga.TYPE, "default", "saga", DeleteOptions.DEFAULT);
    }

    @Test
    void showsWhereTheMoneyIs() throws Exception {
        browser.value("location.hash = '#/sagas'");
        browser.awaitText("No sagas yet.");
        assertThat(browser.value("document.querySelector('.money') === null")).isEqualTo("true");
        var made = new Balance(named("payments"), new Balance.Spec(HOSTILE), null);
        made = plane.client().create(Balance.TYPE, made);
        browser.await(tile("Conserved") + ".includes('not counted yet')");
        made = count(made, new Balance.Status(5_000, 1_234_567, 1_230_000, 4_567, true));
        browser.await(tile("Captured") + ".includes('1,234,567')");
        assertThat(browser.value(tile("Reserved"))).contains("5,000");
        assertThat(browser.value(tile("Settled"))).contains("1,230,000");
        assertThat(browser.value(tile("In flight"))).contains("4,567");
        assertThat(browser.value(tile("Conserved"))).contains("● yes");
        count(made, new Balance.Status(0, 1_234_567, 1_230_000, 4_567, false));
        browser.await(tile("Conserved") + ".includes('▲ no')");
        browser.look(390, 844, "dark");
        assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo("390");
        assertThat(browser.value("window.hit")).isEqualTo("undefined");
        plane.client().delete(Balance.TYPE, "default", "payments", DeleteOptions.DEFAULT);
        browser.await("document.querySelector('.money') === null");
    }

    private static Balance count(Balance of, Balance.Status sums) {
        var next = new Balance(of.metadata(), of.spec(), sums);
        return plane.client().updateStatus(Balance.TYPE, next);
    }

    private static String bars(String what) {
        return "[...document.querySelectorAll('.saga .bar-of')].map(" + what + ").join()";
    }

    @Test
    void showsFiguresThatMove() throws Exception {
        browser.awaitText("Store revision");
        browser.await("/\\d\\.\\d\\d ms/.test(" + tile("fsync p99") + ")");
        browser.await("/\\d/.test(" + tile("Store revision") + ")");
        browser.value("window.revision = " + tile("Store revision"));
        browser.value("window.reconciles = " + tile("Reconciles"));
        create("moving");
        browser.await(tile("Store revision") + " !== window.revision");
        browser.await("/\\d in all/.test(" + tile("Reconciles") + ")");
        browser.await(tile("Reconciles") + " !== window.reconciles");
        assertThat(browser.value("document.querySelector('main').innerText")).contains("gauge");
        plane.client().delete(Gauge.TYPE, "default", "moving", DeleteOptions.DEFAULT);
    }

    private static String tile(String name) {
        return "[...document.querySelectorAll('.tile')].find(t => t.firstChild.innerText === '"
                + name
                + "').innerText";
    }

    @Test
    void showsOneObjectWithItsEventsAndGoesBack() throws Exception {
        var gauge = create("south");
        tell(gauge, Condition.Status.True, "as it should be");
        browser.value("location.hash = '#/test.weir.dev/gauges/default'");
        browser.await("document.querySelector('#namespace')?.value === 'default'");
        browser.await("document.querySelector('tbody a')?.innerText === 'south'");
        browser.click("tbody a");
        browser.awaitText("as it should be");
        browser.await("document.querySelector('pre').innerText.includes('level: 1')");
        event(gauge, "It turned");
        browser.awaitText("It turned");
        browser.reload();
        browser.awaitText("It turned");
        browser.value("history.back()");
        browser.await("document.querySelector('#namespace')?.value === 'default'");
        browser.type("#filter", "nothing like it");
        browser.awaitText("Nothing matches the filter.");
        plane.client().delete(Gauge.TYPE, "default", "south", DeleteOptions.DEFAULT);
    }

    @Test
    void showsHostileTextAsText() throws Exception {
        var metadata = named("hostile").withAnnotation("note", HOSTILE);
        var gauge =
                plane.client()
                        .create(Gauge.TYPE, new Gauge(metadata, new Gauge.Spec(1, HOSTILE), null));
        tell(gauge, Condition.Status.False, HOSTILE);
        event(gauge, HOSTILE);
        for (var hash :
                List.of(
                        "#/test.weir.dev/gauges/default/hostile",
                        "#/test.weir.dev/gauges",
                        "#/events",
                        "#/")) {
            browser.value("location.hash = '" + hash + "'");
            browser.await(
                    "document.querySelector('main').textContent.includes('onerror')"
                            + " || [...document.querySelectorAll('main [title]')].some(e =>"
                            + " e.title.includes('onerror'))");
            assertThat(browser.value("document.querySelectorAll('main img, main script').length"))
                    .isEqualTo("0");
        }
        browser.value("location.hash = '#/no/' + encodeURIComponent('<img src=x onerror=hit=1>')");
        browser.awaitText("no such kind");
        browser.value("location.hash = '#/%E0%A4%A/x'");
        browser.awaitText("no such kind");
        assertThat(browser.value("window.hit")).isEqualTo("undefined");
        plane.client().delete(Gauge.TYPE, "default", "hostile", DeleteOptions.DEFAULT);
    }

    @Test
    void goesOnWithARestartedServer() throws Exception {
        plane.client().create(ConfigMap.TYPE, ConfigMap.of(named("before"), Map.of()));
        browser.value("location.hash = '#/core/configmaps'");
        browser.awaitText("before");
        browser.value("window.sameDocument = true");
        plane.close();
        browser.awaitText("▲ reconnecting");
        browser.look(390, 844, "light");
        assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo("390");
        startServer();
        plane.client().create(ConfigMap.TYPE, ConfigMap.of(named("after"), Map.of()));
        browser.await("document.querySelector('tbody').innerText.includes('after')");
        browser.awaitText("● live");
        assertThat(browser.value("window.sameDocument")).isEqualTo("true");
    }

    @Test
    void listsAnewWhereTheWatchIsTooOld() throws Exception {
        browser.value("window.lists = 0");
        browser.value(
                """
                window.fetch = (real => (url, options) => {
                  const its = String(url).includes('/configmaps?includeObject');
                  const watch = String(url).includes('watch=1');
                  if (its && !watch) window.lists++;
                  return its && watch && window.lists === 1
                    ? Promise.resolve(new Response('{"type":"ERROR","object":{"code":410}}\\n'))
                    : real(url, options);
                })(window.fetch)
                """);
        browser.value("location.hash = '#/core/configmaps'");
        browser.await("window.lists === 2");
        browser.awaitText("● live");
        plane.client().create(ConfigMap.TYPE, ConfigMap.of(named("later"), Map.of()));
        browser.await("document.querySelector('tbody').innerText.includes('later')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void fitsAPhone(String scheme) throws Exception {
        create("long-" + "x".repeat(200));
        browser.look(390, 844, scheme);
        var ground = browser.value("getComputedStyle(document.body).backgroundColor");
        assertThat(ground)
                .isEqualTo(scheme.equals("dark") ? "rgb(16, 22, 21)" : "rgb(244, 246, 245)");
        for (var hash :
                List.of(
                        "#/",
                        "#/events",
                        "#/test.weir.dev/gauges",
                        "#/test.weir.dev/gauges/default/long-" + "x".repeat(200),
                        "#/core/namespaces/-/default")) {
            browser.value("location.hash = '" + hash + "'");
            browser.await("document.querySelector('main h1') !== null");
            browser.awaitText("● live");
            assertThat(browser.value("document.documentElement.scrollWidth"))
                    .as(hash)
                    .isEqualTo("390");
            assertThat(
                            browser.value(
                                    "document.querySelector('main').scrollWidth"
                                            + " - document.querySelector('main').clientWidth"))
                    .as(hash)
                    .isEqualTo("0");
        }
        plane.client()
                .delete(Gauge.TYPE, "default", "long-" + "x".repeat(200), DeleteOptions.DEFAULT);
    }

    @Test
    void keepsTheThemeThatWasChosen() throws Exception {
        browser.click("#theme");
        browser.click("#theme");
        assertThat(browser.value("document.querySelector('#theme').innerText"))
                .isEqualTo("Theme: dark");
        browser.reload();
        browser.awaitText("● live");
        assertThat(browser.value("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(16, 22, 21)");
    }

    @Test
    void theBrowserReportsABreachOfThePolicy() throws Exception {
        browser.value(
                "document.head.append(Object.assign(document.createElement('script'),"
                        + " {textContent: 'window.hit = 2'}))");
        while (browser.complaints().isEmpty()) {
            Thread.sleep(20);
        }
        assertThat(browser.complaints().getFirst()).contains("Content Security Policy");
        assertThat(browser.value("window.hit")).isEqualTo("undefined");
        browser.complaints().clear();
    }

    private static void event(Gauge about, String message) {
        plane.client()
                .create(
                        Event.TYPE,
                        new Event(
                                named(about.metadata().name() + "-event"),
                                Event.Target.of(Gauge.TYPE, about),
                                "Told",
                                message,
                                "Warning",
                                1,
                                Instant.now(),
                                Instant.now(),
                                null,
                                null,
                                "test",
                                "test"));
    }

    private record Gauges() implements Extension {
        @Override
        public String name() {
            return "gauges";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(Gauge.TYPE, Saga.TYPE, Balance.TYPE);
        }

        @Override
        public List<Program> controllers() {
            return List.of(host -> {
                var manager = Manager.of(host.client());
                manager.controller(Gauge.TYPE).reconcile((_, _) -> Result.done());
                manager.start();
                return manager;
            });
        }
    }
}
