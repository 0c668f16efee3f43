package dev.weir.wasm;

/// What a store's guests may use.
///
/// @param memoryBytes all memories together; each with addresses of 32 bits at most 2 GiB less 64
///   KiB
/// @param tableElements all tables together
/// @param callDepth calls of guests inside each other
/// @param stackSlots values on the stack, 8 bytes each and a reference
/// @param fuel about one for each instruction; -1 for no end
/// @param instances of modules, made in the store's life
public record Limits(
        long memoryBytes,
        long tableElements,
        int callDepth,
        int stackSlots,
        long fuel,
        int instances) {
    /// 1 GiB of memory, 10 million elements, 20,000 calls, 2 million slots, no end of fuel, 10,000
    /// instances.
    public static final Limits DEFAULT =
            new Limits(1L << 30, 10_000_000, 20_000, 2_000_000, -1, 10_000);

    /// Nothing is negative but fuel, which may be -1; a call and 16 slots are the least.
    public Limits {
        if (memoryBytes < 0
                || tableElements < 0
                || callDepth < 1
                || stackSlots < 16
                || fuel < -1
                || instances < 0) {
            throw new IllegalArgumentException(
                    "limits: expected no negative value, a call and 16 slots at least; found memory "
                            + memoryBytes
                            + " bytes, tables "
                            + tableElements
                            + ", depth "
                            + callDepth
                            + ", slots "
                            + stackSlots
                            + ", fuel "
                            + fuel
                            + ", instances "
                            + instances);
        }
    }

    /// The same but for the fuel.
    public Limits withFuel(long fuel) {
        return new Limits(memoryBytes, tableElements, callDepth, stackSlots, fuel, instances);
    }

    /// The same but for the memory.
    public Limits withMemoryBytes(long memoryBytes) {
        return new Limits(memoryBytes, tableElements, callDepth, stackSlots, fuel, instances);
    }

    /// The same but for the instances.
    public Limits withInstances(int instances) {
        return new Limits(memoryBytes, tableElements, callDepth, stackSlots, fuel, instances);
    }
}
