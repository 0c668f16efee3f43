package dev.weir.store;

import dev.weir.store.Operation.Call;
import dev.weir.store.Operation.Outcome;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one key may hold: the sequential specification that [Linearizability] searches with.
///
/// @param uid null where the key is absent
/// @param revision 0 where nobody was told it: the last change had an unknown outcome
/// @param created 0 where nobody was told it
/// @param least a revision that the key's next change must exceed
record Cell(@Nullable UUID uid, ByteBuffer value, long created, long revision, long least) {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    static final Cell ABSENT = absent(0);

    private static Cell absent(long least) {
        return new Cell(null, EMPTY, 0, 0, least);
    }

    private static Cell of(Entry entry) {
        return new Cell(
                entry.uid(),
                ByteBuffer.wrap(entry.value()),
                entry.createRevision(),
                entry.revision(),
                entry.revision());
    }

    /// The state behind an operation that happens now, or null where it cannot have that outcome.
    @Nullable Cell after(Operation operation) {
        return switch (operation.outcome()) {
            case Outcome.Found(var entry) ->
                    entry == null ? (uid == null ? this : null) : seen(entry);
            case Outcome.Done(var entry) -> done(write(operation), entry);
            case Outcome.Refused(var code) -> refuses(write(operation), code) ? this : null;
            case Outcome.Unknown _ -> unknown(write(operation));
        };
    }

    private static Write write(Operation operation) {
        return ((Call.Change) operation.call()).write();
    }

    /// This cell, if it can be what was seen; then its revision is known.
    private @Nullable Cell seen(Entry entry) {
        var other = of(entry);
        boolean same =
                other.value.equals(value)
                        && entry.uid().equals(uid)
                        && (revision == 0 ? entry.revision() > least : entry.revision() == revision)
                        && (created == 0 || entry.createRevision() == created);
        return same ? other : null;
    }

    private @Nullable Cell done(Write write, Entry entry) {
        var before = held(write);
        if (before == null || entry.revision() <= before.least) {
            return null;
        }
        return switch (write) {
            case Write.Create create -> {
                boolean right =
                        entry.uid().equals(create.uid())
                                && entry.createRevision() == entry.revision()
                                && ByteBuffer.wrap(create.value()).equals(bytes(entry));
                yield right ? of(entry) : null;
            }
            case Write.Update update -> {
                boolean right =
                        before.kept(entry) && ByteBuffer.wrap(update.value()).equals(bytes(entry));
                yield right ? of(entry) : null;
            }
            case Write.Delete _ ->
                    before.kept(entry) && before.value.equals(bytes(entry))
                            ? absent(entry.revision())
                            : null;
        };
    }

    private static ByteBuffer bytes(Entry entry) {
        return ByteBuffer.wrap(entry.value());
    }

    private boolean kept(Entry entry) {
        return entry.uid().equals(uid) && (created == 0 || created == entry.createRevision());
    }

    /// This cell, if the conditions of the write can hold on it; then what they say is known.
    private @Nullable Cell held(Write write) {
        return switch (write) {
            case Write.Create _ -> uid == null ? this : null;
            case Write.Update update -> held(update.uid(), update.revision());
            case Write.Delete delete -> held(delete.uid(), delete.revision());
        };
    }

    private @Nullable Cell held(@Nullable UUID wanted, long at) {
        if (uid == null || wanted != null && !wanted.equals(uid)) {
            return null;
        }
        if (at == 0 || at == revision) {
            return this;
        }
        return revision == 0 && at > least ? new Cell(uid, value, created, at, at) : null;
    }

    private boolean refuses(Write write, StoreException.Code code) {
        return switch (code) {
            case EXISTS -> uid != null && write instanceof Write.Create;
            case NOT_FOUND -> uid == null && !(write instanceof Write.Create);
            case CONFLICT -> uid != null && !(write instanceof Write.Create) && differs(write);
            default -> true;
        };
    }

    private boolean differs(Write write) {
        return revision == 0 || held(write) == null;
    }

    private @Nullable Cell unknown(Write write) {
        var before = held(write);
        if (before == null) {
            return null;
        }
        return switch (write) {
            case Write.Create create ->
                    new Cell(create.uid(), ByteBuffer.wrap(create.value()), 0, 0, before.least);
            case Write.Update update ->
                    new Cell(
                            before.uid,
                            ByteBuffer.wrap(update.value()),
                            before.created,
                            0,
                            before.least);
            case Write.Delete _ -> absent(before.least);
        };
    }
}
