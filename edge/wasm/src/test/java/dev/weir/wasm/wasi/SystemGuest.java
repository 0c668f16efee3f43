package dev.weir.wasm.wasi;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Memory;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.ValType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A guest that passes on each function of preview 1, so that a test can call them as a hostile
/// program would. Texts are put at fixed places of its one page of memory.
final class SystemGuest implements AutoCloseable {
    static final long ALL = Rights.DIRECTORY | Rights.FILE;
    static final int PATH = 0x1000;
    static final int SECOND = 0x4000;
    static final int DATA = 0x8000;
    static final int OUT = 0x100;
    static final int ROOT = 3;

    /// Each function with its parameters.
    static final Map<String, String> FUNCTIONS = functions();

    final Wasi wasi;
    final Store store;
    final Instance instance;
    final Memory memory;

    SystemGuest(Wasi.Builder builder) {
        wasi = builder.build();
        var engine = Engine.create();
        store = Store.of(engine, Limits.DEFAULT);
        instance = wasi.instantiate(Linker.of(store), Module.parseText(engine, text()));
        memory = instance.memory("memory");
    }

    private static Map<String, String> functions() {
        var all = new LinkedHashMap<String, String>();
        var rows =
                """
                args_get ii
                args_sizes_get ii
                clock_res_get ii
                clock_time_get ili
                environ_get ii
                environ_sizes_get ii
                fd_advise illi
                fd_allocate ill
                fd_close i
                fd_datasync i
                fd_fdstat_get ii
                fd_fdstat_set_flags ii
                fd_fdstat_set_rights ill
                fd_filestat_get ii
                fd_filestat_set_size il
                fd_filestat_set_times illi
                fd_pread iiili
                fd_prestat_dir_name iii
                fd_prestat_get ii
                fd_pwrite iiili
                fd_read iiii
                fd_readdir iiili
                fd_renumber ii
                fd_seek ilii
                fd_sync i
                fd_tell ii
                fd_write iiii
                path_create_directory iii
                path_filestat_get iiiii
                path_filestat_set_times iiiilli
                path_link iiiiiii
                path_open iiiiillii
                path_readlink iiiiii
                path_remove_directory iii
                path_rename iiiiii
                path_symlink iiiii
                path_unlink_file iii
                poll_oneoff iiii
                proc_raise i
                random_get ii
                sched_yield -
                sock_accept iii
                sock_recv iiiiii
                sock_send iiiii
                sock_shutdown ii
                """;
        for (var row : rows.lines().toList()) {
            var parts = row.split(" ");
            all.put(parts[0], parts[1].equals("-") ? "" : parts[1]);
        }
        return all;
    }

    private static String text() {
        var imports = new StringBuilder("(module\n");
        FUNCTIONS.forEach((name, letters) -> {
            var params =
                    letters.chars()
                            .mapToObj(letter -> letter == 'l' ? "i64" : "i32")
                            .collect(Collectors.joining(" "));
            imports.append(
                    "(import \"%s\" \"%s\" (func $%s (param %s) (result i32)))\n"
                            .formatted(Calls.MODULE, name, name, params));
        });
        imports.append(
                "(import \"" + Calls.MODULE + "\" \"proc_exit\" (func $exit (param i32)))\n");
        imports.append("(memory (export \"memory\") 1)\n");
        FUNCTIONS
                .keySet()
                .forEach(
                        name -> imports.append("(export \"" + name + "\" (func $" + name + "))\n"));
        return imports.append("(func (export \"_start\") (call $exit (i32.const 7))))").toString();
    }

    Errno call(String name, Object... arguments) {
        var function = instance.func(name);
        var types = function.type().params();
        var values = arguments.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    types.get(i) == ValType.I64
                            ? (Object) ((Number) values[i]).longValue()
                            : (Object) ((Number) values[i]).intValue();
        }
        return Errno.values()[(Integer) function.call(values).getFirst()];
    }

    /// Puts a text, and gives its length in bytes.
    int put(int at, String text) {
        return put(at, text.getBytes(StandardCharsets.UTF_8));
    }

    int put(int at, byte[] bytes) {
        memory.write(at, bytes);
        return bytes.length;
    }

    int u32(int at) {
        return memory.view(at, 4).getInt();
    }

    long u64(int at) {
        return memory.view(at, 8).getLong();
    }

    void buffer(int at, int address, int length) {
        memory.view(at, 8).putInt(address).putInt(length);
    }

    /// @param how `oflags`
    Errno open(int directory, String path, boolean follow, int how, long rights) {
        int length = put(PATH, path);
        return call("path_open", directory, follow ? 1 : 0, PATH, length, how, rights, ALL, 0, OUT);
    }

    /// What a file has in it, or the error as a text.
    String read(int directory, String path) {
        var errno = open(directory, path, true, 0, Rights.FILE);
        return errno == Errno.SUCCESS ? read(u32(OUT)) : errno.name();
    }

    private String read(int fd) {
        buffer(OUT, DATA, 64);
        var errno = call("fd_read", fd, OUT, 1, OUT + 8);
        var text = errno == Errno.SUCCESS ? text(DATA, u32(OUT + 8)) : errno.name();
        call("fd_close", fd);
        return text;
    }

    Errno write(int directory, String path, String content) {
        var errno = open(directory, path, true, 1, Rights.FILE);
        if (errno != Errno.SUCCESS) {
            return errno;
        }
        int fd = u32(OUT);
        buffer(OUT, DATA, put(DATA, content));
        errno = call("fd_write", fd, OUT, 1, OUT + 8);
        call("fd_close", fd);
        return errno;
    }

    String text(int at, int length) {
        return new String(memory.read(at, length), StandardCharsets.UTF_8);
    }

    Errno onPath(String function, String path) {
        return call(function, ROOT, PATH, put(PATH, path));
    }

    Errno stat(String path, boolean follow) {
        return call("path_filestat_get", ROOT, follow ? 1 : 0, PATH, put(PATH, path), OUT);
    }

    Errno symlink(String target, String path) {
        int length = put(SECOND, target);
        return call("path_symlink", SECOND, length, ROOT, PATH, put(PATH, path));
    }

    Errno link(String from, String to) {
        int length = put(SECOND, to);
        return call("path_link", ROOT, 0, PATH, put(PATH, from), ROOT, SECOND, length);
    }

    Errno rename(String from, String to) {
        int length = put(SECOND, to);
        return call("path_rename", ROOT, PATH, put(PATH, from), ROOT, SECOND, length);
    }

    Errno readLink(String path) {
        Arrays.fill(memory.view(DATA, 64).array(), DATA, DATA + 64, (byte) 0);
        return call("path_readlink", ROOT, PATH, put(PATH, path), DATA, 64, OUT);
    }

    @Override
    public void close() {
        wasi.close();
    }
}
