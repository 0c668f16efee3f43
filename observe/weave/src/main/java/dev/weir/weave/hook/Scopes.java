package dev.weir.weave.hook;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/// Scopes that one hook opens and another one closes, on the same thread.
final class Scopes {
    private Scopes() {}

    @SuppressWarnings("MustBeClosedChecker") // woven code calls the hook that closes it
    static Scope open(Context context) {
        return context.makeCurrent();
    }
}
