package dev.weir.simulate;

/// What goes wrong in a simulation.
public enum Fault {
    /// The controller's process ends before a call reaches the server, and starts anew later.
    CrashBeforeCall,
    /// The controller's process ends when the server has done what it was asked for, before it
    /// hears of it.
    CrashAfterCall,
    /// Another writer is faster: a write is refused with `Conflict`.
    Conflict,
    /// A write is done, and its answer lost: `Timeout`.
    LostAnswer,
    /// The server fails before it does anything: `InternalError`.
    ServerError,
    /// The server has too much to do: `TooManyRequests`.
    TooManyRequests,
    /// A watch ends; it can be resumed.
    WatchEnd,
    /// A watch ends, and the changes since then are no longer kept: `Expired`.
    WatchGap;

    boolean ofWatch() {
        return this == WatchEnd || this == WatchGap;
    }

    boolean ofWrite() {
        return this == Conflict || this == LostAnswer;
    }
}
