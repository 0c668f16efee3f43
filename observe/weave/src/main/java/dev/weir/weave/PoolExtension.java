package dev.weir.weave;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/// Entries behind the last one of a constant pool (JVMS §4.4), each once.
final class PoolExtension {
    private static final int LIMIT = 0xffff;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Map<String, Integer> known = new HashMap<>();
    private int next;

    /// @param next the index of the first new entry
    PoolExtension(int next) {
        this.next = next;
    }

    int count() {
        return next;
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    int utf8(String text) {
        return entry(
                "u " + text,
                () -> {
                    out.writeByte(1);
                    out.writeUTF(text);
                });
    }

    int type(String name) {
        int text = utf8(name);
        return pair("c " + name, 7, text, 0);
    }

    int method(String owner, boolean isInterface, String name, String descriptor) {
        int type = type(owner);
        int nameIndex = utf8(name);
        int member = pair("n " + name + descriptor, 12, nameIndex, utf8(descriptor));
        var key = (isInterface ? "i " : "m ") + owner + '#' + name + descriptor;
        return pair(key, isInterface ? 11 : 10, type, member);
    }

    /// A method handle that calls a static method.
    int handle(int method) {
        return entry(
                "h " + method,
                () -> {
                    out.writeByte(15);
                    out.writeByte(6);
                    out.writeShort(method);
                });
    }

    private int pair(String key, int tag, int one, int two) {
        return entry(
                key,
                () -> {
                    out.writeByte(tag);
                    out.writeShort(one);
                    if (two != 0) {
                        out.writeShort(two);
                    }
                });
    }

    private interface Write {
        void run() throws IOException;
    }

    private int entry(String key, Write write) {
        var index = known.get(key);
        if (index != null) {
            return index;
        }
        if (next >= LIMIT) {
            throw new IllegalArgumentException("constant pool: expected room, found it full");
        }
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the text is longer than 65535 bytes
        }
        known.put(key, next);
        return next++;
    }
}
