package dev.weir.apiserver;

import dev.weir.resource.Program;
import dev.weir.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What `/livez`, `/readyz` and `/healthz` answer, in kube-apiserver's form: a line for each part,
/// a path for each part, parts left out on request.
final class Health {
    private static final Set<String> PROBES = Set.of("livez", "readyz", "healthz");

    private final Store store;
    private final Supplier<List<Program.Check>> checks;

    Health(Store store, Supplier<List<Program.Check>> checks) {
        this.store = store;
        this.checks = checks;
    }

    /// What is asked.
    ///
    /// @param excluded names of parts that do not count
    /// @param reasons whether the caller may know what is wrong with a part
    record Question(String path, List<String> excluded, boolean verbose, boolean reasons) {}

    /// An answer as text.
    record Answer(int code, String text) {
        private static Answer failed(String text) {
            return new Answer(500, text + "\n");
        }
    }

    /// The answer; empty where the path is no probe's.
    Optional<Answer> answer(Question question) {
        var path = question.path().substring(1);
        int slash = path.indexOf('/');
        var probe = slash < 0 ? path : path.substring(0, slash);
        if (!PROBES.contains(probe)) {
            return Optional.empty();
        }
        var parts = parts(probe);
        if (slash < 0) {
            return Optional.of(all(probe, parts, question));
        }
        var name = path.substring(slash + 1);
        return name.isEmpty()
                ? Optional.of(all(probe, parts, question))
                : parts.stream()
                        .filter(part -> part.name().equals(name))
                        .findFirst()
                        .map(part -> one(part, question));
    }

    private List<Program.Check> parts(String probe) {
        var parts = new ArrayList<Program.Check>();
        parts.add(new Program.Check("ping", "", true));
        var failure = store.failure().map(Throwable::toString).orElse("");
        parts.add(new Program.Check("store", failure, true));
        checks.get().stream()
                .filter(check -> check.vital() || !probe.equals("livez"))
                .forEach(parts::add);
        return parts;
    }

    private static Answer one(Program.Check part, Question question) {
        return part.passed()
                ? new Answer(200, "ok")
                : Answer.failed("internal server error: " + reason(part, question));
    }

    private static Answer all(String probe, List<Program.Check> parts, Question question) {
        var excluded = new TreeSet<>(question.excluded());
        boolean good = true;
        var text = new StringBuilder();
        for (var part : parts) {
            if (excluded.remove(part.name())) {
                text.append("[+]").append(part.name()).append(" excluded: ok\n");
                continue;
            }
            good &= part.passed();
            text.append(part.passed() ? "[+]" : "[-]").append(part.name());
            text.append(part.passed() ? " ok" : " failed: " + reason(part, question)).append('\n');
        }
        if (!excluded.isEmpty()) {
            var names = excluded.stream().map(n -> '"' + n + '"').collect(Collectors.joining(","));
            text.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(names)
                    .append('\n');
        }
        if (!good) {
            return Answer.failed(text + probe + " check failed");
        }
        return new Answer(200, question.verbose() ? text + probe + " check passed\n" : "ok");
    }

    private static String reason(Program.Check part, Question question) {
        return question.reasons() ? part.problem().replace('\n', ' ') : "reason withheld";
    }
}
