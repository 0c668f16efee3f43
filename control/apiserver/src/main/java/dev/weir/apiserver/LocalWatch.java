package dev.weir.apiserver;

import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A watch in this process: first the objects that were there, then their changes.
final class LocalWatch<R extends Resource> implements Watch<R> {
    private static final int BATCH = 128;

    private final Served kind;
    private final ResourceType<R> type;
    private final Changes changes;
    private final boolean bookmarks;
    private final Runnable onClose;
    private final ArrayDeque<Change> pending = new ArrayDeque<>();
    private long told;
    private @Nullable String initialEnd;

    /// @param initial the objects that are there already; null where the watch resumes
    LocalWatch(
            Served kind,
            ResourceType<R> type,
            Changes changes,
            @Nullable List<Change> initial,
            boolean bookmarks,
            Runnable onClose) {
        this.kind = kind;
        this.type = type;
        this.changes = changes;
        this.bookmarks = bookmarks;
        this.onClose = onClose;
        this.told = changes.revision();
        if (initial != null) {
            pending.addAll(initial);
            initialEnd = bookmarks ? Long.toString(told) : null;
        }
    }

    @Override
    public Optional<WatchEvent<R>> next(Duration wait) throws InterruptedException {
        if (pending.isEmpty() && initialEnd == null) {
            pending.addAll(changes.next(BATCH, wait));
        }
        var change = pending.poll();
        if (change != null) {
            told = Math.max(told, change.object().revision());
            return Optional.of(event(change));
        }
        return bookmark();
    }

    private Optional<WatchEvent<R>> bookmark() {
        var end = initialEnd;
        if (end != null) {
            initialEnd = null;
            return Optional.of(new WatchEvent.Bookmark<>(end, true));
        }
        if (bookmarks && changes.revision() > told) {
            told = changes.revision();
            return Optional.of(new WatchEvent.Bookmark<>(Long.toString(told), false));
        }
        return Optional.empty();
    }

    private WatchEvent<R> event(Change change) {
        var object = type.decode(change.object().object(kind));
        return switch (change.type()) {
            case ADDED -> new WatchEvent.Added<>(object);
            case MODIFIED -> new WatchEvent.Modified<>(object);
            case DELETED -> new WatchEvent.Deleted<>(object);
        };
    }

    @Override
    public void close() {
        changes.close();
        onClose.run();
    }
}
