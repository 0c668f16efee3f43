package dev.weir.saga;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;

/// Settings of an engine.
///
/// @param prefix what the names of the tables begin with: up to 20 lower-case letters, digits and
///   `_`
/// @param node a name for this node, up to 50 characters, for people; each start of a process
///   counts as a node of its own
/// @param heartbeat how often a node that has sagas prolongs its lease, from 10 ms
/// @param lease how long after its last heartbeat a node counts as dead, at least twice the
///   heartbeat
/// @param idle how often an idle node looks for work
/// @param active the greatest number of sagas in this node's memory; more wait in the database
/// @param admission how long a start waits when there are that many
/// @param groupSize the greatest number of sagas that share a commit
/// @param groupWriters how many such commits may go on at once
/// @param contextSize the greatest context, in characters
/// @param park a saga that has nothing to do for longer leaves this node's memory
/// @param telemetry where spans and metrics go
public record SagaOptions(
        String prefix,
        String node,
        Duration heartbeat,
        Duration lease,
        Duration idle,
        int active,
        Duration admission,
        int groupSize,
        int groupWriters,
        int contextSize,
        Duration park,
        OpenTelemetry telemetry) {
    /// Tables `weir_…`, heartbeats each second, a lease of 2 s, a look each 1.25 s, 10,000 sagas in
    /// memory, 10 s of waiting, 256 sagas a commit by 2 writers, 65,536 characters of context,
    /// parked after 10 s, no telemetry.
    public static final SagaOptions DEFAULT =
            new SagaOptions(
                    "weir_",
                    "node",
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(1250),
                    10_000,
                    Duration.ofSeconds(10),
                    256,
                    2,
                    65_536,
                    Duration.ofSeconds(10),
                    OpenTelemetry.noop());

    /// Checks the ranges.
    public SagaOptions {
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
        if (active < 1 || groupSize < 1 || groupWriters < 1 || contextSize < 1) {
            throw new IllegalArgumentException(
                    "active, groupSize, groupWriters, contextSize: expected at least 1");
        }
    }

    /// The same with another prefix.
    public SagaOptions withPrefix(String to) {
        return new SagaOptions(
                to,
                node,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                park,
                telemetry);
    }

    /// The same with another name of the node.
    public SagaOptions withNode(String to) {
        return new SagaOptions(
                prefix,
                to,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                park,
                telemetry);
    }

    /// The same with other times: heartbeat, lease, and look of an idle node.
    public SagaOptions withLease(Duration every, Duration length, Duration look) {
        return new SagaOptions(
                prefix,
                node,
                every,
                length,
                look,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                park,
                telemetry);
    }

    /// The same with other limits: sagas in memory, and how long a start waits for a place.
    public SagaOptions withAdmission(int most, Duration wait) {
        return new SagaOptions(
                prefix,
                node,
                heartbeat,
                lease,
                idle,
                most,
                wait,
                groupSize,
                groupWriters,
                contextSize,
                park,
                telemetry);
    }

    /// The same with other group commits.
    public SagaOptions withGroups(int size, int writers) {
        return new SagaOptions(
                prefix,
                node,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                size,
                writers,
                contextSize,
                park,
                telemetry);
    }

    /// The same with another limit for contexts.
    public SagaOptions withContextSize(int characters) {
        return new SagaOptions(
                prefix,
                node,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                groupSize,
                groupWriters,
                characters,
                park,
                telemetry);
    }

    /// The same with another time until sagas that wait leave the memory.
    public SagaOptions withPark(Duration time) {
        return new SagaOptions(
                prefix,
                node,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                time,
                telemetry);
    }

    /// The same with telemetry.
    public SagaOptions withTelemetry(OpenTelemetry to) {
        return new SagaOptions(
                prefix,
                node,
                heartbeat,
                lease,
                idle,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                park,
                to);
    }
}
