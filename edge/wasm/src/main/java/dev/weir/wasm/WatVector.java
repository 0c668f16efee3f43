package dev.weir.wasm;

/// The immediate of `v128.const`: a shape, and its lanes.
final class WatVector {
    private WatVector() {}

    static void write(Cursor cursor, Buffer out) {
        var shape = cursor.take();
        switch (shape.text()) {
            case "i8x16" -> integers(cursor, out, 16, 8);
            case "i16x8" -> integers(cursor, out, 8, 16);
            case "i32x4" -> integers(cursor, out, 4, 32);
            case "i64x2" -> integers(cursor, out, 2, 64);
            case "f32x4" -> {
                for (int i = 0; i < 4; i++) {
                    out.fixed(WatNumber.f32(cursor.take()), 4);
                }
            }
            case "f64x2" -> {
                for (int i = 0; i < 2; i++) {
                    out.fixed(WatNumber.f64(cursor.take()), 8);
                }
            }
            default -> throw shape.unexpected();
        }
    }

    private static void integers(Cursor cursor, Buffer out, int lanes, int bits) {
        for (int i = 0; i < lanes; i++) {
            out.fixed(WatNumber.integer(cursor.take(), bits), bits / 8);
        }
    }
}
