package dev.weir.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;

/// The program `weir`.
final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code: 0 when it did what was asked, 1
    /// when it could not, 2 when the command line makes no sense.
    public static void main(String[] arguments) {
        Uptime.begin();
        Logs.toOneLine();
        var shell = shell();
        int code = commandLine(shell, arguments).execute(arguments);
        shell.out().flush();
        shell.err().flush();
        System.exit(code);
    }

    private static Shell shell() {
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        boolean colour = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        return new Shell(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                System.in,
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.out,
                System.err,
                colour);
    }

    /// The command line for these arguments, which prints to the shell and never ends the process.
    static CommandLine commandLine(Shell shell, String... arguments) {
        var ansi = shell.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
        var line = new CommandLine(new Weir(shell));
        Weir.addCommands(line, arguments);
        line.setOut(shell.out());
        line.setErr(shell.err());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setExecutionExceptionHandler((e, _, _) -> Problems.report(shell, e));
        line.setParameterExceptionHandler((e, _) -> Problems.report(shell, e));
        return line;
    }
}
