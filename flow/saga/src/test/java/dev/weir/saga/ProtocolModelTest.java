package dev.weir.saga;

import static dev.weir.saga.ProtocolModel.Mutant.NO_REREAD;
import static dev.weir.saga.ProtocolModel.Mutant.NO_SEQ;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All states of the protocol, and that leaving out a part of it is seen.
class ProtocolModelTest {
    private static final int ALL = 40_000_000;

    @Test
    void oneSagaOnThreeNodesWithTwoCrashesIsNeverWrong() {
        var model = new ProtocolModel(3, 1, 2, 2, ALL);
        assertThat(model.check()).isNull();
        assertThat(model.isExhausted()).isTrue();
        System.out.println(
                "1 saga, 3 nodes, 2 takeovers, 2 crashes: " + model.states() + " states");
    }

    @Test
    void twoSagasOnThreeNodesAreNotWrongInTheFirstMillions() {
        var model = new ProtocolModel(3, 2, 2, 2, 1_500_000);
        assertThat(model.check()).isNull();
        System.out.println(
                "2 sagas, 3 nodes, 2 takeovers, 2 crashes: "
                        + model.states()
                        + " states, breadth first");
        assertThat(model.states()).isGreaterThanOrEqualTo(1_000_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolModel.Mutant.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "NO_REREAD")
    void leavingOutAPartIsSeen(ProtocolModel.Mutant mutant) {
        assertThat(new ProtocolModel(3, 1, 2, 2, ALL, mutant).check()).isNotNull();
    }

    /// A node that claims and goes on from what it remembers is kept back by the number of the
    /// commit before; without that it is not.
    @Test
    void aClaimReadsBeforeItWrites() {
        assertThat(new ProtocolModel(3, 1, 2, 2, ALL, NO_REREAD, NO_SEQ).check()).isNotNull();
    }
}
