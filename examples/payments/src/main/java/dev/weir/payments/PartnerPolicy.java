package dev.weir.payments;

import dev.weir.payments.WasmPolicy.Grant;
import dev.weir.wasm.Engine;
import dev.weir.wasm.FuncType;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.ValType;
import dev.weir.wasm.WasmException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// A partner's module, ready to judge. Each payment is judged by a new instance, so that nothing of
/// one is left for the next. Thread-safe.
///
/// The module imports what it was granted from `payment`; a text is copied to where it says, as
/// much of it as there is room for, and its whole length given back.
final class PartnerPolicy {
    private static final String IMPORTS = "payment";
    private static final int TABLE_ELEMENTS = 10_000;
    private static final int DEPTH = 1_000;
    private static final int SLOTS = 100_000;

    private final String source;
    private final WasmPolicy.Spec spec;
    private final Engine engine = Engine.create();
    private final Module module;
    private final dev.weir.wasm.Limits limits;

    /// What became of a judgement.
    enum Ruling {
        ALLOWED,
        DECLINED,
        STOPPED
    }

    /// What the partner says to a payment.
    ///
    /// @param source the policy, as `name@generation`
    /// @param why it was stopped; empty where it was not
    record Verdict(String source, Ruling ruling, String why) {
        @Override
        public String toString() {
            var text = source + " " + ruling.name().toLowerCase(Locale.ROOT);
            return why.isEmpty() ? text : text + ": " + why;
        }
    }

    private PartnerPolicy(WasmPolicy policy, byte[] bytes) {
        source = policy.metadata().name() + "@" + policy.metadata().generation();
        spec = policy.spec();
        module = Module.parse(engine, bytes);
        limits =
                new dev.weir.wasm.Limits(
                        spec.limits().memoryBytes(),
                        TABLE_ELEMENTS,
                        DEPTH,
                        SLOTS,
                        spec.limits().fuel(),
                        1);
    }

    /// @throws IllegalArgumentException when the module is not the one that the policy names, or
    ///   needs more than it is granted
    static PartnerPolicy of(WasmPolicy policy, WasmModule module) {
        var spec = policy.spec();
        if (!module.spec().sha256().equals(spec.sha256())) {
            throw new IllegalArgumentException(
                    "module "
                            + spec.module()
                            + " has the digest "
                            + module.spec().sha256()
                            + ", expected "
                            + spec.sha256());
        }
        try {
            var ready = new PartnerPolicy(policy, module.bytes());
            ready.check();
            return ready;
        } catch (WasmException e) {
            throw new IllegalArgumentException(spec.module() + ": " + e.getMessage(), e);
        }
    }

    private void check() {
        for (var need : module.imports()) {
            boolean granted =
                    need.module().equals(IMPORTS)
                            && spec.grants().stream()
                                    .anyMatch(grant -> grant.name().equals(need.name()));
            if (!granted) {
                throw new IllegalArgumentException(
                        spec.module()
                                + " imports "
                                + need.module()
                                + "."
                                + need.name()
                                + ", granted are "
                                + spec.grants());
            }
        }
        if (module.exports().stream().noneMatch(export -> export.name().equals(spec.function()))) {
            throw new IllegalArgumentException(spec.module() + " has no " + spec.function());
        }
    }

    String source() {
        return source;
    }

    /// Judges a payment; takes no longer than the policy's limits allow.
    Verdict judge(Payment payment) {
        var store = Store.of(engine, limits);
        store.deadline(Duration.ofMillis(spec.limits().milliseconds()));
        try {
            var results = linked(store, payment).func(spec.function()).call();
            if (results.size() == 1 && results.getFirst() instanceof Integer answer) {
                return new Verdict(source, answer == 0 ? Ruling.DECLINED : Ruling.ALLOWED, "");
            }
            return new Verdict(source, Ruling.STOPPED, "its function gives no i32");
        } catch (WasmException | IllegalArgumentException e) {
            return new Verdict(source, Ruling.STOPPED, String.valueOf(e.getMessage()));
        } finally {
            store.noDeadline();
        }
    }

    private Instance linked(Store store, Payment payment) {
        var linker = Linker.of(store);
        var guest = new Instance[1];
        for (var grant : spec.grants()) {
            switch (grant) {
                case amount ->
                        linker.func(
                                IMPORTS,
                                Grant.amount.name(),
                                new FuncType(List.of(), List.of(ValType.I64)),
                                _ -> new Object[] {payment.amount()});
                case merchant -> text(linker, grant, guest, payment.merchant());
                case card -> text(linker, grant, guest, payment.card());
            }
        }
        guest[0] = linker.instantiate(module);
        return guest[0];
    }

    private static void text(Linker linker, Grant grant, Instance[] guest, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        linker.func(
                IMPORTS,
                grant.name(),
                new FuncType(List.of(ValType.I32, ValType.I32), List.of(ValType.I32)),
                arguments -> {
                    long address = Integer.toUnsignedLong((Integer) arguments[0]);
                    int room = (Integer) arguments[1];
                    int length = room < 0 ? bytes.length : Math.min(room, bytes.length);
                    guest[0].memory("memory").view(address, length).put(bytes, 0, length);
                    return new Object[] {bytes.length};
                });
    }
}
