package dev.weir.lra;

import org.jspecify.annotations.Nullable;

/// The states of a participant, named as on the wire (MicroProfile LRA 2.0, "participant state
/// model").
enum ParticipantStatus {
    Active,
    Completing,
    Completed,
    FailedToComplete,
    Compensating,
    Compensated,
    FailedToCompensate;

    boolean isFailed() {
        return this == FailedToComplete || this == FailedToCompensate;
    }

    /// What an answer's body says; null when it says nothing of the kind.
    static @Nullable ParticipantStatus of(String body) {
        var word = body.strip();
        if (word.length() > 1 && word.startsWith("\"") && word.endsWith("\"")) {
            word = word.substring(1, word.length() - 1);
        }
        for (var status : values()) {
            if (status.name().equals(word)) {
                return status;
            }
        }
        return null;
    }
}
