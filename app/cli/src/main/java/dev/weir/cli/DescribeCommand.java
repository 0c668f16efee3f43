package dev.weir.cli;

import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir describe`: shows objects for people, with their events.
@Command(
        name = "describe",
        description = "Shows objects for people to read, with the events about them.",
        footer = {"", "Example: weir describe riskpolicy standard"})
final class DescribeCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND [NAME...] | KIND/NAME",
            hideParamSyntax = true,
            description = "What to show.")
    private List<String> arguments = List.of();

    @Mixin private Selecting selecting = new Selecting();

    @Override
    public void run() {
        var parent = Weir.of(weir);
        try (var session = parent.connect()) {
            var description = new Description(parent.shell, session, Clock.systemUTC());
            int count = 0;
            for (var target : Target.parse(session.kinds(), arguments)) {
                var type = target.type();
                var objects =
                        target.names().isEmpty()
                                ? session.objects()
                                        .list(type, selecting.of(session.query(type, false)))
                                : target.names().stream()
                                        .map(name ->
                                                session.objects()
                                                        .get(type, session.namespace(type), name))
                                        .toList();
                for (var object : objects) {
                    parent.shell.out().print(count++ > 0 ? "\n\n" : "");
                    description.print(object);
                }
            }
            if (count == 0) {
                parent.shell.err().println("No resources found");
            }
        }
    }
}
