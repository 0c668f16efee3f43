package dev.weir.weave;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Function;

/// A private static method that a woven class gets: it passes arguments, or the result, of one call
/// through a hook. It is straight-line code, so it needs no stack map; and the call stays in its
/// class, so that what looks at its caller sees no stranger.
///
/// @param opcode how the original method is called
/// @param target the index of the original method in the constant pool
/// @param type what the adapter takes: for an instance method the receiver first
/// @param arguments the index of the hook for an argument; 0 for those that pass as they are
/// @param result the index of the hook for the result; 0 where it passes as it is
record Adapter(
        Opcode opcode,
        int target,
        MethodTypeDesc type,
        Function<ClassDesc, Integer> arguments,
        int result) {
    private static final int PRIVATE_STATIC_SYNTHETIC = 0x100a;
    private static final int INVOKESTATIC = 0xb8;

    /// The `method_info` (JVMS §4.6).
    byte[] method(PoolExtension pool, String name) {
        try {
            var code = code();
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.writeShort(PRIVATE_STATIC_SYNTHETIC);
            out.writeShort(pool.utf8(name));
            out.writeShort(pool.utf8(type.descriptorString()));
            out.writeShort(1);
            out.writeShort(pool.utf8("Code"));
            out.writeInt(12 + code.length);
            int slots = slots();
            out.writeShort(Math.max(slots, 2));
            out.writeShort(slots);
            out.writeInt(code.length);
            out.write(code);
            out.writeInt(0);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] code() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        int slot = 0;
        for (int i = 0; i < type.parameterCount(); i++) {
            var parameter = type.parameterType(i);
            var kind = TypeKind.from(parameter).asLoadable();
            out.writeByte(0x15 + order(kind));
            out.writeByte(slot);
            slot += kind.slotSize();
            boolean receiver = i == 0 && opcode != Opcode.INVOKESTATIC;
            invokeHook(out, receiver ? 0 : arguments.apply(parameter));
        }
        out.writeByte(opcode.bytecode());
        out.writeShort(target);
        if (opcode == Opcode.INVOKEINTERFACE) {
            out.writeByte(slot);
            out.writeByte(0);
        }
        invokeHook(out, result);
        var kind = TypeKind.from(type.returnType());
        out.writeByte(kind == TypeKind.VOID ? 0xb1 : 0xac + order(kind.asLoadable()));
        return bytes.toByteArray();
    }

    private static void invokeHook(DataOutputStream out, int hook) throws IOException {
        if (hook != 0) {
            out.writeByte(INVOKESTATIC);
            out.writeShort(hook);
        }
    }

    /// The order of the kinds in the opcodes that load and return: iload, lload, fload, ...
    private static int order(TypeKind kind) {
        return switch (kind) {
            case INT, BOOLEAN, BYTE, CHAR, SHORT -> 0;
            case LONG -> 1;
            case FLOAT -> 2;
            case DOUBLE -> 3;
            case REFERENCE -> 4;
            case VOID -> throw new IllegalArgumentException("void has no load");
        };
    }

    private int slots() {
        int slots = 0;
        for (var parameter : type.parameterList()) {
            slots += TypeKind.from(parameter).slotSize();
        }
        return slots;
    }
}
