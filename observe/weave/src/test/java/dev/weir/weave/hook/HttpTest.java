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
}
