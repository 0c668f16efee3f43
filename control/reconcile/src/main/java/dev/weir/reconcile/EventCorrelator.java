package dev.weir.reconcile;

import dev.weir.resource.Event;
import dev.weir.resource.Metadata;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of each occurrence: a new event, one more of an event that exists, or
/// nothing. The rules and their numbers are those of client-go's `EventCorrelator`; each of the
/// three memories forgets what was used longest ago. Not thread-safe.
final class EventCorrelator {
    private static final int REMEMBERED = 4096;
    private static final int SIMILAR = 10;
    private static final long SIMILAR_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int BURST = 25;
    private static final double PER_SECOND = 1.0 / 300;
    private static final int MAX_NAME = 253 - 17;

    private final Map<Similar, Group> groups = recent();
    private final Map<Same, Counted> counted = recent();
    private final Map<Spring, TokenBucket> buckets = recent();
    private long lastName;

    /// What is the same for events that differ in their message only.
    private record Similar(String component, Event.Target object, String type, String reason) {}

    /// What is the same for events that are counted as one; no message for combined ones.
    private record Same(Similar similar, @Nullable String message) {}

    /// Whose events about what are limited together.
    private record Spring(String component, Event.Target object) {}

    private record Counted(String name, int count, Instant first) {}

    /// The messages seen of late.
    private static final class Group {
        final Set<String> messages = new LinkedHashSet<>();
        long last;
    }

    private static <K, V> Map<K, V> recent() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /// The event to store, under the name of the stored one where its count is above 1; empty where
    /// there were too many.
    Optional<Event> correlate(Occurrence occurrence) {
        var similar =
                new Similar(
                        occurrence.component(),
                        occurrence.object(),
                        occurrence.type(),
                        occurrence.reason());
        boolean many = many(similar, occurrence);
        var told =
                many
                        ? occurrence.saying(
                                "(combined from similar events): " + occurrence.message())
                        : occurrence;
        var same = new Same(similar, many ? null : occurrence.message());
        var event = count(same, told);
        var spring = new Spring(occurrence.component(), occurrence.object());
        var bucket =
                buckets.computeIfAbsent(
                        spring, _ -> new TokenBucket(PER_SECOND, BURST, occurrence.nanos()));
        return bucket.take(occurrence.nanos()) ? Optional.of(event) : Optional.empty();
    }

    private boolean many(Similar similar, Occurrence occurrence) {
        var group = groups.computeIfAbsent(similar, _ -> new Group());
        if (occurrence.nanos() - group.last > SIMILAR_NANOS) {
            group.messages.clear();
        }
        group.last = occurrence.nanos();
        group.messages.add(occurrence.message());
        if (group.messages.size() < SIMILAR) {
            return false;
        }
        group.messages.remove(group.messages.iterator().next());
        return true;
    }

    private Event count(Same same, Occurrence told) {
        var before = counted.get(same);
        var now =
                before == null
                        ? new Counted(name(told), 1, told.at())
                        : new Counted(before.name, before.count + 1, before.first);
        counted.put(same, now);
        var namespace = told.about().namespace();
        return new Event(
                Metadata.of(namespace == null ? "default" : namespace, now.name),
                told.about(),
                told.reason(),
                told.message(),
                told.type(),
                now.count,
                now.first,
                told.at(),
                null,
                null,
                told.component(),
                "");
    }

    /// A name that no event had before: the object's, and the time.
    private String name(Occurrence told) {
        var at = told.at();
        lastName = Math.max(lastName + 1, at.getEpochSecond() * 1_000_000_000 + at.getNano());
        var name = told.about().name() == null ? "" : told.about().name();
        var start = name.substring(0, Math.min(name.length(), MAX_NAME)).replaceAll("[.-]+$", "");
        return start + "." + Long.toHexString(lastName);
    }
}
