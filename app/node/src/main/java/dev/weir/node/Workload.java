package dev.weir.node;

import dev.weir.resource.Program;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One workload: started, and where it does not start, tried again after 1 to 30 s until it does.
///
/// One virtual thread runs it until it is interrupted, then closes what it started.
final class Workload implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final Program program;
    private final Program.Host host;
    private final Consumer<Node.Event> listener;
    private volatile Program.@Nullable Running running;

    Workload(String name, Program program, Program.Host host, Consumer<Node.Event> listener) {
        this.name = name;
        this.program = program;
        this.host = host;
        this.listener = listener;
    }

    boolean ready() {
        var started = running;
        return started != null && started.ready();
    }

    @Override
    public void run() {
        var pause = FIRST_PAUSE;
        try {
            while (!start()) {
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : pause;
            }
            Thread.sleep(Duration.ofSeconds(Long.MAX_VALUE));
        } catch (InterruptedException _) {
            // Closing the node interrupts.
        } finally {
            var started = running;
            if (started != null) {
                started.close();
            }
        }
    }

    private boolean start() throws InterruptedException {
        try {
            Files.createDirectories(host.directory());
            running = program.start(host);
            listener.accept(new Node.Event.Started(name));
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            var why = e.getMessage() == null ? e.toString() : e.getMessage();
            listener.accept(new Node.Event.NotStarted(name, why));
            return false;
        }
    }
}
