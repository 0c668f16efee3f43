package dev.weir.lra;

import dev.weir.saga.NodeOptions;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Settings of a coordinator. All nodes of a service have the same, but for `node`.
///
/// @param node tables, name and lease of this node
/// @param base the URL that actions are named by, as `http://shop:8080/lra-coordinator`: it must
///   reach any live node; null for the one that the caller used
/// @param call how long a participant has for an answer
/// @param answer how long a caller who closes or cancels waits for the end, before it is told
///   `Closing` or `Cancelling`
/// @param pause the pause before a participant that is not done is asked again; it doubles each
///   time
/// @param longest the longest such pause
/// @param keep how long an action that ended well is remembered
/// @param participants the greatest number of participants and nested actions of an action
/// @param allowed which URLs a participant may join with; a coordinator calls them
public record LraOptions(
        NodeOptions node,
        @Nullable URI base,
        Duration call,
        Duration answer,
        Duration pause,
        Duration longest,
        Duration keep,
        int participants,
        Predicate<URI> allowed) {
    /// Those of [NodeOptions#DEFAULT], the caller's base, 5 s for a participant, 8 s for a caller,
    /// pauses from 0.5 s to 1 min, an hour of memory, 1000 participants, all URLs.
    public static final LraOptions DEFAULT =
            new LraOptions(
                    NodeOptions.DEFAULT,
                    null,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(8),
                    Duration.ofMillis(500),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    1000,
                    _ -> true);

    /// Checks the ranges.
    public LraOptions {
        for (var time : new Duration[] {call, answer, pause, longest}) {
            if (time.toMillis() < 1) {
                throw new IllegalArgumentException("expected times from 1 ms, found " + time);
            }
        }
        if (keep.isNegative()) {
            throw new IllegalArgumentException("keep: expected 0 or more, found " + keep);
        }
        if (participants < 1) {
            throw new IllegalArgumentException(
                    "participants: expected at least 1, found " + participants);
        }
    }

    private LraOptions with(NodeOptions to) {
        return new LraOptions(to, base, call, answer, pause, longest, keep, participants, allowed);
    }

    /// The same with another prefix of the tables.
    public LraOptions withPrefix(String to) {
        return with(node.withPrefix(to));
    }

    /// The same with another name of the node.
    public LraOptions withNode(String to) {
        return with(node.withName(to));
    }

    /// The same with other times: heartbeat, lease, and look of an idle node.
    public LraOptions withLease(Duration every, Duration length, Duration look) {
        return with(node.withLease(every, length, look));
    }

    /// The same with another URL to name actions by.
    public LraOptions withBase(@Nullable URI to) {
        return new LraOptions(node, to, call, answer, pause, longest, keep, participants, allowed);
    }

    /// The same with other times for participants and for callers.
    public LraOptions withTimes(Duration participant, Duration caller) {
        return new LraOptions(
                node, base, participant, caller, pause, longest, keep, participants, allowed);
    }

    /// The same with other pauses: the first, and the longest.
    public LraOptions withPauses(Duration first, Duration last) {
        return new LraOptions(node, base, call, answer, first, last, keep, participants, allowed);
    }

    /// The same with another time for which actions that ended are remembered.
    public LraOptions withKeep(Duration to) {
        return new LraOptions(node, base, call, answer, pause, longest, to, participants, allowed);
    }

    /// The same with other rules for who may join: how many, and where they are.
    public LraOptions withParticipants(int most, Predicate<URI> where) {
        return new LraOptions(node, base, call, answer, pause, longest, keep, most, where);
    }
}
