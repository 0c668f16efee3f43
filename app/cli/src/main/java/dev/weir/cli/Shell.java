package dev.weir.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/// What a command knows of the place it was called from.
///
/// @param environment the variables of the environment
/// @param home the folder of the user
/// @param out results; flushed by the caller, or by commands that print as things happen
/// @param err everything else that people should read
/// @param output where `out` goes, for bytes that are no text of ours
/// @param error where `err` goes, for the same
/// @param colour whether to colour what goes to `out` and `err`
record Shell(
        Map<String, String> environment,
        Path home,
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        OutputStream output,
        OutputStream error,
        boolean colour) {
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    /// The variable's value; empty where it is not set.
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /// Where a server keeps its data when no other place is named: as the XDG base directory
    /// specification says for state.
    Path stateFolder() {
        var state = variable("XDG_STATE_HOME");
        return (state.isEmpty() ? home.resolve(".local/state") : Path.of(state)).resolve("weir");
    }

    /// The text without what would steer the reader's terminal: whatever a server sends is only
    /// shown.
    static String visible(String text) {
        return CONTROLS.matcher(text).replaceAll("?");
    }

    String red(String text) {
        return coloured("31", text);
    }

    String green(String text) {
        return coloured("32", text);
    }

    String bold(String text) {
        return coloured("1", text);
    }

    private String coloured(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
