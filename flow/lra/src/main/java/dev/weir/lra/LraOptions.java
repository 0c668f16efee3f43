package dev.weir.lra;

import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Settings of a coordinator. All nodes of a service have the same, but for `node`.
///
/// @param prefix what the names of the tables begin with: up to 20 lower-case letters, digits and
///   `_`
/// @param node a name for this node, up to 50 characters, for people; each start of a process
///   counts as a node of its own
/// @param base the URL that actions are named by, as `http://shop:8080/lra-coordinator`: it must
///   reach any live node; null for the one that the caller used
/// @param heartbeat how often a node that works on actions prolongs its lease, from 10 ms
/// @param lease how long after its last heartbeat a node counts as dead, at least twice the
///   heartbeat
/// @param idle how often an idle node looks for work
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
        String prefix,
        String node,
        @Nullable URI base,
        Duration heartbeat,
        Duration lease,
        Duration idle,
        Duration call,
        Duration answer,
        Duration pause,
        Duration longest,
        Duration keep,
        int participants,
        Predicate<URI> allowed) {
    /// Tables `weir_lra…`, the caller's base, heartbeats each second, a lease of 2 s, a look each
    /// 1.25 s, 5 s for a participant, 8 s for a caller, pauses from 0.5 s to 1 min, an hour of
    /// memory, 1000 participants, all URLs.
    public static final LraOptions DEFAULT =
            new LraOptions(
                    "weir_",
                    "node",
                    null,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(1250),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(8),
                    Duration.ofMillis(500),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    1000,
                    _ -> true);

    /// Checks the ranges.
    public LraOptions {
        if (!prefix.matches("[a-z][a-z0-9_]{0,19}")) {
            throw new IllegalArgumentException(
                    "prefix: expected a letter, then letters, digits and _, up to 20, found "
                            + prefix);
        }
        if (node.isEmpty() || node.length() > 50) {
            throw new IllegalArgumentException("node: expected 1 to 50 characters, found " + node);
        }
        if (heartbeat.toMillis() < 10 || lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "expected heartbeat >= 10 ms and lease >= 2 heartbeats, found "
                            + heartbeat
                            + ", "
                            + lease);
        }
        for (var time : new Duration[] {idle, call, answer, pause, longest}) {
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

    /// The same with another prefix.
    public LraOptions withPrefix(String to) {
        return new LraOptions(
                to,
                node,
                base,
                heartbeat,
                lease,
                idle,
                call,
                answer,
                pause,
                longest,
                keep,
                participants,
                allowed);
    }

    /// The same with another name of the node.
    public LraOptions withNode(String to) {
        return new LraOptions(
                prefix,
                to,
                base,
                heartbeat,
                lease,
                idle,
                call,
                answer,
                pause,
                longest,
                keep,
                participants,
                allowed);
    }

    /// The same with another URL to name actions by.
    public LraOptions withBase(@Nullable URI to) {
        return new LraOptions(
                prefix,
                node,
                to,
                heartbeat,
                lease,
                idle,
                call,
                answer,
                pause,
                longest,
                keep,
                participants,
                allowed);
    }

    /// The same with other times: heartbeat, lease, and look of an idle node.
    public LraOptions withLease(Duration every, Duration length, Duration look) {
        return new LraOptions(
                prefix,
                node,
                base,
                every,
                length,
                look,
                call,
                answer,
                pause,
                longest,
                keep,
                participants,
                allowed);
    }

    /// The same with other times for participants and for callers.
    public LraOptions withTimes(Duration participant, Duration caller) {
        return new LraOptions(
                prefix,
                node,
                base,
                heartbeat,
                lease,
                idle,
                participant,
                caller,
                pause,
                longest,
                keep,
                participants,
                allowed);
    }

    /// The same with other pauses: the first, and the longest.
    public LraOptions withPauses(Duration first, Duration last) {
        return new LraOptions(
                prefix,
                node,
                base,
                heartbeat,
                lease,
                idle,
                call,
                answer,
                first,
                last,
                keep,
                participants,
                allowed);
    }

    /// The same with another time for which actions that ended are remembered.
    public LraOptions withKeep(Duration to) {
        return new LraOptions(
                prefix,
                node,
                base,
                heartbeat,
                lease,
                idle,
                call,
                answer,
                pause,
                longest,
                to,
                participants,
                allowed);
    }

    /// The same with other rules for who may join: how many, and where they are.
    public LraOptions withParticipants(int most, Predicate<URI> where) {
        return new LraOptions(
                prefix, node, base, heartbeat, lease, idle, call, answer, pause, longest, keep,
                most, where);
    }
}
