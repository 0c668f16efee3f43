package dev.weir.simulate;

import dev.weir.reconcile.Context;
import dev.weir.reconcile.Finalizer;
import dev.weir.reconcile.Owners;
import dev.weir.reconcile.Reconciler;
import dev.weir.reconcile.Result;
import dev.weir.resource.Client;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.List;
import java.util.Map;

/// A reconciler that is right; its steps are there for others to get wrong.
class ShopReconciler implements Reconciler<Shop> {
    static final Finalizer CLOSED = new Finalizer("test.weir.dev/closed");

    @Override
    public Result reconcile(Shop shop, Context context) throws Exception {
        if (shop.metadata().deleting()) {
            close(shop, context);
            return Result.done();
        }
        var kept = open(shop, context);
        fit(kept, context);
        report(kept, context);
        return Result.done();
    }

    Shop open(Shop shop, Context context) {
        var kept = CLOSED.add(context.client(), Shop.TYPE, shop);
        openAccount(kept, context);
        return kept;
    }

    void openAccount(Shop shop, Context context) {
        if (context.client().find(ConfigMap.TYPE, "default", account(shop)).isEmpty()) {
            var metadata = Metadata.of("default", account(shop));
            var of = Map.of("shop", shop.metadata().name());
            context.client().create(ConfigMap.TYPE, new ConfigMap(metadata, of, Map.of(), null));
        }
    }

    static String account(Shop shop) {
        return "account-" + shop.metadata().name();
    }

    void close(Shop shop, Context context) {
        closeAccount(shop, context);
        CLOSED.remove(context.client(), Shop.TYPE, shop);
    }

    void closeAccount(Shop shop, Context context) {
        delete(() ->
                context.client()
                        .delete(ConfigMap.TYPE, "default", account(shop), DeleteOptions.DEFAULT));
    }

    static void delete(Runnable deletion) {
        try {
            deletion.run();
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
    }

    void fit(Shop shop, Context context) {
        var tills = tills(shop, context);
        for (int i = 0; i < shop.spec().tills(); i++) {
            var name = shop.metadata().name() + "-" + i;
            if (tills.stream().noneMatch(till -> till.metadata().name().equals(name))) {
                add(shop, context.client(), Metadata.of("default", name));
            }
        }
        for (var till : tills) {
            var name = till.metadata().name();
            int number = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
            if (number >= shop.spec().tills()) {
                remove(till, context.client());
            }
        }
    }

    static void add(Shop shop, Client client, Metadata metadata) {
        var till = new Shop.Till(metadata, new Shop.Till.Spec(shop.metadata().name()));
        client.create(Shop.Till.TYPE, Owners.control(Shop.TYPE, shop, Shop.Till.TYPE, till));
    }

    static void remove(Shop.Till till, Client client) {
        var name = till.metadata().name();
        delete(() -> client.delete(Shop.Till.TYPE, "default", name, DeleteOptions.DEFAULT));
    }

    static List<Shop.Till> tills(Shop shop, Context context) {
        return context.client().owned(Shop.Till.TYPE, shop);
    }

    void report(Shop shop, Context context) {
        var status = new Shop.Status(tills(shop, context).size());
        if (!status.equals(shop.status())) {
            var told = new Shop(shop.metadata(), shop.spec(), status);
            context.client().updateStatus(Shop.TYPE, told);
        }
    }
}
