package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Lease;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElectionTest {
    private final World world = new World();
    private final Clock clock = new Clock();
    private final List<String> log = new ArrayList<>();
    private boolean down;

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theFirstOneLeadsAndTheOtherWaits() {
        var a = election("a");
        var b = election("b");
        a.step();
        b.step();
        assertThat(log).containsExactly("a leads");
        assertThat(lease().spec().holderIdentity()).isEqualTo("a");
        assertThat(lease().spec().leaseDurationSeconds()).isEqualTo(15);
        assertThat(lease().spec().leaseTransitions()).isZero();
    }

    @Test
    void anotherTakesOverOnceTheLeaseHasStoodStillForItsTime() {
        var a = election("a");
        var b = election("b");
        a.step();
        b.step();
        pass(14, b);
        assertThat(b.term()).isNull();
        pass(1, b);
        assertThat(b.term()).isNotNull();
        assertThat(lease().spec().leaseTransitions()).isEqualTo(1);
        a.step();
        assertThat(log).containsExactly("a leads", "b leads", "a ended");
    }

    @Test
    void renewalsKeepTheOthersWaiting() {
        var a = election("a");
        var b = election("b");
        for (int i = 0; i < 60; i++) {
            a.step();
            pass(1, b);
        }
        assertThat(log).containsExactly("a leads");
    }

    @Test
    void aWallClockThatIsWrongChangesNothing() {
        var a = election("a");
        var b = election("b");
        a.step();
        var held = lease();
        var old = held.spec();
        var past = java.time.Instant.parse("1999-01-01T00:00:00Z");
        world.client()
                .update(
                        Lease.TYPE,
                        new Lease(
                                held.metadata(),
                                new Lease.Spec(
                                        old.holderIdentity(),
                                        old.leaseDurationSeconds(),
                                        past,
                                        past,
                                        old.leaseTransitions())));
        b.step();
        pass(14, b);
        assertThat(b.term()).isNull();
    }

    @Test
    void aReleasedLeaseIsTakenAtOnce() {
        var a = election("a");
        var b = election("b");
        a.step();
        b.step();
        a.release();
        b.step();
        assertThat(log).containsExactly("a leads", "a ended", "b leads");
    }

    @Test
    void anOldLeadersWriteIsRefusedByTheStore() {
        var a = election("a");
        a.step();
        var old = Objects.requireNonNull(a.term()).fence();
        world.client().create(Shop.TYPE, Shop.of("before", 1), WriteOptions.fenced(old));
        var b = election("b");
        b.step();
        pass(15, b);
        assertConflict(() ->
                world.client().create(Shop.TYPE, Shop.of("after", 1), WriteOptions.fenced(old)));
        var now = Objects.requireNonNull(b.term()).fence();
        world.client().create(Shop.TYPE, Shop.of("after", 1), WriteOptions.fenced(now));
    }

    @Test
    void aTermWritesNothingAfterItsEnd() {
        var a = election("a");
        a.step();
        var term = Objects.requireNonNull(a.term());
        clock.pass(Duration.ofSeconds(10));
        assertConflict(term::fence);
    }

    @Test
    void renewalSurvivesErrorsUntilItsDeadline() {
        var a = election("a");
        a.step();
        down = true;
        pass(9, a);
        assertThat(a.term()).isNotNull();
        down = false;
        a.step();
        down = true;
        pass(9, a);
        assertThat(log).containsExactly("a leads");
        pass(1, a);
        assertThat(log).containsExactly("a leads", "a ended");
    }

    @Test
    void aLostAnswerToTheTakingIsMadeUpFor() {
        var a = election("a");
        a.step();
        var first = Objects.requireNonNull(a.term()).fence();
        var again = election("a");
        again.step();
        var fence = Objects.requireNonNull(again.term()).fence();
        assertThat(fence.epoch()).isNotEqualTo(first.epoch());
        world.client().create(Shop.TYPE, Shop.of("a", 1), WriteOptions.fenced(fence));
        assertConflict(() ->
                world.client().create(Shop.TYPE, Shop.of("b", 1), WriteOptions.fenced(first)));
    }

    @Test
    void aStrangersEditOfTheLeaseDoesNotEndTheTerm() {
        var a = election("a");
        a.step();
        var held = lease();
        world.client()
                .update(Lease.TYPE, new Lease(held.metadata().withLabel("x", "y"), held.spec()));
        pass(2, a);
        pass(9, a);
        assertThat(log).containsExactly("a leads");
        var fence = Objects.requireNonNull(a.term()).fence();
        world.client().create(Shop.TYPE, Shop.of("a", 1), WriteOptions.fenced(fence));
    }

    @Test
    void aDeletedLeaseEndsTheTermAndIsMadeAgain() {
        var a = election("a");
        a.step();
        world.client().delete(Lease.TYPE, "default", "leader", DeleteOptions.DEFAULT);
        pass(2, a);
        assertThat(log).containsExactly("a leads", "a ended");
        pass(2, a);
        assertThat(log).endsWith("a leads");
    }

    @Test
    void refusesTimesThatWouldLetTwoLead() {
        var rules = LeaderElection.on("default", "leader");
        assertThatThrownBy(() ->
                        rules.times(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("renew deadline < lease duration");
    }

    /// Lets seconds pass, with a step whenever one is due.
    private void pass(int seconds, Election election) {
        for (int i = 0; i < seconds * 10; i++) {
            clock.pass(Duration.ofMillis(100));
            if (election.nextAt() <= clock.nanos()) {
                election.step();
            }
        }
        election.expire();
    }

    private Election election(String identity) {
        Client client = world.client(() -> down);
        var rules = LeaderElection.on("default", "leader").identity(identity);
        return new Election(client, rules, clock, term -> heard(identity, term));
    }

    private void heard(String identity, @Nullable Term term) {
        log.add(identity + (term == null ? " ended" : " leads"));
    }

    private Lease lease() {
        return world.client().get(Lease.TYPE, "default", "leader");
    }

    private static void assertConflict(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(StatusException.class))
                .extracting(StatusException::reason)
                .isEqualTo(Status.Reason.Conflict);
    }
}
