package dev.weir.telemetry;

import org.jspecify.annotations.Nullable;

/// What a platform thread has for itself: its stripe, and drafts that no other thread asks for.
final class Home {
    private static final int SPARE = 4;

    final Stripe stripe;
    private final @Nullable Draft[] spare = new @Nullable Draft[SPARE];
    private int spares;

    Home(Stripe stripe) {
        this.stripe = stripe;
    }

    @Nullable Draft take() {
        if (spares == 0) {
            return null;
        }
        var draft = spare[--spares];
        spare[spares] = null;
        return draft;
    }

    void give(Draft draft) {
        if (spares < SPARE) {
            spare[spares++] = draft;
        }
    }
}
