package dev.weir.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The completion script for fish.
final class FishCompletion {
    private FishCompletion() {}

    static String script(CommandSpec root) {
        var script = new StringBuilder("complete -c weir -f\n");
        root.subcommands()
                .forEach((name, command) -> {
                    var spec = command.getCommandSpec();
                    if (spec.usageMessage().hidden()) {
                        return;
                    }
                    script.append("complete -c weir -n __fish_use_subcommand -a ")
                            .append(name)
                            .append(" -d ")
                            .append(quoted(String.join(" ", spec.usageMessage().description())))
                            .append('\n');
                    spec.options().forEach(option -> script.append(line(name, option)));
                });
        return script.toString();
    }

    private static String line(String command, OptionSpec option) {
        if (option.hidden()) {
            return "";
        }
        var line =
                new StringBuilder("complete -c weir -n '__fish_seen_subcommand_from ")
                        .append(command)
                        .append('\'');
        for (var name : option.names()) {
            line.append(
                    name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.charAt(1));
        }
        if (option.arity().max() > 0) {
            line.append(" -r");
        }
        if (option.paramLabel().contains("FILE") || option.paramLabel().contains("DIR")) {
            line.append(" -F");
        }
        return line.append(" -d ")
                .append(quoted(String.join(" ", option.description())))
                .append('\n')
                .toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
