package dev.weir.wasm.wasi;

import dev.weir.wasm.wasi.Call.Arguments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `poll_oneoff`: waits until something that the guest subscribed to happens.
final class PollCall {
    private static final int CLOCK = 0;
    private static final int READ = 1;
    private static final int SUBSCRIPTION = 48;
    private static final int EVENT = 32;
    private static final int ABSOLUTE = 1;

    private final Wasi wasi;
    private final Guest guest;
    private final ProgramCalls program;

    PollCall(Wasi wasi, ProgramCalls program) {
        this.wasi = wasi;
        this.guest = wasi.guest;
        this.program = program;
    }

    void link(Calls calls) {
        calls.add("poll_oneoff", "iiii", this::poll);
    }

    /// @param descriptor null for a clock, and where there is an error
    /// @param left nanoseconds until a clock's time when the poll began
    private record Subscription(
            long userdata, int type, Errno error, @Nullable Descriptor descriptor, long left) {
        boolean isClock() {
            return type == CLOCK && error == Errno.SUCCESS;
        }

        /// Whether it has happened.
        ///
        /// @return how many bytes are ready; -1 where it has not
        long state(long waited) throws IOException {
            if (error != Errno.SUCCESS) {
                return 0;
            }
            return descriptor == null ? left <= waited ? 0 : -1 : descriptor.ready(type != READ);
        }
    }

    private void poll(Arguments in) throws IOException, InterruptedException {
        int count = in.i32(2);
        if (count <= 0 || count > wasi.limits.vectors()) {
            throw new Refusal(Errno.INVAL);
        }
        var result = guest.bytes(in.i32(3), 4);
        var events = guest.bytes(in.i32(1), count * EVENT);
        var row = guest.bytes(in.i32(0), count * SUBSCRIPTION);
        var all = new ArrayList<Subscription>();
        for (int i = 0; i < count; i++) {
            all.add(subscription(row.slice(i * SUBSCRIPTION, SUBSCRIPTION).order(row.order())));
        }
        long least = least(all);
        int happened = happened(all, events, 0);
        if (happened == 0) {
            happened = await(all, events, least);
        }
        result.putInt(happened);
    }

    private static long least(List<Subscription> all) {
        return all.stream()
                .filter(Subscription::isClock)
                .mapToLong(Subscription::left)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private Subscription subscription(ByteBuffer from) {
        long userdata = from.getLong(0);
        int type = from.get(8) & 0xff;
        try {
            if (type == CLOCK) {
                return new Subscription(userdata, type, Errno.SUCCESS, null, left(from));
            }
            if (type > 2) {
                throw new Refusal(Errno.INVAL);
            }
            var descriptor = wasi.descriptors.get(from.getInt(16), Rights.POLL_FD_READWRITE);
            return new Subscription(userdata, type, Errno.SUCCESS, descriptor, 0);
        } catch (Refusal e) {
            return new Subscription(userdata, type, e.errno(), null, 0);
        }
    }

    private long left(ByteBuffer from) throws Refusal {
        long timeout = from.getLong(24);
        long now = program.time(from.getInt(16));
        long until = timeout < 0 ? Long.MAX_VALUE : timeout;
        if ((from.getShort(40) & ABSOLUTE) != 0) {
            return Math.max(0, until - now);
        }
        return until;
    }

    private int await(List<Subscription> all, ByteBuffer events, long least)
            throws IOException, InterruptedException {
        if (all.stream().noneMatch(one -> one.descriptor != null)) {
            wasi.clocks.sleep(wasi.store(), least);
            wasi.store().checkCancelled();
            return happened(all, events, least);
        }
        return select(all, events, least);
    }

    private int select(List<Subscription> all, ByteBuffer events, long least)
            throws IOException, InterruptedException {
        try (var selector = Selector.open()) {
            for (var one : all) {
                var channel = one.descriptor == null ? null : one.descriptor.selectable();
                if (channel != null) {
                    var key = channel.keyFor(selector);
                    int before = key == null ? 0 : key.interestOps();
                    channel.register(selector, before | operation(channel.validOps(), one.type));
                }
            }
            long start = System.nanoTime();
            int happened = 0;
            while (happened == 0) {
                long waited = System.nanoTime() - start;
                if (waited < least) {
                    Waiting.select(
                            wasi.store(),
                            selector,
                            least == Long.MAX_VALUE ? least : least - waited);
                }
                happened = selected(all, events, selector, System.nanoTime() - start);
            }
            return happened;
        }
    }

    private static int operation(int valid, int type) {
        int wanted =
                type == READ
                        ? SelectionKey.OP_READ | SelectionKey.OP_ACCEPT
                        : SelectionKey.OP_WRITE;
        return valid & wanted;
    }

    private int selected(List<Subscription> all, ByteBuffer events, Selector selector, long waited)
            throws IOException {
        int count = 0;
        for (var one : all) {
            var channel = one.descriptor == null ? null : one.descriptor.selectable();
            var key = channel == null ? null : channel.keyFor(selector);
            if (channel == null || key == null
                    ? one.state(waited) >= 0
                    : (key.readyOps() & operation(channel.validOps(), one.type)) != 0) {
                put(events, count++, one, 1);
            }
        }
        return count;
    }

    private static int happened(List<Subscription> all, ByteBuffer events, long waited)
            throws IOException {
        int count = 0;
        for (var one : all) {
            long bytes = one.state(waited);
            if (bytes >= 0) {
                put(events, count++, one, bytes);
            }
        }
        return count;
    }

    private static void put(ByteBuffer events, int index, Subscription one, long bytes) {
        int at = index * EVENT;
        events.putLong(at, one.userdata)
                .putInt(at + 8, one.error.ordinal() | one.type << 16)
                .putInt(at + 12, 0)
                .putLong(at + 16, bytes)
                .putLong(at + 24, 0);
    }
}
