package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void putsADurationInTheFirstBucketThatHoldsIt() {
        var histogram = new Histogram(new double[] {0.001, 1});
        for (long nanos : new long[] {0, 1_000_000, 1_000_001, 1_000_000_000, 1_000_000_001}) {
            histogram.observe(nanos);
            histogram.observeAlone(nanos);
        }
        var seen = histogram.snapshot();
        assertThat(seen.counts()).containsExactly(4, 4, 2);
        assertThat(seen.sum()).isEqualTo(2 * 2.002000002);
    }

    @Test
    void losesNothingWhenManyRecord() throws InterruptedException {
        var histogram = new Histogram(Histogram.RECONCILE);
        var threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int step = t + 1;
            threads[t] =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 10_000; i++) {
                                    histogram.observe(i * 1_000_000L * step);
                                }
                            });
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(Arrays.stream(histogram.snapshot().counts()).sum()).isEqualTo(40_000);
    }
}
