package dev.weir.lra;

import static dev.weir.lra.Nodes.await;
import static dev.weir.lra.Nodes.call;
import static dev.weir.lra.Nodes.end;
import static dev.weir.lra.Nodes.join;
import static dev.weir.lra.Nodes.start;
import static dev.weir.lra.Nodes.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.lra.FakeParticipant.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a coordinator does, on any database.
abstract class CoordinatorContract {
    private static final String[] ALL = {"compensate", "complete", "status", "forget", "after"};

    private Nodes nodes;
    private LraCoordinator node;
    private FakeParticipant who;

    abstract DataSource source() throws Exception;

    @BeforeEach
    void open() throws Exception {
        nodes = new Nodes(source());
        node = nodes.open();
        who = new FakeParticipant();
    }

    @AfterEach
    void close() {
        who.close();
        nodes.close();
    }

    // --- the ways of an action
    // ---------------------------------------------------------------------------------

    @Test
    void startTellsTheNameThreeTimes() {
        var response = call(node, "POST", "/start?ClientID=a%20b");
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body()).matches(Nodes.BASE + "/[0-9a-f]{32}");
        assertThat(response.headers())
                .containsEntry("Location", response.body())
                .containsEntry("Long-Running-Action", response.body());
        assertThat(call(node, "GET", "/" + Urls.id(response.body())).body())
                .contains("\"clientId\":\"a b\"", "\"status\":\"Active\"", "\"topLevel\":true");
    }

    @Test
    void closeCompletes() {
        var id = start(node, "");
        assertThat(join(node, id, who.links("/a", "compensate", "complete")).status())
                .isEqualTo(200);
        assertThat(end(node, id, "close")).isEqualTo("Closed");
        assertThat(who.paths()).containsExactly("/a/complete");
        assertThat(status(node, id)).isEqualTo("Closed");
    }

    @Test
    void cancelCompensatesTheLastToJoinFirst() {
        var id = start(node, "");
        for (var name : List.of("/a", "/b", "/c")) {
            join(node, id, who.links(name, "compensate", "complete"));
        }
        assertThat(end(node, id, "cancel")).isEqualTo("Cancelled");
        assertThat(who.paths()).containsExactly("/c/compensate", "/b/compensate", "/a/compensate");
    }

    @Test
    void participantsReadWhereTheyAre() {
        var id = start(node, "");
        var recovery = join(node, id, who.links("/a", "compensate", "complete", "after"));
        end(node, id, "close");
        var complete = who.first("/a/complete");
        assertThat(complete.method()).isEqualTo("PUT");
        assertThat(complete.header("long-running-action")).isEqualTo(Nodes.BASE + "/" + id);
        assertThat(complete.header("long-running-action-recovery")).isEqualTo(recovery.body());
        assertThat(complete.header("long-running-action-parent")).isNull();
        var after = who.first("/a/after");
        assertThat(after.method()).isEqualTo("PUT");
        assertThat(after.header("long-running-action-ended")).isEqualTo(Nodes.BASE + "/" + id);
        assertThat(after.body()).isEqualTo("Closed");
    }

    @Test
    void whoHasNothingToCompleteIsNotAsked() {
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate"));
        assertThat(end(node, id, "close")).isEqualTo("Closed");
        assertThat(who.calls).isEmpty();
    }

    @Test
    void joiningTwiceIsJoiningOnce() {
        var id = start(node, "");
        var first = join(node, id, who.links("/a", "compensate", "complete"));
        var second = join(node, id, who.links("/a", "compensate", "complete"));
        assertThat(second.body()).isEqualTo(first.body());
        end(node, id, "close");
        assertThat(who.count("/a/complete")).isEqualTo(1);
    }

    @Test
    void bodiesNameParticipantsToo() {
        var id = start(node, "");
        call(node, "PUT", "/" + id, Map.of(), who.links("/a", "compensate", "complete"));
        call(node, "PUT", "/" + id, Map.of(), who.url("/b"));
        var one = "<" + who.url("/c") + ">; rel=participant";
        call(node, "PUT", "/" + id, Map.of("Link", one), "");
        end(node, id, "close");
        assertThat(who.paths()).containsExactly("/c/complete", "/b/complete", "/a/complete");
    }

    @Test
    void dataComesBack() {
        var id = start(node, "");
        var links = who.links("/a", "compensate", "complete");
        var first = call(node, "PUT", "/" + id, data(links, "one"), "");
        assertThat(first.headers()).doesNotContainKey("Narayana-LRA-Participant-Data");
        var second = call(node, "PUT", "/" + id, data(links, "two"), "");
        assertThat(second.headers()).containsEntry("Narayana-LRA-Participant-Data", "one");
        var third = call(node, "PUT", "/" + id, data(links, ""), "");
        assertThat(third.headers()).containsEntry("Narayana-LRA-Participant-Data", "two");
        call(
                node,
                "PUT",
                "/" + id + "/close",
                Map.of(
                        "Narayana-LRA-Participant-Link",
                        links,
                        "Narayana-LRA-Participant-Data",
                        "three"),
                "");
        assertThat(who.first("/a/complete").header("narayana-lra-participant-data"))
                .isEqualTo("three");
    }

    private static Map<String, String> data(String links, String data) {
        return Map.of("Link", links, "Narayana-LRA-Participant-Data", data);
    }

    @Test
    void whoLeavesIsNotTold() {
        var id = start(node, "");
        var links = who.links("/a", "compensate", "complete");
        join(node, id, links);
        var recovery = join(node, id, who.links("/b", "compensate", "complete")).body();
        assertThat(call(node, "PUT", "/" + id + "/remove", Map.of(), links).status())
                .isEqualTo(200);
        assertThat(call(node, "PUT", "/" + id + "/remove", Map.of(), recovery).status())
                .isEqualTo(200);
        assertThat(call(node, "PUT", "/" + id + "/remove", Map.of(), links).status())
                .isEqualTo(400);
        end(node, id, "close");
        assertThat(who.calls).isEmpty();
    }

    @Test
    void anyNodeAnswersForAny() {
        var other = nodes.open();
        var third = nodes.open();
        var id = start(node, "");
        assertThat(join(other, id, who.links("/a", "compensate", "complete")).status())
                .isEqualTo(200);
        assertThat(status(third, id)).isEqualTo("Active");
        assertThat(end(third, id, "close")).isEqualTo("Closed");
        assertThat(status(node, id)).isEqualTo("Closed");
        assertThat(who.count("/a/complete")).isEqualTo(1);
    }

    // --- what participants answer
    // -------------------------------------------------------------------------------

    @Test
    void answersThatSayDone() {
        for (var answer :
                List.of(
                        Answer.of(200),
                        Answer.of(204),
                        Answer.of(410),
                        Answer.of(200, "Completed"),
                        Answer.of(200, "\"Completed\""),
                        Answer.of(200, "whatever"))) {
            assertThat(closed(answer)).as("%s", answer).isEqualTo("Closed");
        }
        assertThat(who.paths()).containsOnly("/a/complete");
    }

    @Test
    void answersThatSayNever() {
        for (var answer :
                List.of(
                        Answer.of(409),
                        Answer.of(409, "FailedToComplete"),
                        Answer.of(200, "FailedToComplete"),
                        Answer.of(500, "FailedToComplete"),
                        // Told to complete, and says that it did the opposite.
                        Answer.of(200, "Compensated"),
                        Answer.of(202, "Compensating"))) {
            assertThat(closed(answer)).as("%s", answer).isEqualTo("FailedToClose");
        }
        assertThat(who.paths()).containsOnly("/a/complete");
    }

    @Test
    void whoCompletedWhenToldToCompensateFailed() {
        who.answers("/a/compensate", Answer.of(200, "Completed"));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        assertThat(end(node, id, "cancel")).isEqualTo("FailedToCancel");
    }

    private String closed(Answer answer) {
        who.answers("/a/complete", answer);
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        return end(node, id, "close");
    }

    @Test
    void answersThatSayNothingAreAskedForAgain() {
        for (var answer :
                List.of(
                        Answer.of(500),
                        Answer.of(503),
                        Answer.of(404),
                        Answer.of(400),
                        Answer.of(301),
                        Answer.of(503, "FailedToComplete"),
                        Answer.of(202),
                        Answer.of(200, "Completing"))) {
            who.calls.clear();
            var id = begun(answer);
            await("" + answer, () -> status(node, id).equals("Closed"));
            assertThat(who.paths()).as("%s", answer).containsExactly("/a/complete", "/a/complete");
        }
    }

    @Test
    void silenceIsAskedAgain() {
        var id = begun(Answer.late(3000));
        await("Closed", () -> status(node, id).equals("Closed"));
        assertThat(who.count("/a/complete")).isEqualTo(2);
    }

    @Test
    void closeTellsThatItGoesOn() {
        assertThat(status(node, begun(Answer.of(503), Answer.of(503)))).isEqualTo("Closing");
    }

    private String begun(Answer... answers) {
        who.answers("/a/complete", answers);
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        assertThat(end(node, id, "close")).isEqualTo("Closing");
        return id;
    }

    @Test
    void newerClientsAreTold202() {
        who.answers("/a/complete", Answer.of(503));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        var version = Map.of("Narayana-LRA-API-version", "2.0", "Accept", "application/json");
        var response = call(node, "PUT", "/" + id + "/close", version, "");
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.body()).isEqualTo("{\"status\":\"Closing\"}");
        assertThat(response.headers())
                .containsEntry("Location", Nodes.BASE + "/" + id + "/status")
                .containsEntry("Narayana-LRA-API-version", "2.0");
    }

    @Test
    void whoIsAtItIsAskedForItsStatusAndForgets() {
        who.answers("/a/complete", Answer.of(202));
        who.answers("/a/status", Answer.of(202), Answer.of(200, "Completing"), Answer.of(503));
        who.answers("/a/status", Answer.of(200, "\"Completed\""));
        var id = start(node, "");
        join(node, id, who.links("/a", ALL));
        end(node, id, "close");
        await("/a/after", () -> who.count("/a/after") == 1);
        assertThat(who.paths())
                .containsExactly(
                        "/a/complete",
                        "/a/status",
                        "/a/status",
                        "/a/status",
                        "/a/status",
                        "/a/forget",
                        "/a/after");
        assertThat(who.first("/a/forget").method()).isEqualTo("DELETE");
        assertThat(who.first("/a/status").method()).isEqualTo("GET");
    }

    @Test
    void whoWasNotReachedIsToldAgain() {
        who.answers("/a/complete", Answer.of(503), Answer.of(503), Answer.of(503));
        who.answers("/a/status", Answer.of(200, "Active"), Answer.of(404), Answer.of(200, "?"));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete", "status"));
        end(node, id, "close");
        await("Closed", () -> status(node, id).equals("Closed"));
        assertThat(who.count("/a/complete")).isEqualTo(4);
    }

    @Test
    void aStatusThatIsGoneSaysDone() {
        who.answers("/a/compensate", Answer.of(503));
        who.answers("/a/status", Answer.of(410));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete", "status"));
        end(node, id, "cancel");
        await("Cancelled", () -> status(node, id).equals("Cancelled"));
        assertThat(who.count("/a/compensate")).isEqualTo(1);
    }

    @Test
    void aLocationIsWhereTheStatusIs() {
        who.answers("/a/complete", new Answer(202, "", "/elsewhere", 0));
        who.answers("/elsewhere", Answer.of(200, "FailedToComplete"));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        end(node, id, "close");
        await("FailedToClose", () -> status(node, id).equals("FailedToClose"));
        assertThat(who.paths()).containsExactly("/a/complete", "/elsewhere");
    }

    @Test
    void whoFailedIsToldToForget() {
        who.answers("/a/complete", Answer.of(409));
        who.answers("/a/forget", Answer.of(503), Answer.of(410));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete", "forget", "after"));
        assertThat(end(node, id, "close")).isEqualTo("FailedToClose");
        await("/a/after", () -> who.count("/a/after") == 1);
        assertThat(who.paths())
                .containsExactly("/a/complete", "/a/forget", "/a/forget", "/a/after");
        assertThat(who.first("/a/after").body()).isEqualTo("FailedToClose");
    }

    @Test
    void oneWhoFailsDoesNotKeepOthers() {
        who.answers("/b/complete", Answer.of(503));
        var id = start(node, "");
        for (var name : List.of("/a", "/b", "/c")) {
            join(node, id, who.links(name, "compensate", "complete"));
        }
        assertThat(end(node, id, "close")).isEqualTo("Closing");
        assertThat(who.paths()).containsExactly("/c/complete", "/b/complete", "/a/complete");
        await("Closed", () -> status(node, id).equals("Closed"));
        assertThat(who.calls).hasSize(4);
    }

    @Test
    void listenersAreToldUntilTheyHear() {
        who.answers("/a/after", Answer.of(500), Answer.of(404), Answer.late(3000));
        var id = start(node, "");
        join(node, id, who.links("/a", "after"));
        assertThat(end(node, id, "close")).isEqualTo("Closed");
        await("four calls", () -> who.count("/a/after") == 4);
        await("no more", () -> call(node, "GET", "/" + id).body().contains("recovering\":false"));
        assertThat(who.count("/a/after")).isEqualTo(4);
    }

    @Test
    void listenersMayJoinWhileItEnds() {
        var id = begun(Answer.of(202), Answer.of(202), Answer.of(202), Answer.of(202));
        assertThat(join(node, id, who.links("/b", "after")).status()).isEqualTo(200);
        assertThat(join(node, id, who.links("/c", "compensate")).status()).isEqualTo(412);
        await("/b/after", () -> who.count("/b/after") == 1);
        assertThat(join(node, id, who.links("/d", "after")).status()).isEqualTo(410);
    }

    // --- states
    // ------------------------------------------------------------------------------------------------

    @Test
    void whatEndedIsGone() {
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        end(node, id, "close");
        assertThat(join(node, id, who.links("/b", "compensate")).status()).isEqualTo(410);
        assertThat(join(node, id, who.links("/a", "compensate")).status()).isEqualTo(410);
        assertThat(call(node, "PUT", "/" + id + "/renew?TimeLimit=5").status()).isEqualTo(410);
        assertThat(
                        call(
                                        node,
                                        "PUT",
                                        "/" + id + "/remove",
                                        Map.of(),
                                        who.links("/a", "compensate"))
                                .status())
                .isEqualTo(410);
        assertThat(call(node, "PUT", "/" + id + "/cancel").status()).isEqualTo(412);
        assertThat(end(node, id, "close")).isEqualTo("Closed");
        assertThat(who.count("/a/complete")).isEqualTo(1);
        assertThat(call(node, "POST", "/start?ParentLRA=" + id).status()).isEqualTo(410);
    }

    @Test
    void whoClosesWhatWasCancelledReadsSo() {
        var id = start(node, "");
        assertThat(end(node, id, "cancel")).isEqualTo("Cancelled");
        assertThat(end(node, id, "close")).isEqualTo("Cancelled");
        assertThat(end(node, id, "cancel")).isEqualTo("Cancelled");
    }

    @Test
    void theDeadlineCancels() {
        var id = start(node, "?TimeLimit=300");
        join(node, id, who.links("/a", "compensate", "complete"));
        await("Cancelled", () -> status(node, id).equals("Cancelled"));
        assertThat(who.paths()).containsExactly("/a/compensate");
        assertThat(end(node, id, "close")).isEqualTo("Cancelled");
    }

    @Test
    void aParticipantsTimeLimitCountsWhenItIsEarlier() {
        var id = start(node, "?TimeLimit=60000");
        call(
                node,
                "PUT",
                "/" + id + "?TimeLimit=200",
                Map.of("Link", who.links("/a", "compensate")),
                "");
        call(
                node,
                "PUT",
                "/" + id + "?TimeLimit=90000",
                Map.of("Link", who.links("/b", "compensate")),
                "");
        await("Cancelled", () -> status(node, id).equals("Cancelled"));
    }

    @Test
    void renewingOnlyLengthens() throws InterruptedException {
        var id = start(node, "?TimeLimit=800");
        assertThat(call(node, "PUT", "/" + id + "/renew?TimeLimit=1").status()).isEqualTo(200);
        assertThat(call(node, "PUT", "/" + id + "/renew?TimeLimit=60000").status()).isEqualTo(200);
        Thread.sleep(1200);
        assertThat(status(node, id)).isEqualTo("Active");
    }

    // --- nesting
    // -----------------------------------------------------------------------------------------------

    private String nested(String parent) {
        var response =
                call(node, "POST", "/start?ParentLRA=" + Urls.encode(Nodes.BASE + "/" + parent));
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body())
                .endsWith("?ParentLRA=" + Urls.encode(Nodes.BASE + "/" + parent));
        return Urls.id(response.body());
    }

    @Test
    void aNestedActionThatClosedForgetsWhenItsParentCloses() {
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", ALL));
        assertThat(end(node, child, "close")).isEqualTo("Closed");
        assertThat(who.paths()).containsExactly("/a/complete");
        assertThat(end(node, parent, "close")).isEqualTo("Closed");
        assertThat(who.paths()).containsExactly("/a/complete", "/a/forget", "/a/after");
        for (var call : who.calls) {
            assertThat(call.header("long-running-action-parent"))
                    .isEqualTo(Nodes.BASE + "/" + parent);
        }
    }

    @Test
    void aNestedActionThatClosedCompensatesWhenItsParentCancels() {
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", ALL));
        join(node, parent, who.links("/p", "compensate"));
        end(node, child, "close");
        assertThat(end(node, parent, "cancel")).isEqualTo("Cancelled");
        assertThat(status(node, child)).isEqualTo("Cancelled");
        assertThat(who.paths())
                .containsExactly("/a/complete", "/p/compensate", "/a/compensate", "/a/after");
        assertThat(who.first("/a/after").body()).isEqualTo("Cancelled");
    }

    @Test
    void aNestedActionThatRunsEndsWithItsParent() {
        for (var how : List.of("close", "cancel")) {
            who.calls.clear();
            var parent = start(node, "");
            var child = nested(parent);
            var grandchild = nested(child);
            join(node, child, who.links("/a", "compensate", "complete", "forget"));
            join(node, grandchild, who.links("/b", "compensate", "complete", "after"));
            end(node, parent, how);
            var verb = how.equals("close") ? "complete" : "compensate";
            assertThat(who.paths()).containsExactly("/a/" + verb, "/b/" + verb, "/b/after");
            assertThat(status(node, grandchild))
                    .isEqualTo(how.equals("close") ? "Closed" : "Cancelled");
        }
    }

    @Test
    void aNestedActionMayCancelAlone() {
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", "compensate", "complete", "after"));
        assertThat(end(node, child, "cancel")).isEqualTo("Cancelled");
        assertThat(who.paths()).containsExactly("/a/compensate", "/a/after");
        assertThat(end(node, parent, "close")).isEqualTo("Closed");
        assertThat(who.calls).hasSize(2);
    }

    @Test
    void aNestedActionThatClosedMayBeCancelledUntilItsParentEnds() {
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", "compensate", "complete"));
        end(node, child, "close");
        assertThat(join(node, child, who.links("/a", "compensate")).status()).isEqualTo(200);
        assertThat(join(node, child, who.links("/b", "compensate")).status()).isEqualTo(410);
        assertThat(end(node, child, "cancel")).isEqualTo("Cancelled");
        var second = nested(parent);
        end(node, second, "close");
        end(node, parent, "close");
        assertThat(call(node, "PUT", "/" + second + "/cancel").status()).isEqualTo(412);
    }

    @Test
    void aChildThatIsNotDoneKeepsItsParent() {
        who.answers("/a/complete", Answer.of(503), Answer.of(503));
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", "compensate", "complete"));
        assertThat(end(node, parent, "close")).isEqualTo("Closing");
        await("Closed", () -> status(node, parent).equals("Closed"));
        assertThat(status(node, child)).isEqualTo("Closed");
        assertThat(who.count("/a/complete")).isEqualTo(3);
    }

    @Test
    void aChildThatFailedFailsItsParent() {
        who.answers("/a/complete", Answer.of(409));
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", "compensate", "complete"));
        assertThat(end(node, parent, "close")).isEqualTo("FailedToClose");
    }

    @Test
    void aParentElsewhereSeesAParticipant() {
        var parent = start(node, "");
        var child = nested(parent);
        join(node, child, who.links("/a", "compensate", "complete", "forget"));
        assertThat(call(node, "GET", "/nested/" + child + "/status").body()).isEqualTo("Active");
        assertThat(call(node, "PUT", "/nested/" + child + "/complete").body())
                .isEqualTo("Completed");
        assertThat(call(node, "PUT", "/nested/" + child + "/compensate").body())
                .isEqualTo("Compensated");
        assertThat(call(node, "PUT", "/nested/" + "0".repeat(32) + "/complete").status())
                .isEqualTo(410);
        var other = nested(parent);
        join(node, other, who.links("/b", "compensate", "complete", "forget"));
        call(node, "PUT", "/nested/" + other + "/complete");
        assertThat(call(node, "DELETE", "/nested/" + other + "/forget").status()).isEqualTo(200);
        assertThat(who.count("/b/forget")).isEqualTo(1);
        assertThat(call(node, "PUT", "/nested/" + other + "/compensate").status()).isEqualTo(410);
    }

    // --- recovery
    // ----------------------------------------------------------------------------------------------

    @Test
    void aRecoveryAsksNow() {
        var slow =
                nodes.open(Nodes.OPTIONS.withPauses(Duration.ofMinutes(5), Duration.ofMinutes(5)));
        node.close();
        who.answers("/a/complete", Answer.of(503), Answer.of(503));
        var id = start(slow, "");
        join(slow, id, who.links("/a", "compensate", "complete"));
        assertThat(end(slow, id, "close")).isEqualTo("Closing");
        assertThat(call(slow, "GET", "/recovery").body()).contains(id, "\"recovering\":true");
        assertThat(call(slow, "GET", "/recovery").body()).isEqualTo("[]");
        assertThat(status(slow, id)).isEqualTo("Closed");
        assertThat(who.count("/a/complete")).isEqualTo(3);
    }

    @Test
    void whoMovedIsToldWhereItIs() throws IOException {
        var id = start(node, "");
        var recovery = join(node, id, who.links("/a", "compensate", "complete")).body();
        var path = recovery.substring(Nodes.BASE.length());
        try (var there = new FakeParticipant()) {
            assertThat(call(node, "GET", path).body()).contains(who.url("/a/compensate"));
            var links = there.links("/x", "compensate", "complete");
            assertThat(call(node, "PUT", path, Map.of(), links).body()).isEqualTo(recovery);
            assertThat(call(node, "GET", path).body()).contains(there.url("/x/compensate"));
            end(node, id, "close");
            assertThat(there.paths()).containsExactly("/x/complete");
        }
        assertThat(who.calls).isEmpty();
        assertThat(call(node, "GET", "/recovery/" + id + "/none").status()).isEqualTo(404);
    }

    @Test
    void whoIsMissingIsTold() {
        who.answers("/a/complete", Answer.of(503), Answer.of(503), Answer.of(503), Answer.of(503));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        join(node, id, who.links("/b", "compensate", "complete"));
        assertThat(end(node, id, "close")).isEqualTo("Closing");
        var list = call(node, "GET", "/" + id + "/participants").body();
        assertThat(list).contains("\"status\":\"Completing\"", "\"asked\":\"unsure\"");
        assertThat(list.indexOf("Completing")).isLessThan(list.indexOf("\"Completed\""));
        assertThat(list).contains(who.url("/a/complete"));
    }

    @Test
    void whatFailedIsKeptUntilItIsRemoved() {
        who.answers("/a/complete", Answer.of(409));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        end(node, id, "close");
        assertThat(call(node, "GET", "/recovery/failed").body()).contains(id, "FailedToClose");
        assertThat(call(node, "GET", "/?Status=FailedToClose").body()).contains(id);
        var good = start(node, "");
        assertThat(call(node, "DELETE", "/recovery/" + good).status()).isEqualTo(412);
        assertThat(call(node, "DELETE", "/recovery/" + id).status()).isEqualTo(204);
        assertThat(call(node, "DELETE", "/recovery/" + id).status()).isEqualTo(404);
        assertThat(call(node, "GET", "/recovery/failed").body()).isEqualTo("[]");
    }

    @Test
    void whatEndedWellIsForgotten() throws InterruptedException {
        who.answers("/a/complete", Answer.of(409));
        var good = start(node, "");
        var child = nested(good);
        end(node, good, "close");
        var bad = start(node, "");
        join(node, bad, who.links("/a", "compensate", "complete"));
        end(node, bad, "close");
        var active = start(node, "");
        Thread.sleep(20);
        nodes.open(Nodes.OPTIONS.withKeep(Duration.ofMillis(1)));
        await("404", () -> call(node, "GET", "/" + good).status() == 404);
        assertThat(call(node, "GET", "/" + child).status()).isEqualTo(404);
        assertThat(status(node, bad)).isEqualTo("FailedToClose");
        assertThat(status(node, active)).isEqualTo("Active");
    }

    // --- nodes that die
    // ----------------------------------------------------------------------------------------

    @Test
    void anotherNodeFinishesWhatADeadOneBegan() {
        for (var how : List.of("close", "cancel")) {
            var verb = how.equals("close") ? "/a/complete" : "/a/compensate";
            who.calls.clear();
            var doomed = nodes.open();
            var id = start(doomed, "");
            join(doomed, id, who.links("/a", "compensate", "complete", "after"));
            who.answers(verb, Answer.late(60_000));
            var asked = CompletableFuture.runAsync(() -> call(doomed, "PUT", "/" + id + "/" + how));
            await(verb, () -> who.count(verb) == 1);
            nodes.kill(doomed);
            await("/a/after", () -> who.count("/a/after") == 1);
            assertThat(status(node, id)).isEqualTo(how.equals("close") ? "Closed" : "Cancelled");
            assertThat(who.paths()).containsExactly(verb, verb, "/a/after");
            asked.join();
        }
    }

    @Test
    void whoTellsItsStatusIsNotToldTwice() {
        var doomed = nodes.open();
        var id = start(doomed, "");
        join(doomed, id, who.links("/a", "compensate", "complete", "status", "after"));
        who.answers("/a/complete", Answer.late(60_000));
        who.answers("/a/status", Answer.of(200, "Completing"), Answer.of(200, "Completed"));
        var asked = CompletableFuture.runAsync(() -> call(doomed, "PUT", "/" + id + "/close"));
        await("/a/complete", () -> who.count("/a/complete") == 1);
        nodes.kill(doomed);
        await("/a/after", () -> who.count("/a/after") == 1);
        assertThat(who.paths())
                .containsExactly("/a/complete", "/a/status", "/a/status", "/a/after");
        asked.join();
    }

    @Test
    void aDeadNodesDeadlinesAreKept() {
        var doomed = nodes.open();
        var id = start(doomed, "?TimeLimit=500");
        join(doomed, id, who.links("/a", "compensate", "complete"));
        nodes.kill(doomed);
        await("Cancelled", () -> status(node, id).equals("Cancelled"));
        assertThat(who.paths()).containsExactly("/a/compensate");
    }

    @Test
    void aNodeThatWasThoughtDeadChangesNothing() {
        // Slow to call, so that it comes back with an answer long after its lease.
        var zombie =
                nodes.open(
                        Nodes.OPTIONS
                                .withNode("zombie")
                                .withTimes(Duration.ofSeconds(8), Duration.ofSeconds(8)));
        var id = start(zombie, "");
        join(zombie, id, who.links("/a", "compensate", "complete", "after"));
        who.answers("/a/complete", new Answer(409, "", null, 2500), Answer.of(200));
        var asked = CompletableFuture.supplyAsync(() -> call(zombie, "PUT", "/" + id + "/close"));
        await("/a/complete", () -> who.count("/a/complete") == 1);
        nodes.cut(zombie).away = true;
        await("/a/after", () -> who.count("/a/after") == 1);
        assertThat(status(node, id)).isEqualTo("Closed");
        nodes.cut(zombie).away = false;
        assertThat(asked.join().body()).isEqualTo("Closed");
        assertThat(status(node, id)).isEqualTo("Closed");
        assertThat(who.paths()).containsExactly("/a/complete", "/a/complete", "/a/after");
    }

    @Test
    void aNodeThatClosesHandsOverAtOnce() {
        var leaving =
                nodes.open(
                        Nodes.OPTIONS.withLease(
                                Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMinutes(1)));
        var id = start(leaving, "");
        join(leaving, id, who.links("/a", "compensate", "complete"));
        who.answers("/a/complete", Answer.late(60_000));
        var asked = CompletableFuture.runAsync(() -> call(leaving, "PUT", "/" + id + "/close"));
        await("/a/complete", () -> who.count("/a/complete") == 1);
        leaving.close();
        await("Closed", () -> status(node, id).equals("Closed"));
        asked.join();
        assertThat(call(leaving, "GET", "/" + id).status()).isEqualTo(503);
    }

    @Test
    void whoAsksAgainElsewhereReadsTheEnd() {
        var other = nodes.open();
        who.answers("/a/complete", Answer.late(700));
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        var first = CompletableFuture.supplyAsync(() -> end(node, id, "close"));
        await("/a/complete", () -> who.count("/a/complete") == 1);
        assertThat(end(other, id, "close")).isEqualTo("Closed");
        assertThat(first.join()).isEqualTo("Closed");
        assertThat(who.count("/a/complete")).isEqualTo(1);
    }

    @Test
    void aDatabaseThatIsAwayIs503AndThenAllGoesOn() {
        var id = start(node, "");
        join(node, id, who.links("/a", "compensate", "complete"));
        who.answers("/a/complete", Answer.late(300));
        var cut = nodes.cut(node);
        var asked = CompletableFuture.supplyAsync(() -> call(node, "PUT", "/" + id + "/close"));
        await("/a/complete", () -> who.count("/a/complete") == 1);
        cut.away = true;
        assertThat(call(node, "POST", "/start").status()).isEqualTo(503);
        assertThat(call(node, "POST", "/start").headers()).containsEntry("Retry-After", "1");
        await("an answer", () -> who.count("/a/complete") == 1);
        cut.away = false;
        await("Closed", () -> status(node, id).equals("Closed"));
        asked.join();
    }

    @Test
    void manyAtOnceOnThreeNodesAreEachToldOnce() throws Exception {
        // A machine that is busy must not look dead.
        var patient =
                Nodes.OPTIONS.withLease(
                        Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofSeconds(1));
        var all = List.of(nodes.open(patient), nodes.open(patient), nodes.open(patient));
        var wanted = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            var ids = new ArrayList<String>();
            for (int i = 0; i < 30; i++) {
                var id = start(all.get(i % 3), "");
                ids.add(id);
                for (int k = 0; k < 3; k++) {
                    var name = "/" + i + "-" + k;
                    var at = all.get((i + k) % 3);
                    wanted.add(name + (i % 2 == 0 ? "/complete" : "/compensate"));
                    done.add(threads.submit(() -> joined(at, id, name)));
                }
            }
            for (var each : done) {
                each.get(30, TimeUnit.SECONDS);
            }
            done.clear();
            for (int i = 0; i < ids.size(); i++) {
                var id = ids.get(i);
                var how = i % 2 == 0 ? "close" : "cancel";
                for (var at : all) {
                    done.add(threads.submit(() -> end(at, id, how)));
                }
            }
            for (var each : done) {
                each.get(30, TimeUnit.SECONDS);
            }
            for (var id : ids) {
                await("an end", () -> LraStatus.valueOf(status(node, id)).isEnd());
            }
        }
        assertThat(who.paths()).containsExactlyInAnyOrderElementsOf(wanted);
    }

    private void joined(LraCoordinator at, String id, String name) {
        var response = join(at, id, who.links(name, "compensate", "complete"));
        assertThat(response.status()).isEqualTo(200);
    }
}
