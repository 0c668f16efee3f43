package dev.weir.payments;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The approved payments of one buyer's cards at one terminal, from the buyer's side. The terminal
/// decided some time between sending and answer, so counts have bounds. One thread owns it.
final class CardHistory {
    private static final int KEPT = 2 * Limits.MAX_COUNT;

    private final Map<String, Deque<Approved>> cards = new HashMap<>();

    /// When a payment that was approved was sent and answered, in milliseconds since the epoch.
    private record Approved(long sent, long answered) {}

    /// At least and at most so many payments.
    record Window(int least, int most) {}

    /// What a card had paid when a payment was decided.
    @FunctionalInterface
    interface Paid {
        /// Nobody can tell.
        Paid UNKNOWN = _ -> new Window(0, Integer.MAX_VALUE);

        /// The payments that the terminal counted within so many seconds.
        Window within(int seconds);
    }

    /// What the card had paid when a payment was decided that was sent and answered at these times.
    Paid of(String card, long sent, long answered) {
        var paid = cards.getOrDefault(card, new ArrayDeque<>());
        return seconds -> {
            long length = seconds * 1000L;
            int least = 0;
            int most = 0;
            for (var earlier : paid) {
                least += earlier.sent > answered - length ? 1 : 0;
                most += earlier.answered > sent - length ? 1 : 0;
            }
            return new Window(least, most);
        };
    }

    void approved(String card, long sent, long answered) {
        var paid = cards.computeIfAbsent(card, _ -> new ArrayDeque<>());
        paid.addLast(new Approved(sent, answered));
        if (paid.size() > KEPT) {
            paid.removeFirst();
        }
    }

    /// The terminal has forgotten all cards.
    void clear() {
        cards.clear();
    }
}
