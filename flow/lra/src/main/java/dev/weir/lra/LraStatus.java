package dev.weir.lra;

/// The states of a long running action, named as on the wire (MicroProfile LRA 2.0, "LRA state
/// model").
public enum LraStatus {
    /// It runs: participants may join.
    Active,
    /// Its participants are being told to complete.
    Closing,
    /// All participants completed. A nested one may still be cancelled, until its parent ends.
    Closed,
    /// A participant could not complete.
    FailedToClose,
    /// Its participants are being told to compensate.
    Cancelling,
    /// All participants compensated.
    Cancelled,
    /// A participant could not compensate.
    FailedToCancel;

    /// Whether participants have been asked and all of them answered.
    public boolean isEnd() {
        return switch (this) {
            case Active, Closing, Cancelling -> false;
            case Closed, FailedToClose, Cancelled, FailedToCancel -> true;
        };
    }

    /// Whether participants compensate, rather than complete.
    public boolean isCancel() {
        return switch (this) {
            case Active, Closing, Closed, FailedToClose -> false;
            case Cancelling, Cancelled, FailedToCancel -> true;
        };
    }

    /// Whether a participant could not do what it was told.
    public boolean isFailed() {
        return this == FailedToClose || this == FailedToCancel;
    }

    /// What a nested action's parent reads of it, as of any participant.
    ParticipantStatus asParticipant() {
        return switch (this) {
            case Active -> ParticipantStatus.Active;
            case Closing -> ParticipantStatus.Completing;
            case Closed -> ParticipantStatus.Completed;
            case FailedToClose -> ParticipantStatus.FailedToComplete;
            case Cancelling -> ParticipantStatus.Compensating;
            case Cancelled -> ParticipantStatus.Compensated;
            case FailedToCancel -> ParticipantStatus.FailedToCompensate;
        };
    }
}
