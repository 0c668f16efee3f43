package dev.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.Store;
import dev.weir.store.Write;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A few cycles of the suite `store-crash`, and proof that its ledger sees what it should see.
class StoreCrashIT {
    private static final int CYCLES = 20;
    private static final UUID UID = new UUID(1, 2);

    @TempDir Path directory;

    private final CrashLedger ledger = new CrashLedger(0);

    @Test
    void losesNothingThatAKilledWriterAcknowledged() throws Exception {
        var heard = new CrashLedger(CrashWriter.THREADS);
        var random = new Random(42);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            StoreCrash.cycle(directory, heard, new Random(random.nextLong()));
        }
        assertThat(heard.verified()).isGreaterThan(CYCLES);
    }

    @Test
    void acceptsAStoreThatHoldsWhatWasHeard() throws Exception {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            acknowledge(store, "k", 1);
            ledger.verify(store);
            acknowledge(store, "l", 2);
            ledger.verify(store);
        }
    }

    @Test
    void findsALostWrite() {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            ledger.hear("acknowledged 1 k 7f " + UID + " .");
            assertThatThrownBy(() -> ledger.verify(store)).hasMessageContaining("lost: revision 0");
        }
    }

    @Test
    void findsAWriteThatOnlyAWatcherSaw() {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            acknowledge(store, "k", 1);
            ledger.hear("watched 2 k 7f " + UID + " .");
            assertThatThrownBy(() -> ledger.verify(store)).hasMessageContaining("lost: revision 1");
        }
    }

    @Test
    void findsAnotherWriteInThePlaceOfTheAcknowledgedOne() {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            create(store, "k", 1);
            ledger.hear("acknowledged 1 other 7f " + UID + " .");
            assertThatThrownBy(() -> ledger.verify(store)).hasMessageContaining("heard '1 other");
        }
    }

    @Test
    void findsAChangeThatNobodyMade() {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            create(store, "k", 1);
            assertThatThrownBy(() -> ledger.verify(store))
                    .hasMessageContaining("1 changes were not acknowledged");
        }
    }

    @Test
    void findsHalfAValue() {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            var value = CrashWriter.value("k", 1, 100);
            value[50] ^= 1;
            var entry = store.commit(new Write.Create("k", value, UID, null));
            ledger.hear(CrashWriter.acknowledged(entry, false) + " .");
            assertThatThrownBy(() -> ledger.verify(store)).hasMessageContaining("not whole");
        }
    }

    @Test
    void findsAKeyThatVanishedBehindTheCompaction() throws Exception {
        try (var store = Store.inMemory(CrashWriter.OPTIONS);
                var other = Store.inMemory(CrashWriter.OPTIONS)) {
            acknowledge(store, "k", 1);
            ledger.verify(store);
            create(other, "l", 1);
            acknowledge(other, "m", 2);
            other.compact(2);
            assertThatThrownBy(() -> ledger.verify(other)).hasMessageContaining("expected [k=1 k");
        }
    }

    @Test
    void findsARevisionGivenTwice() throws Exception {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            acknowledge(store, "k", 1);
            ledger.verify(store);
            assertThatThrownBy(() -> ledger.hear("acknowledged 1 l 7f " + UID + " ."))
                    .hasMessageContaining("before the last kill");
        }
    }

    @Test
    void readsNothingIntoALineThatWasCutOff() throws Exception {
        try (var store = Store.inMemory(CrashWriter.OPTIONS)) {
            ledger.hear("acknowledged 1 k 7");
            ledger.verify(store);
        }
    }

    private void acknowledge(Store store, String key, long seed) {
        ledger.hear(CrashWriter.acknowledged(create(store, key, seed), false) + " .");
    }

    private static dev.weir.store.Entry create(Store store, String key, long seed) {
        return store.commit(new Write.Create(key, CrashWriter.value(key, seed, 100), UID, null));
    }
}
