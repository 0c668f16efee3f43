package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryTest {
    private final SettableClock clock = new SettableClock();
    private final Retry retry = new Retry(clock);

    @Test
    void waitsTwiceAsLongAfterEachFailure() {
        assertThat(retry.due()).isTrue();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            retry.failed();
            clock.add(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(retry.due()).isFalse();
            clock.add(Duration.ofMillis(1));
            assertThat(retry.due()).as("after %d s", seconds).isTrue();
        }
    }

    @Test
    void startsOverAfterASuccess() {
        retry.failed();
        retry.failed();
        retry.succeeded();
        assertThat(retry.due()).isTrue();
        retry.failed();
        clock.add(Duration.ofSeconds(1));
        assertThat(retry.due()).isTrue();
    }

    @Test
    void isNotHeldUpByAClockThatIsSetBack() {
        retry.failed();
        clock.add(Duration.ofHours(-3));
        assertThat(retry.due()).isTrue();
    }
}
