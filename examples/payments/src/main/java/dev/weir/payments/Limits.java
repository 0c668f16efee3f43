package dev.weir.payments;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What a terminal enforces: amounts in minor units of one currency, merchants that are refused,
/// and how many payments a card may make in a window.
///
/// @param currency ISO 4217, three capital letters
/// @param perPayment the greatest amount of one payment
/// @param perDay the greatest sum that a terminal accepts in a UTC day
/// @param count payments that one card may make within the window
/// @param windowSeconds the length of the window in seconds
public record Limits(
        String currency,
        long perPayment,
        long perDay,
        Set<String> blockedMerchants,
        int count,
        int windowSeconds) {

    /// The greatest count of payments in a window.
    public static final int MAX_COUNT = 60;

    /// Copies the merchants and refuses limits that contradict each other.
    public Limits {
        if (!currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException(
                    "currency: expected three capital letters, found \"" + currency + "\"");
        }
        require(perPayment > 0, "perPayment: must be above 0, found " + perPayment);
        require(
                perDay >= perPayment,
                "perDay: must be at least perPayment " + perPayment + ", found " + perDay);
        require(
                count > 0 && count <= MAX_COUNT,
                "velocity.count: must be 1 to " + MAX_COUNT + ", found " + count);
        require(
                windowSeconds > 0,
                "velocity.windowSeconds: must be above 0, found " + windowSeconds);
        blockedMerchants = Set.copyOf(blockedMerchants);
    }

    /// The limits that allow only what both allow; velocity keeps the lower rate, and of equal
    /// rates the one with the lower count.
    ///
    /// @throws IllegalArgumentException when the currencies differ: no payment could pass both
    public Limits strictest(Limits other) {
        require(
                Objects.equals(currency, other.currency),
                "currency: " + currency + " conflicts with " + other.currency);
        var merchants = new TreeSet<>(blockedMerchants);
        merchants.addAll(other.blockedMerchants);
        var slower = slower(other);
        return new Limits(
                currency,
                Math.min(perPayment, other.perPayment),
                Math.min(perDay, other.perDay),
                merchants,
                slower.count,
                slower.windowSeconds);
    }

    private Limits slower(Limits other) {
        long mine = (long) count * other.windowSeconds;
        long theirs = (long) other.count * windowSeconds;
        return mine < theirs || mine == theirs && count <= other.count ? this : other;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
