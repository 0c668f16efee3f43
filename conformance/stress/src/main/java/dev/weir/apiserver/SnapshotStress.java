package dev.weir.apiserver;

import dev.weir.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A stored state under two watchers that both want its text and its tree.
final class SnapshotStress {
    private static final Served KIND =
            BuiltIns.all().stream()
                    .filter(kind -> kind.names().plural().equals("configmaps"))
                    .map(Served::of)
                    .findFirst()
                    .orElseThrow();
    private static final byte[] STORED =
            "{\"metadata\":{\"name\":\"m\",\"namespace\":\"n\"}}".getBytes(StandardCharsets.UTF_8);
    private static final int LENGTH = snapshot().bytes(KIND).length;

    private SnapshotStress() {}

    private static Snapshot snapshot() {
        return Snapshot.of(new Entry("k", STORED, new UUID(1, 1), 1, 7, 1));
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both see the whole object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of it")
    public static class Shared {
        private final Snapshot snapshot = snapshot();

        @Actor
        public void one(II_Result result) {
            result.r1 = whole(snapshot);
        }

        @Actor
        public void two(II_Result result) {
            result.r2 = whole(snapshot);
        }

        private static int whole(Snapshot snapshot) {
            boolean text = snapshot.bytes(KIND).length == LENGTH;
            var name = snapshot.object(KIND).object("metadata").string("name");
            return text && name.equals("m") ? 1 : 0;
        }
    }
}
