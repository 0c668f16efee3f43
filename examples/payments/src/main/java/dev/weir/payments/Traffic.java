package dev.weir.payments;

import dev.weir.resource.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Customers: they pay at all terminals at a steady rate, and check each answer against the policy
/// that it says it comes from.
final class Traffic implements AutoCloseable {
    private static final List<String> MERCHANTS =
            List.of("bakery", "books", "bikes", "flowers", "casino");
    private static final int SAMPLES = 1 << 16;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final Map<String, URI> terminals;
    private final Map<String, Limits> policies = new ConcurrentHashMap<>();
    private final AtomicLongArray decisions = new AtomicLongArray(Decision.values().length);
    private final LongAdder unreachable = new LongAdder();
    private final AtomicReference<String> wrong = new AtomicReference<>("");
    private final long[] latencies = new long[SAMPLES];
    private int answered;
    private final List<Thread> threads;
    private volatile boolean closed;

    /// Starts paying.
    ///
    /// @param terminals by name, where payments go; entries may be replaced at any time
    /// @param pause between two payments at a terminal
    Traffic(Map<String, URI> terminals, Duration pause) {
        this.terminals = terminals;
        threads =
                List.copyOf(terminals.keySet()).stream()
                        .map(name ->
                                Thread.ofVirtual()
                                        .name("customer-" + name)
                                        .start(() -> shop(name, pause)))
                        .toList();
    }

    /// What answers that name this policy (`name@generation`) are held to.
    void expect(String policy, Limits limits) {
        policies.put(policy, limits);
    }

    long accepted() {
        return count(Decision.Approved);
    }

    long count(Decision decision) {
        return decisions.get(decision.ordinal());
    }

    long total() {
        return Arrays.stream(Decision.values()).mapToLong(this::count).sum();
    }

    long unreachable() {
        return unreachable.sum();
    }

    /// The first answer that contradicts its policy; empty for none.
    String wrong() {
        return wrong.get();
    }

    /// A percentile of the latest answers' times, in milliseconds.
    synchronized double percentile(double share) {
        int count = Math.min(answered, SAMPLES);
        var sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[(int) (share * (count - 1))] / 1e6;
    }

    private synchronized void took(long nanos) {
        latencies[answered++ % SAMPLES] = nanos;
    }

    private void shop(String terminal, Duration pause) {
        var random = new Random(terminal.hashCode());
        while (!closed) {
            try {
                pay(terminal, random);
                Thread.sleep(pause);
            } catch (IOException _) {
                unreachable.increment();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void pay(String terminal, Random random) throws IOException, InterruptedException {
        var payment =
                new Payment(
                        1 + random.nextInt(12_000),
                        "EUR",
                        MERCHANTS.get(random.nextInt(MERCHANTS.size())),
                        "card-" + random.nextInt(500));
        var address = terminals.get(terminal);
        if (address == null) {
            throw new IOException("no address");
        }
        var request =
                HttpRequest.newBuilder(address.resolve("/payments"))
                        .timeout(Duration.ofSeconds(5))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json(payment).bytes()))
                        .build();
        long start = System.nanoTime();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        took(System.nanoTime() - start);
        if (answer.statusCode() != 200) {
            wrong.compareAndSet("", terminal + " answered " + answer.statusCode());
            return;
        }
        try {
            check(payment, Json.parse(answer.body()).asObject());
        } catch (IllegalArgumentException e) {
            wrong.compareAndSet("", terminal + " answered nonsense: " + e.getMessage());
        }
    }

    private static Json.Obj json(Payment payment) {
        return Json.Obj.of("amount", Json.of(payment.amount()))
                .with("currency", Json.of(payment.currency()))
                .with("merchant", Json.of(payment.merchant()))
                .with("card", Json.of(payment.card()));
    }

    private void check(Payment payment, Json.Obj answer) {
        var decision = Decision.valueOf(answer.string("decision"));
        decisions.incrementAndGet(decision.ordinal());
        var names = answer.array("policies").strings();
        var limits = names.isEmpty() ? null : policies.get(names.getFirst());
        boolean right =
                names.isEmpty()
                        ? decision == Decision.NoPolicy
                        : limits == null || allows(limits, payment, decision);
        if (!right) {
            wrong.compareAndSet("", payment + " was answered " + decision + " under " + names);
        }
    }

    // What depends on earlier payments, this cannot judge.
    private static boolean allows(Limits limits, Payment payment, Decision decision) {
        if (limits.blockedMerchants().contains(payment.merchant())) {
            return decision == Decision.MerchantBlocked;
        }
        if (payment.amount() > limits.perPayment()) {
            return decision == Decision.OverPaymentLimit;
        }
        return decision == Decision.Approved
                || decision == Decision.OverDailyLimit
                || decision == Decision.TooFrequent;
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        client.shutdownNow();
    }
}
