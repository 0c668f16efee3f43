package dev.weir.saga;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// A call of another service, as a step or a compensation.
///
/// The engine commits the intent, calls, and commits the outcome. A call without an answer may have
/// had its effect: its outcome is unknown, and it is repeated with the same idempotency key until
/// it is known, or, before the pivot, until the step's attempts are used up and the compensation is
/// called, whose participant must remember "compensated before executed" (as [Inbox] does).
///
/// @param <C> the context
/// @param transport what carries the call
/// @param request what is asked, from the step; called again for each attempt
/// @param answer what to make of an answer that says done; what it throws makes the outcome unknown
public record Remote<C>(
        Transport transport,
        Function<Step<C>, Message> request,
        BiConsumer<Step<C>, Reply> answer) {
    /// A call whose answer nobody reads.
    public static <C> Remote<C> of(Transport transport, Function<Step<C>, Message> request) {
        return new Remote<>(transport, request, (_, _) -> {});
    }

    /// What is asked.
    ///
    /// @param target where, in the terms of the transport: a URI, a topic
    /// @param body the message
    public record Message(String target, String body) {}

    /// What carries calls; blocking, thread-safe.
    @FunctionalInterface
    public interface Transport {
        /// Asks once, and waits for the answer. What it throws makes the outcome unknown.
        ///
        /// @param key the idempotency key, `saga/branch/step/do` or `saga/branch/step/undo`
        /// @param trace headers of the trace context and baggage, by name
        Reply call(Message message, String key, java.util.Map<String, String> trace, Duration limit)
                throws Exception;
    }

    /// An answer.
    ///
    /// @param outcome what it says about the effect
    /// @param body the message
    public record Reply(Outcome outcome, String body) {}

    /// What an answer says about the effect.
    public enum Outcome {
        /// The effect is there.
        DONE,
        /// The effect is not there, and never will be.
        REFUSED,
        /// Nobody knows; ask again.
        UNKNOWN
    }
}
