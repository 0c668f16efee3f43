package dev.weir.wasm.wasi;

import dev.weir.wasm.Instance;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.TrapException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The system interface of one guest, WASI preview 1: arguments, environment, streams, clocks,
/// random numbers, and the directories and sockets that it was given. It has nothing that the
/// builder was not told of.
///
/// Belongs to one instance, and to the thread of its store. Close it: directories hold numbers of
/// the kernel. What a guest does wrong is answered with an `errno`; a guest that is stopped while
/// it waits ends with a [TrapException].
public final class Wasi implements AutoCloseable {
    final Guest guest;
    final Descriptors descriptors;
    final WasiLimits limits;
    final Clocks clocks;
    private final ProgramCalls program;
    private @Nullable Store store;

    private Wasi(Builder builder) throws IOException {
        limits = builder.limits;
        clocks = builder.clocks;
        guest = new Guest(limits);
        descriptors = new Descriptors(limits.descriptors());
        program = new ProgramCalls(this, builder.random, builder.arguments, builder.environment);
        try {
            descriptors.add(new InputDescriptor(builder.input, builder.inputType));
            descriptors.add(new OutputDescriptor(builder.output, builder.outputType));
            descriptors.add(new OutputDescriptor(builder.error, builder.errorType));
            for (var directory : builder.directories) {
                descriptors.add(directory.open());
            }
            for (var listener : builder.listeners) {
                descriptors.add(new ListenerDescriptor(listener));
            }
        } catch (IOException | RuntimeException e) {
            descriptors.closeAll();
            throw e;
        }
    }

    /// A guest with no arguments, no environment, empty input, output to nowhere, the host's clocks
    /// and random numbers, and no directory.
    public static Builder builder() {
        return new Builder();
    }

    /// Instantiates a module with preview 1 beside what the linker has, and calls its `_initialize`
    /// where it has one.
    ///
    /// @throws dev.weir.wasm.LinkException when an import is missing
    /// @throws TrapException when the guest was stopped, also where it called `proc_exit`
    public Instance instantiate(Linker linker, Module module) {
        if (store != null) {
            throw new IllegalStateException("a system interface serves one instance");
        }
        store = linker.store();
        var calls = new Calls(linker);
        var fd = new FdCalls(this);
        program.link(calls);
        fd.link(calls);
        new PathCalls(this, fd).link(calls);
        new PollCall(this, program).link(calls);
        new SockCalls(this).link(calls);
        var instance = linker.instantiate(module);
        if (instance.exports().contains("memory")) {
            guest.use(instance.memory("memory"));
        }
        if (instance.exports().contains("_initialize")) {
            instance.func("_initialize").call();
        }
        return instance;
    }

    /// Runs a command: instantiates it and calls its `_start`.
    ///
    /// @return the code that the guest ended with, from 0 to 2³² - 1; 0 where it just came back
    /// @throws dev.weir.wasm.LinkException when an import or `_start` is missing
    /// @throws TrapException when the guest was stopped
    public long run(Linker linker, Module module) {
        try {
            instantiate(linker, module).func("_start").call();
            return 0;
        } catch (TrapException e) {
            return exitCode(e);
        }
    }

    /// The code of a guest that ended itself, where the exception says that.
    ///
    /// @return the code, from 0 to 2³² - 1
    /// @throws TrapException the same, where it says something else
    public static long exitCode(TrapException e) {
        if (e.getCause() instanceof Exit exit) {
            return exit.code & 0xffffffffL;
        }
        throw e;
    }

    Store store() {
        return Objects.requireNonNull(store, "a call before the instance");
    }

    /// Closes what the guest has open; not the streams and listeners of the builder.
    @Override
    public void close() {
        descriptors.closeAll();
    }

    private record Directory(Path path, String name, boolean writable) {
        DirectoryDescriptor open() throws IOException {
            long all = Rights.DIRECTORY | Rights.FILE;
            long inheriting = writable ? all : Rights.READING;
            return new DirectoryDescriptor(
                    Place.root(path), name, Rights.DIRECTORY & inheriting, inheriting);
        }
    }

    /// What a guest is given. Belongs to one thread.
    public static final class Builder {
        private final List<String> arguments = new ArrayList<>();
        private final List<String> environment = new ArrayList<>();
        private final List<Directory> directories = new ArrayList<>();
        private final List<ServerSocketChannel> listeners = new ArrayList<>();
        private InputStream input = InputStream.nullInputStream();
        private OutputStream output = OutputStream.nullOutputStream();
        private OutputStream error = OutputStream.nullOutputStream();
        private int inputType = Stat.UNKNOWN;
        private int outputType = Stat.UNKNOWN;
        private int errorType = Stat.UNKNOWN;
        private Clocks clocks = Clocks.system();
        private RandomGenerator random = new SecureRandom();
        private WasiLimits limits = WasiLimits.DEFAULT;

        private Builder() {}

        /// Adds arguments; the first is the program's name.
        public Builder arguments(String... more) {
            for (var argument : more) {
                arguments.add(plain(argument));
            }
            return this;
        }

        /// Adds a variable of the environment.
        public Builder environment(String name, String value) {
            if (name.isEmpty() || name.contains("=")) {
                throw new IllegalArgumentException("\"" + name + "\": expected a name without =");
            }
            environment.add(plain(name) + "=" + plain(value));
            return this;
        }

        private static String plain(String text) {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("\"" + text + "\": expected no NUL");
            }
            return text;
        }

        /// Gives the guest a directory of the host, with all that is in it.
        ///
        /// @param name under which the guest finds it: `/` or `.` for where its paths begin
        public Builder directory(Path host, String name) {
            directories.add(new Directory(host, plain(name), true));
            return this;
        }

        /// Gives the guest a directory that it may read and not change.
        public Builder readOnlyDirectory(Path host, String name) {
            directories.add(new Directory(host, plain(name), false));
            return this;
        }

        /// Gives the guest a bound socket to accept connections at; it is made non-blocking. Its
        /// number comes behind those of the directories.
        public Builder listener(ServerSocketChannel bound) {
            listeners.add(bound);
            return this;
        }

        /// Where standard input comes from.
        public Builder input(InputStream stream) {
            input = stream;
            return this;
        }

        /// Where standard output goes to; flushed after each write.
        public Builder output(OutputStream stream) {
            output = stream;
            return this;
        }

        /// Where standard error goes to; flushed after each write.
        public Builder error(OutputStream stream) {
            error = stream;
            return this;
        }

        /// Which streams the guest is told are terminals.
        public Builder terminals(boolean input, boolean output, boolean error) {
            inputType = input ? Stat.CHARACTER_DEVICE : Stat.UNKNOWN;
            outputType = output ? Stat.CHARACTER_DEVICE : Stat.UNKNOWN;
            errorType = error ? Stat.CHARACTER_DEVICE : Stat.UNKNOWN;
            return this;
        }

        /// The time that the guest sees.
        public Builder clocks(Clocks clocks) {
            this.clocks = clocks;
            return this;
        }

        /// Where random numbers come from; used on the guest's thread.
        public Builder random(RandomGenerator random) {
            this.random = random;
            return this;
        }

        /// What the guest may use.
        public Builder limits(WasiLimits limits) {
            this.limits = limits;
            return this;
        }

        /// Opens the directories.
        ///
        /// @throws UncheckedIOException when one cannot be opened
        public Wasi build() {
            try {
                return new Wasi(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
