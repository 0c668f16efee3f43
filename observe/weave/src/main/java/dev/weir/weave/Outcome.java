package dev.weir.weave;

import java.util.Map;
import java.util.Objects;

/// What weaving did with one class.
public sealed interface Outcome {
    /// No rule applies, or the class is woven already.
    record Untouched() implements Outcome {}

    /// The class has hooks now.
    ///
    /// @param bytes the class file
    /// @param sites how many places were woven, by instrumentation
    record Woven(byte[] bytes, Map<String, Integer> sites) implements Outcome {
        /// Checks that the bytes are there, and copies the counts.
        public Woven {
            Objects.requireNonNull(bytes, "bytes");
            sites = Map.copyOf(sites);
        }
    }

    /// Rules apply, and cannot be followed; the class stays as it is.
    ///
    /// @param reason why
    record Refused(String reason) implements Outcome {
        /// Checks that there is a reason.
        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
