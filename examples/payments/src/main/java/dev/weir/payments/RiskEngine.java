package dev.weir.payments;

import dev.weir.payments.PartnerPolicy.Verdict;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides payments by what is in force, remembering the day's sum and each card's latest payments.
/// Only approved payments count. A change of policy keeps what was remembered, so that it opens no
/// gap.
///
/// Memory is bounded: of a card, the latest [Limits#MAX_COUNT] payments are kept, and of cards the
/// [#MAX_CARDS] that paid last; a card that paid before all of these starts anew. Thread-safe:
/// decisions are made one at a time.
final class RiskEngine {
    static final int MAX_CARDS = 8_192;

    private static final long DAY_MILLIS = 86_400_000;

    private final InstantSource time;
    private final DaySum sum;
    private final Map<String, Latest> cards = new LinkedHashMap<>(64, 0.75f, true);
    private Enforcement enforcement = Enforcement.NONE;
    private volatile @Nullable PartnerPolicy partner;

    /// @param sum of the day's accepted payments, which may have begun before this process
    RiskEngine(InstantSource time, DaySum sum) {
        this.time = time;
        this.sum = sum;
    }

    /// The answer to a payment, and the policies that it comes from.
    ///
    /// @param verdict of the partner; null where there is none
    record Answer(Decision decision, Enforcement enforcement, @Nullable Verdict verdict) {}

    /// Has another judge all payments from now on; null for nobody.
    void partner(@Nullable PartnerPolicy next) {
        partner = next;
    }

    /// Puts something else in force for all payments decided from now on. A change of currency
    /// starts the day's sum anew.
    synchronized void apply(Enforcement next) {
        var before = enforcement.limits();
        var after = next.limits();
        if (before != null && after != null && !before.currency().equals(after.currency())) {
            sum.set(sum.day(), 0);
        }
        enforcement = next;
    }

    synchronized Enforcement enforcement() {
        return enforcement;
    }

    /// The answer to a payment; an approved one is counted. A partner whose policy is stopped has
    /// no say. It judges before anything else, as it may take its time, and nobody waits for it but
    /// this payment.
    Answer decide(Payment payment) {
        var judge = partner;
        return decide(payment, judge == null ? null : judge.judge(payment));
    }

    private synchronized Answer decide(Payment payment, @Nullable Verdict verdict) {
        long now = time.millis();
        long today = Math.floorDiv(now, DAY_MILLIS);
        if (today > sum.day()) {
            sum.set(today, 0);
        }
        var decision = judge(payment, now);
        boolean declined = verdict != null && verdict.ruling() == PartnerPolicy.Ruling.DECLINED;
        if (decision == Decision.Approved && declined) {
            decision = Decision.PartnerDeclined;
        }
        if (decision == Decision.Approved) {
            sum.set(sum.day(), sum.amount() + payment.amount());
            cards.computeIfAbsent(payment.card(), _ -> new Latest()).add(now);
            forget();
        }
        return new Answer(decision, enforcement, verdict);
    }

    private Decision judge(Payment payment, long now) {
        var limits = enforcement.limits();
        if (limits == null) {
            return Decision.NoPolicy;
        }
        if (!payment.currency().equals(limits.currency())) {
            return Decision.WrongCurrency;
        }
        if (limits.blockedMerchants().contains(payment.merchant())) {
            return Decision.MerchantBlocked;
        }
        if (payment.amount() > limits.perPayment()) {
            return Decision.OverPaymentLimit;
        }
        if (payment.amount() > limits.perDay() - sum.amount()) {
            return Decision.OverDailyLimit;
        }
        var latest = cards.get(payment.card());
        long start = now - limits.windowSeconds() * 1000L;
        return latest != null && latest.after(start) >= limits.count()
                ? Decision.TooFrequent
                : Decision.Approved;
    }

    private void forget() {
        if (cards.size() > MAX_CARDS) {
            var eldest = cards.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// The times of a card's latest payments, in a ring.
    private static final class Latest {
        private long[] times = new long[4];
        private int count;
        private int next;

        void add(long at) {
            if (count == times.length && count < Limits.MAX_COUNT) {
                grow();
            }
            times[next] = at;
            next = (next + 1) % times.length;
            count = Math.min(count + 1, times.length);
        }

        // The ring is full, so its oldest entry is at `next`.
        private void grow() {
            var larger = new long[Math.min(Limits.MAX_COUNT, times.length * 2)];
            for (int i = 0; i < count; i++) {
                larger[i] = times[(next + i) % times.length];
            }
            times = larger;
            next = count;
        }

        int after(long start) {
            int found = 0;
            for (int i = 0; i < count; i++) {
                found += times[i] > start ? 1 : 0;
            }
            return found;
        }
    }
}
