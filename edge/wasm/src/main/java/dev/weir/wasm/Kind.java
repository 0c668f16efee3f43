package dev.weir.wasm;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/// How compiled code holds a value.
enum Kind {
    INT(TypeKind.INT, ConstantDescs.CD_int, int.class),
    LONG(TypeKind.LONG, ConstantDescs.CD_long, long.class),
    FLOAT(TypeKind.FLOAT, ConstantDescs.CD_float, float.class),
    DOUBLE(TypeKind.DOUBLE, ConstantDescs.CD_double, double.class),
    REFERENCE(TypeKind.REFERENCE, ConstantDescs.CD_Object, Object.class),

    /// Two longs, the lower half first.
    VECTOR(TypeKind.LONG, ConstantDescs.CD_long, long.class);

    final TypeKind jvm;
    final ClassDesc desc;
    final Class<?> type;

    Kind(TypeKind jvm, ClassDesc desc, Class<?> type) {
        this.jvm = jvm;
        this.desc = desc;
        this.type = type;
    }

    static Kind of(int type) {
        return switch (type) {
            case Types.I32 -> INT;
            case Types.I64 -> LONG;
            case Types.F32 -> FLOAT;
            case Types.F64 -> DOUBLE;
            case Types.V128 -> VECTOR;
            default -> REFERENCE;
        };
    }

    /// Slots in a frame of the interpreter.
    int width() {
        return this == VECTOR ? 2 : 1;
    }

    /// Places on the JVM's operand stack or among its locals.
    int size() {
        return this == VECTOR ? 4 : jvm.slotSize();
    }
}
