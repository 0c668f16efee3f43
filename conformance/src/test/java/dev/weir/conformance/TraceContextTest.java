package dev.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceContextTest {
    private static final String TOLD =
            """
            STRICT_LEVEL: 2
            harness listening on http://127.0.0.1:7777
            test_one (__main__.AdvancedTest.test_one)
            harness sends something ... ok
            test_two (__main__.AdvancedTest)
            harness sends more ... FAIL
            test_three (__main__.AdvancedTest.test_three) ... skipped 'strict'
            test_four (__main__.AdvancedTest.test_four) ... ERROR

            ======================================================================
            FAIL: test_two (__main__.AdvancedTest)
            harness sends more
            ----------------------------------------------------------------------
            Traceback (most recent call last):
              File "test.py", line 1, in test_two
            AssertionError: 'foo' not found

            Ran 4 tests in 1.0s
            """;

    @Test
    void eachTestOfTheSuiteIsACheck() {
        var out = new ByteArrayOutputStream();
        var outside = new Outside(null, Path.of("."));
        var print = new PrintStream(out, true, StandardCharsets.UTF_8);
        var report = new Report(print, outside, Map.of(), Map.of());
        assertThat(TraceContext.read(report, TOLD.lines().toList())).isEqualTo(4);
        report.close();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "FAILED test_two: AssertionError: 'foo' not found",
                        "FAILED test_four: failed",
                        "skipped test_three: skipped 'strict'",
                        "1 passed, 2 failed, 1 skipped");
    }
}
