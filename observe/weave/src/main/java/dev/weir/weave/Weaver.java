package dev.weir.weave;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Puts calls of the hooks into compiled classes, where the rules say so.
///
/// The same bytes in give the same bytes out. A class that is woven already, is part of this module
/// or of OpenTelemetry, or needs nothing, stays as it is. Thread-safe.
public final class Weaver {
    static final String MARK = "dev.weir.Woven";
    private static final List<String> NEVER =
            List.of(
                    "dev/weir/weave/",
                    "dev/weir/telemetry/",
                    "dev/weir/context/",
                    "io/opentelemetry/");

    private final Rules rules;
    private final ClassFile files;

    private Weaver(Rules rules) {
        this.rules = rules;
        // Libraries speak of types that an application does not have. Where two of them meet, what
        // the code does there is checked below, against what it did before.
        var resolver =
                rules.types()
                        .orElse(ClassHierarchyResolver.defaultResolver())
                        .orElse(missing -> ClassHierarchyInfo.ofClass(ConstantDescs.CD_Object));
        files = ClassFile.of(ClassHierarchyResolverOption.of(resolver));
    }

    /// A weaver with all instrumentations but some.
    ///
    /// @param files opens a class file of the application or the JDK by its name, as
    ///   `java/lang/Object.class`; answers null where there is none
    /// @param without names of instrumentations that are off; `instrumentations()` lists them all
    /// @throws WeaveException `UNKNOWN` for a name that does not exist
    public static Weaver of(Function<String, @Nullable InputStream> files, Set<String> without) {
        return of(files, without, owner -> true);
    }

    /// @param visible whether the hooks see a type, by its internal name
    static Weaver of(
            Function<String, @Nullable InputStream> files,
            Set<String> without,
            Predicate<String> visible) {
        return new Weaver(new Rules(Set.copyOf(without), new TypeTree(files), visible));
    }

    /// The names of all instrumentations.
    public static Set<String> instrumentations() {
        return Rules.names(Rules.table());
    }

    /// Weaves one class.
    ///
    /// @param original a class file; it is not changed
    /// @param own whether the class is the project's own, for which there are more rules: threads
    ///   that it starts, its `main`
    public Outcome weave(byte[] original, boolean own) {
        try {
            var model = files.parse(original);
            if (model.isModuleInfo() || excluded(model)) {
                return new Outcome.Untouched();
            }
            rules.types().add(model);
            return weave(model, original, own);
        } catch (RuntimeException e) {
            // Whatever is wrong with a class, it is no reason to stop a build or a program.
            return new Outcome.Refused(e.toString());
        }
    }

    /// The class with stack maps, where it is older than they are.
    byte[] withStackMaps(byte[] original) {
        return StackMaps.add(files, original);
    }

    private static boolean excluded(ClassModel model) {
        var name = model.thisClass().asInternalName();
        return NEVER.stream().anyMatch(name::startsWith)
                || model.attributes().stream()
                        .anyMatch(attribute -> attribute.attributeName().equalsString(MARK));
    }

    private Outcome weave(ClassModel model, byte[] original, boolean own) {
        var bodies = new BodyWeaver(rules, model, own);
        var woven = bodies.weave(files);
        var bytes = woven == null ? original : woven;
        var after = woven == null ? model : files.parse(woven);
        var found = SiteWeaver.match(rules, after, own);
        if (woven == null && found.isEmpty()) {
            return new Outcome.Untouched();
        }
        var sites = new SiteWeaver(rules, after, bytes, found);
        sites.weave();
        if (woven == null && sites.counts().isEmpty()) {
            return new Outcome.Untouched();
        }
        var result = sites.finish();
        var problem = newProblem(original, result);
        if (problem != null) {
            return new Outcome.Refused(problem);
        }
        return new Outcome.Woven(result, sum(bodies.counts(), sites.counts()));
    }

    /// What the verifier says about the woven class and not about the original: where classes are
    /// missing, it cannot tell of either.
    private @Nullable String newProblem(byte[] original, byte[] woven) {
        var problems = files.verify(woven);
        if (problems.isEmpty()) {
            return null;
        }
        var before = files.verify(original).size();
        return problems.size() > before ? String.valueOf(problems.getLast().getMessage()) : null;
    }

    private static Map<String, Integer> sum(Map<String, Integer> one, Map<String, Integer> two) {
        var sum = new TreeMap<>(one);
        two.forEach((name, count) -> sum.merge(name, count, Integer::sum));
        return sum;
    }
}
