package dev.weir.node;

import dev.weir.resource.Program;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One workload: started, and where it does not start, tried again after 1 to 30 s until it does.
///
/// One virtual thread runs it until it is interrupted, then closes what it started.
final class Workload implements Runnable {
    private static final System.Logger LOG = System.getLogger(Workload.class.getName());
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

    String name() {
        return name;
    }

    boolean ready() {
        return checks().stream().allMatch(Program.Check::passed);
    }

    /// Its parts, under its name; itself, where it names none.
    List<Program.Check> checks() {
        var started = running;
        if (started == null) {
            return List.of(new Program.Check(name, "not started", false));
        }
        try {
            var parts = started.checks();
            return parts.isEmpty()
                    ? List.of(new Program.Check(name, started.ready() ? "" : "not ready", false))
                    : parts.stream().map(this::under).toList();
        } catch (RuntimeException e) {
            return List.of(new Program.Check(name, "cannot tell: " + e, false));
        }
    }

    private Program.Check under(Program.Check part) {
        return new Program.Check(name + "/" + part.name(), part.problem(), part.vital());
    }

    /// Its figures; empty where it has none, or cannot tell.
    String metrics() {
        var started = running;
        try {
            return started == null ? "" : started.metrics();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "no figures from " + name, e);
            return "";
        }
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
