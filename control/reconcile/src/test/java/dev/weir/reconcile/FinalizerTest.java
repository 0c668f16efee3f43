package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FinalizerTest {
    private static final Finalizer CLEANED = new Finalizer("test.example.com/cleaned");
    private static final Finalizer OTHER = new Finalizer("test.example.com/other");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void comesAndGoesWithoutChangingTheWish() {
        var client = world.client();
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        var kept = CLEANED.add(client, Shop.TYPE, made);
        assertThat(kept).isEqualTo(world.shop("a"));
        assertThat(kept.metadata().finalizers()).containsExactly(CLEANED.name());
        assertThat(kept.metadata().generation()).isEqualTo(made.metadata().generation());
        CLEANED.remove(client, Shop.TYPE, kept);
        assertThat(world.shop("a").metadata().finalizers()).isEmpty();
    }

    @Test
    void isNotPutOverTheFinalizerOfAnother() {
        var client = world.client();
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        OTHER.add(client, Shop.TYPE, made);
        assertThatThrownBy(() -> CLEANED.add(client, Shop.TYPE, made))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining("modified");
        var kept = CLEANED.add(client, Shop.TYPE, world.shop("a"));
        OTHER.remove(client, Shop.TYPE, kept);
        assertThat(world.shop("a").metadata().finalizers()).containsExactly(CLEANED.name());
    }
}
