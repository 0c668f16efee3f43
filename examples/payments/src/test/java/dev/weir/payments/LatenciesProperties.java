package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LatenciesProperties {
    @Property
    void quantilesAreThoseOfTheSortedDurations(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(max = 10_000_000_000L) Long> micros,
            @ForAll @DoubleRange(max = 1) double share) {
        var latencies = new Latencies();
        micros.forEach(m -> latencies.record(Duration.ofNanos(m * 1000)));
        var sorted = micros.stream().sorted().toList();
        int rank = Math.max(1, (int) Math.ceil(share * sorted.size()));
        long exact = sorted.get(rank - 1);
        assertThat(latencies.quantile(share).toNanos() / 1000).isBetween(exact, exact + exact / 32);
    }

    @Example
    void takesWhatNoClockShouldSay() {
        var latencies = new Latencies();
        assertThat(latencies.quantile(0.5)).isZero();
        latencies.record(Duration.ofNanos(-1));
        assertThat(latencies.quantile(1)).isZero();
        latencies.record(Duration.ofDays(100));
        assertThat(latencies.quantile(1)).isGreaterThan(Duration.ofDays(12));
    }
}
