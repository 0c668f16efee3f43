package dev.weir.lra;

import org.jspecify.annotations.Nullable;

/// The row of a participant, or of a listener, which has an `after` and no `compensate`.
///
/// @param recovery its recovery URL, as it was given out
/// @param asked what it knows of its end
/// @param told whether it was told how the action ended
/// @param forgotten whether it was told to forget the action
record Participant(
        String id,
        String lra,
        int place,
        ParticipantStatus status,
        Endpoints endpoints,
        String recovery,
        @Nullable String data,
        Asked asked,
        boolean told,
        boolean forgotten) {
    /// What is known of a request to complete or compensate.
    enum Asked {
        /// There was none, or it is answered.
        NO,
        /// There was one, and no answer that says anything.
        UNSURE,
        /// It said that it is at it, or it completed with a nested action that may still be
        /// cancelled: it remembers the action until it is told to forget it.
        REMEMBERS
    }

    /// Whether an ending action still waits for it.
    boolean isOpen(boolean cancel) {
        if (endpoints.compensate() == null || status.isFailed()) {
            return false;
        }
        return cancel
                ? status != ParticipantStatus.Compensated
                : status != ParticipantStatus.Completed;
    }

    /// Whether it remembers the action until it is told to forget it.
    boolean remembers() {
        return endpoints.forget() != null
                && !forgotten
                && (status.isFailed() || asked == Asked.REMEMBERS);
    }

    boolean listens() {
        return endpoints.after() != null && !told;
    }

    Participant with(ParticipantStatus next, Asked how, Endpoints where) {
        return new Participant(id, lra, place, next, where, recovery, data, how, told, forgotten);
    }

    Participant remembering() {
        return with(status, Asked.REMEMBERS, endpoints);
    }

    Participant withData(@Nullable String next) {
        return new Participant(
                id, lra, place, status, endpoints, recovery, next, asked, told, forgotten);
    }

    Participant nowForgotten() {
        return new Participant(
                id, lra, place, status, endpoints, recovery, data, asked, told, true);
    }

    Participant nowTold() {
        return new Participant(
                id, lra, place, status, endpoints, recovery, data, asked, true, forgotten);
    }
}
