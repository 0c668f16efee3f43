package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Aggregation;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

final class BoundariesTest {
    @Property(tries = 300)
    void bucketCountsBoundariesBelow(
            @ForAll @Size(max = 20) List<@DoubleRange(min = -10, max = 1e6) Double> unordered,
            @ForAll @Size(5) List<@DoubleRange(min = 0, max = 1e7) Double> values) {
        var boundaries = List.copyOf(new TreeSet<>(unordered));
        check(boundaries, values);
        check(boundaries, boundaries);
    }

    @Property(tries = 100)
    void usualBoundariesAreNoExceptions(
            @ForAll @Size(5) List<@DoubleRange(min = 0, max = 1e5) Double> values) {
        for (var boundaries :
                List.of(
                        Aggregation.ExplicitBuckets.standard().boundaries(),
                        List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5),
                        List.of(1e-300, 1.0, 1e300))) {
            check(boundaries, values);
            check(boundaries, boundaries);
            check(boundaries, List.of(0.0, Double.MIN_VALUE, Double.POSITIVE_INFINITY));
        }
    }

    private static void check(List<Double> boundaries, List<Double> values) {
        var buckets = new Boundaries(boundaries);
        for (double value : values) {
            for (double near : new double[] {Math.nextDown(value), value, Math.nextUp(value)}) {
                if (near >= 0) {
                    assertThat(buckets.bucket(near))
                            .as("%s in %s", near, boundaries)
                            .isEqualTo(boundaries.stream().filter(bound -> bound < near).count());
                }
            }
        }
    }
}
