package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import dev.weir.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// The kinds that are served, while definitions come.
final class KindsStress {
    private static final Store EMPTY = Store.inMemory(StoreOptions.DEFAULT);
    private static final String GROUP = "stress.example.com";
    private static final Entry CARS = definition("cars", "Car");
    private static final Entry BIKES = definition("bikes", "Bike");

    private KindsStress() {}

    private static Entry definition(String plural, String kind) {
        var text =
                """
                {"metadata":{"name":"%1$s.%3$s"},"spec":{"group":"%3$s","scope":"Namespaced",
                "names":{"plural":"%1$s","kind":"%2$s","singular":"x%1$s","listKind":"%2$sList"},
                "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                {"type":"object"}}}]}}\
                """
                        .formatted(plural, kind, GROUP);
        var crd = Json.parse(text.getBytes(StandardCharsets.UTF_8)).asObject();
        var served = Established.apply(crd, List.of(), Instant.EPOCH);
        return new Entry("d/" + plural, served.bytes(), new UUID(1, 1), 1, 1, 1);
    }

    private static void commit(Kinds kinds, Entry entry) {
        var write = new Write.Create(entry.key(), entry.value(), entry.uid(), null);
        kinds.committed(write, entry);
    }

    private static int found(Kinds kinds, String plural) {
        return kinds.find(GROUP, "v1", plural).isPresent() ? 1 : 0;
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "both are served in the end")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a kind that was lost")
    public static class TwoDefinitions {
        private final Kinds kinds = new Kinds(EMPTY);

        @Actor
        public void cars() {
            commit(kinds, CARS);
        }

        @Actor
        public void bikes() {
            commit(kinds, BIKES);
        }

        @Arbiter
        public void rest(I_Result result) {
            result.r1 = found(kinds, "cars") * found(kinds, "bikes");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "what a handler finds, discovery lists")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a kind that comes and goes")
    public static class Published {
        private final Kinds kinds = new Kinds(EMPTY);

        @Actor
        public void define() {
            commit(kinds, CARS);
        }

        @Actor
        public void find(II_Result result) {
            result.r1 = found(kinds, "cars");
            result.r2 =
                    kinds.all().stream().anyMatch(kind -> kind.names().plural().equals("cars"))
                            ? 1
                            : 0;
        }
    }
}
