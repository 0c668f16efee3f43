package dev.weir.apiserver;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import java.util.List;

/// Resource versions as text: decimal revisions of the store.
final class Revisions {
    private Revisions() {}

    /// Refuses a revision that the store has not reached.
    static void requireReached(Store store, long revision) {
        long newest = store.revision();
        if (revision > newest) {
            var message = "Too large resource version: " + revision + ", current: " + newest;
            throw new StatusException(
                    new Status(
                            504,
                            Status.Reason.Timeout,
                            message,
                            "",
                            "",
                            "",
                            List.of(
                                    new Status.Cause(
                                            "ResourceVersionTooLarge",
                                            "Too large resource version",
                                            "")),
                            1));
        }
    }

    /// The revision; 0 for the empty text.
    static long parse(String version) {
        if (version.isEmpty()) {
            return 0;
        }
        try {
            long revision = Long.parseLong(version);
            if (revision >= 0) {
                return revision;
            }
        } catch (NumberFormatException _) {
            // Refused below, as a negative number is.
        }
        throw Refusals.badRequest(
                "invalid resource version: resourceVersion: Invalid value: \""
                        + version
                        + "\": strconv.ParseUint: parsing \""
                        + version
                        + "\": invalid syntax");
    }
}
