package dev.weir.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.kubernetes.KubeconfigException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {
    private static final String TEXT =
            """
            apiVersion: v1
            kind: Config
            current-context: one
            contexts:
            - name: one
              context: {cluster: c, user: u, namespace: shop}
            - name: two
              context: {cluster: c, user: files}
            - name: lost
              context: {cluster: nowhere, user: u}
            - name: plugin
              context: {cluster: c, user: plugin}
            clusters:
            - name: c
              cluster:
                server: https://localhost:6443
                certificate-authority-data: Y2EgcGVt
            users:
            - name: u
              user: {token: secret}
            - name: files
              user: {client-certificate: tls.crt, client-key: tls.key, tokenFile: token}
            - name: plugin
              user: {exec: {command: aws}}
            """;

    @TempDir Path directory;

    @Test
    void readsTheCurrentContext() {
        var config = Kubeconfig.parse(TEXT, directory.resolve("config"));
        var connection = config.connection();

        assertThat(config.contexts()).containsExactly("one", "two", "lost", "plugin");
        assertThat(config.currentContext()).isEqualTo("one");
        assertThat(connection.server()).hasToString("https://localhost:6443");
        assertThat(connection.namespace()).isEqualTo("shop");
        assertThat(connection.authority()).isEqualTo("ca pem");
        assertThat(connection.token()).isEqualTo("secret");
        assertThat(connection.toString()).doesNotContain("secret");
    }

    @Test
    void findsFilesBesideTheKubeconfig() throws IOException {
        Files.writeString(directory.resolve("tls.crt"), "certificate");
        Files.writeString(directory.resolve("tls.key"), "key");
        var connection = Kubeconfig.parse(TEXT, directory.resolve("config")).connection("two");

        assertThat(connection.certificate()).isEqualTo("certificate");
        assertThat(connection.key()).isEqualTo("key");
        assertThat(connection.tokenFile()).isEqualTo(directory.resolve("token").toAbsolutePath());
        assertThat(connection.namespace()).isEqualTo("default");
    }

    @Test
    void theFirstOfSeveralFilesWins() throws IOException {
        var first = directory.resolve("first");
        var second = directory.resolve("second");
        Files.writeString(first, "current-context: two\nusers: [{name: u, user: {token: mine}}]");
        Files.writeString(second, TEXT);
        var config = Kubeconfig.load(List.of(directory.resolve("missing"), first, second));

        assertThat(config.currentContext()).isEqualTo("two");
        assertThat(config.connection("one").token()).isEqualTo("mine");
    }

    @Test
    void saysWhatIsMissing() {
        var config = Kubeconfig.parse(TEXT, directory.resolve("config"));

        failsWith(
                Code.MISSING, "no \"other\" among the contexts", () -> config.connection("other"));
        failsWith(
                Code.MISSING, "no \"nowhere\" among the clusters", () -> config.connection("lost"));
        failsWith(Code.UNREADABLE, "tls.crt cannot be read", () -> config.connection("two"));
        failsWith(Code.UNSUPPORTED, "logs in by exec", () -> config.connection("plugin"));
        failsWith(
                Code.UNREADABLE,
                "no kubeconfig at",
                () -> Kubeconfig.load(List.of(directory.resolve("missing"))));
        failsWith(
                Code.MISSING,
                "no current-context",
                () -> Kubeconfig.parse("kind: Config", directory).connection());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 2]",
                "a: {",
                "a: 1\na: 2",
                "current-context: one\ncontexts: {}",
                "current-context: one\ncontexts: [1]",
                "current-context: one\ncontexts: [{name: one, context: {cluster: 7}}]",
                "current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name:"
                        + " c, cluster: {server: 'http://x'}}]"
            })
    void refusesWhatIsNoKubeconfig(String text) {
        failsWith(Code.MALFORMED, "", () -> Kubeconfig.parse(text, directory).connection());
    }

    @Test
    void readsTheFilesOfAPod() throws IOException {
        Files.writeString(directory.resolve("namespace"), "shop\n");
        Files.writeString(directory.resolve("ca.crt"), "ca");
        var server = java.net.URI.create("https://10.0.0.1:443");

        var connection = Connection.inCluster(directory, server);

        assertThat(connection.namespace()).isEqualTo("shop");
        assertThat(connection.tokenFile()).isEqualTo(directory.resolve("token"));
    }

    private static void failsWith(Code code, String message, ThrowingCallable call) {
        var error = catchThrowableOfType(KubeconfigException.class, call);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessageContaining(message);
    }
}
