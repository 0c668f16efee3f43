package dev.weir.wasm;

/// An integer of 31 bits as a reference, `ref.i31` in text. Equal when the bits are equal.
///
/// @param bits the 31 bits, the upper bit zero
public record I31(int bits) {
    /// Keeps the lower 31 bits.
    public I31 {
        bits &= 0x7fffffff;
    }

    /// The value with its sign.
    public int signed() {
        return bits << 1 >> 1;
    }
}
