package dev.weir.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// The page about the commands.
final class CommandPage {
    private CommandPage() {}

    static Html of(CommandSpec root) {
        var page = new Html("Commands");
        page.paragraph(String.join(" ", root.usageMessage().description()));
        page.paragraph("Exit codes: 0 done, 1 not done, 2 the command line makes no sense.");
        root.subcommands()
                .forEach((name, command) -> {
                    if (!command.getCommandSpec().usageMessage().hidden()) {
                        add(page, name, command.getCommandSpec());
                    }
                });
        page.heading("all", "Options of all commands");
        page.table(List.of("option", "what it does"), options(root));
        return page;
    }

    private static void add(Html page, String name, CommandSpec command) {
        page.heading(name, "weir " + name);
        page.paragraph(String.join(" ", command.usageMessage().description()));
        page.preformatted(command.commandLine().getHelp().synopsis(0).strip());
        var rows = new ArrayList<List<String>>();
        for (var parameter : command.positionalParameters()) {
            var text = String.join(" ", parameter.description());
            rows.add(List.of(parameter.paramLabel(), text));
        }
        rows.addAll(options(command));
        if (!rows.isEmpty()) {
            page.table(List.of("argument or option", "what it does"), rows);
        }
        var footer = String.join("\n", command.usageMessage().footer()).strip();
        if (!footer.isEmpty()) {
            page.preformatted(footer);
        }
    }

    /// The options that the command does not share with all others.
    private static List<List<String>> options(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden() && !option.inherited())
                .map(option -> {
                    var label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
                    return List.of(
                            String.join(", ", option.names()) + label,
                            String.join(" ", option.description()));
                })
                .toList();
    }
}
