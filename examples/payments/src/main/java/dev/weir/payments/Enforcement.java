package dev.weir.payments;

import dev.weir.resource.Metadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a terminal makes of its configs: the strictest of all limits. A config that contradicts an
/// older one is left out.
///
/// @param policies what is enforced, each as `name@generation`, the oldest first
/// @param limits null where no policy says what may be accepted
/// @param refused the configs left out, by name, and why
record Enforcement(List<String> policies, @Nullable Limits limits, Map<String, String> refused) {
    static final Enforcement NONE = new Enforcement(List.of(), null, Map.of());

    private static final Comparator<TerminalConfig> OLDEST =
            Comparator.comparing((TerminalConfig config) -> since(config.metadata()))
                    .thenComparing(config -> config.metadata().name());

    Enforcement {
        policies = List.copyOf(policies);
        refused = Map.copyOf(refused);
    }

    static Enforcement of(Collection<TerminalConfig> configs) {
        var policies = new ArrayList<String>();
        var refused = new LinkedHashMap<String, String>();
        Limits limits = null;
        for (var config : configs.stream().sorted(OLDEST).toList()) {
            if (config.spec().revoked()) {
                continue;
            }
            try {
                var next = config.spec().limits().limits();
                limits = limits == null ? next : limits.strictest(next);
                policies.add(config.source());
            } catch (IllegalArgumentException e) {
                refused.put(config.metadata().name(), config.source() + ": " + e.getMessage());
            }
        }
        return new Enforcement(policies, limits, refused);
    }

    private static Instant since(Metadata metadata) {
        var created = metadata.creationTimestamp();
        return created == null ? Instant.MAX : created;
    }
}
