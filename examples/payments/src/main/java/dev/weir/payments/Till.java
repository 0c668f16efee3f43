package dev.weir.payments;

import java.net.URI;

/// A terminal as its customers see it: an address, and whether it may fail to answer.
///
/// The demo's thread says what became of it, buyers when it answered; all read it.
final class Till {
    private final String name;
    private final URI payments;
    private volatile int life;
    private volatile boolean excused;
    private volatile String partner = "";
    private volatile long answered = System.nanoTime();

    Till(String name, URI address) {
        this.name = name;
        this.payments = address.resolve("/payments");
    }

    String name() {
        return name;
    }

    URI payments() {
        return payments;
    }

    /// Counts its processes: a new one remembers no card.
    int life() {
        return life;
    }

    /// Whether payments may go unanswered, as it is known to be away.
    boolean excused() {
        return excused;
    }

    /// It answered just now.
    ///
    /// @param partner what the partner's policy said
    void answered(String partner) {
        this.partner = partner;
        answered = System.nanoTime();
    }

    /// What the partner's policy said to the last payment; empty where there is none.
    String partner() {
        return partner;
    }

    /// Whether it answered after that [System#nanoTime()].
    boolean answeredSince(long nanos) {
        return answered - nanos > 0;
    }

    /// From now on it may be away.
    void goes() {
        excused = true;
    }

    /// Its process has ended.
    void isGone() {
        life = life + 1;
    }

    /// From now on it must answer.
    void isBack() {
        excused = false;
    }
}
