package dev.weir.cli;

/// How commands that run until they are stopped come to their end.
final class Endings {
    private Endings() {}

    /// Closes a part when the process is asked to end, by Ctrl-C, SIGTERM or its own exit.
    static void closeAtExit(AutoCloseable part) {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("weir-end")
                                .unstarted(() -> {
                                    try {
                                        part.close();
                                    } catch (Exception e) {
                                        System.err.println("weir: while ending: " + e);
                                    }
                                }));
    }

    /// Waits until the thread is interrupted, for ever where the process is stopped by a signal.
    static void sleep() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
