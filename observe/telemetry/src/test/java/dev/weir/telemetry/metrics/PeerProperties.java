package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.InstrumentKind;
import dev.weir.telemetry.Selector;
import dev.weir.telemetry.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The same calls make the same points as with the official SDK, times included. The system
/// property `weir.telemetry.calls` says how many calls each try makes.
final class PeerProperties {
    private static final int CALLS = Integer.getInteger("weir.telemetry.calls", 400);
    private static final int COLLECTIONS = 5;

    /// Fixed-size reservoirs choose at random, so exemplars are compared elsewhere.
    private static final MeterOptions PLAIN =
            MeterOptions.standard().withExemplars(ExemplarFilter.ALWAYS_OFF);

    @Property(tries = 20)
    void cumulativePointsAreEqual(@ForAll long seed) {
        compare(seed, 24, PLAIN);
    }

    @Property(tries = 20)
    void deltaPointsAreEqual(@ForAll long seed) {
        compare(seed, 24, PLAIN.withTemporality(Temporality.DELTA));
    }

    @Property(tries = 10)
    void lowMemoryPointsAreEqual(@ForAll long seed) {
        compare(seed, 24, PLAIN.withTemporality(Temporality.LOW_MEMORY));
    }

    @Property(tries = 20)
    void exponentialPointsAreEqual(@ForAll long seed, @ForAll boolean delta) {
        compare(
                seed,
                3,
                PLAIN.withTemporality(delta ? Temporality.DELTA : Temporality.CUMULATIVE)
                        .withHistograms(Aggregation.ExponentialBuckets.standard()));
    }

    @Property(tries = 20)
    void overflowIsEqual(@ForAll long seed, @ForAll boolean delta) {
        compare(
                seed,
                40,
                PLAIN.withTemporality(delta ? Temporality.DELTA : Temporality.CUMULATIVE)
                        .withCardinalityLimit(8));
    }

    @Property(tries = 20)
    void viewsAreEqual(@ForAll long seed, @ForAll boolean delta) {
        compare(
                seed,
                24,
                PLAIN.withTemporality(delta ? Temporality.DELTA : Temporality.CUMULATIVE)
                        .withViews(VIEWS));
    }

    private static final List<View> VIEWS =
            List.of(
                    new View(
                            Selector.named("req*"),
                            "renamed",
                            "described anew",
                            new Aggregation.Default(),
                            Set.of("route")::contains,
                            5),
                    View.of(
                            Selector.named("bytes"),
                            new Aggregation.ExponentialBuckets(8, 10, true)),
                    View.of(Selector.named("?imes"), new Aggregation.Sum()),
                    View.of(
                            Selector.named("times"),
                            new Aggregation.ExponentialBuckets(4, 3, true)),
                    View.of(
                            Selector.named("sizes"),
                            new Aggregation.ExplicitBuckets(List.of(1.0, 1e9), true)),
                    View.of(Selector.named("queue"), new Aggregation.LastValue()),
                    new View(
                            new Selector(null, InstrumentKind.GAUGE, null, "second", "1.6", null),
                            null,
                            null,
                            new Aggregation.Drop(),
                            null,
                            2000),
                    new View(
                            Selector.named("height"),
                            null,
                            null,
                            new Aggregation.Default(),
                            _ -> false,
                            2000));

    private static void compare(long seed, int sets, MeterOptions options) {
        var ourClock = new AtomicLong(1_000_000_000_000L);
        var theirClock = new AtomicLong(1_000_000_000_000L);
        var requests = new Requests();
        var peer = new Peer(options, theirClock);
        try (var meters =
                Meters.start(
                        options.withInterval(Duration.ofDays(1)),
                        () -> new byte[0],
                        requests,
                        ourClock::get)) {
            var ours = new Script(seed, ourClock, meters, sets);
            var theirs = new Script(seed, theirClock, peer.provider(), sets);
            for (int i = 0; i < COLLECTIONS; i++) {
                ours.run(CALLS / COLLECTIONS);
                theirs.run(CALLS / COLLECTIONS);
                meters.flush(Duration.ofMinutes(1));
                var expected = peer.points();
                var found = requests.points();
                if (found.equals(expected)) {
                    continue;
                }
                var missing = new ArrayList<>(expected);
                found.forEach(missing::remove);
                var surplus = new ArrayList<>(found);
                expected.forEach(surplus::remove);
                assertThat(surplus).as("instead of %s", missing).isEmpty();
                assertThat(missing).isEmpty();
            }
        }
    }
}
