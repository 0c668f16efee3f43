package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// What modules and stores of the same types share. Thread-safe; holds no other resources.
public final class Engine {
    static final int PART_BYTES = 6_500;

    final TypeRegistry types = new TypeRegistry();

    /// How often a function runs in the interpreter before it is compiled.
    final int threshold;

    /// How many bytes of bytecode a method is planned to have at most; HotSpot compiles none of
    /// 8,000, and the plan is a guess.
    final int partBytes;

    /// Whether compiled code uses the Vector API.
    final boolean vectors;

    /// Where compiled code is kept.
    final @Nullable CodeCache cache;

    private Engine(int threshold, int partBytes, boolean vectors, @Nullable CodeCache cache) {
        this.threshold = threshold;
        this.partBytes = partBytes;
        this.vectors = vectors;
        this.cache = cache;
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
        return create(mode, PART_BYTES);
    }

    /// A new engine that takes compiled code from a cache, and puts into it what is not there.
    public static Engine create(Mode mode, CodeCache cache) {
        return create(mode, PART_BYTES, VECTORS, cache);
    }

    static Engine create(Mode mode, int partBytes) {
        return create(mode, partBytes, VECTORS);
    }

    static Engine create(Mode mode, int partBytes, boolean vectors) {
        return create(mode, partBytes, vectors, null);
    }

    static Engine create(Mode mode, int partBytes, boolean vectors, @Nullable CodeCache cache) {
        return new Engine(
                switch (mode) {
                    case INTERPRETED -> Integer.MAX_VALUE;
                    case COMPILED -> 0;
                    case TIERED -> 500;
                },
                partBytes,
                vectors && mode != Mode.INTERPRETED,
                cache);
    }

    /// Whether compiled code may use the Vector API: where the JVM was started with its module,
    /// unless the property `weir.wasm.vectors` is false.
    private static final boolean VECTORS = findVectors();

    private static boolean findVectors() {
        var found = ModuleLayer.boot().findModule("jdk.incubator.vector");
        if (found.isEmpty() || "false".equals(System.getProperty("weir.wasm.vectors"))) {
            return false;
        }
        Engine.class.getModule().addReads(found.get());
        return true;
    }
}
