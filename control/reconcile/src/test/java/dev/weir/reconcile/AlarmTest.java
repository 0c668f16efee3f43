package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void close() {
        clock.shutdownNow();
    }

    @Test
    void interruptsWhoOversleeps() {
        var alarm = Alarm.in(Duration.ofMillis(10), clock);
        assertThatThrownBy(() -> Thread.sleep(60_000)).isInstanceOf(InterruptedException.class);
        assertThat(alarm.end()).isTrue();
    }

    @Test
    void takesBackAnInterruptThatNobodySaw() {
        var alarm = Alarm.in(Duration.ofMillis(1), clock);
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        assertThat(alarm.end()).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    /// Ends the alarm as closely as can be to when it rings.
    @Test
    void whatWasEndedInterruptsNothingLater() throws InterruptedException {
        int rang = 0;
        for (int i = 0; i < 2_000; i++) {
            var alarm = Alarm.in(Duration.ofNanos(20_000), clock);
            long end = System.nanoTime() + 20_000 + i * 20L;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            rang += alarm.end() ? 1 : 0;
            assertThat(Thread.interrupted()).as("round " + i).isFalse();
        }
        Thread.sleep(10);
        assertThat(rang).isPositive();
    }
}
