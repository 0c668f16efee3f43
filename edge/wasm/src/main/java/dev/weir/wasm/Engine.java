package dev.weir.wasm;

/// What modules and stores of the same types share. Thread-safe; holds no other resources.
public final class Engine {
    final TypeRegistry types = new TypeRegistry();

    /// How often a function runs in the interpreter before it is compiled.
    final int threshold;

    private Engine(int threshold) {
        this.threshold = threshold;
    }

    /// How the functions of guests run.
    public enum Mode {
        /// In the interpreter.
        INTERPRETED,
        /// Compiled, each module when the first of its functions is called.
        COMPILED,
        /// In the interpreter until they are called often, then compiled.
        TIERED
    }

    /// A new engine that compiles what is called often.
    public static Engine create() {
        return create(Mode.TIERED);
    }

    /// A new engine.
    public static Engine create(Mode mode) {
        return new Engine(
                switch (mode) {
                    case INTERPRETED -> Integer.MAX_VALUE;
                    case COMPILED -> 0;
                    case TIERED -> 500;
                });
    }
}
