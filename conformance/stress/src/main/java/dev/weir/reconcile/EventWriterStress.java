package dev.weir.reconcile;

import dev.weir.resource.Event;
import java.time.Instant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// Reconciles that tell events while those of others are written.
final class EventWriterStress {
    private EventWriterStress() {}

    private static Occurrence occurrence(String name) {
        var about = new Event.Target("v1", "Thing", "n", name, "u", null, null);
        return new Occurrence("c", about, "Normal", "Made", "made", Instant.EPOCH, 1);
    }

    @JCStressTest
    @State
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "each is written once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an event lost, or written twice")
    public static class Telling {
        private final LeaseClient client = new LeaseClient();
        private final EventWriter writer = new EventWriter(client, Time.SYSTEM);

        @Actor
        public void tell() {
            writer.add(occurrence("a"));
            writer.add(occurrence("b"));
        }

        @Actor
        public void write() {
            for (int i = 0; i < 3; i++) {
                writer.step();
            }
        }

        @Arbiter
        public void rest(I_Result result) {
            while (writer.ready()) {
                writer.step();
            }
            result.r1 = client.created();
        }
    }
}
