package dev.weir.payments;

import dev.weir.payments.WasmPolicy.Grant;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.wasm.Wat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The demo's partner: a policy as a WebAssembly module, then one that loops and grabs memory, then
/// none. One thread uses it.
final class PartnerStory {
    private static final String NAME = "partner";

    private final Fleet fleet;
    private final List<Till> tills;
    private final Expectation expectation;

    PartnerStory(Fleet fleet, List<Till> tills, Expectation expectation) {
        this.fleet = fleet;
        this.tills = tills;
        this.expectation = expectation;
    }

    /// Applies the partner's policy, and waits until all terminals ask it.
    void apply() throws IOException, InterruptedException {
        expectation.knowPartner(
                NAME + "@1",
                payment -> payment.merchant().equals("fuel") && payment.amount() > 3_000);
        var spec = spec("partner");
        fleet.client()
                .create(WasmPolicy.TYPE, new WasmPolicy(Metadata.of(Fleet.NAMESPACE, NAME), spec));
        await("all terminals ask the partner", NAME + "@1 ");
    }

    /// Puts a hostile module in its place, and waits until all terminals stop it.
    void betray() throws IOException, InterruptedException {
        var client = fleet.client();
        var policy = client.get(WasmPolicy.TYPE, Fleet.NAMESPACE, NAME);
        client.update(WasmPolicy.TYPE, new WasmPolicy(policy.metadata(), spec("hostile")));
        await("all terminals stop the hostile module", NAME + "@2 stopped");
    }

    /// Deletes the policy, and waits until nobody asks it.
    void leave() throws InterruptedException {
        fleet.client().delete(WasmPolicy.TYPE, Fleet.NAMESPACE, NAME, DeleteOptions.DEFAULT);
        fleet.await(
                "no terminal asks the partner",
                () -> tills.stream().allMatch(till -> till.partner().isEmpty()));
    }

    private void await(String what, String start) throws InterruptedException {
        fleet.await(what, () -> tills.stream().allMatch(till -> till.partner().startsWith(start)));
    }

    private WasmPolicy.Spec spec(String name) throws IOException {
        var module = WasmModule.of(Fleet.NAMESPACE, name, binary(name));
        fleet.client().create(WasmModule.TYPE, module);
        return new WasmPolicy.Spec(
                name,
                module.spec().sha256(),
                "judge",
                List.of(Grant.amount, Grant.merchant),
                new WasmPolicy.Allowance(10_000, 1 << 20, 1_000));
    }

    /// A module from its text among the program's files.
    static byte[] binary(String name) throws IOException {
        try (var in = PartnerStory.class.getResourceAsStream(name + ".wat")) {
            if (in == null) {
                throw new IOException("no " + name + ".wat");
            }
            return Wat.toBinary(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
