package dev.weir.weave.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeakTableTest {
    private final WeakTable<Object, String> table = new WeakTable<>();

    @Test
    void tellsEqualObjectsApart() {
        Object one = List.of(1);
        Object other = new ArrayList<>(List.of(1));
        table.put(one, "one");
        assertThat(table.get(one)).isEqualTo("one");
        assertThat(table.get(other)).isNull();
        table.put(one, "again");
        assertThat(table.remove(one)).isEqualTo("again");
        assertThat(table.get(one)).isNull();
    }

    @Test
    void forgetsWhatNobodyHas() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            table.put(new Object(), "x");
        }
        for (int i = 0; i < 200 && table.size() > 0; i++) {
            System.gc();
            Thread.sleep(5);
        }
        assertThat(table.size()).isZero();
    }
}
