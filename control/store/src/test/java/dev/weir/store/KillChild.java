package dev.weir.store;

import java.nio.file.Path;
import java.util.UUID;

/// Writes with several threads until it is killed; says `key revision .` for what was acknowledged.
final class KillChild {
    private KillChild() {}

    public static void main(String[] arguments) {
        var store = Store.open(Path.of(arguments[0]), StoreContract.OPTIONS);
        System.out.println("ready");
        var run = UUID.randomUUID();
        for (int i = 0; i < 8; i++) {
            int writer = i;
            Thread.ofPlatform().start(() -> write(store, run + "/" + writer));
        }
    }

    private static void write(Store store, String prefix) {
        for (int i = 0; ; i++) {
            var entry =
                    store.commit(
                            new Write.Create(
                                    prefix + "/" + i, new byte[300], UUID.randomUUID(), null));
            System.out.println(entry.key() + " " + entry.revision() + " .");
            System.out.flush();
        }
    }
}
