package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MetricsTextTest {
    @Test
    void groupsSeriesByMetricUnderOneDescription() {
        var text =
                new MetricsText()
                        .counter("sales_total", "Sales.", 7, "shop", "a")
                        .gauge("tills", "Tills.", 0.5)
                        .counter("sales_total", "Sales.", 8, "shop", "b");
        assertThat(text)
                .hasToString(
                        """
                        # HELP sales_total Sales.
                        # TYPE sales_total counter
                        sales_total{shop="a"} 7
                        sales_total{shop="b"} 8
                        # HELP tills Tills.
                        # TYPE tills gauge
                        tills 0.5
                        """);
    }

    @Test
    void sumsBucketsUp() {
        var text =
                new MetricsText()
                        .histogram(
                                "t",
                                "T.",
                                new double[] {0.5, 1},
                                new long[] {1, 0, 2},
                                9.25,
                                "a",
                                "b");
        assertThat(text)
                .hasToString(
                        """
                        # HELP t T.
                        # TYPE t histogram
                        t_bucket{a="b",le="0.5"} 1
                        t_bucket{a="b",le="1"} 1
                        t_bucket{a="b",le="+Inf"} 3
                        t_sum{a="b"} 9.25
                        t_count{a="b"} 3
                        """);
    }

    @Test
    void escapesWhateverALabelHolds() {
        var text = new MetricsText().gauge("x", "Two\nlines \\", 1, "a", "q\" b\\ n\n c,}");
        assertThat(text.toString())
                .contains("# HELP x Two\\nlines \\\\\n")
                .contains("x{a=\"q\\\" b\\\\ n\\n c,}\"} 1\n");
        assertThat(new MetricsText().add(text.toString())).hasToString(text.toString());
    }

    @Test
    void mergesTextsAndKeepsEachSeriesOnce() {
        var one = new MetricsText().counter("a_total", "A.", 1, "x", "1").gauge("b", "B.", 2);
        var two = new MetricsText().counter("a_total", "A.", 9, "x", "1").gauge("c", "C.", 3);
        assertThat(new MetricsText().add(one + "" + two))
                .hasToString(
                        """
                        # HELP a_total A.
                        # TYPE a_total counter
                        a_total{x="1"} 1
                        # HELP b B.
                        # TYPE b gauge
                        b 2
                        # HELP c C.
                        # TYPE c gauge
                        c 3
                        """);
    }

    @Test
    void leavesOutWhatIsNoLineOfTheFormat() {
        var text =
                new MetricsText()
                        .add(
                                """
                                # a comment
                                x{a="1"} 1
                                x{a="2} 1
                                x{a="\\q"} 1
                                x{a=1} 1
                                1x 1
                                x one

                                y NaN
                                z 1e-9
                                """);
        assertThat(text).hasToString("x{a=\"1\"} 1\ny NaN\nz 1e-9\n");
    }

    @Test
    void writesNumbersThatHaveNoDigits() {
        var text =
                new MetricsText()
                        .gauge("a", "A.", Double.POSITIVE_INFINITY)
                        .gauge("b", "B.", Double.NEGATIVE_INFINITY)
                        .gauge("c", "C.", Double.NaN)
                        .gauge("d", "D.", 1e-8)
                        .gauge("e", "E.", 1e300);
        assertThat(text.toString().lines().filter(line -> !line.startsWith("#")))
                .containsExactly("a +Inf", "b -Inf", "c NaN", "d 1.0E-8", "e 1.0E300");
        assertThat(new MetricsText().add(text.toString())).hasToString(text.toString());
    }

    @Test
    void refusesALabelWithoutAValue() {
        assertThatThrownBy(() -> new MetricsText().gauge("a", "A.", 1, "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
