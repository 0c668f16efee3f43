package dev.weir.server;

import java.time.Duration;

/// The end of one part, which may hang or throw without holding up the others.
///
/// @param name what is closed, for the log
/// @param action closes it
record Closing(String name, Runnable action) {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    void within(Duration time) {
        var thread = Thread.ofVirtual().name("close-" + name).start(this::run);
        try {
            if (!thread.join(time)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        name + " did not end within " + time.toMillis() + " ms");
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, name + " did not end cleanly", e);
        }
    }
}
