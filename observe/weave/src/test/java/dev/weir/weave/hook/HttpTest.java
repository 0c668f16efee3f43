package dev.weir.weave.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTest {
    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, a=1&b=2",
        "sig=x, sig=REDACTED",
        "a=1&sig=x&b, a=1&sig=REDACTED&b",
        "Signature=x&AWSAccessKeyId=y, Signature=REDACTED&AWSAccessKeyId=REDACTED",
        "signature=x&, signature=x&",
        "sig, sig",
    })
    void redactsSecretsOfQueries(String query, String redacted) {
        assertThat(Http.redact(query)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @CsvSource({
        "h:80, 80",
        "h:65535, 65535",
        "h:65536, 0",
        "h:99999999999, 0",
        "h:-1, 0",
        "h:, 0",
        "h:٣, 0",
    })
    void readsThePortOfAHost(String host, int port) {
        assertThat(Http.port(host, 2)).isEqualTo(port);
    }
}
