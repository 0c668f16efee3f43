package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class ScaleTest {
    private static final MathContext PRECISE = new MathContext(60);

    @Test
    void powersOfTwoEndTheirBuckets() {
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertThat(ScaleTwenty.index(power)).isEqualTo((exponent << 20) - 1);
            // Numbers below the normal ones are exact when they are moved to where those are.
            if (exponent < -1040) {
                double odd = power * 3;
                assertThat(ScaleTwenty.index(odd))
                        .isEqualTo(ScaleTwenty.index(Math.scalb(odd, 200)) - (200 << 20));
            }
            if (exponent >= -1022) {
                assertThat(ScaleTwenty.index(Math.nextUp(power))).isEqualTo(exponent << 20);
            }
        }
        assertThat(ScaleTwenty.index(Double.MAX_VALUE)).isEqualTo((1024 << 20) - 1);
    }

    @Property(tries = 300)
    void indexIsExact(@ForAll @LongRange(min = 1, max = 0x7fefffffffffffffL) long bits) {
        double value = Double.longBitsToDouble(bits);
        if (value == Math.scalb(1.0, Math.getExponent(value)) || value < Double.MIN_NORMAL) {
            return;
        }
        assertThat(holds(value, ScaleTwenty.index(value))).isTrue();
    }

    /// Next to a boundary, where a rounded logarithm is wrong.
    @Property(tries = 300)
    void indexIsExactAtBoundaries(
            @ForAll @IntRange(min = 1, max = (1 << 20) - 1) int bucket,
            @ForAll @IntRange(min = -300, max = 300) int exponent) {
        double near = Math.scalb(Math.pow(2, bucket / (double) (1 << 20)), exponent);
        for (double value : new double[] {Math.nextDown(near), near, Math.nextUp(near)}) {
            assertThat(holds(value, ScaleTwenty.index(value))).isTrue();
        }
    }

    @Test
    void coarseScalesSayTheSame() {
        var random = new SplittableRandom(7);
        for (int scale = 1; scale <= 7; scale++) {
            var coarse = Objects.requireNonNull(CoarseScale.of(scale));
            for (int i = 0; i < 20_000; i++) {
                double value = Double.longBitsToDouble(random.nextLong(1L << 52, 0x7ffL << 52));
                assertThat(coarse.index(value)).isEqualTo(ScaleTwenty.index(value) >> 20 - scale);
            }
            for (int bucket = -1; bucket <= 1 << scale; bucket++) {
                double bound = Math.pow(2, bucket / (double) (1 << scale));
                for (double value :
                        new double[] {Math.nextDown(bound), bound, Math.nextUp(bound)}) {
                    assertThat(coarse.index(value))
                            .isEqualTo(ScaleTwenty.index(value) >> 20 - scale);
                }
            }
        }
        assertThat(CoarseScale.of(0)).isNull();
        assertThat(CoarseScale.of(8)).isNull();
    }

    /// Whether a value lies above the lower bound of a bucket and not above the upper one, by its
    /// power of 2^20 in many digits.
    private static boolean holds(double value, int index) {
        int exponent = index >> 20;
        var power = new BigDecimal(value).divide(two(exponent), PRECISE);
        for (int i = 0; i < 20; i++) {
            power = power.multiply(power, PRECISE);
        }
        int within = index & (1 << 20) - 1;
        // Compared as 2^within < power <= 2^(within + 1); both may have 300,000 digits before the
        // point, which the precision cuts.
        return two(within).compareTo(power) < 0 && power.compareTo(two(within + 1)) <= 0;
    }

    private static BigDecimal two(int exponent) {
        var power = BigDecimal.TWO.pow(Math.abs(exponent), PRECISE);
        return exponent < 0 ? BigDecimal.ONE.divide(power, PRECISE) : power;
    }
}
