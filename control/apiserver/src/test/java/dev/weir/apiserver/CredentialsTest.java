package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir Path directory;

    private Credentials open(int days, String... hosts) {
        var clock = Clock.fixed(START.plus(Duration.ofDays(days)), ZoneOffset.UTC);
        return Credentials.open(directory, clock, List.of(hosts));
    }

    @Test
    void keepsWhatIsGoodForAWhile() {
        var first = open(0, "localhost");
        var later = open(300, "localhost");
        assertThat(later.server().certificate()).isEqualTo(first.server().certificate());
        assertThat(later.authority().certificate()).isEqualTo(first.authority().certificate());
        assertThat(later.tokens()).isEqualTo(first.tokens());
    }

    @Test
    void renewsTheServersCertificateNearItsEndUnderTheSameAuthority() throws Exception {
        var first = open(0, "localhost");
        var later = open(340, "localhost");
        assertThat(later.server().certificate()).isNotEqualTo(first.server().certificate());
        assertThat(later.authority().certificate()).isEqualTo(first.authority().certificate());
        later.server().certificate().verify(first.authority().certificate().getPublicKey());
        assertThat(later.server().certificate().getNotAfter().toInstant())
                .isAfter(START.plus(Duration.ofDays(700)));
    }

    @Test
    void renewsEverythingWithTheAuthority() throws Exception {
        var first = open(0, "localhost");
        var later = open(3640, "localhost");
        assertThat(later.authority().certificate()).isNotEqualTo(first.authority().certificate());
        later.server().certificate().verify(later.authority().certificate().getPublicKey());
        assertThat(later.tokens()).isEqualTo(first.tokens());
    }

    @Test
    void makesACertificateForOtherHosts() {
        var first = open(0, "localhost");
        var later = open(0, "localhost", "shop.example");
        assertThat(later.server().certificate()).isNotEqualTo(first.server().certificate());
    }

    @Test
    void namesAFileThatCannotBeRead() throws IOException {
        open(0, "localhost");
        Files.writeString(directory.resolve("server.key"), "no key");
        assertThatThrownBy(() -> open(0, "localhost"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("server.key");
        Files.writeString(directory.resolve("server.key"), "");
        Files.writeString(directory.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        assertThatThrownBy(() -> open(0, "localhost"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ca.crt");
    }

    @Test
    void doesNotServeWithAKeyThatIsNotThatOfTheCertificate() throws IOException {
        var first = open(0, "localhost");
        Files.copy(
                directory.resolve("reader.key"),
                directory.resolve("server.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var later = open(0, "localhost");
        assertThat(later.server().certificate()).isNotEqualTo(first.server().certificate());
    }

    @Test
    void putsTheAdministratorsTokenIntoTheKubeconfig() throws IOException {
        var kubeconfig = open(0, "localhost").kubeconfig("https://localhost:1");
        assertThat(kubeconfig).contains("token: " + Web.token(directory, "weir:admin"));
    }

    @Test
    void saysWhenNoTokenIsTheAdministrators() throws IOException {
        open(0, "localhost");
        Files.writeString(directory.resolve("tokens"), "# none\nonly-two words\n");
        assertThatThrownBy(() -> open(0, "localhost").kubeconfig("https://localhost:1"))
                .hasMessageContaining("tokens");
    }
}
