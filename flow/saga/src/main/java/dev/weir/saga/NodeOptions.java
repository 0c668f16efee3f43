package dev.weir.saga;

import java.time.Duration;

/// Settings that every engine or coordinator on a database has: where its tables are, and how nodes
/// know that one of them is dead.
///
/// @param prefix what the names of the tables begin with: up to 20 lower-case letters, digits and
///   `_`
/// @param name a name for this node, up to 50 characters, for people; each start of a process
///   counts as a node of its own
/// @param heartbeat how often a node that has work prolongs its lease, from 10 ms
/// @param lease how long after its last heartbeat a node counts as dead, at least twice the
///   heartbeat
/// @param idle how often an idle node looks for work, from 1 ms
public record NodeOptions(
        String prefix, String name, Duration heartbeat, Duration lease, Duration idle) {
    /// Tables `weir_…`, heartbeats each second, a lease of 2 s, a look each 1.25 s.
    public static final NodeOptions DEFAULT =
            new NodeOptions(
                    "weir_",
                    "node",
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(1250));

    /// Checks the ranges.
    public NodeOptions {
        if (!prefix.matches("[a-z][a-z0-9_]{0,19}")) {
            throw new IllegalArgumentException(
                    "prefix: expected a letter, then letters, digits and _, up to 20, found "
                            + prefix);
        }
        if (name.isEmpty() || name.length() > 50) {
            throw new IllegalArgumentException("node: expected 1 to 50 characters, found " + name);
        }
        if (heartbeat.toMillis() < 10 || lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "expected heartbeat >= 10 ms and lease >= 2 heartbeats, found "
                            + heartbeat
                            + ", "
                            + lease);
        }
        if (idle.toMillis() < 1) {
            throw new IllegalArgumentException("idle: expected 1 ms or more, found " + idle);
        }
    }

    /// The same with another prefix.
    public NodeOptions withPrefix(String to) {
        return new NodeOptions(to, name, heartbeat, lease, idle);
    }

    /// The same with another name.
    public NodeOptions withName(String to) {
        return new NodeOptions(prefix, to, heartbeat, lease, idle);
    }

    /// The same with other times: heartbeat, lease, and look of an idle node.
    public NodeOptions withLease(Duration every, Duration length, Duration look) {
        return new NodeOptions(prefix, name, every, length, look);
    }
}
