package dev.weir.weave;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Loads classes of the test's class path anew, woven; all others as they are.
final class WovenLoader extends ClassLoader {
    private final Predicate<String> woven;
    private final Predicate<String> own;
    private final Weaver weaver;
    private final Map<String, Integer> sites = new TreeMap<>();

    /// @param own names of classes to weave as the project's own
    /// @param libraries names of classes to weave as those of libraries
    WovenLoader(Predicate<String> own, Predicate<String> libraries) {
        super(WovenLoader.class.getClassLoader());
        this.own = own;
        // The hooks have to see the libraries that are loaded here.
        woven = own.or(libraries).or(name -> name.startsWith("dev.weir.weave.hook."));
        weaver = Weaver.of(this::open, Set.of());
    }

    static WovenLoader own(String prefix) {
        return new WovenLoader(name -> name.startsWith(prefix), name -> false);
    }

    /// The samples as the project's own, and libraries by the begin of their names.
    static WovenLoader with(String... libraries) {
        return new WovenLoader(
                name -> name.startsWith("sample."),
                name -> Arrays.stream(libraries).anyMatch(name::startsWith));
    }

    private InputStream open(String file) {
        return getResourceAsStream(file);
    }

    /// How many sites were woven, by instrumentation.
    Map<String, Integer> sites() {
        synchronized (sites) {
            return new TreeMap<>(sites);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!woven.test(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (var in = open(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            var bytes = in.readAllBytes();
            var result = weave(name, bytes);
            return defineClass(name, result, 0, result.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] weave(String name, byte[] bytes) {
        return switch (weaver.weave(bytes, own.test(name))) {
            case Outcome.Untouched _ -> bytes;
            case Outcome.Refused refused ->
                    throw new AssertionError(name + ": " + refused.reason());
            case Outcome.Woven result -> {
                synchronized (sites) {
                    result.sites().forEach((rule, n) -> sites.merge(rule, n, Integer::sum));
                }
                yield result.bytes();
            }
        };
    }
}
