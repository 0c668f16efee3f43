package dev.weir.wasm;

/// What modules and stores of the same types share. Thread-safe; holds no other resources.
public final class Engine {
    final TypeRegistry types = new TypeRegistry();

    private Engine() {}

    /// A new engine.
    public static Engine create() {
        return new Engine();
    }
}
