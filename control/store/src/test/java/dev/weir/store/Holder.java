package dev.weir.store;

import java.io.IOException;
import java.nio.file.Path;

/// A process that holds a store open until its input ends.
final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
        try (var _ = Store.open(Path.of(arguments[0]), StoreContract.OPTIONS)) {
            System.out.println("open");
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
