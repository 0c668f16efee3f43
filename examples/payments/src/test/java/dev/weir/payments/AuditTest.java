package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditTest {
    private static Balance.Status judge(
            long settledBefore, long captured, long reserved, long settledAfter) {
        var bank = new Audit.Holdings(captured, 1_000 - captured, 1_000);
        return Audit.judge(settledBefore, bank, new Ledger.Totals(reserved, settledAfter));
    }

    @Test
    void atRestTheBankHasWhatTheLedgerHas() {
        assertThat(judge(300, 300, 0, 300)).isEqualTo(new Balance.Status(0, 300, 300, 0, true));
        assertThat(judge(300, 301, 0, 300).conserved()).isFalse();
        assertThat(judge(301, 300, 0, 301).conserved()).isFalse();
    }

    @Test
    void underWayWhatIsCapturedIsReserved() {
        assertThat(judge(200, 300, 100, 200))
                .isEqualTo(new Balance.Status(100, 300, 200, 100, true));
        assertThat(judge(200, 200, 500, 200).conserved()).isTrue();
        assertThat(judge(200, 300, 99, 200).conserved()).isFalse();
    }

    @Test
    void whatIsSettledWhileTheBankIsAskedIsNoMistake() {
        assertThat(judge(200, 300, 0, 300).conserved()).isTrue();
        assertThat(judge(200, 300, 0, 400).conserved()).isTrue();
    }

    @Test
    void seesMoneyThatTheBankMadeOrLost() {
        var ledger = new Ledger.Totals(0, 300);
        assertThat(Audit.judge(300, new Audit.Holdings(300, 701, 1_000), ledger).conserved())
                .isFalse();
        assertThat(Audit.judge(300, new Audit.Holdings(300, 699, 1_000), ledger).conserved())
                .isFalse();
    }
}
