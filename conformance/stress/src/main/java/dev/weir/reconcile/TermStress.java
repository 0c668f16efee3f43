package dev.weir.reconcile;

import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.StatusException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A term of leading that is renewed and ended at the same time.
final class TermStress {
    private static final Lease LEASE =
            new Lease(Metadata.of("n", "lease"), new Lease.Spec("me", 15, null, null, 0));

    private TermStress() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "once ended, nobody writes in its name, whatever renewed it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a leader that was deposed")
    public static class EndedForGood {
        private final Term term =
                new Term(LEASE, Time.SYSTEM, Time.SYSTEM.nanos() + 1_000_000_000_000L);

        @Actor
        public void renew(II_Result result) {
            term.extend(Time.SYSTEM.nanos() + 2_000_000_000_000L);
            result.r1 = leads();
        }

        @Actor
        public void lose() {
            term.end();
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = leads();
        }

        private int leads() {
            try {
                term.fence();
                return 1;
            } catch (StatusException _) {
                return 0;
            }
        }
    }
}
