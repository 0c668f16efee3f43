package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import java.util.concurrent.atomic.AtomicInteger;

/// Keeps a config map for each shop, and its status.
@Workflow(dependents = @Dependent(type = ShopReconciler.Map.class))
@ControllerConfiguration
public final class ShopReconciler implements Reconciler<Shop>, Cleaner<Shop> {
    private final AtomicInteger cleaned = new AtomicInteger();

    @Override
    public UpdateControl<Shop> reconcile(Shop shop, Context<Shop> context) {
        var map = context.getSecondaryResource(ConfigMap.class).orElseThrow();
        var status =
                new Shop.Status(
                        Integer.parseInt(map.getData().get("seats")), map.getMetadata().getName());
        if (status.equals(shop.getStatus())) {
            // A patch that changes nothing answers with the version of whoever changed the shop
            // meanwhile, and the operator would take that change for its own.
            return UpdateControl.noUpdate();
        }
        shop.setStatus(status);
        return UpdateControl.patchStatus(shop);
    }

    @Override
    public DeleteControl cleanup(Shop shop, Context<Shop> context) {
        cleaned.incrementAndGet();
        return DeleteControl.defaultDelete();
    }

    int cleaned() {
        return cleaned.get();
    }

    /// The config map of a shop.
    public static final class Map extends CRUDKubernetesDependentResource<ConfigMap, Shop> {
        @Override
        protected ConfigMap desired(Shop shop, Context<Shop> context) {
            return new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(shop.getMetadata().getName())
                    .withNamespace(shop.getMetadata().getNamespace())
                    .endMetadata()
                    .addToData("seats", Integer.toString(shop.getSpec().seats()))
                    .build();
        }
    }
}
