package dev.weir.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.reconcile.Context;
import dev.weir.reconcile.Reconciler;
import dev.weir.reconcile.Result;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
    @Test
    void passesAReconcilerThatIsRightWhateverGoesWrong() {
        var summary = Shops.with(ShopReconciler::new).run(1_000);
        assertThat(summary.runs()).isEqualTo(1_000);
        assertThat(summary.faults()).containsOnlyKeys(Fault.values());
        assertThat(summary.faults().values()).allMatch(count -> count > 50);
    }

    /// Reconcilers with one mistake each, of those that people make.
    enum Mistake {
        NO_FINALIZER(() ->
                new ShopReconciler() {
                    @Override
                    Shop open(Shop shop, Context context) {
                        openAccount(shop, context);
                        return shop;
                    }
                }),
        ACCOUNT_BEFORE_FINALIZER(() ->
                new ShopReconciler() {
                    @Override
                    Shop open(Shop shop, Context context) {
                        openAccount(shop, context);
                        return CLOSED.add(context.client(), Shop.TYPE, shop);
                    }
                }),
        FINALIZER_GOES_FIRST(() ->
                new ShopReconciler() {
                    @Override
                    void close(Shop shop, Context context) {
                        CLOSED.remove(context.client(), Shop.TYPE, shop);
                        closeAccount(shop, context);
                    }
                }),
        BELIEVES_ITS_OWN_STATUS(() ->
                new ShopReconciler() {
                    @Override
                    void fit(Shop shop, Context context) {
                        int has = shop.status() == null ? 0 : shop.status().tills();
                        for (int i = has; i < shop.spec().tills(); i++) {
                            var metadata = Metadata.generated("default", "till-");
                            add(shop, context.client(), metadata);
                        }
                        tills(shop, context).stream()
                                .limit(Math.max(0, has - shop.spec().tills()))
                                .forEach(till -> remove(till, context.client()));
                    }

                    @Override
                    void report(Shop shop, Context context) {
                        var status = new Shop.Status(shop.spec().tills());
                        var told = new Shop(shop.metadata(), shop.spec(), status);
                        context.client().updateStatus(Shop.TYPE, told);
                    }
                }),
        NEVER_TAKES_AWAY(() ->
                new ShopReconciler() {
                    @Override
                    void fit(Shop shop, Context context) {
                        for (int i = tills(shop, context).size(); i < shop.spec().tills(); i++) {
                            add(
                                    shop,
                                    context.client(),
                                    Metadata.of("default", shop.metadata().name() + "-" + i));
                        }
                    }
                }),
        REMEMBERS_WHAT_IT_MADE(() ->
                new ShopReconciler() {
                    private final Set<String> made = new HashSet<>();

                    @Override
                    void fit(Shop shop, Context context) {
                        if (made.add(shop.metadata().uid() + shop.spec().tills())) {
                            super.fit(shop, context);
                        }
                    }
                }),
        SWALLOWS_REFUSALS(() ->
                new ShopReconciler() {
                    @Override
                    void report(Shop shop, Context context) {
                        try {
                            super.report(shop, context);
                        } catch (StatusException _) {
                            // "Somebody else will."
                        }
                    }
                }),
        TELLS_BEFORE_IT_ACTS(() ->
                new ShopReconciler() {
                    @Override
                    void report(Shop shop, Context context) {
                        if (shop.status() == null) {
                            super.report(shop, context);
                        }
                    }
                }),
        STOPS_AT_WHAT_IS_THERE_ALREADY(() ->
                new ShopReconciler() {
                    @Override
                    void openAccount(Shop shop, Context context) {
                        try {
                            super.openAccount(shop, context);
                        } catch (StatusException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    void closeAccount(Shop shop, Context context) {
                        context.client()
                                .delete(
                                        dev.weir.resource.ConfigMap.TYPE,
                                        "default",
                                        account(shop),
                                        DeleteOptions.DEFAULT);
                    }
                }),
        NEVER_RESTS(() ->
                new ShopReconciler() {
                    @Override
                    void report(Shop shop, Context context) {
                        var before = shop.status();
                        var status = new Shop.Status(before == null ? 1 : before.tills() + 1);
                        context.client()
                                .updateStatus(
                                        Shop.TYPE, new Shop(shop.metadata(), shop.spec(), status));
                    }
                });

        final Supplier<Reconciler<Shop>> reconciler;

        Mistake(Supplier<Reconciler<Shop>> reconciler) {
            this.reconciler = reconciler;
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsMistakes(Mistake mistake) {
        var simulation = Shops.with(mistake.reconciler).mostSteps(5_000);
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> simulation.run(300))
                .satisfies(failure -> {
                    assertThat(failure)
                            .hasMessageStartingWith("seed " + failure.seed() + ": ")
                            .hasMessageContaining("-Dweir.simulate.seed=" + failure.seed());
                    assertThat(simulation.trace(failure.seed()))
                            .startsWith(failure.trace())
                            .endsWith("FAILED " + failure.problem() + "\n");
                });
    }

    @Test
    void doesTheSameAgainForTheSameSeed() {
        var simulation = Shops.with(ShopReconciler::new);
        for (long seed = 1; seed < 50; seed++) {
            assertThat(simulation.trace(seed)).isEqualTo(simulation.trace(seed));
        }
        assertThat(simulation.trace(1)).isNotEqualTo(simulation.trace(2));
    }

    @Test
    void spendsAYearInNoTime() {
        var calls = new AtomicInteger();
        Simulation.of(manager ->
                        manager.controller(Shop.TYPE)
                                .reconcile((shop, context) -> {
                                    calls.incrementAndGet();
                                    return Result.again(Duration.ofDays(30));
                                }))
                .kinds(Shop.TYPE)
                .faults()
                .step("open", client -> client.create(Shop.TYPE, Shop.of("a", 1)))
                .rest(Duration.ofDays(365))
                .run(1);
        // Each of two lives of the process begins with a call.
        assertThat(calls).hasValue(2 * (1 + 12));
    }

    @Test
    void seesWhatIsWrongOnlyForAMoment() {
        var simulation =
                Shops.with(ShopReconciler::new)
                        .always(
                                "never three tills",
                                client ->
                                        assertThat(
                                                        client.list(
                                                                        Shop.Till.TYPE,
                                                                        dev.weir.resource.Query.ALL)
                                                                .items())
                                                .hasSizeLessThan(3));
        assertThatThrownBy(() -> simulation.run(50))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("always, never three tills");
    }

    @Test
    void failsWhereAStepOfAUserFails() {
        var simulation =
                Simulation.of(_ -> {})
                        .step(
                                "delete what is not there",
                                client ->
                                        client.delete(
                                                dev.weir.resource.ConfigMap.TYPE,
                                                "default",
                                                "none",
                                                DeleteOptions.DEFAULT));
        assertThatThrownBy(() -> simulation.run(1))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("step, delete what is not there: ")
                .hasMessageContaining("not found");
    }
}
