package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import org.jspecify.annotations.Nullable;

/// A function that a frame of the interpreter can go on in, from one of its loops on.
final class Loops {
    private final Plan plan;
    private final MethodHandle[] parts;

    Loops(Plan plan, Lookup lookup) {
        this.plan = plan;
        parts = new MethodHandle[plan.parts()];
        try {
            for (int i = 0; i < parts.length; i++) {
                parts[i] = lookup.findStatic(lookup.lookupClass(), plan.name(i), Plan.TYPE);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("parts", e);
        }
    }

    /// Runs to the function's end; the results are in the arrays, or the store has a tail call.
    void run(
            long[] numbers, @Nullable Object[] references, int place, Instance instance, int left) {
        int next = place;
        try {
            while (next >= 0) {
                next =
                        (int)
                                parts[plan.part(next)].invokeExact(
                                        numbers, references, next, instance, left);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
