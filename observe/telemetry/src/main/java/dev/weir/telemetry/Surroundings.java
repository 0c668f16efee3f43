package dev.weir.telemetry;

import org.jspecify.annotations.Nullable;

/// Where a process is told things from outside: its system properties and its environment.
///
/// A class of the usual kind, as most of what a process does before it is ready is: each lambda
/// that runs there takes about a millisecond once, which is more than all the settings together.
interface Surroundings {
    /// Those of this process.
    Surroundings SYSTEM = new OfProcess();

    /// A system property, or null.
    @Nullable String property(String name);

    /// An environment variable, or null.
    @Nullable String variable(String name);

    /// The one place of the library that reads the environment.
    final class OfProcess implements Surroundings {
        private OfProcess() {}

        @Override
        public @Nullable String property(String name) {
            return System.getProperty(name);
        }

        @Override
        public @Nullable String variable(String name) {
            return System.getenv(name);
        }
    }
}
