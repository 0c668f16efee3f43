package dev.weir.lra;

import org.jspecify.annotations.Nullable;

/// The row of a long running action. Times are milliseconds since 1970 by the database's clock.
///
/// @param id its last path segment: 32 hexadecimal digits
/// @param url its name for the world, as it was given out
/// @param parent the row that it is nested in; null at the top
/// @param parentUrl the parent's name, as the client gave it
/// @param place its place among the participants of the parent
/// @param places how many participants and nested actions joined it, those that left too
/// @param deadline when it is cancelled unless it ended before; null for never
/// @param settled whether its end, once reached, is the last word: no parent can cancel it any more
/// @param ended when its last participant was told of the end; null before
/// @param owner the node that works on it; null for none
/// @param fence rises with each owner
/// @param due when a node has to look after it; null for never
/// @param attempts rounds in vain since its status changed
record Lra(
        String id,
        String url,
        String client,
        @Nullable String parent,
        @Nullable String parentUrl,
        int place,
        int places,
        LraStatus status,
        long started,
        @Nullable Long deadline,
        boolean settled,
        @Nullable Long ended,
        @Nullable String owner,
        long fence,
        @Nullable Long due,
        int attempts) {
    boolean isNested() {
        return parent != null;
    }

    boolean isExpired(long now) {
        return status == LraStatus.Active && deadline != null && deadline <= now;
    }

    /// One participant or nested action more, and the earlier of two deadlines.
    Lra joined(@Nullable Long until) {
        var next = until;
        if (deadline != null && (next == null || deadline < next)) {
            next = deadline;
        }
        return with(places + 1, status, next, settled, ended, owner, fence, next, attempts);
    }

    /// One listener more, while it is ending.
    Lra counted() {
        return with(places + 1, status, deadline, settled, ended, owner, fence, due, attempts);
    }

    Lra renewed(long until) {
        return with(places, status, until, settled, ended, owner, fence, until, attempts);
    }

    /// With another status, which a node begins to work on.
    ///
    /// @param last whether what comes of it is the last word
    Lra begun(LraStatus next, boolean last, String node, long now) {
        return with(places, next, deadline, last, ended, node, fence + 1, now, 0);
    }

    /// Taken over by a node.
    Lra claimed(String node, long now) {
        return with(places, status, deadline, settled, ended, node, fence + 1, now, attempts);
    }

    /// All participants answered; told says whether none of them waits for news.
    Lra settled(LraStatus end, boolean last, boolean told, long now) {
        boolean tells = last && !told;
        return with(
                places,
                end,
                deadline,
                last,
                told ? Long.valueOf(now) : null,
                tells ? owner : null,
                fence,
                tells ? due : null,
                0);
    }

    /// Its parent closed, so that its own end is the last word; a node tells its participants.
    Lra sealed(String node, long now) {
        return begun(status, true, node, now);
    }

    Lra done(long now) {
        return with(places, status, deadline, true, now, null, fence, null, 0);
    }

    /// It is not time yet.
    Lra released() {
        return with(places, status, deadline, settled, ended, null, fence, deadline, attempts);
    }

    /// Left alone until a time.
    Lra parked(long until) {
        return with(places, status, deadline, settled, ended, null, fence, until, attempts + 1);
    }

    /// The same action, with other values of what changes.
    private Lra with(
            int places,
            LraStatus status,
            @Nullable Long deadline,
            boolean settled,
            @Nullable Long ended,
            @Nullable String owner,
            long fence,
            @Nullable Long due,
            int attempts) {
        return new Lra(
                id, url, client, parent, parentUrl, place, places, status, started, deadline,
                settled, ended, owner, fence, due, attempts);
    }
}
