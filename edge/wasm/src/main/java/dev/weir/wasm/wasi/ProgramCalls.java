package dev.weir.wasm.wasi;

import dev.weir.wasm.wasi.Call.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Arguments, environment, clocks, random numbers, and the end.
final class ProgramCalls {
    private static final int REALTIME = 0;
    private static final int LAST_CLOCK = 3;
    private static final int CHUNK = 1 << 16;

    private final Wasi wasi;
    private final Guest guest;
    private final RandomGenerator random;
    private final List<byte[]> arguments;
    private final List<byte[]> environment;
    private final long start;

    ProgramCalls(
            Wasi wasi, RandomGenerator random, List<String> arguments, List<String> environment) {
        this.wasi = wasi;
        this.guest = wasi.guest;
        this.random = random;
        this.arguments = terminated(arguments);
        this.environment = terminated(environment);
        this.start = wasi.clocks.monotonic();
    }

    private static List<byte[]> terminated(List<String> texts) {
        return texts.stream().map(text -> (text + "\0").getBytes(StandardCharsets.UTF_8)).toList();
    }

    void link(Calls calls) {
        calls.add("args_get", "ii", in -> put(arguments, in));
        calls.add("args_sizes_get", "ii", in -> sizes(arguments, in));
        calls.add("environ_get", "ii", in -> put(environment, in));
        calls.add("environ_sizes_get", "ii", in -> sizes(environment, in));
        calls.add("clock_res_get", "ii", this::resolution);
        calls.add("clock_time_get", "ili", in -> guest.u64(in.i32(2), time(in.i32(0))));
        calls.add("random_get", "ii", this::random);
        calls.add("sched_yield", "", in -> Thread.yield());
        calls.add(
                "proc_raise",
                "i",
                in -> {
                    throw new Refusal(Errno.NOTSUP);
                });
        calls.addLast(
                "proc_exit",
                "i",
                in -> {
                    throw new Exit(in.i32(0));
                });
    }

    private void put(List<byte[]> texts, Arguments in) throws IOException {
        var places = guest.bytes(in.i32(0), texts.size() * 4);
        var buffer = guest.bytes(in.i32(1), length(texts));
        int address = in.i32(1);
        for (var text : texts) {
            places.putInt(address);
            buffer.put(text);
            address += text.length;
        }
    }

    private void sizes(List<byte[]> texts, Arguments in) throws IOException {
        guest.u32(in.i32(0), texts.size());
        guest.u32(in.i32(1), length(texts));
    }

    private static int length(List<byte[]> texts) {
        return texts.stream().mapToInt(text -> text.length).sum();
    }

    private void resolution(Arguments in) throws IOException {
        time(in.i32(0));
        guest.u64(in.i32(1), in.i32(0) == REALTIME ? 1_000 : 1);
    }

    /// The clocks of processor time show the time since the start: a guest's own is not measured.
    long time(int clock) throws Refusal {
        if (clock < 0 || clock > LAST_CLOCK) {
            throw new Refusal(Errno.INVAL);
        }
        return switch (clock) {
            case REALTIME -> wasi.clocks.realtime();
            case 1 -> wasi.clocks.monotonic();
            default -> wasi.clocks.monotonic() - start;
        };
    }

    private void random(Arguments in) throws IOException {
        var buffer = guest.bytes(in.i32(0), in.i32(1));
        while (buffer.hasRemaining()) {
            wasi.store().checkCancelled();
            var bytes = new byte[Math.min(buffer.remaining(), CHUNK)];
            random.nextBytes(bytes);
            buffer.put(bytes);
        }
    }
}
