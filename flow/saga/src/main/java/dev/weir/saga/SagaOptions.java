package dev.weir.saga;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Settings of an engine.
///
/// @param node tables, name and lease of this node
/// @param active the greatest number of sagas in this node's memory; more wait in the database
/// @param admission how long a start waits when there are that many
/// @param groupSize the greatest number of sagas that share a commit
/// @param groupWriters how many such commits may go on at once
/// @param contextSize the greatest context, in characters
/// @param park a saga that has nothing to do for longer leaves this node's memory
/// @param keep how long a saga that ended is remembered, with its history, by the database's clock;
///   null for ever. Nested sagas stay as long as the ones around them. The business key is free
///   again then: this is also for how long a repeated start is recognised. It must be longer than a
///   node may be stopped or cut off from the database: what such a node cannot find when it is back
///   counts as never started
/// @param telemetry where spans and metrics go
public record SagaOptions(
        NodeOptions node,
        int active,
        Duration admission,
        int groupSize,
        int groupWriters,
        int contextSize,
        Duration park,
        @Nullable Duration keep,
        OpenTelemetry telemetry) {
    /// Those of [NodeOptions#DEFAULT], 10,000 sagas in memory, 10 s of waiting, 256 sagas a commit
    /// by 2 writers, 65,536 characters of context, parked after 10 s, remembered for 7 days, no
    /// telemetry.
    public static final SagaOptions DEFAULT =
            new SagaOptions(
                    NodeOptions.DEFAULT,
                    10_000,
                    Duration.ofSeconds(10),
                    256,
                    2,
                    65_536,
                    Duration.ofSeconds(10),
                    Duration.ofDays(7),
                    OpenTelemetry.noop());

    /// Checks the ranges.
    public SagaOptions {
        if (active < 1 || groupSize < 1 || groupWriters < 1 || contextSize < 1) {
            throw new IllegalArgumentException(
                    "active, groupSize, groupWriters, contextSize: expected at least 1");
        }
        if (keep != null && keep.toMillis() < 1000) {
            throw new IllegalArgumentException("keep: expected 1 s or more, found " + keep);
        }
    }

    private SagaOptions with(NodeOptions to) {
        return new SagaOptions(
                to, active, admission, groupSize, groupWriters, contextSize, park, keep, telemetry);
    }

    /// The same with another prefix of the tables.
    public SagaOptions withPrefix(String to) {
        return with(node.withPrefix(to));
    }

    /// The same with another name of the node.
    public SagaOptions withNode(String to) {
        return with(node.withName(to));
    }

    /// The same with other times: heartbeat, lease, and look of an idle node.
    public SagaOptions withLease(Duration every, Duration length, Duration look) {
        return with(node.withLease(every, length, look));
    }

    /// The same with other limits: sagas in memory, and how long a start waits for a place.
    public SagaOptions withAdmission(int most, Duration wait) {
        return new SagaOptions(
                node, most, wait, groupSize, groupWriters, contextSize, park, keep, telemetry);
    }

    /// The same with other group commits.
    public SagaOptions withGroups(int size, int writers) {
        return new SagaOptions(
                node, active, admission, size, writers, contextSize, park, keep, telemetry);
    }

    /// The same with another limit for contexts.
    public SagaOptions withContextSize(int characters) {
        return new SagaOptions(
                node,
                active,
                admission,
                groupSize,
                groupWriters,
                characters,
                park,
                keep,
                telemetry);
    }

    /// The same with another time until sagas that wait leave the memory.
    public SagaOptions withPark(Duration time) {
        return new SagaOptions(
                node,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                time,
                keep,
                telemetry);
    }

    /// The same with another time for which sagas that ended are remembered; null for ever.
    public SagaOptions withKeep(@Nullable Duration time) {
        return new SagaOptions(
                node,
                active,
                admission,
                groupSize,
                groupWriters,
                contextSize,
                park,
                time,
                telemetry);
    }

    /// The same with telemetry.
    public SagaOptions withTelemetry(OpenTelemetry to) {
        return new SagaOptions(
                node, active, admission, groupSize, groupWriters, contextSize, park, keep, to);
    }
}
