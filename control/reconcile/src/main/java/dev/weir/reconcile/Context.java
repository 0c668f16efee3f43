package dev.weir.reconcile;

import java.time.Instant;

/// What a [Reconciler] has at hand during one call.
///
/// @param client reads from the manager's caches, writes live, never reads older than it wrote
/// @param events tells people what happened, in the name of the controller
/// @param request the object that is reconciled
/// @param time what the time is
/// @param deadline when the calling thread will be interrupted
public record Context(
        CachedClient client, EventRecorder events, Request request, Time time, Instant deadline) {}
