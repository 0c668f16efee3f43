package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Program;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Program.Check FINE = new Program.Check("shops/sync", "", false);
    private static final Program.Check LATE = new Program.Check("shops/lease", "it is lost", false);
    private static final Program.Check STUCK = new Program.Check("shops/work", "it hangs", true);

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void saysOkWhereAllIsWell() {
        assertThat(ask("/readyz", FINE)).isEqualTo(new Health.Answer(200, "ok"));
        assertThat(ask("/healthz/", FINE)).isEqualTo(new Health.Answer(200, "ok"));
    }

    @Test
    void namesEachPartWhenAsked() {
        var answer = answer(List.of(FINE), "/readyz", List.of(), true, true);
        assertThat(answer)
                .isEqualTo(
                        new Health.Answer(
                                200,
                                """
                                [+]ping ok
                                [+]store ok
                                [+]shops/sync ok
                                readyz check passed
                                """));
    }

    @Test
    void namesThePartThatFails() {
        assertThat(ask("/readyz", FINE, LATE))
                .isEqualTo(
                        new Health.Answer(
                                500,
                                """
                                [+]ping ok
                                [+]store ok
                                [+]shops/sync ok
                                [-]shops/lease failed: it is lost
                                readyz check failed
                                """));
    }

    @Test
    void livenessAsksOnlyForWhatANewStartHelps() {
        assertThat(ask("/livez", LATE).code()).isEqualTo(200);
        assertThat(ask("/livez", STUCK).code()).isEqualTo(500);
        assertThat(ask("/healthz", LATE).code()).isEqualTo(500);
        assertThat(ask("/livez/shops/lease", LATE)).isNull();
    }

    @Test
    void tellsStrangersNoReasons() {
        var answer = answer(List.of(LATE), "/readyz", List.of(), false, false);
        assertThat(answer.text()).contains("[-]shops/lease failed: reason withheld\n");
        var one = answer(List.of(LATE), "/readyz/shops/lease", List.of(), false, false);
        assertThat(one)
                .isEqualTo(new Health.Answer(500, "internal server error: reason withheld\n"));
    }

    @Test
    void answersForOnePart() {
        assertThat(ask("/readyz/shops/sync", FINE, LATE)).isEqualTo(new Health.Answer(200, "ok"));
        assertThat(ask("/readyz/shops/lease", FINE, LATE))
                .isEqualTo(new Health.Answer(500, "internal server error: it is lost\n"));
        assertThat(ask("/readyz/nothing", FINE)).isNull();
    }

    @Test
    void leavesOutWhatIsExcluded() {
        var answer = answer(List.of(LATE), "/readyz", List.of("y", "shops/lease", "x"), true, true);
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.text())
                .contains("[+]shops/lease excluded: ok\n")
                .contains("cannot be excluded: no matches for \"x\",\"y\"\n")
                .endsWith("readyz check passed\n");
    }

    @Test
    void aStoreThatTakesNoWritesIsNotAlive() {
        store.close();
        assertThat(ask("/livez").code()).isEqualTo(500);
        assertThat(ask("/livez").text()).contains("[-]store failed: ");
    }

    private Health.Answer ask(String path, Program.Check... checks) {
        return answer(List.of(checks), path, List.of(), false, true);
    }

    private Health.Answer answer(
            List<Program.Check> checks,
            String path,
            List<String> excluded,
            boolean verbose,
            boolean reasons) {
        return new Health(store, () -> checks)
                .answer(new Health.Question(path, excluded, verbose, reasons))
                .orElse(null);
    }
}
