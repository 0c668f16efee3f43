package dev.weir.wasm.wasi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// The two system calls of Linux that the JDK does not offer: to open a file or directory as a
/// number, and to close it. A number names what was opened, whatever becomes of the names on the
/// way to it; `/proc/self/fd/NUMBER` is a path to it that the JDK's own calls take.
///
/// Thread-safe. Where [#isPresent] says no (another system, no `/proc`), nothing here is called.
final class Kernel {
    static final int READ = 0;
    static final int WRITE = 1;
    static final int READ_WRITE = 2;
    static final int CREATE = 0x40;
    static final int EXCLUSIVE = 0x80;
    static final int TRUNCATE = 0x200;
    static final int NON_BLOCKING = 0x800;
    static final int DIRECTORY = isOldNumbering() ? 0x4000 : 0x10000;
    static final int NO_FOLLOW = isOldNumbering() ? 0x8000 : 0x20000;
    static final int CLOSE_ON_EXEC = 0x80000;
    static final int ONLY_PLACE = 0x200000;
    private static final int MODE = 0x1b6;

    private static final boolean PRESENT =
            System.getProperty("os.name").equals("Linux")
                    && Files.isDirectory(Path.of("/proc/self/fd"));

    private Kernel() {}

    /// The handles; made when the first directory is opened.
    private static final class Calls {
        static final VarHandle ERRNO =
                Linker.Option.captureStateLayout()
                        .varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle OPEN =
                handle(
                        "open",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2),
                        Linker.Option.captureCallState("errno"));
        static final MethodHandle CLOSE =
                handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private Calls() {}

        @SuppressWarnings("restricted")
        private static MethodHandle handle(
                String name, FunctionDescriptor type, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
        }
    }

    static boolean isPresent() {
        return PRESENT;
    }

    /// Two of Linux's flags have other numbers where its first port was to ARM or POWER.
    private static boolean isOldNumbering() {
        var arch = System.getProperty("os.arch");
        return arch.startsWith("aarch64") || arch.startsWith("arm") || arch.startsWith("ppc");
    }

    /// Opens what a path names, and gives its number. The last name is never followed.
    static int open(String path, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Linker.Option.captureStateLayout());
            int all = flags | NO_FOLLOW | CLOSE_ON_EXEC;
            int number = (int) Calls.OPEN.invokeExact(state, arena.allocateFrom(path), all, MODE);
            if (number < 0) {
                throw new Refusal(Errno.linux((int) Calls.ERRNO.get(state, 0L)));
            }
            return number;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void close(int number) {
        try {
            int ignored = (int) Calls.CLOSE.invokeExact(number);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
