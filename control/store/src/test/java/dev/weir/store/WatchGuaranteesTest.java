package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.WatchRecord.Step;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The checker finds each guarantee broken where it is, and nowhere else.
class WatchGuaranteesTest {
    private static final UUID UID = new UUID(0, 1);

    private final Truth truth = new Truth();
    private final Fact first = fact(1, "p/a", 0);
    private final Fact second = fact(2, "p/b", 0);
    private final Fact other = fact(3, "q/c", 0);
    private final Fact fourth = fact(4, "p/a", 1);

    @BeforeEach
    void stored() {
        for (var fact : List.of(first, second, other, fourth)) {
            assertThat(truth.add(fact)).isEmpty();
        }
        truth.complete(0);
    }

    @Test
    void acceptsAWatchThatIsResumed() {
        assertThat(
                        violations(
                                open(0),
                                told(first),
                                mark(1),
                                open(1),
                                told(second, fourth),
                                mark(4)))
                .isEmpty();
    }

    @Test
    void acceptsAListBehindARefusal() {
        assertThat(
                        violations(
                                new Step.Refused(0, StoreException.Code.COMPACTED, 2),
                                open(3),
                                told(fourth)))
                .isEmpty();
    }

    @Test
    void findsEventsOutOfOrder() {
        assertThat(violations(open(0), told(first, fourth), told(second)))
                .anyMatch(violation -> violation.startsWith("Ordered"));
    }

    @Test
    void findsAnEventToldTwice() {
        assertThat(violations(open(0), told(first), told(first, second)))
                .anyMatch(violation -> violation.startsWith("Unique"));
    }

    @Test
    void findsAnEventLeftOut() {
        assertThat(violations(open(0), told(first), told(fourth)))
                .containsExactly("Reliable: p/b put at 2 was left out");
    }

    @Test
    void findsARevisionThatWasSplit() {
        assertThat(violations(open(0), told(first), told(fact(1, "p/z", 0))))
                .anyMatch(violation -> violation.startsWith("Atomic"));
    }

    @Test
    void findsAResumptionThatSkips() {
        assertThat(violations(open(0), told(first), open(1), told(fourth)))
                .containsExactly("Resumable: p/b put at 2 was left out");
    }

    @Test
    void findsARefusalOfWhatIsKept() {
        assertThat(violations(new Step.Refused(2, StoreException.Code.COMPACTED, 2)))
                .containsExactly("Resumable: refused behind 2, compacted is 2");
    }

    @Test
    void findsABookmarkAheadOfItsEvents() {
        assertThat(violations(open(0), told(first), mark(3), told(second)))
                .contains("Bookmarkable: p/b put at 2 was left out")
                .anyMatch(violation -> violation.contains("behind a bookmark of 3"));
    }

    @Test
    void findsABookmarkThatGoesBack() {
        assertThat(violations(open(0), told(first, second), mark(3), mark(2)))
                .containsExactly("Ordered: a bookmark of 2 behind one of 3");
    }

    @Test
    void findsAnEventThatIsNotStored() {
        assertThat(violations(open(4), told(fact(5, "p/lost", 0))))
                .containsExactly("Stored: p/lost put at 5 is not in the store");
        assertThat(violations(new Step.Refused(5, StoreException.Code.FUTURE, 0)))
                .containsExactly("Stored: revision 5 was told and is gone");
    }

    @Test
    void findsAnEventThatIsAnotherOne() {
        assertThat(violations(open(0), told(fact(1, "p/x", 0)))).isNotEmpty();
        assertThat(violations(open(2), told(fact(3, "q/c", 0)))).isNotEmpty();
    }

    @Test
    void findsAWrongStateBefore() {
        assertThat(violations(open(3), told(fact(4, "p/a", 2))))
                .containsExactly("Reliable: p/a put at 4 came with the state before of 2");
    }

    private List<String> violations(Step... steps) {
        return WatchGuarantees.violations(new WatchRecord("p/", Arrays.asList(steps)), truth);
    }

    private static Step open(long after) {
        return new Step.Opened(after);
    }

    private static Step told(Fact... facts) {
        return new Step.Told(List.of(facts));
    }

    private static Step mark(long revision) {
        return new Step.Bookmark(revision);
    }

    private static Fact fact(long revision, String key, long previous) {
        return new Fact(revision, key, false, ByteBuffer.allocate(1), UID, 1, previous);
    }
}
