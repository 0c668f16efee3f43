package dev.weir.telemetry.metrics;

/// The index of a value's bucket at scale 20, the finest there is. At scale `s` it is this one
/// shifted right by `20 - s`.
///
/// Bucket `i` holds `(2^(i/2^20), 2^((i+1)/2^20)]` (OTLP, `ExponentialHistogramDataPoint.scale`),
/// so the index is `ceil(log2(value) * 2^20) - 1`. The exponent of a double is its integer part.
/// The fraction is the logarithm of the significand `m` in `[1, 2)`: a table by the upper bits of
/// `m` has a number `c` near it, and `log2(m) = log2(c) + log2(1 + r)` with `r = m/c - 1`, which is
/// so small that five terms of its series leave an error far below `DOUBT`. Where the result lies
/// closer to a whole number than that, the digits are found one by one instead: squaring a number
/// doubles its logarithm, and whether the square reaches 2 is the next binary digit. The squares
/// have twice the precision of a double. So no value lands in the wrong bucket, which a rounded
/// logarithm cannot promise.
final class ScaleTwenty {
    static final int SCALE = 20;

    private static final int TABLE_BITS = 7;
    private static final int TABLE = 1 << TABLE_BITS;
    private static final int SIGNIFICAND_BITS = 52;
    private static final long SIGNIFICAND = (1L << SIGNIFICAND_BITS) - 1;
    private static final long ONE = 1023L << SIGNIFICAND_BITS;
    private static final double UNITS = 1 << SCALE;
    private static final double DOUBT = 0x1p-12;
    private static final double LAST_DOUBT = 0x1p-24;

    private static final double A1 = UNITS / Math.log(2);
    private static final double A2 = -A1 / 2;
    private static final double A3 = A1 / 3;
    private static final double A4 = -A1 / 4;
    private static final double A5 = A1 / 5;

    /// By the upper bits of the significand: `1/c`, then `log2(c)` in units of the index.
    private static final double[] NEAR = near();

    private ScaleTwenty() {}

    /// @param value finite and above 0
    static int index(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> SIGNIFICAND_BITS) - 1023;
        long significand = bits & SIGNIFICAND;
        if (exponent == -1023) {
            int shift = Long.numberOfLeadingZeros(significand) - (63 - SIGNIFICAND_BITS);
            significand = significand << shift & SIGNIFICAND;
            exponent = -1022 - shift;
        }
        int whole = exponent << SCALE;
        return significand == 0 ? whole - 1 : whole + fraction(significand);
    }

    private static int fraction(long significand) {
        double m = Double.longBitsToDouble(ONE | significand);
        int at = (int) (significand >>> SIGNIFICAND_BITS - TABLE_BITS) << 1;
        double r = m * NEAR[at] - 1;
        // Written so that the processor can do half of it at once.
        double log = NEAR[at + 1] + A1 * r + r * r * (A2 + A3 * r);
        int index = (int) log;
        double rest = log - index;
        return rest > DOUBT && rest < 1 - DOUBT ? index : precise(m, r, NEAR[at + 1]);
    }

    private static int precise(double m, double r, double near) {
        double log = near + r * (A1 + r * (A2 + r * (A3 + r * (A4 + r * A5))));
        int index = (int) log;
        double rest = log - index;
        return rest > LAST_DOUBT && rest < 1 - LAST_DOUBT ? index : digits(m);
    }

    /// The first 20 binary digits of the logarithm of a number above 1 and below 2. It is never a
    /// whole number of units, as no such power of two is rational, so the floor is the index.
    static int digits(double m) {
        double high = m;
        double low = 0;
        int digits = 0;
        for (int i = 0; i < SCALE; i++) {
            double square = high * high;
            double error = rounding(high, square) + 2 * high * low;
            high = square + error;
            low = square - high + error;
            digits <<= 1;
            if (high > 2 || high == 2 && low >= 0) {
                digits |= 1;
                high *= 0.5;
                low *= 0.5;
            }
        }
        return digits;
    }

    /// What the square of a number lost to rounding (Dekker, 1971). A fused multiplication would
    /// tell at once, but the small processors at the edge have none.
    private static double rounding(double number, double square) {
        double split = number * 0x1.000002p27;
        double upper = split - (split - number);
        double lower = number - upper;
        return upper * upper - square + 2 * upper * lower + lower * lower;
    }

    private static double[] near() {
        var near = new double[2 * TABLE];
        for (int i = 0; i < TABLE; i++) {
            // The inverse is what is exact: its own logarithm belongs to it.
            double inverse = TABLE / (TABLE + i + 0.5);
            near[2 * i] = inverse;
            near[2 * i + 1] = -Math.log(inverse) * A1;
        }
        return near;
    }
}
