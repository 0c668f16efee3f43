package sample;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// Work handed to other threads, in each way there is; every piece notes the span it runs in.
public final class Tasks implements Callable<List<String>> {
    private final List<String> lost = new ArrayList<>();
    private String expected = "";

    @Override
    public List<String> call() throws Exception {
        var span = GlobalOpenTelemetry.getTracer("sample").spanBuilder("parent").startSpan();
        expected = span.getSpanContext().getSpanId();
        try (Scope _ = span.makeCurrent()) {
            pools();
            futures();
            forkJoin();
            threads();
            awkward();
        } finally {
            span.end();
        }
        return lost;
    }

    private void note(String what) {
        if (!Span.current().getSpanContext().getSpanId().equals(expected)) {
            synchronized (lost) {
                lost.add(what);
            }
        }
    }

    private void pools() throws Exception {
        try (var pool = Executors.newFixedThreadPool(2);
                var virtual = Executors.newVirtualThreadPerTaskExecutor();
                var timer = Executors.newSingleThreadScheduledExecutor()) {
            pool.execute(() -> note("execute"));
            BiConsumer<Executor, Runnable> reference = Executor::execute;
            reference.accept(pool, () -> note("unbound reference"));
            Executor bound = pool::execute;
            bound.execute(() -> note("bound reference"));
            virtual.submit(() -> note("virtual submit")).get();
            pool.submit(() -> note("submit result"), "x").get();
            virtual.submit(
                            () -> {
                                note("callable");
                                return 1;
                            })
                    .get();
            pool.invokeAll(List.of(Executors.callable(() -> note("invokeAll"))));
            pool.invokeAny(List.of(Executors.callable(() -> note("invokeAny"))));
            timer.schedule(() -> note("schedule"), 1, TimeUnit.MILLISECONDS).get();
        }
    }

    private void futures() throws Exception {
        var first = CompletableFuture.supplyAsync(() -> 1);
        CompletableFuture<Integer> chain =
                first.thenApply(
                                x -> {
                                    note("thenApply");
                                    return x + 1;
                                })
                        .thenComposeAsync(x -> {
                            note("thenComposeAsync");
                            return CompletableFuture.completedFuture(x);
                        })
                        .thenCombine(
                                CompletableFuture.completedFuture(1),
                                (a, b) -> {
                                    note("thenCombine");
                                    return a + b;
                                })
                        .whenCompleteAsync((x, e) -> note("whenCompleteAsync"), Runnable::run);
        CompletionStage<Void> stage = chain.thenRunAsync(() -> note("thenRunAsync"));
        stage.thenAccept(x -> note("thenAccept on a stage")).toCompletableFuture().get();
        CompletableFuture.failedFuture(new IllegalStateException())
                .exceptionally(e -> {
                    note("exceptionally");
                    return null;
                })
                .get();
    }

    private final class Sum extends RecursiveTask<Integer> {
        private static final long serialVersionUID = 1;
        private final int depth;

        Sum(int depth) {
            this.depth = depth;
        }

        @Override
        protected Integer compute() {
            note("compute at " + depth);
            if (depth == 0) {
                return 1;
            }
            var left = new Sum(depth - 1);
            var right = new Sum(depth - 1);
            left.fork();
            return right.invoke() + left.join();
        }
    }

    private void forkJoin() throws Exception {
        try (var pool = new ForkJoinPool(2)) {
            check("sum", pool.invoke(new Sum(4)) == 16);
            check("sum again", pool.submit(new Sum(2)).get() == 4);
            pool.submit(() -> note("fork/join submit")).get();
            pool.execute(() -> note("fork/join execute"));
        }
    }

    private void check(String what, boolean holds) {
        if (!holds) {
            lost.add(what);
        }
    }

    private static class Named extends Thread {
        private final Runnable work;

        Named(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.run();
        }
    }

    private void threads() throws Exception {
        var threads =
                List.of(
                        new Thread(() -> note("thread")),
                        new Thread(() -> note("named thread"), "name"),
                        new Thread(Thread.currentThread().getThreadGroup(), () -> note("group")),
                        new Named(() -> note("subclass")),
                        Thread.ofVirtual().unstarted(() -> note("unstarted")));
        for (var thread : threads) {
            thread.start();
            thread.join();
        }
        Thread.startVirtualThread(() -> note("startVirtualThread")).join();
        Thread.ofPlatform().start(() -> note("builder")).join();
    }

    private record Ranked(int rank, Runnable work) implements Runnable, Comparable<Ranked> {
        @Override
        public void run() {
            work.run();
        }

        @Override
        public int compareTo(Ranked other) {
            return Integer.compare(rank, other.rank);
        }
    }

    /// What breaks where tasks are replaced blindly.
    private void awkward() throws Exception {
        var queue =
                new PriorityBlockingQueue<Runnable>(
                        4, Comparator.comparingInt(task -> ((Ranked) task).rank()));
        try (var ranked = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, queue)) {
            for (int i = 3; i > 0; i--) {
                ranked.execute(new Ranked(i, () -> {}));
            }
        }
        var waiting = new LinkedBlockingQueue<Runnable>();
        try (var pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, waiting)) {
            var gate = new CompletableFuture<Void>();
            Runnable blocker = gate::join;
            Runnable later = () -> lost.add("ran though removed");
            pool.execute(blocker);
            pool.execute(later);
            check("remove", pool.remove(later));
            gate.complete(null);
        }
    }
}
