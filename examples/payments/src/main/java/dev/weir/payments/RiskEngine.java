package dev.weir.payments;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Decides payments by the limits in force, remembering the day's sum and each card's recent
/// payments. Only approved payments count. New limits keep what was remembered, so that a change of
/// policy opens no gap. Thread-safe: decisions are made one at a time.
public final class RiskEngine {
    private static final long DAY_MILLIS = 86_400_000;

    private final InstantSource time;
    private final Map<String, ArrayDeque<Long>> recent = new HashMap<>();
    private Limits limits;
    private long day = Long.MIN_VALUE;
    private long spent;

    /// An engine that has seen no payment.
    public RiskEngine(Limits limits, InstantSource time) {
        this.limits = limits;
        this.time = time;
    }

    /// Puts other limits in force for all payments decided from now on. A change of currency starts
    /// the day's sum anew.
    public synchronized void apply(Limits next) {
        if (!next.currency().equals(limits.currency())) {
            spent = 0;
        }
        limits = next;
    }

    /// The answer to a payment; an approved one is counted.
    public synchronized Decision decide(Payment payment) {
        long now = time.millis();
        turn(now);
        var decision = judge(payment, now);
        if (decision == Decision.Approved) {
            spent += payment.amount();
            recent.computeIfAbsent(payment.card(), _ -> new ArrayDeque<>()).add(now);
        }
        return decision;
    }

    private Decision judge(Payment payment, long now) {
        if (!payment.currency().equals(limits.currency())) {
            return Decision.WrongCurrency;
        }
        if (limits.blockedMerchants().contains(payment.merchant())) {
            return Decision.MerchantBlocked;
        }
        if (payment.amount() > limits.perPayment()) {
            return Decision.OverPaymentLimit;
        }
        if (payment.amount() > limits.perDay() - spent) {
            return Decision.OverDailyLimit;
        }
        return within(payment.card(), now) >= limits.count()
                ? Decision.TooFrequent
                : Decision.Approved;
    }

    private long within(String card, long now) {
        long start = now - limits.windowSeconds() * 1000L;
        var times = recent.get(card);
        return times == null ? 0 : times.stream().filter(at -> at > start).count();
    }

    /// A new day forgets the sum, and the cards that no window of a day can still reach.
    private void turn(long now) {
        long today = Math.floorDiv(now, DAY_MILLIS);
        if (today <= day) {
            return;
        }
        day = today;
        spent = 0;
        long horizon = now - Math.max(DAY_MILLIS, limits.windowSeconds() * 1000L);
        recent.values().forEach(times -> times.removeIf(at -> at <= horizon));
        recent.values().removeIf(ArrayDeque::isEmpty);
    }
}
