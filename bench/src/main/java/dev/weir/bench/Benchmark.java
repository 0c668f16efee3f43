package dev.weir.bench;

/// One claim, measured side by side with a peer in the same run.
interface Benchmark {
    /// The word on the command line.
    String name();

    /// Measures, and tells the report what came out.
    void run(Report report) throws Exception;
}
