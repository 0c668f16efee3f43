package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.payments.PartnerPolicy.Ruling;
import dev.weir.payments.WasmPolicy.Grant;
import dev.weir.resource.Metadata;
import dev.weir.wasm.Wat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A partner judges payments, sees what it is granted, and cannot hold them up.
class PartnerPolicyTest {
    private static final List<Grant> GRANTS = List.of(Grant.amount, Grant.merchant);

    private static PartnerPolicy policy(byte[] bytes, List<Grant> grants, long fuel) {
        var module = WasmModule.of("default", "m", bytes);
        var spec =
                new WasmPolicy.Spec(
                        "m",
                        module.spec().sha256(),
                        "judge",
                        grants,
                        new WasmPolicy.Allowance(fuel, 1 << 20, fuel > 1_000_000 ? 100 : 1_000));
        return PartnerPolicy.of(new WasmPolicy(Metadata.of("default", "p"), spec), module);
    }

    private static PartnerPolicy text(String text) {
        return policy(Wat.toBinary(text), GRANTS, 100_000);
    }

    private static Payment payment(long amount, String merchant) {
        return new Payment(amount, "EUR", merchant, "card-1");
    }

    @Test
    void judgesByWhatItIsGranted() throws IOException {
        var partner = policy(PartnerStory.binary("partner"), GRANTS, 100_000);
        assertThat(partner.judge(payment(3_001, "fuel")).ruling()).isEqualTo(Ruling.DECLINED);
        assertThat(partner.judge(payment(3_000, "fuel")).ruling()).isEqualTo(Ruling.ALLOWED);
        assertThat(partner.judge(payment(3_001, "fuels")).ruling()).isEqualTo(Ruling.ALLOWED);
        assertThat(partner.judge(payment(3_001, "f")).ruling()).isEqualTo(Ruling.ALLOWED);
    }

    @Test
    @Timeout(30)
    void stopsWhatLoopsAndGrabsMemory() throws IOException {
        var hostile = policy(PartnerStory.binary("hostile"), List.of(), 50_000);
        for (int i = 0; i < 20; i++) {
            var verdict = hostile.judge(payment(1, "bakery"));
            assertThat(verdict).hasToString("p@0 stopped: fuel exhausted");
        }
        var patient = policy(PartnerStory.binary("hostile"), List.of(), 100_000_000_000L);
        assertThat(patient.judge(payment(1, "bakery")).why()).isEqualTo("deadline passed");
        assertThat(
                        text("(module (memory 17) (func (export \"judge\") (result i32) unreachable))")
                                .judge(payment(1, "x"))
                                .why())
                .startsWith("limit exceeded: a memory of 17 pages");
        assertThat(
                        text("(module (func $f (export \"judge\") (result i32) (call $f)))")
                                .judge(payment(1, "x"))
                                .why())
                .isEqualTo("call stack exhausted");
        assertThat(
                        text("(module (func (export \"judge\") (param i32)))")
                                .judge(payment(1, "x"))
                                .ruling())
                .isEqualTo(Ruling.STOPPED);
    }

    @Test
    void stopsWhatWritesOutsideOfItsMemory() {
        var wild =
                text(
                        """
                        (module
                          (import "payment" "merchant" (func $m (param i32 i32) (result i32)))
                          (memory (export "memory") 1)
                          (func (export "judge") (result i32) (call $m (i32.const -2) (i32.const 9))))
                        """);
        assertThat(wild.judge(payment(1, "bakery")).ruling()).isEqualTo(Ruling.STOPPED);
    }

    @Test
    void refusesWhatWasNotGrantedAndWhatIsNotTheModule() throws IOException {
        var bytes = PartnerStory.binary("partner");
        assertThatThrownBy(() -> policy(bytes, List.of(Grant.amount, Grant.card), 1_000))
                .hasMessage("m imports payment.merchant, granted are [amount, card]");
        assertThatThrownBy(() -> text("(module)")).hasMessage("m has no judge");
        var module = WasmModule.of("default", "m", bytes);
        var spec =
                new WasmPolicy.Spec(
                        "m", "0".repeat(64), "judge", GRANTS, new WasmPolicy.Allowance(1, 0, 1));
        var other = new WasmPolicy(Metadata.of("default", "p"), spec);
        assertThatThrownBy(() -> PartnerPolicy.of(other, module)).hasMessageContaining("digest");
    }

    @Test
    void admitsOnlyModulesOfTheirDigest() throws IOException {
        var module = WasmModule.of("default", "m", PartnerStory.binary("partner"));
        var rule = new ModuleRule();
        assertThat(rule.validate(module, null)).isEmpty();
        var bytes = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        var spec = new WasmModule.Spec(module.spec().sha256(), bytes);
        assertThat(rule.validate(new WasmModule(module.metadata(), spec), null)).isPresent();
        var none = WasmModule.of("default", "m", new byte[] {1, 2, 3});
        assertThat(rule.validate(none, null).orElseThrow().message()).contains("unexpected end");
        var text = new WasmModule.Spec(module.spec().sha256(), "!");
        assertThat(rule.validate(new WasmModule(module.metadata(), text), null)).isPresent();
    }

    @Test
    void hasALastSayOverWhatTheLimitsAllowAndNoneWhenItIsStopped(@TempDir Path folder)
            throws IOException {
        try (var sum = DaySum.open(folder.resolve("sum"))) {
            var engine = new RiskEngine(InstantSource.system(), sum);
            var limits = new Limits("EUR", 5_000, 100_000, Set.of(), 60, 60);
            engine.apply(new Enforcement(List.of("p@1"), limits, Map.of()));
            engine.partner(policy(PartnerStory.binary("partner"), GRANTS, 100_000));
            assertThat(engine.decide(payment(4_000, "fuel")).decision())
                    .isEqualTo(Decision.PartnerDeclined);
            assertThat(engine.decide(payment(6_000, "fuel")).decision())
                    .isEqualTo(Decision.OverPaymentLimit);
            assertThat(engine.decide(payment(4_000, "bakery")).decision())
                    .isEqualTo(Decision.Approved);
            engine.partner(policy(PartnerStory.binary("hostile"), List.of(), 10_000));
            var answer = engine.decide(payment(4_000, "fuel"));
            assertThat(answer.decision()).isEqualTo(Decision.Approved);
            assertThat(answer.verdict()).hasToString("p@0 stopped: fuel exhausted");
            engine.partner(null);
            assertThat(engine.decide(payment(1, "fuel")).verdict()).isNull();
        }
    }
}
