package dev.weir.store;

import org.jspecify.annotations.Nullable;

/// A call of a client and what came of it, between two moments of one clock.
///
/// @param returned when the client knew; never, for an unknown outcome
record Operation(Call call, long called, long returned, Outcome outcome) {
    static final long NEVER = Long.MAX_VALUE;

    /// What was asked.
    sealed interface Call {
        /// The newest value of a key.
        record Read(String key) implements Call {}

        /// A change.
        record Change(Write write) implements Call {}
    }

    /// What was answered.
    sealed interface Outcome {
        /// A value, or none.
        record Found(@Nullable Entry entry) implements Outcome {}

        /// The change was made.
        record Done(Entry entry) implements Outcome {}

        /// The change was not made.
        record Refused(StoreException.Code code) implements Outcome {}

        /// The change was made, or it was not.
        record Unknown() implements Outcome {}
    }

    String key() {
        return switch (call) {
            case Call.Read read -> read.key();
            case Call.Change change -> change.write().key();
        };
    }

    @Override
    public String toString() {
        var what =
                switch (call) {
                    case Call.Read read -> "read " + read.key();
                    case Call.Change(Write.Create create) -> "create " + create.key();
                    case Call.Change(Write.Update update) ->
                            "update " + update.key() + " if at " + update.revision();
                    case Call.Change(Write.Delete delete) ->
                            "delete " + delete.key() + " if at " + delete.revision();
                };
        var came =
                switch (outcome) {
                    case Outcome.Found(var entry) ->
                            entry == null ? "nothing" : "revision " + entry.revision();
                    case Outcome.Done(var entry) -> "done at " + entry.revision();
                    case Outcome.Refused(var code) -> code.toString();
                    case Outcome.Unknown _ -> "unknown";
                };
        return "["
                + called
                + ".."
                + (returned == NEVER ? "" : returned)
                + "] "
                + what
                + ": "
                + came;
    }
}
