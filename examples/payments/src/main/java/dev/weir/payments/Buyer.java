package dev.weir.payments;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Pays at one terminal, one payment after the other at a steady pace, with cards of its own, and
/// judges each answer. One thread runs it until it is interrupted.
final class Buyer implements Runnable {
    /// Where it pays.
    static final List<String> MERCHANTS =
            List.of("bakery", "bookshop", "fuel", "pharmacy", "casino", "arcade");

    private static final int CARDS = 200;
    private static final Duration RETRY = Duration.ofMillis(20);

    private final int number;
    private final Till till;
    private final HttpClient http;
    private final Traffic traffic;
    private final Duration pause;
    private final SplittableRandom random;
    private final CardHistory history = new CardHistory();
    private int life;

    /// @param number unlike that of any other buyer
    Buyer(int number, Till till, HttpClient http, Traffic traffic, Duration pause) {
        this.number = number;
        this.till = till;
        this.http = http;
        this.traffic = traffic;
        this.pause = pause;
        this.random = new SplittableRandom(number);
    }

    @Override
    public void run() {
        long due = System.nanoTime();
        try {
            while (true) {
                due += pause.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                if (!pay(payment(), due)) {
                    Thread.sleep(RETRY);
                    due = System.nanoTime();
                }
            }
        } catch (InterruptedException _) {
            // The traffic ends.
        }
    }

    /// Most are small; some are large, in another currency, at a blocked merchant, or by the one
    /// card that pays too often.
    private Payment payment() {
        long amount = (long) Math.exp(random.nextDouble(Math.log(100), Math.log(50_000)));
        return new Payment(
                amount,
                random.nextInt(30) == 0 ? "USD" : "EUR",
                MERCHANTS.get(random.nextInt(MERCHANTS.size())),
                "card-" + number + "-" + (random.nextInt(10) == 0 ? 0 : random.nextInt(CARDS)));
    }

    /// Whether the terminal answered.
    private boolean pay(Payment payment, long due) throws InterruptedException {
        int current = till.life();
        if (current != life) {
            history.clear();
            life = current;
        }
        boolean excused = till.excused();
        var enforced = traffic.expectation().enforced();
        long sent = System.currentTimeMillis();
        Expectation.Answer answer;
        try {
            answer = till.pay(http, payment);
        } catch (IOException e) {
            traffic.unanswered(till, excused || till.excused(), e);
            return false;
        }
        till.answered(answer.partner());
        long answered = System.currentTimeMillis();
        var latency = Duration.ofNanos(System.nanoTime() - due);
        boolean same = till.life() == life;
        var paid = same ? history.of(payment.card(), sent, answered) : CardHistory.Paid.UNKNOWN;
        traffic.answered(
                till,
                answer,
                latency,
                traffic.expectation().wrong(payment, answer, enforced, paid));
        if (answer.decision() == Decision.Approved) {
            history.approved(payment.card(), sent, answered);
        }
        return true;
    }
}
