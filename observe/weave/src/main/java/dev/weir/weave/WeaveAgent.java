package dev.weir.weave;

import dev.weir.weave.hook.StartHooks;
import java.io.File;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Weaves classes as they are loaded: `-javaagent:weir-telemetry.jar`, for programs that were not
/// woven when they were built.
///
/// It looks at classes of the class path and the module path. Those of the JDK are left alone, and
/// nothing is appended to the path of the boot loader.
public final class WeaveAgent implements ClassFileTransformer {
    private final Set<String> without;
    private final Instrumentation instrumentation;
    private final WeakHashMap<ClassLoader, Weaver> weavers = new WeakHashMap<>();
    private final ThreadLocal<Boolean> busy = new ThreadLocal<>();

    private WeaveAgent(Set<String> without, Instrumentation instrumentation) {
        this.without = without;
        this.instrumentation = instrumentation;
    }

    /// Called by the JVM.
    ///
    /// @param arguments instrumentations that are off, with commas between them
    public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
        var without =
                arguments == null || arguments.isBlank()
                        ? Set.<String>of()
                        : Arrays.stream(arguments.split(","))
                                .map(String::strip)
                                .collect(Collectors.toUnmodifiableSet());
        Weaver.of(file -> null, without); // a name that does not exist is told now
        if (!without.contains("start")) {
            StartHooks.allowAnywhere();
        }
        instrumentation.addTransformer(new WeaveAgent(without, instrumentation));
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || redefined != null
                || busy.get() != null) {
            return null;
        }
        busy.set(true);
        try {
            if (weaver(loader).weave(bytes, own(domain)) instanceof Outcome.Woven woven) {
                readHooks(module);
                return woven.bytes();
            }
            return null;
        } catch (Throwable problem) {
            return null; // the class is loaded as it is
        } finally {
            busy.remove();
        }
    }

    /// A build knows which classes are the project's own. Here they are those of folders, and of
    /// the jar that comes first on the class path.
    private static boolean own(@Nullable ProtectionDomain domain) {
        var source = domain == null ? null : domain.getCodeSource();
        if (source == null || source.getLocation() == null) {
            return false;
        }
        var place = source.getLocation().getPath();
        var path = System.getProperty("java.class.path", "");
        int end = path.indexOf(File.pathSeparatorChar);
        var first = end < 0 ? path : path.substring(0, end);
        return place.endsWith("/") || !first.isEmpty() && place.endsWith(first);
    }

    private void readHooks(@Nullable Module module) {
        var hooks = WeaveAgent.class.getModule();
        if (module != null && module.isNamed() && !module.canRead(hooks)) {
            instrumentation.redefineModule(
                    module, Set.of(hooks), Map.of(), Map.of(), Set.of(), Map.of());
        }
    }

    private Weaver weaver(ClassLoader loader) {
        synchronized (weavers) {
            return weavers.computeIfAbsent(loader, this::newWeaver);
        }
    }

    /// The hooks are of the application's loader: what they cannot see of a library, as that is in
    /// a loader below, cannot be woven.
    private Weaver newWeaver(ClassLoader loader) {
        var weak = new WeakReference<>(loader);
        var hooks = WeaveAgent.class.getClassLoader();
        return Weaver.of(
                file -> {
                    var open = weak.get();
                    return open == null ? null : open.getResourceAsStream(file);
                },
                without,
                owner -> hooks.getResource(owner + ".class") != null);
    }
}
