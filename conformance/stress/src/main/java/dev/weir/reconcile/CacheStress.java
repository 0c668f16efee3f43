package dev.weir.reconcile;

import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import java.util.List;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// The cache under its informer and a reconciler.
final class CacheStress {
    private CacheStress() {}

    /// An object with nothing but its metadata.
    public record Thing(Metadata metadata) implements Resource {}

    private static Thing thing(String name, long revision) {
        var metadata =
                new Metadata(
                        name,
                        "",
                        "n",
                        "",
                        Long.toString(revision),
                        1,
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        Json.Obj.EMPTY);
        return new Thing(metadata);
    }

    private static int revision(Cache<Thing> cache, String name) {
        return cache.get("n", name)
                .map(found -> Integer.parseInt(found.metadata().resourceVersion()))
                .orElse(0);
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"2, 2", "2, 3", "3, 3"},
            expect = Expect.ACCEPTABLE,
            desc = "never older than what was written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an own write that is not read")
    public static class OwnWrite {
        private final Cache<Thing> cache = new Cache<>();

        @Actor
        public void inform() {
            cache.put(thing("k", 1));
            cache.put(thing("k", 2));
            cache.put(thing("k", 3));
        }

        @Actor
        public void reconcile(II_Result result) {
            cache.wrote(thing("k", 2));
            result.r1 = revision(cache, "k");
            result.r2 = revision(cache, "k");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "3"},
            expect = Expect.ACCEPTABLE,
            desc = "gone for whoever deleted it, until it is made again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "back from the dead")
    public static class OwnDeletion {
        private final Cache<Thing> cache = new Cache<>();

        public OwnDeletion() {
            cache.put(thing("k", 1));
        }

        @Actor
        public void inform() {
            cache.remove(thing("k", 2));
            cache.put(thing("k", 3));
        }

        @Actor
        public void reconcile(I_Result result) {
            cache.gone(new Request("n", "k"), 2);
            result.r1 = revision(cache, "k");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "a list shows a relist as a whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of a relist")
    public static class Relist {
        private final Cache<Thing> cache = new Cache<>();

        @Actor
        public void inform() {
            cache.replace(List.of(thing("a", 1), thing("b", 2)), "2");
        }

        @Actor
        public void list(I_Result result) {
            result.r1 = cache.list(Query.ALL).items().size();
        }
    }
}
