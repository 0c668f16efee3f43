package dev.weir.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One run of the command line, and what came of it. Output can be read while it runs.
final class Call {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Shell shell;
    private int code = -1;

    Call(Path home, Map<String, String> environment, String input) {
        shell =
                new Shell(
                        new HashMap<>(environment),
                        home,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false);
    }

    Call run(String... arguments) {
        code = Main.commandLine(shell, arguments).execute(arguments);
        shell.out().flush();
        return this;
    }

    int code() {
        return code;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    List<String> lines() {
        return out().lines().toList();
    }
}
