package dev.weir.cli;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The changes of a query for as long as anyone looks: servers end a watch after some minutes, and
/// it is opened again from where it was.
final class Changes {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Function<Query, Watch<Dynamic>> open;
    private Query query;
    private boolean progress;

    /// @param query from the version behind which it starts
    Changes(Function<Query, Watch<Dynamic>> open, Query query) {
        this.open = open;
        this.query = query;
    }

    /// Hands each changed object to the reader until that returns false or the thread is
    /// interrupted.
    ///
    /// @throws StatusException when the watch cannot be opened again
    void forEach(Predicate<Dynamic> reader) {
        boolean reading = true;
        while (reading) {
            progress = false;
            try (var watch = open.apply(query)) {
                reading = drain(watch, reader);
            } catch (StatusException e) {
                // A stream that ended after events, or after its time, is opened anew.
                if (e.reason() != Status.Reason.ServiceUnavailable || !progress) {
                    throw e;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean drain(Watch<Dynamic> watch, Predicate<Dynamic> reader)
            throws InterruptedException {
        while (true) {
            var next = watch.next(WAIT);
            progress = true;
            if (next.isEmpty()) {
                continue;
            }
            var event = next.get();
            if (!event.resourceVersion().isEmpty()) {
                query = query.from(event.resourceVersion());
            }
            if (object(event) instanceof Dynamic object && !reader.test(object)) {
                return false;
            }
        }
    }

    private static @Nullable Dynamic object(WatchEvent<Dynamic> event) {
        return switch (event) {
            case WatchEvent.Added<Dynamic>(var object) -> object;
            case WatchEvent.Modified<Dynamic>(var object) -> object;
            case WatchEvent.Deleted<Dynamic>(var object) -> object;
            case WatchEvent.Bookmark<Dynamic> _ -> null;
        };
    }
}
