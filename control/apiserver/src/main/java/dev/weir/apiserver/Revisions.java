package dev.weir.apiserver;

/// Resource versions as text: decimal revisions of the store.
final class Revisions {
    private Revisions() {}

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
                "resourceVersion: Invalid value: \"" + version + "\": invalid resource version");
    }
}
