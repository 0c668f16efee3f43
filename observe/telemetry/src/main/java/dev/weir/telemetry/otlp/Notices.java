package dev.weir.telemetry.otlp;

import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/// What an exporter tells people: that a receiver is lost and found again, once each; what was
/// refused or given up, once a minute at most. Used by one thread.
final class Notices {
    private static final long BETWEEN = 60_000_000_000L;

    private final String receiver;
    private final LongSupplier nanos;
    private boolean failing;
    private long mutedUntil;
    private boolean muted;

    Notices(String receiver, LongSupplier nanos) {
        this.receiver = receiver;
        this.nanos = nanos;
    }

    void failed(Signal signal, String reason) {
        if (!failing) {
            failing = true;
            log().log(
                            Level.WARNING,
                            "{0} to {1}: {2}; trying again",
                            signal.word(),
                            receiver,
                            reason);
        }
    }

    void delivered() {
        if (failing) {
            failing = false;
            log().log(Level.INFO, "{0} takes telemetry again", receiver);
        }
    }

    void refused(Signal signal, long items, String reason) {
        if (audible()) {
            log().log(
                            Level.WARNING,
                            "{0} to {1}: {2} items refused: {3}",
                            signal.word(),
                            receiver,
                            items,
                            reason);
        }
    }

    /// @return whether it was told
    boolean dropped(Signal signal, long items, DropReason reason) {
        boolean told = audible();
        if (told) {
            log().log(
                            Level.WARNING,
                            "{0} to {1}: {2} items dropped: {3}",
                            signal.word(),
                            receiver,
                            items,
                            reason.word());
        }
        return told;
    }

    void spool(String reason) {
        if (audible()) {
            log().log(Level.WARNING, "the spool cannot be used: {0}", reason);
        }
    }

    private boolean audible() {
        long now = nanos.getAsLong();
        if (muted && now - mutedUntil < 0) {
            return false;
        }
        muted = true;
        mutedUntil = now + BETWEEN;
        return true;
    }

    /// Found when there is something to say, as most exporters never have: a logger costs more to
    /// find than a request to send.
    static System.Logger log() {
        return System.getLogger("dev.weir.telemetry.otlp");
    }
}
