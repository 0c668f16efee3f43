package dev.weir.weave;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rules that are on, ready to be looked up.
///
/// Thread-safe.
final class Rules {
    private final List<Rule> all;
    private final Map<String, List<Rule.Site>> sites = new HashMap<>();
    private final TypeTree types;
    private final Hooks hooks = new Hooks();

    /// @param without instrumentations that are off
    /// @param visible whether the hooks see a type, by its internal name
    Rules(Set<String> without, TypeTree types, Predicate<String> visible) {
        var table = table();
        var names = names(table);
        for (var name : without) {
            if (!names.contains(name)) {
                throw new WeaveException(
                        WeaveException.Code.UNKNOWN,
                        "instrumentation " + name + ": expected one of " + names);
            }
        }
        this.types = types;
        all =
                table.stream()
                        .filter(rule -> !without.contains(rule.section().name()))
                        .filter(rule -> visible(rule, visible))
                        .toList();
        for (var rule : all) {
            if (rule instanceof Rule.Site site) {
                sites.computeIfAbsent(site.method(), name -> new ArrayList<>()).add(site);
            }
        }
    }

    private static boolean visible(Rule rule, Predicate<String> visible) {
        return switch (rule) {
            case Rule.Site site -> visible.test(site.owner());
            case Rule.Body body -> visible.test(body.owner());
            case Rule.Construct made -> visible.test(made.owner());
            case Rule.Entry _, Rule.Marked _ -> true;
        };
    }

    static Set<String> names(List<Rule> rules) {
        var names = new TreeSet<String>();
        rules.forEach(rule -> names.add(rule.section().name()));
        return names;
    }

    static List<Rule> table() {
        try (var in = Rules.class.getResourceAsStream("rules.txt")) {
            if (in == null) {
                throw new IllegalStateException("rules.txt is not beside this class");
            }
            return RuleParser.parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Rule> all() {
        return all;
    }

    TypeTree types() {
        return types;
    }

    Hooks hooks() {
        return hooks;
    }

    /// The rule for calls of a method, if there is one.
    Rule.@Nullable Site site(MemberRefEntry member, boolean own) {
        var candidates = sites.get(member.name().stringValue());
        if (candidates == null) {
            return null;
        }
        for (var rule : candidates) {
            var type = rule.type();
            if ((own || !rule.section().own())
                    && (type == null || member.type().equalsString(type.descriptorString()))
                    && types.isA(member.owner().asInternalName(), rule.owner())) {
                return rule;
            }
        }
        return null;
    }

    /// Whether a hook takes arguments of a type.
    boolean wraps(String hook, ClassDesc type) {
        return type.isClassOrInterface() && hooks.has(hook, "wrap" + SiteWeaver.wrap(type));
    }
}
