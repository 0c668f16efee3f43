package dev.weir.wasm.wasi;

import dev.weir.wasm.FuncType;
import dev.weir.wasm.Linker;
import dev.weir.wasm.ValType;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives a linker the functions of preview 1.
final class Calls {
    static final String MODULE = "wasi_snapshot_preview1";

    private final Linker linker;

    Calls(Linker linker) {
        this.linker = linker;
    }

    /// @param params a letter each: `i` for 32 bits, `l` for 64
    void add(String name, String params, Call body) {
        linker.func(
                MODULE, name, type(params, List.of(ValType.I32)), values -> answer(body, values));
    }

    /// One that does not come back.
    void addLast(String name, String params, Call body) {
        linker.func(
                MODULE,
                name,
                type(params, List.of()),
                values -> {
                    body.run(new Call.Arguments(values));
                    return new Object[0];
                });
    }

    private static FuncType type(String params, List<ValType> results) {
        return new FuncType(
                params.chars()
                        .mapToObj(letter -> letter == 'l' ? ValType.I64 : ValType.I32)
                        .toList(),
                results);
    }

    private static @Nullable Object[] answer(Call body, @Nullable Object... values)
            throws InterruptedException, Exit {
        return new Object[] {errno(body, new Call.Arguments(values)).ordinal()};
    }

    private static Errno errno(Call body, Call.Arguments arguments)
            throws InterruptedException, Exit {
        try {
            body.run(arguments);
            return Errno.SUCCESS;
        } catch (IOException e) {
            return Errno.of(e);
        } catch (java.nio.channels.NonReadableChannelException
                | java.nio.channels.NonWritableChannelException e) {
            return Errno.BADF;
        }
    }
}
