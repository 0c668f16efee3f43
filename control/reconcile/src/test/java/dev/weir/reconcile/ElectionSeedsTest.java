package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.Client;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Three candidates in virtual time, whose calls fail or lose their answers, who sleep, crash and
/// give up, in orders that seeds decide: never do two lead, and no write of an old leader is taken.
class ElectionSeedsTest {
    private static final int SEEDS = 300;
    private static final int EVENTS = 150;
    private static final Duration CALM = Duration.ofSeconds(40);

    private final World world = new World();
    private final Clock clock = new Clock();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void neverDoTwoLead() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            for (int i = 0; i < EVENTS; i++) {
                run.event();
            }
            run.calm();
        }
    }

    /// One candidate after the other under one name.
    private final class Candidate {
        private final String name;
        private final Run run;
        private Election election;

        Candidate(String name, Run run) {
            this.name = name;
            this.run = run;
            restart();
        }

        void restart() {
            var rules = LeaderElection.on("default", run.lease).identity(name);
            election = new Election(run.client(), rules, clock, _ -> {});
        }

        boolean leads() {
            var term = election.term();
            return term != null && term.current();
        }
    }

    private final class Run {
        private final String lease;
        private final Random random;
        private final List<Candidate> candidates = new ArrayList<>();

        /// The fences of all terms that there were.
        private final List<WriteOptions.Fence> fences = new ArrayList<>();

        private boolean calm;
        private long newest;
        private int writes;

        Run(int seed) {
            lease = "leader-" + seed;
            random = new Random(seed);
            Stream.of("a", "b", "c").forEach(name -> candidates.add(new Candidate(name, this)));
        }

        /// The server, which now and then does not hear a call, or is not heard.
        Client client() {
            return (Client)
                    Proxy.newProxyInstance(
                            Client.class.getClassLoader(),
                            new Class<?>[] {Client.class},
                            (_, method, arguments) -> {
                                lose();
                                try {
                                    var answer = method.invoke(world.client(), arguments);
                                    lose();
                                    return answer;
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }

        private void lose() {
            if (!calm && random.nextInt(6) == 0) {
                throw StatusException.of(Status.Reason.ServiceUnavailable, "lost on purpose");
            }
        }

        void event() {
            var candidate = candidates.get(random.nextInt(candidates.size()));
            switch (random.nextInt(20)) {
                case 0 -> candidate.restart();
                case 1 -> candidate.election.release();
                case 2 -> clock.pass(Duration.ofSeconds(random.nextInt(20)));
                case 3, 4 -> write();
                case 5, 6, 7, 8 -> clock.pass(Duration.ofMillis(random.nextInt(2_000)));
                default -> step(candidate);
            }
            assertThat(candidates.stream().filter(Candidate::leads).count())
                    .as(lease)
                    .isLessThanOrEqualTo(1);
        }

        private void step(Candidate candidate) {
            if (candidate.election.nextAt() > clock.nanos()) {
                return;
            }
            candidate.election.step();
            var term = candidate.election.term();
            if (term != null && term.current() && !fences.contains(term.fence())) {
                fences.add(term.fence());
            }
        }

        /// What a leader, or one that slept since it was, writes in the name of its term.
        private void write() {
            if (fences.isEmpty()) {
                return;
            }
            var fence = fences.get(random.nextInt(fences.size()));
            long epoch = Long.parseLong(fence.epoch());
            try {
                var shop = Shop.of(lease + "-" + ++writes, 1);
                world.client().create(Shop.TYPE, shop, WriteOptions.fenced(fence));
            } catch (StatusException e) {
                assertThat(e.reason()).as(lease).isEqualTo(Status.Reason.Conflict);
                return;
            }
            assertThat(epoch)
                    .as("%s: a write of an old leader", lease)
                    .isGreaterThanOrEqualTo(newest);
            newest = epoch;
        }

        /// When nothing goes wrong any more, one leads before long, and its writes are taken.
        void calm() {
            calm = true;
            long end = clock.nanos() + CALM.toNanos();
            while (clock.nanos() < end) {
                clock.pass(Duration.ofMillis(500));
                candidates.forEach(this::step);
            }
            var leaders = candidates.stream().filter(Candidate::leads).toList();
            assertThat(leaders).as(lease).hasSize(1);
            var term = leaders.getFirst().election.term();
            assertThat(term).isNotNull();
            world.client().create(Shop.TYPE, Shop.of(lease, 1), WriteOptions.fenced(term.fence()));
        }
    }
}
