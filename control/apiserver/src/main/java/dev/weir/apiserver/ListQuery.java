package dev.weir.apiserver;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import java.util.List;

/// The parameters of a list or watch, checked against each other as Kubernetes does.
///
/// @param version the resource version as given
/// @param match how it is meant; empty where the caller does not say
record ListQuery(
        String labels,
        String fields,
        String version,
        String match,
        int limit,
        String token,
        boolean watch,
        boolean bookmarks,
        boolean initialEvents,
        long timeoutSeconds) {

    static ListQuery of(Exchange exchange) {
        var query =
                new ListQuery(
                        exchange.query("labelSelector"),
                        exchange.query("fieldSelector"),
                        exchange.query("resourceVersion"),
                        exchange.query("resourceVersionMatch"),
                        (int) Math.min(Integer.MAX_VALUE, number(exchange, "limit")),
                        exchange.query("continue"),
                        exchange.flag("watch"),
                        exchange.flag("allowWatchBookmarks"),
                        exchange.flag("sendInitialEvents"),
                        number(exchange, "timeoutSeconds"));
        query.check(exchange.has("sendInitialEvents"));
        return query;
    }

    private static long number(Exchange exchange, String name) {
        var text = exchange.query(name);
        try {
            return text.isEmpty() ? 0 : Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException _) {
            throw Refusals.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    // apimachinery's ValidateListOptions has these rules and texts.
    private void check(boolean initialEventsGiven) {
        if (initialEventsGiven) {
            checkInitialEvents();
            return;
        }
        if (match.isEmpty()) {
            return;
        }
        if (watch) {
            throw forbidden("resourceVersionMatch is forbidden for watch");
        }
        if (version.isEmpty()) {
            throw forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!token.isEmpty()) {
            throw forbidden("resourceVersionMatch is forbidden when continue is provided");
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw invalid(
                    "Unsupported value: \""
                            + match
                            + "\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                    "FieldValueNotSupported",
                    "resourceVersionMatch");
        }
        if (match.equals("Exact") && version.equals("0")) {
            throw forbidden(
                    "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    private void checkInitialEvents() {
        if (!watch) {
            throw invalid(
                    "Forbidden: sendInitialEvents is forbidden for list",
                    "FieldValueForbidden",
                    "sendInitialEvents");
        }
        if (!match.equals("NotOlderThan")) {
            throw match.isEmpty()
                    ? forbidden(
                            "sendInitialEvents requires setting resourceVersionMatch to"
                                    + " NotOlderThan")
                    : invalid(
                            "Unsupported value: \""
                                    + match
                                    + "\": supported values: \"NotOlderThan\"",
                            "FieldValueNotSupported",
                            "resourceVersionMatch");
        }
        if (initialEvents && !bookmarks) {
            throw invalid(
                    "Invalid value: false: sendInitialEvents requires bookmarks to be allowed",
                    "FieldValueInvalid",
                    "allowWatchBookmarks");
        }
    }

    private static StatusException forbidden(String why) {
        return invalid("Forbidden: " + why, "FieldValueForbidden", "resourceVersionMatch");
    }

    private static StatusException invalid(String message, String reason, String field) {
        return StatusException.invalid(
                "meta.k8s.io",
                "ListOptions",
                "",
                List.of(new Status.Cause(reason, message, field)));
    }

    /// The revision to list at; 0 for the newest.
    long revision(Store store) {
        if (!token.isEmpty()) {
            if (!version.isEmpty() && !version.equals("0")) {
                throw Refusals.badRequest(
                        "specifying resource version is not allowed when using continue");
            }
            return 0;
        }
        long revision = Revisions.parse(version);
        Revisions.requireReached(store, revision);
        boolean exact = match.equals("Exact") || match.isEmpty() && limit > 0;
        return exact ? revision : 0;
    }
}
