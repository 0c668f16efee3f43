package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// What is no module is refused with one of two errors, whatever it is.
class FuzzProperties {
    private static final Engine ENGINE = Engine.create();

    /// A byte to write, to leave out, or to put in.
    record Change(int place, int kind, int value) {
        byte[] apply(byte[] bytes) {
            if (bytes.length == 0) {
                return bytes;
            }
            int at = place % bytes.length;
            var changed = new ArrayList<Byte>();
            for (int i = 0; i < bytes.length; i++) {
                if (i != at || kind == 2) {
                    changed.add(bytes[i]);
                }
                if (i == at && kind != 1) {
                    changed.add((byte) value);
                }
            }
            var result = new byte[changed.size()];
            for (int i = 0; i < result.length; i++) {
                result[i] = changed.get(i);
            }
            return result;
        }
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 255))
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Test
    void theModulesThatAreChangedAreValid() {
        for (var text : Guests.VARIED) {
            assertThatCode(() -> Module.parseText(ENGINE, text)).doesNotThrowAnyException();
        }
    }

    @Property(tries = 3000)
    void changedBinariesAreModulesOrRefused(
            @ForAll("changes") List<Change> changes, @ForAll boolean second) {
        byte[] bytes = Wat.toBinary(Guests.VARIED.get(second ? 1 : 0));
        for (var change : changes) {
            bytes = change.apply(bytes);
        }
        var changed = bytes;
        refusedOrFine(() -> Module.parse(ENGINE, changed));
    }

    @Property(tries = 500)
    void truncatedBinariesAreModulesOrRefused(@ForAll int length, @ForAll boolean second) {
        byte[] bytes = Wat.toBinary(Guests.VARIED.get(second ? 1 : 0));
        var part = java.util.Arrays.copyOf(bytes, Math.floorMod(length, bytes.length));
        refusedOrFine(() -> Module.parse(ENGINE, part));
    }

    @Property(tries = 2000)
    void changedTextsAreModulesOrRefused(
            @ForAll("changes") List<Change> changes, @ForAll boolean second) {
        byte[] bytes = Utf8.encode(Guests.VARIED.get(second ? 1 : 0));
        for (var change : changes) {
            bytes = new Change(change.place, change.kind, change.value & 0x7f).apply(bytes);
        }
        var text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        refusedOrFine(() -> Module.parseText(ENGINE, text));
    }

    @Property(tries = 1000)
    void anyTextIsAModuleOrRefused(@ForAll String text) {
        refusedOrFine(() -> Module.parseText(ENGINE, text));
        refusedOrFine(() -> WastScript.parse(text));
    }

    @Test
    void deepNestingIsRefusedAndDoesNotExhaustTheStack() {
        refusedOrFine(() -> Module.parseText(ENGINE, "(".repeat(200_000)));
        refusedOrFine(() -> Module.parseText(ENGINE, "(".repeat(100_000) + ")".repeat(100_000)));
        refusedOrFine(() ->
                Module.parseText(
                        ENGINE,
                        "(module (func " + "(block ".repeat(50_000) + ")".repeat(50_000) + "))"));
        refusedOrFine(() ->
                Module.parseText(
                        ENGINE,
                        "(module (func " + "block ".repeat(50_000) + "end ".repeat(50_000) + "))"));
        refusedOrFine(() ->
                Module.parseText(
                        ENGINE, "(module (global i32 (i32.const " + "1_".repeat(4_000) + "1)))"));
    }

    private static void refusedOrFine(Runnable body) {
        try {
            body.run();
        } catch (MalformedException | InvalidException e) {
            assertThat(e).hasMessageContaining("at ");
        }
    }
}
