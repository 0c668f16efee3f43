package dev.weir.conformance;

/// A set of checks of Weir against something from outside: a specification, its published examples,
/// a real peer, or a hard kill. To add one: a class that implements this, a line in [Main], and a
/// line in `conformance/floors.txt`.
public interface Suite {
    /// The word on the command line.
    String name();

    /// What it checks, in a line.
    String summary();

    /// Runs every check and tells the report what came out. What this throws fails the suite, but
    /// for an [AbsentException].
    void run(Report report) throws Exception;
}
