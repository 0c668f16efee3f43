package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each sees the shape it asked for")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the shape of another")
    public static class Shaped {
        private final Snapshot snapshot = snapshot();

        @Actor
        public void table(II_Result result) {
            result.r1 = kind(snapshot, View.Form.TABLE).equals("Table") ? 1 : 0;
        }

        @Actor
        public void metadata(II_Result result) {
            var kind = kind(snapshot, View.Form.METADATA);
            result.r2 = kind.equals("PartialObjectMetadata") ? 1 : 0;
        }

        private static String kind(Snapshot snapshot, View.Form form) {
            var view = new View(Media.parse(Media.JSON), form, Tables.Include.None);
            return Json.parse(snapshot.shaped(KIND, view, Instant.EPOCH)).asObject().string("kind");
        }
    }
}
