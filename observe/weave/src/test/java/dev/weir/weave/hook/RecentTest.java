package dev.weir.weave.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class RecentTest {
    @Test
    void makesOnceWhatComesAgain() {
        var made = new ArrayList<String>();
        var recent =
                new Recent<String, Integer>(
                        4,
                        key -> {
                            made.add(key);
                            return key.length();
                        });
        assertThat(recent.of("abc")).isEqualTo(3);
        assertThat(recent.of(new String("abc".toCharArray()))).isEqualTo(3);
        assertThat(made).containsExactly("abc");
    }

    @Test
    void keepsSoManyAndTheLatest() {
        var made = new ArrayList<Integer>();
        var recent =
                new Recent<Integer, Integer>(
                        4,
                        key -> {
                            made.add(key);
                            return -key;
                        });
        for (int key = 0; key < 100; key++) {
            assertThat(recent.of(key)).isEqualTo(-key);
            assertThat(recent.of(key)).isEqualTo(-key);
        }
        assertThat(made).hasSize(100);
        for (int key = 0; key < 100; key++) {
            assertThat(recent.of(key)).isEqualTo(-key);
        }
        assertThat(made).hasSizeGreaterThanOrEqualTo(196);
        assertThat(new HashSet<>(made)).hasSize(100);
    }
}
