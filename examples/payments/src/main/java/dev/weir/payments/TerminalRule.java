package dev.weir.payments;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.ResourceType;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses terminals whose name cannot be a label's value, or would make the names of configs
/// ambiguous.
final class TerminalRule implements AdmissionRule<Terminal> {
    static final int MAX_NAME = 63;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    @Override
    public ResourceType<Terminal> type() {
        return Terminal.TYPE;
    }

    @Override
    public Optional<Denial> validate(Terminal terminal, @Nullable Terminal old) {
        var name = terminal.metadata().name();
        return old != null || name.length() <= MAX_NAME && NAME.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        new Denial(
                                "metadata.name",
                                "a terminal's name has up to "
                                        + MAX_NAME
                                        + " lower case letters, digits and '-': name it anew"));
    }
}
