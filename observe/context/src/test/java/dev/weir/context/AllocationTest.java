package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The fast paths make no garbage, by the JVM's own counter for the thread.
class AllocationTest {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 20_000;

    private final String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private final byte[] ascii = parent.getBytes(StandardCharsets.US_ASCII);
    private final byte[] context = new byte[TraceBytes.SIZE];
    private final byte[] text = new byte[TraceParent.LENGTH];

    @Test
    void parsingAndFormatting() {
        isFree(() -> TraceParent.parse(parent, context, 0));
        isFree(() -> TraceParent.parse(ascii, 0, ascii.length, context, 0));
        isFree(() -> TraceParent.parse("00-nothing", context, 0));
        isFree(() -> TraceParent.format(context, 0, text, 0));
        var binary = new byte[GrpcTraceBin.SIZE];
        isFree(() -> GrpcTraceBin.format(context, 0, binary, 0));
        isFree(() -> GrpcTraceBin.parse(binary, 0, binary.length, context, 0));
    }

    @Test
    void memoryOutsideTheHeap() {
        try (var arena = Arena.ofConfined()) {
            var from = arena.allocateFrom(parent);
            var to = arena.allocate(TraceBytes.SIZE);
            isFree(() -> TraceParent.parse(from, 0, ascii.length, to, 0));
            isFree(() -> TraceParent.format(to, 0, from, 0));
            isFree(() -> TraceBytes.copy(to, 0, context, 0));
        }
    }

    @Test
    void aHeaderThatWasLookedAtBefore() {
        var state = TraceStateHeader.of("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
        var baggage = BaggageHeader.of("userId=alice,serverNode=DF%2028,isProduction=false");
        isFree(state::header);
        isFree(baggage::header);
    }

    @Test
    void aHeaderThatIsSentOn() {
        var propagator = Propagators.traceContext();
        var carrier = Map.of("traceparent", parent, "tracestate", "rojo=00f067aa0ba902b7");
        var context = propagator.extract(Context.root(), carrier, Carrier.SINGLE);
        var sent = new HashMap<>(carrier);
        isFree(() -> propagator.inject(context, sent, Map::put));
    }

    @Test
    void aBlockThatIsKnown() {
        var sender = new BlockSender(BlockLimits.DEFAULT);
        var receiver = new BlockReceiver(BlockLimits.DEFAULT);
        var wire = ByteBuffer.allocate(200);
        assertThat(TraceParent.parse(parent, context, 0)).isTrue();
        isFree(() -> {
            sender.write(context, 0, "rojo=00f067aa0ba902b7", "userId=alice", wire.clear());
            receiver.read(wire.flip(), context, 0);
        });
    }

    // A batch without any allocation is enough: the counter also sees what the JVM itself does on
    // this thread, now and then.
    private static void isFree(Runnable call) {
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < 50 && least > 0; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes in %d calls", CALLS).isZero();
    }
}
