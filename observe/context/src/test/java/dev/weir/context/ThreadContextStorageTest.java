package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.context.outside.Program;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadContextStorageTest {
    private static final ContextKey<String> KEY = ContextKey.named("key");
    private static final Context ONE = Context.root().with(KEY, "one");
    private static final Context TWO = Context.root().with(KEY, "two");

    @AfterEach
    void leavesNothingBehind() {
        assertThat(ContextStorage.get().current()).isNull();
    }

    @Test
    void isTheOneThatTheApiFinds() {
        assertThat(ContextStorage.get().getClass().getNestHost())
                .isEqualTo(ThreadContextStorage.class);
    }

    @Test
    void restoresWhatWasCurrentBefore() {
        try (Scope _ = ONE.makeCurrent()) {
            try (Scope _ = TWO.makeCurrent()) {
                assertThat(Context.current()).isSameAs(TWO);
            }
            assertThat(Context.current()).isSameAs(ONE);
        }
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void ignoresScopesThatAreClosedTwiceOrOutOfOrder() {
        var outer = ONE.makeCurrent();
        var inner = TWO.makeCurrent();
        outer.close();
        assertThat(Context.current()).isSameAs(TWO);
        inner.close();
        inner.close();
        assertThat(Context.current()).isSameAs(ONE);
        outer.close();
        outer.close();
    }

    @Test
    void takesNoContextForNoChange() {
        try (Scope _ = ONE.makeCurrent();
                Scope same = ONE.makeCurrent();
                Scope none = ContextStorage.get().attach(null)) {
            assertThat(same).isSameAs(Scope.noop());
            assertThat(none).isSameAs(Scope.noop());
            assertThat(Context.current()).isSameAs(ONE);
        }
    }

    @Test
    void virtualThreadsBeginWithTheContextOfTheirMaker() throws Exception {
        Callable<String> look = () -> Context.current().get(KEY);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Scope _ = ONE.makeCurrent()) {
                assertThat(executor.submit(look).get()).isEqualTo("one");
                assertThat(executor.submit(() -> executor.submit(look).get()).get())
                        .isEqualTo("one");
            }
            assertThat(executor.submit(look).get()).isNull();
        }
    }

    @Test
    void aVirtualThreadKeepsItsContextWhenItsMakerMovesOn() throws InterruptedException {
        var seen = new AtomicReference<String>();
        Thread thread;
        try (Scope _ = ONE.makeCurrent()) {
            thread = Thread.ofVirtual().unstarted(() -> seen.set(Context.current().get(KEY)));
        }
        try (Scope _ = TWO.makeCurrent()) {
            thread.start();
            thread.join();
        }
        assertThat(seen).hasValue("one");
    }

    @Test
    void virtualThreadsMayBeginWithout() throws InterruptedException {
        var seen = new AtomicReference<>("nothing yet");
        try (Scope _ = ONE.makeCurrent()) {
            Thread.ofVirtual()
                    .inheritInheritableThreadLocals(false)
                    .start(() -> seen.set(Context.current().get(KEY)))
                    .join();
        }
        assertThat(seen).hasValue(null);
    }

    @Test
    void platformThreadsBeginWithout() throws InterruptedException {
        var seen = new ArrayList<Context>();
        try (Scope _ = ONE.makeCurrent()) {
            Thread.ofPlatform()
                    .start(() -> {
                        seen.add(ContextStorage.get().current());
                        try (Scope _ = TWO.makeCurrent()) {
                            seen.add(ContextStorage.get().current());
                        }
                        seen.add(ContextStorage.get().current());
                    })
                    .join();
        }
        assertThat(seen).containsExactly(null, TWO, null);
    }

    @Test
    void carriedTasksRunInTheContextOfTheirHandOver() throws Exception {
        Callable<String> look = () -> Context.current().get(KEY);
        try (var pool = Executors.newFixedThreadPool(1);
                Scope _ = ONE.makeCurrent()) {
            assertThat(pool.submit(look).get()).isNull();
            assertThat(pool.submit(Carried.call(look)).get()).isEqualTo("one");
            var carrying = Carried.executor(pool);
            var plain = Carried.executor((java.util.concurrent.Executor) pool);
            assertThat(Carried.executor(plain)).isSameAs(plain);
            try (Scope _ = TWO.makeCurrent()) {
                assertThat(carrying.submit(look).get()).isEqualTo("two");
                var seen = new java.util.concurrent.FutureTask<>(look);
                plain.execute(seen);
                assertThat(seen.get()).isEqualTo("two");
            }
            assertThat(carrying.submit(look).get()).isEqualTo("one");
            assertThat(pool.submit(look).get()).isNull();
        }
    }

    @Test
    void leavesAloneWhatHasNothingToCarryOrIsCarried() {
        Runnable task = () -> {};
        Callable<String> call = () -> "";
        assertThat(Carried.task(task)).isSameAs(task);
        assertThat(Carried.call(call)).isSameAs(call);
        try (Scope _ = ONE.makeCurrent()) {
            var carried = Carried.task(task);
            assertThat(carried).isNotSameAs(task);
            assertThat(Carried.task(carried)).isSameAs(carried);
        }
    }

    @Test
    void programsFindItOnTheClassPathAndOnTheModulePath() throws Exception {
        var api = Stream.of(OpenTelemetry.class, Context.class, ComponentLoader.class);
        var libraries =
                Stream.concat(Stream.of("target/classes"), api.map(type -> place(type).toString()))
                        .collect(Collectors.joining(File.pathSeparator));
        var tests = "target/test-classes";
        assertThat(run("-cp", libraries + File.pathSeparator + tests))
                .containsExactly("carried", "null");
        assertThat(run("-p", libraries, "--add-modules", "dev.weir.context", "-cp", tests))
                .containsExactly("carried", "null");
    }

    private static List<String> run(String... options) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add(Program.class.getName());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var told = process.inputReader()) {
            return told.lines().toList();
        }
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
