package dev.weir.lra;

import static dev.weir.lra.Nodes.call;
import static dev.weir.lra.Nodes.join;
import static dev.weir.lra.Nodes.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a coordinator refuses, and that it changes nothing then.
class BadInputTest {
    private static final String UNKNOWN = "/" + "0".repeat(32);
    private JdbcConnectionPool source;
    private Nodes nodes;
    private LraCoordinator node;

    @BeforeEach
    void open() {
        source =
                JdbcConnectionPool.create(
                        "jdbc:h2:mem:bad" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1",
                        "sa",
                        "");
        nodes = new Nodes(source);
        node = nodes.open();
    }

    @AfterEach
    void close() {
        nodes.close();
        source.dispose();
    }

    private int status(String method, String path) {
        return call(node, method, path).status();
    }

    @Test
    void unknownActionsAre404() {
        for (var path : List.of("", "/status", "/participants", "/nothing")) {
            assertThat(status("GET", UNKNOWN + path)).as(path).isEqualTo(404);
        }
        for (var path : List.of("/close", "/cancel", "/remove", "/renew")) {
            assertThat(status("PUT", UNKNOWN + path)).as(path).isEqualTo(404);
        }
        assertThat(join(node, UNKNOWN.substring(1), "<http://a/>; rel=compensate").status())
                .isEqualTo(404);
        assertThat(status("POST", "/start?ParentLRA=http%3A%2F%2Fa%2Flra-coordinator%2F1"))
                .isEqualTo(404);
        assertThat(status("GET", "/%27%3B%20DROP%20TABLE%20weir_lra%3B--")).isEqualTo(404);
        assertThat(status("GET", "/a/b/c/d")).isEqualTo(404);
        assertThat(status("DELETE", "/recovery" + UNKNOWN)).isEqualTo(404);
        assertThat(status("GET", "/nested" + UNKNOWN + "/status")).isEqualTo(410);
    }

    @Test
    void malformedRequestsAre400() {
        assertThat(status("GET", "/%zz")).isEqualTo(400);
        assertThat(status("GET", "/?Status=Ended")).isEqualTo(400);
        assertThat(status("GET", "/?Status=%")).isEqualTo(400);
        for (var limit : List.of("-1", "soon", "", "99999999999999999999")) {
            assertThat(status("POST", "/start?TimeLimit=" + limit)).as(limit).isEqualTo(400);
        }
        assertThat(status("POST", "/start?ClientID=" + "x".repeat(501))).isEqualTo(400);
        assertThat(status("POST", "/start?ClientID=a%00b")).isEqualTo(400);
        assertThat(status("GET", "/%00")).isEqualTo(400);
        assertThat(status("POST", "/start?TimeLimit=" + Long.MAX_VALUE)).isEqualTo(201);
    }

    @Test
    void linksThatLeadNowhereAre400() {
        var id = start(node, "");
        for (var links :
                List.of(
                        "",
                        "<",
                        "<http://a/c",
                        "<http://a/c>",
                        "<http://a/c>; rel=\"complete\"",
                        "<http://a/c>; rel=\"compensate\" <http://a/d>",
                        "<http://a/c>; rel=\"status\", <http://a/d>; rel=\"forget\"",
                        "<ftp://a/c>; rel=\"compensate\"",
                        "<file:///etc/passwd>; rel=\"compensate\"",
                        "</c>; rel=\"compensate\"",
                        "<http://me:secret@a/c>; rel=\"compensate\"",
                        "<http://a b/c>; rel=\"compensate\"",
                        "<http://a/" + "x".repeat(2000) + ">; rel=\"compensate\"",
                        "<http://a/c>; rel=\"compensate\"; title=\"" + "x".repeat(13_000) + "\"",
                        "a/c")) {
            var response = call(node, "PUT", "/" + id, Map.of(), links);
            assertThat(response.status()).as("%s", links).isEqualTo(400);
        }
        assertThat(call(node, "PUT", "/" + id + "/close").body()).isEqualTo("Closed");
    }

    @Test
    void linksMayBeOdd() {
        var id = start(node, "");
        for (var links :
                List.of(
                        "<http://a/c>;REL=compensate",
                        "<http://b/c>; title=\"a, b; rel=x\"; rel=\"compensate\"  ,, <0>; rel=\"TimeLimit\"",
                        "<http://c/c,d>; rel=\"compensate\"",
                        "<http://d/>; t=\"" + "\\\"".repeat(5000) + "\"; rel=compensate",
                        "<http://e/>" + ";a".repeat(5000) + "; rel=compensate")) {
            assertThat(join(node, id, links).status()).as("%s", links).isEqualTo(200);
        }
    }

    @Test
    void wrongMethodsAre405() {
        var id = start(node, "");
        for (var request :
                List.of(
                        "DELETE ",
                        "GET /start",
                        "POST /" + id,
                        "GET /" + id + "/close",
                        "POST /" + id + "/cancel",
                        "POST /recovery",
                        "GET /recovery/" + id,
                        "POST /recovery/" + id + "/p",
                        "GET /nested/" + id + "/complete")) {
            var parts = request.split(" ", -1);
            var response = call(node, parts[0], parts[1]);
            assertThat(response.status()).as(request).isEqualTo(405);
            assertThat(response.headers()).containsKey("Allow");
        }
    }

    @Test
    void unknownVersionsAre417() {
        var headers = Map.of("Narayana-LRA-API-version", "3.0");
        var response = call(node, "POST", "/start", headers, "");
        assertThat(response.status()).isEqualTo(417);
        assertThat(response.headers()).containsEntry("Narayana-LRA-API-version", "1.3");
        assertThat(call(node, "GET", "").body()).isEqualTo("[]");
    }

    @Test
    void dataThatNoHeaderHoldsIs400() {
        var id = start(node, "");
        for (var data : List.of("a\r\nb", "\u0007", "\u20ac", "x".repeat(4001))) {
            var headers =
                    Map.of(
                            "Link",
                            "<http://a/c>; rel=compensate",
                            "Narayana-LRA-Participant-Data",
                            data);
            assertThat(call(node, "PUT", "/" + id, headers, "").status()).isEqualTo(400);
        }
    }

    @Test
    void coordinatorsWithoutAnAddressAre400() {
        for (var base :
                List.of("nothing", "ftp://a/lra-coordinator", "http://" + "x".repeat(600))) {
            var request = new LraRequest("POST", base, "/start", null, Map.of(), "");
            assertThat(node.answer(request).status()).as(base).isEqualTo(400);
        }
    }

    @Test
    void tooManyParticipantsAre412() {
        var few = nodes.open(Nodes.OPTIONS.withParticipants(2, _ -> true));
        var id = start(few, "");
        var parent = "/start?ParentLRA=" + id;
        assertThat(join(few, id, "<http://a/c>; rel=compensate").status()).isEqualTo(200);
        assertThat(call(few, "POST", parent).status()).isEqualTo(201);
        assertThat(join(few, id, "<http://b/c>; rel=compensate").status()).isEqualTo(412);
        assertThat(call(few, "POST", parent).status()).isEqualTo(412);
    }

    @Test
    void participantsElsewhereMayBeForbidden() {
        var strict = nodes.open(Nodes.OPTIONS.withParticipants(9, to -> to.getHost().equals("a")));
        var id = start(strict, "");
        assertThat(join(strict, id, "<http://a/c>; rel=compensate").status()).isEqualTo(200);
        assertThat(join(strict, id, "<http://b/c>; rel=compensate").status()).isEqualTo(400);
        var mixed = "<http://a/d>; rel=compensate, <http://169.254.169.254/>; rel=after";
        assertThat(join(strict, id, mixed).status()).isEqualTo(400);
    }

    @Test
    void tablesOfTheFutureAreLeftAlone() throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("UPDATE weir_lra_meta SET version = 2");
        }
        assertThatThrownBy(() -> LraCoordinator.open(source, Nodes.OPTIONS))
                .isInstanceOfSatisfying(
                        LraException.class,
                        e -> assertThat(e.code()).isEqualTo(LraException.Code.FUTURE));
    }

    @Test
    void aDatabaseThatIsNotThereIsToldOf() {
        var cut = new Nodes.Cut(source);
        cut.away = true;
        assertThatThrownBy(() -> LraCoordinator.open(cut, Nodes.OPTIONS))
                .isInstanceOfSatisfying(
                        LraException.class,
                        e -> assertThat(e.code()).isEqualTo(LraException.Code.DATABASE));
    }

    @Test
    void optionsHaveRanges() {
        var second = Duration.ofSeconds(1);
        var usual = LraOptions.DEFAULT;
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withPrefix("1"));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withNode(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> usual.withLease(second, second, second));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> usual.withTimes(Duration.ZERO, second));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> usual.withKeep(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withParticipants(0, _ -> true));
    }
}
