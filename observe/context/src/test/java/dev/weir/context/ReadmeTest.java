package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// The example of the README.
class ReadmeTest {
    @Test
    void theExampleCarriesAContextOverAConnection() {
        var header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var wire = ByteBuffer.allocate(256);

        var context = new byte[TraceBytes.SIZE];
        if (TraceParent.parse(header, context, 0)) {
            var sender = new BlockSender(BlockLimits.DEFAULT);
            sender.write(context, 0, "rojo=00f067aa0ba902b7", "userId=alice", wire);
            sender.write(context, 0, "rojo=00f067aa0ba902b7", "userId=alice", wire);
        }

        var receiver = new BlockReceiver(BlockLimits.DEFAULT);
        receiver.read(wire.flip(), context, 0);
        var user = BaggageHeader.of(receiver.baggage()).getEntryValue("userId");

        assertThat(user).isEqualTo("alice");
        assertThat(wire.remaining()).isEqualTo(32);
        assertThat(TraceParent.format(context, 0)).isEqualTo(header);
    }
}
