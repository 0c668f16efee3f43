package dev.weir.telemetry;

import org.jspecify.annotations.Nullable;

/// What a platform thread has for itself: its stripe, and drafts that no other thread asks for.
///
/// A draft that is lent stays in its place, which it mostly comes back to: a reference that is not
/// written costs no barrier of the garbage collector.
final class Home {
    private static final int SPARE = 4;

    final Stripe stripe;
    private final @Nullable Draft[] spare = new @Nullable Draft[SPARE];
    private int spares;

    Home(Stripe stripe) {
        this.stripe = stripe;
    }

    @Nullable Draft take() {
        return spares == 0 ? null : spare[--spares];
    }

    void give(Draft draft) {
        if (spares < SPARE) {
            if (spare[spares] != draft) {
                spare[spares] = draft;
            }
            spares++;
        }
    }
}
