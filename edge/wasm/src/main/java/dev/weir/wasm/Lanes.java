package dev.weir.wasm;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/// What compiled code takes the lanes of a vector for: each is a class of the Vector API.
enum Lanes {
    BYTE(TypeKind.BYTE, ConstantDescs.CD_byte, "Byte", 8),
    SHORT(TypeKind.SHORT, ConstantDescs.CD_short, "Short", 16),
    INT(TypeKind.INT, ConstantDescs.CD_int, "Int", 32),
    LONG(TypeKind.LONG, ConstantDescs.CD_long, "Long", 64),
    FLOAT(TypeKind.FLOAT, ConstantDescs.CD_float, "Float", 32),
    DOUBLE(TypeKind.DOUBLE, ConstantDescs.CD_double, "Double", 64);

    final TypeKind element;
    final ClassDesc elementDesc;
    final ClassDesc desc;

    /// The method that makes any vector one of these lanes with the same bits.
    final String reinterpret;

    /// Bits of a lane.
    final int width;

    Lanes(TypeKind element, ClassDesc elementDesc, String name, int width) {
        this.element = element;
        this.elementDesc = elementDesc;
        this.desc = ClassDesc.of("jdk.incubator.vector." + name + "Vector");
        this.reinterpret = "reinterpretAs" + name + "s";
        this.width = width;
    }

    /// Integers of the same width.
    Lanes integral() {
        return switch (this) {
            case FLOAT -> INT;
            case DOUBLE -> LONG;
            default -> this;
        };
    }

    boolean isWide() {
        return width == 64;
    }
}
