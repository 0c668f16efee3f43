package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.WriteOptions;
import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands against a server of this process, over HTTPS. Each test has a namespace of its own.
class CommandsIT {
    @TempDir static Path directory;

    private static ControlPlane plane;
    private static int count;

    private String namespace = "";

    @BeforeAll
    static void start() {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        plane =
                ControlPlane.start(
                        new ServerOptions(
                                directory.resolve("weir"),
                                List.of(address),
                                Map.of(),
                                List.of(),
                                _ -> Optional.empty()));
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    @BeforeEach
    void makeNamespace() {
        namespace = "test-" + ++count;
        var made = apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n");
        assertThat(made.code()).isZero();
    }

    private Call weir(String... arguments) {
        return call(Map.of(), "").run(arguments);
    }

    private Call apply(String manifests, String... options) {
        var arguments = new java.util.ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(List.of(options));
        return call(Map.of(), manifests).run(arguments.toArray(String[]::new));
    }

    /// A call that finds the server as it would on a user's machine, by the folder for state.
    private Call call(Map<String, String> more, String input) {
        var environment = new HashMap<>(Map.of("XDG_STATE_HOME", directory.toString()));
        environment.putAll(more);
        return new Call(directory, environment, input);
    }

    private String rates(String data) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rates, namespace: "
                + namespace
                + "}\ndata: "
                + data
                + "\n";
    }

    private ConfigMap stored() {
        return plane.client().get(ConfigMap.TYPE, namespace, "rates");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void applyCreatesThenLeavesThenConfigures() {
        assertThat(apply(rates("{EUR: '1.0'}")).out()).isEqualTo("configmap/rates created\n");
        assertThat(apply(rates("{EUR: '1.0'}")).out()).isEqualTo("configmap/rates unchanged\n");
        assertThat(apply(rates("{EUR: '2.0'}")).out()).isEqualTo("configmap/rates configured\n");
        assertThat(stored().data()).containsEntry("EUR", "2.0");
    }

    @Test
    void applyRemovesWhatTheManifestDroppedAndKeepsWhatOthersSet() {
        apply(rates("{EUR: '1', USD: '2'}"));
        plane.client()
                .patch(
                        ConfigMap.TYPE,
                        namespace,
                        "rates",
                        Patch.merge(Json.parse("{\"data\":{\"CHF\":\"3\"}}").asObject()),
                        WriteOptions.DEFAULT);
        apply(rates("{EUR: '1'}"));
        assertThat(stored().data()).containsOnlyKeys("EUR", "CHF");
    }

    @Test
    void applyDryRunStoresNothing() {
        var dry = apply(rates("{EUR: '1'}"), "--dry-run");
        assertThat(dry.out()).isEqualTo("configmap/rates created (server dry run)\n");
        assertThat(plane.client().find(ConfigMap.TYPE, namespace, "rates")).isEmpty();
    }

    @Test
    void secretsAreNotLogged() throws IOException {
        var logged = new ByteArrayOutputStream();
        var handler = new StreamHandler(logged, new SimpleFormatter());
        handler.setLevel(Level.ALL);
        var ours = Logger.getLogger("dev.weir");
        ours.addHandler(handler);
        ours.setLevel(Level.ALL);
        try {
            var secret =
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: "
                            + namespace
                            + "}\nstringData: {k: hush-hush}\n";
            assertThat(apply(secret).code()).isZero();
            assertThat(apply(secret.replace("{k", "[k")).code()).isNotZero();
            assertThat(apply(secret.replace("name: s", "name: S")).code()).isNotZero();
            System.getLogger("dev.weir.apiserver").log(System.Logger.Level.DEBUG, "heard");
            handler.flush();
            var tokens =
                    Files.readString(directory.resolve("weir/credentials/tokens")).split("\\s+");
            assertThat(logged.toString())
                    .contains("heard")
                    .doesNotContain("hush", "aHVzaC1odXNo", tokens[0]);
        } finally {
            ours.removeHandler(handler);
            ours.setLevel(null);
        }
    }

    @Test
    void applyNamesAnUnknownFieldAndGoesOnWithTheOthers() {
        var bad =
                apply(
                        rates("{EUR: '1'}").replace("rates", "bad")
                                + "datta: {}\n---\n"
                                + rates("{EUR: '1'}"));
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.err()).contains("datta");
        assertThat(bad.out()).isEqualTo("configmap/rates created\n");
    }

    @Test
    void applyTakesAKindFromTheSameFile() {
        var both =
                apply(
                        """
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: tills.shops.example.com}
                        spec:
                          group: shops.example.com
                          scope: Namespaced
                          names: {plural: tills, singular: till, kind: Till, listKind: TillList}
                          versions:
                          - name: v1
                            served: true
                            storage: true
                            schema:
                              openAPIV3Schema:
                                type: object
                                properties:
                                  spec: {type: object, properties: {drawers: {type: integer}}}
                        ---
                        apiVersion: shops.example.com/v1
                        kind: Till
                        metadata: {name: first}
                        spec: {drawers: 2}
                        """,
                        "-n",
                        namespace);
        assertThat(both.err()).isEmpty();
        assertThat(both.out()).contains("till.shops.example.com/first created");
        assertThat(weir("get", "till", "-n", namespace).out()).contains("first");
    }

    @Test
    void applyReadsFoldersInTheOrderOfTheirFiles(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("b.yaml"), rates("{a: b}").replace("rates", "second"));
        Files.writeString(
                folder.resolve("a.json"),
                """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first"}}]}
                """);
        Files.writeString(folder.resolve("notes.txt"), "no manifest");
        var applied = weir("apply", "-f", folder.toString(), "-n", namespace);
        assertThat(applied.lines())
                .containsExactly("configmap/first created", "configmap/second created");
    }

    @Test
    void applyRefusesAnotherNamespaceThanTheObjects() {
        var refused = apply(rates("{}"), "-n", "default");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(namespace).contains("default");
    }

    @Test
    void badYamlIsNamedByFileAndLine(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("bad.yaml"), "a: 1\nb: [1\nc: 2\n");
        var bad = weir("apply", "-f", file.toString());
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.err()).contains("bad.yaml:3").hasLineCount(1);
    }

    @Test
    void getShowsTheServersTable() {
        apply(rates("{EUR: '1', USD: '2'}"));
        var table = weir("get", "cm", "rates", "-n", namespace);
        assertThat(table.lines().getFirst()).matches("NAME +DATA +AGE");
        assertThat(table.lines().get(1)).matches("rates +2 +\\d+s");
        assertThat(weir("get", "cm", "-A").out()).contains("NAMESPACE").contains(namespace);
        assertThat(weir("get", "configmaps", "--no-headers", "-n", namespace).lines()).hasSize(1);
    }

    @Test
    void getPrintsObjectsThatApplyTakesBack() {
        apply(rates("{text: \"two\\nlines\\n\", 'yes': 'no', number: '0644'}"));
        var yaml = weir("get", "cm", "rates", "-o", "yaml", "-n", namespace).out();
        assertThat(yaml).contains("text: |\n").contains("\"yes\": \"no\"").contains("\"0644\"");
        assertThat(apply(yaml).out()).doesNotContain("created");
        var json = weir("get", "cm/rates", "-o", "json", "-n", namespace).out();
        assertThat(Json.parse(json).asObject().object("data").string("number")).isEqualTo("0644");
        assertThat(weir("get", "cm", "-o", "name", "-n", namespace).out())
                .isEqualTo("configmap/rates\n");
    }

    @Test
    void getSelectsByLabelAndField() {
        apply(
                rates("{}")
                        + "---\n"
                        + rates("{}").replace("{name: rates", "{labels: {a: b}, name: x"));
        assertThat(weir("get", "cm", "-l", "a=b", "-o", "name", "-n", namespace).out())
                .isEqualTo("configmap/x\n");
        assertThat(
                        weir(
                                        "get",
                                        "cm",
                                        "--field-selector",
                                        "metadata.name=rates",
                                        "-o",
                                        "name",
                                        "-n",
                                        namespace)
                                .out())
                .isEqualTo("configmap/rates\n");
    }

    @Test
    void getOfNothingSaysSo() {
        var none = weir("get", "cm", "-n", namespace);
        assertThat(none.code()).isZero();
        assertThat(none.err()).isEqualTo("No resources found in " + namespace + " namespace.\n");
    }

    @Test
    void watchShowsWhatIsThereAndThenEachChange() throws InterruptedException {
        apply(rates("{EUR: '1'}"));
        var watch = call(Map.of(), "");
        var thread = Thread.ofVirtual().start(() -> watch.run("get", "cm", "-w", "-n", namespace));
        await(() -> watch.out().contains("rates"));
        apply(rates("{EUR: '1', USD: '2'}"));
        await(() -> watch.lines().stream().anyMatch(line -> line.matches("rates +2 +\\d+s")));
        thread.interrupt();
        assertThat(thread.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(watch.lines().stream().filter(line -> line.startsWith("NAME"))).hasSize(1);
    }

    @Test
    void describeShowsEventsAndHidesSecrets() {
        apply(rates("{EUR: '1'}"));
        var now = Instant.now();
        plane.client()
                .create(
                        Event.TYPE,
                        new Event(
                                Metadata.of(namespace, "rates.1"),
                                Event.Target.of(ConfigMap.TYPE, stored()),
                                "Updated",
                                "the rates are new",
                                "Normal",
                                3,
                                now,
                                now,
                                null,
                                null,
                                "test",
                                ""));
        var text = weir("describe", "cm", "rates", "-n", namespace).out();
        assertThat(text)
                .containsPattern("Name: +rates")
                .containsPattern("EUR: +1")
                .containsPattern("Normal +Updated +\\d+s \\(x3\\) +test +the rates are new")
                .doesNotContain("last-applied");
        apply(
                "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {a: hidden}\n",
                "-n",
                namespace);
        assertThat(weir("describe", "secret", "key", "-n", namespace).out())
                .contains("bytes")
                .doesNotContain("hidden")
                .doesNotContain("aGlkZGVu");
    }

    @Test
    void whatAServerSendsDoesNotSteerTheTerminal() {
        apply(rates("{\"key\": \"\\e[31mred\\rover\"}"));
        var call = weir("describe", "cm", "rates", "-n", namespace);
        assertThat(call.out()).contains("?[31mred?over").doesNotContain("\u001b", "\r");
        var yaml = weir("get", "cm", "rates", "-o", "yaml", "-n", namespace);
        assertThat(yaml.out()).contains("\\e[31mred\\rover").doesNotContain("\u001b", "\r");
    }

    @Test
    void theReferenceHasEveryCommandAndKind(@TempDir Path folder) throws IOException {
        var call = weir("reference", folder.toString());
        assertThat(call.err()).isEmpty();
        assertThat(Files.readString(folder.resolve("commands.html")))
                .contains("weir describe", "--field-selector")
                .doesNotContain("weir train");
        assertThat(Files.readString(folder.resolve("kinds.html")))
                .contains(">ConfigMap</h2>", ">Lease</h2>", "spec.holderIdentity");
        assertThat(Files.readString(folder.resolve("index.html"))).contains("kinds.html");
    }

    @Test
    void optionsOfAllCommandsMayComeFirst() {
        apply(rates("{}"));
        assertThat(weir("-n", namespace, "get", "cm", "-o", "name").out())
                .isEqualTo("configmap/rates\n");
    }

    @Test
    void editSendsWhatTheEditorChanged() {
        apply(rates("{EUR: '1'}"));
        var edited =
                call(Map.of("EDITOR", "sed -i 's/^  EUR:.*/  EUR: \"7\"/'"), "")
                        .run("edit", "cm", "rates", "-n", namespace);
        assertThat(edited.err()).isEmpty();
        assertThat(edited.out()).isEqualTo("configmap/rates edited\n");
        assertThat(stored().data()).containsEntry("EUR", "7");
    }

    @Test
    void editWithoutChangeSendsNothing() {
        apply(rates("{EUR: '1'}"));
        var before = stored().metadata().resourceVersion();
        var unchanged = call(Map.of("EDITOR", "true"), "").run("edit", "cm/rates", "-n", namespace);
        assertThat(unchanged.code()).isZero();
        assertThat(unchanged.err()).contains("no changes");
        assertThat(stored().metadata().resourceVersion()).isEqualTo(before);
    }

    @Test
    void editOpensAgainWithTheReason(@TempDir Path folder) throws IOException {
        apply(rates("{EUR: '1'}"));
        var editor = folder.resolve("editor");
        Files.writeString(
                editor,
                """
                if grep -q 'cannot be changed' "$1"; then
                    cp "$1" "$0.seen"; sed -i 's/  name: other/  name: rates/; s/EUR: .*/EUR: "9"/' "$1"
                else
                    sed -i 's/  name: rates/  name: other/' "$1"
                fi
                """);
        var edited =
                call(Map.of("EDITOR", "sh " + editor), "")
                        .run("edit", "cm", "rates", "-n", namespace);
        assertThat(edited.err()).isEmpty();
        assertThat(stored().data()).containsEntry("EUR", "9");
        assertThat(Files.readString(folder.resolve("editor.seen")))
                .contains("# metadata.name cannot be changed");
    }

    @Test
    void deleteWaitsForFinalizers() throws InterruptedException {
        apply(rates("{}").replace("{name", "{finalizers: [example.com/hold], name"));
        var late = weir("delete", "cm", "rates", "--timeout", "1", "-n", namespace);
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.err()).contains("finalizer");
        var waiting = call(Map.of(), "");
        var thread =
                Thread.ofVirtual()
                        .start(() -> waiting.run("delete", "cm", "rates", "-n", namespace));
        await(() -> waiting.out().contains("deleted"));
        assertThat(thread.isAlive()).isTrue();
        plane.client()
                .patch(
                        ConfigMap.TYPE,
                        namespace,
                        "rates",
                        Patch.merge(Json.parse("{\"metadata\":{\"finalizers\":null}}").asObject()),
                        WriteOptions.DEFAULT);
        assertThat(thread.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(waiting.code()).isZero();
    }

    @Test
    void deletesBySelectorAndByFile(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("m.yaml"), rates("{}"));
        apply(
                rates("{}")
                        + "---\n"
                        + rates("{}").replace("{name: rates", "{labels: {a: b}, name: x"));
        assertThat(weir("delete", "cm", "-l", "a=b", "-n", namespace).out())
                .isEqualTo("configmap/x deleted\n");
        assertThat(weir("delete", "-f", file.toString()).out())
                .isEqualTo("configmap/rates deleted\n");
        assertThat(weir("delete", "-f", file.toString()).code()).isEqualTo(1);
        assertThat(weir("delete", "-f", file.toString(), "--ignore-not-found").code()).isZero();
    }

    @Test
    void deleteRefusesToGuess() {
        var bare = weir("delete", "cm", "-n", namespace);
        assertThat(bare.code()).isEqualTo(1);
        assertThat(bare.err()).contains("--all");
    }

    @Test
    void unknownKindsSuggestNearNames() {
        var unknown = weir("get", "confgmap");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("weir: the server has no kind \"confgmap\"; did you mean configmaps?\n");
    }

    @Test
    void errorsAreOneLineAndMisuseHasItsOwnCode() {
        assertThat(weir("get", "cm", "nope", "-n", namespace).err())
                .isEqualTo("weir: configmaps \"nope\" not found\n");
        var misuse = weir("get", "cm", "--wach");
        assertThat(misuse.code()).isEqualTo(2);
        assertThat(misuse.err()).hasLineCount(1).contains("--wach").contains("--watch");
        assertThat(weir("gett").code()).isEqualTo(2);
        assertThat(weir("get", "cm", "-o", "xml").code()).isEqualTo(2);
    }

    @Test
    void aServerThatIsNotThereIsNamed(@TempDir Path folder) throws IOException {
        var config = Files.readString(plane.kubeconfig());
        var dead = config.replace(plane.uri().toString(), "https://127.0.0.1:1");
        var file = Files.writeString(folder.resolve("dead"), dead);
        var call = weir("get", "cm", "--kubeconfig", file.toString());
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err())
                .hasLineCount(1)
                .contains("https://127.0.0.1:1")
                .contains("weir server");
    }

    @Test
    void wrongCredentialsAreNamed(@TempDir Path folder) throws IOException {
        var config = Files.readString(plane.kubeconfig()).replaceAll("token: .*", "token: wrong");
        var file = Files.writeString(folder.resolve("wrong"), config);
        var call = weir("get", "cm", "--kubeconfig", file.toString());
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).hasLineCount(1).contains("--kubeconfig");
    }

    @Test
    void withoutAnyKubeconfigSaysHowToGetOne(@TempDir Path empty) {
        var call = new Call(empty, Map.of(), "").run("get", "cm");
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).hasLineCount(1).contains("weir server").contains("--kubeconfig");
    }

    @Test
    void kubeconfigMergesWithoutLosingOthers(@TempDir Path folder) throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("config"),
                        """
                        clusters:
                        - {name: other, cluster: {server: 'https://example.com'}}
                        users:
                        - {name: admin, user: {token: old}}
                        current-context: other
                        """);
        assertThat(weir("kubeconfig", "--into", file.toString()).code()).isZero();
        assertThat(Files.readString(file))
                .contains("https://example.com")
                .contains(plane.uri().toString())
                .contains("current-context: weir")
                .doesNotContain("token: old");
        assertThat(weir("get", "ns", "default", "--kubeconfig", file.toString()).code()).isZero();
    }

    @Test
    void versionAsksTheServer() {
        var version = weir("version", "--server");
        assertThat(version.out()).contains("weir ").contains("server v1.");
    }

    @Test
    void completionKnowsTheCommands() {
        for (var shell : List.of("bash", "zsh", "fish")) {
            assertThat(weir("completion", shell).out()).contains("describe").contains("namespace");
        }
    }

    @Test
    void helpShowsEveryCommandOfUsers() {
        assertThat(weir("help").out())
                .contains("apply", "get", "describe", "edit", "delete", "server", "node")
                .doesNotContain("train");
        assertThat(weir("help", "get").out()).contains("--field-selector");
        assertThat(weir("help", "gett").code()).isEqualTo(2);
    }
}
