package dev.weir.weave;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// What the hook classes declare, read from their class files: loading them would need the
/// libraries that they are for.
final class Hooks {
    private final Map<String, Set<String>> methods = new ConcurrentHashMap<>();

    /// Whether a hook declares a static method.
    ///
    /// @param method name and descriptor
    boolean has(String hook, String method) {
        return methods.computeIfAbsent(hook, Hooks::read).contains(method);
    }

    private static Set<String> read(String hook) {
        try (var in = Hooks.class.getResourceAsStream("/" + hook + ".class")) {
            if (in == null) {
                throw new IllegalStateException("rules.txt: no hook " + hook);
            }
            return ClassFile.of().parse(in.readAllBytes()).methods().stream()
                    .map(m -> m.methodName().stringValue() + m.methodType().stringValue())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(hook, e);
        }
    }
}
