package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.Operation.Call;
import dev.weir.store.Operation.Outcome;
import dev.weir.store.StoreException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The checker finds what is wrong, and nothing else.
class LinearizabilityTest {
    private static final UUID UID = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    private final List<Operation> history = new ArrayList<>();

    @Test
    void acceptsOverlappingOperationsInAnyOrderThatExplainsThem() {
        created(0, 9, 1, "a");
        read(1, 3, null);
        read(4, 6, entry(1, 1, "a"));
        updated(10, 20, 1, 2, "b");
        read(11, 13, entry(1, 1, "a"));
        read(14, 16, entry(2, 1, "b"));
        conflict(17, 19, 1);
        explained();
    }

    @Test
    void acceptsEitherOutcomeOfAWriteThatNobodyAnswered() {
        created(0, 1, 1, "a");
        unknownUpdate(2, "b");
        read(3, 4, entry(1, 1, "a"));
        read(5, 6, entry(2, 1, "b"));
        read(7, 8, entry(2, 1, "b"));
        explained();
        history.removeLast();
        history.removeLast();
        read(9, 10, entry(1, 1, "a"));
        explained();
    }

    @Test
    void findsALostWrite() {
        created(0, 1, 1, "a");
        read(2, 3, null);
        refuted();
    }

    @Test
    void findsALostUpdate() {
        created(0, 1, 1, "a");
        updated(2, 3, 1, 2, "b");
        read(4, 5, entry(1, 1, "a"));
        refuted();
    }

    @Test
    void findsAReadThatGoesBack() {
        created(0, 1, 1, "a");
        updated(2, 10, 1, 2, "b");
        read(3, 4, entry(2, 1, "b"));
        read(5, 6, entry(1, 1, "a"));
        refuted();
    }

    @Test
    void findsTwoWinnersOfOneComparison() {
        created(0, 1, 1, "a");
        updated(2, 10, 1, 2, "b");
        updated(3, 11, 1, 3, "c");
        refuted();
    }

    @Test
    void findsARefusalThatTellsOfAWriteBeforeItIsThere() {
        created(0, 20, 1, "a");
        change(1, 3, create("b"), new Outcome.Refused(Code.EXISTS));
        read(4, 5, null);
        refuted();
    }

    @Test
    void findsARefusalWithoutReason() {
        created(0, 1, 1, "a");
        conflict(2, 3, 1);
        refuted();
    }

    @Test
    void findsAWriteWhoseConditionOnTheUidDidNotHold() {
        created(0, 1, 1, "a");
        change(2, 3, new Write.Delete("k", OTHER, 0, null), new Outcome.Done(entry(2, 1, "a")));
        refuted();
    }

    @Test
    void findsAValueThatNobodyWrote() {
        created(0, 1, 1, "a");
        read(2, 3, entry(1, 1, "x"));
        refuted();
    }

    @Test
    void findsAnUnansweredWriteThatCameAndWent() {
        created(0, 1, 1, "a");
        unknownUpdate(2, "b");
        read(3, 4, entry(2, 1, "b"));
        read(5, 6, entry(1, 1, "a"));
        refuted();
    }

    @Test
    void findsARevisionThatWentBackOverKeys() {
        created(0, 1, 7, "a");
        var write = new Write.Create("other", bytes("b"), OTHER, null);
        change(2, 3, write, new Outcome.Done(new Entry("other", bytes("b"), OTHER, 6, 6, 6)));
        refuted();
    }

    @Test
    void findsARevisionGivenTwice() {
        created(0, 5, 1, "a");
        var write = new Write.Create("other", bytes("b"), OTHER, null);
        change(1, 6, write, new Outcome.Done(new Entry("other", bytes("b"), OTHER, 1, 1, 1)));
        refuted();
    }

    @Test
    void findsAListThatIsNoStateOrNotOfItsTime() {
        var truth = new Truth();
        truth.add(Fact.of(entry(1, 1, "a"), false, null));
        truth.add(Fact.of(entry(2, 1, "b"), false, entry(1, 1, "a")));
        created(0, 1, 1, "a");
        updated(4, 5, 1, 2, "b");
        assertThat(list(2, 3, 1, entry(1, 1, "a")).violation(history, truth)).isEmpty();
        assertThat(list(4, 6, 1, entry(1, 1, "a")).violation(history, truth)).isEmpty();
        assertThat(list(6, 7, 1, entry(1, 1, "a")).violation(history, truth)).isPresent();
        assertThat(list(2, 3, 2, entry(2, 1, "b")).violation(history, truth)).isPresent();
        assertThat(list(2, 3, 1).violation(history, truth)).isPresent();
        assertThat(list(4, 6, 2, entry(1, 1, "a")).violation(history, truth)).isPresent();
    }

    private static ListRead list(long called, long returned, long revision, Entry... entries) {
        return new ListRead("", called, returned, new Page(List.of(entries), revision, false, 0));
    }

    private void explained() {
        assertThat(Linearizability.violation(new ArrayList<>(history))).isEmpty();
    }

    private void refuted() {
        assertThat(Linearizability.violation(new ArrayList<>(history))).isPresent();
    }

    private static Entry entry(long revision, long created, String value) {
        return new Entry("k", bytes(value), UID, created, revision, created);
    }

    private static Write create(String value) {
        return new Write.Create("k", bytes(value), UID, null);
    }

    private void created(long called, long returned, long revision, String value) {
        change(called, returned, create(value), new Outcome.Done(entry(revision, revision, value)));
    }

    private void updated(long called, long returned, long expected, long revision, String value) {
        var write = new Write.Update("k", bytes(value), null, expected, false, null);
        change(called, returned, write, new Outcome.Done(entry(revision, 1, value)));
    }

    private void unknownUpdate(long called, String value) {
        var write = new Write.Update("k", bytes(value), null, 0, false, null);
        change(called, Operation.NEVER, write, new Outcome.Unknown());
    }

    private void conflict(long called, long returned, long expected) {
        var write = new Write.Update("k", bytes("z"), null, expected, false, null);
        change(called, returned, write, new Outcome.Refused(Code.CONFLICT));
    }

    private void read(long called, long returned, @Nullable Entry entry) {
        history.add(new Operation(new Call.Read("k"), called, returned, new Outcome.Found(entry)));
    }

    private void change(long called, long returned, Write write, Outcome outcome) {
        history.add(new Operation(new Call.Change(write), called, returned, outcome));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
