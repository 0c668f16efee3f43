package dev.weir.clients;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/// What checks say when something is not as it should be.
final class Expect {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Expect() {}

    static void same(Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    static void that(boolean holds, String claim) {
        if (!holds) {
            throw new AssertionError("expected " + claim);
        }
    }

    static void contains(String part, String found) {
        that(found != null && found.contains(part), part + " in " + found);
    }

    /// What the call throws, which must be of that type.
    static <E extends Exception> E thrown(Class<E> type, Callable<?> call) {
        Object answer;
        try {
            answer = call.call();
        } catch (Exception e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw new AssertionError("expected a " + type.getSimpleName() + ", found " + e, e);
        }
        throw new AssertionError("expected a " + type.getSimpleName() + ", found " + answer);
    }

    /// Waits until the condition holds.
    static void soon(String claim, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            that(end - System.nanoTime() > 0, claim + " within " + PATIENCE.toSeconds() + " s");
            Thread.sleep(10);
        }
    }
}
