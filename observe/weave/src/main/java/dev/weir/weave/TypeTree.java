package dev.weir.weave;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which type is above which, read from class files without loading a class.
///
/// Thread-safe. Names are internal ones.
final class TypeTree implements ClassHierarchyResolver {
    private static final String OBJECT = "java/lang/Object";

    private final Function<String, @Nullable InputStream> files;
    private final Map<String, Optional<Type>> types = new ConcurrentHashMap<>();

    private record Type(@Nullable String above, List<String> interfaces, boolean isInterface) {
        static Type of(ClassModel model) {
            return new Type(
                    model.superclass().map(ClassEntry::asInternalName).orElse(null),
                    model.interfaces().stream().map(ClassEntry::asInternalName).toList(),
                    model.flags().has(AccessFlag.INTERFACE));
        }
    }

    /// @param files opens a class file by its name, `java/lang/Object.class`; null where there is
    ///   none
    TypeTree(Function<String, @Nullable InputStream> files) {
        this.files = files;
    }

    /// Remembers a type that is being woven.
    void add(ClassModel model) {
        types.put(model.thisClass().asInternalName(), Optional.of(Type.of(model)));
    }

    /// Whether a type is another one or below it. False where what lies between is not known.
    boolean isA(String type, String other) {
        if (type.equals(other)) {
            return true;
        }
        if (type.startsWith("[") || type.equals(OBJECT)) {
            return false;
        }
        var known = find(type);
        if (known == null) {
            return false;
        }
        if (known.above() != null && isA(known.above(), other)) {
            return true;
        }
        for (var each : known.interfaces()) {
            if (isA(each, other)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable ClassHierarchyInfo getClassInfo(ClassDesc desc) {
        var descriptor = desc.descriptorString();
        var type = find(descriptor.substring(1, descriptor.length() - 1));
        if (type == null) {
            return null;
        }
        if (type.isInterface()) {
            return ClassHierarchyInfo.ofInterface();
        }
        var above = type.above();
        return ClassHierarchyInfo.ofClass(above == null ? null : ClassDesc.ofInternalName(above));
    }

    private @Nullable Type find(String name) {
        // Not computeIfAbsent: opening a class file may load classes, and come here again.
        var known = types.get(name);
        if (known == null) {
            known = Optional.ofNullable(read(name));
            types.put(name, known);
        }
        return known.orElse(null);
    }

    private @Nullable Type read(String name) {
        try (var in = files.apply(name + ".class")) {
            return in == null ? null : Type.of(ClassFile.of().parse(in.readAllBytes()));
        } catch (IOException | IllegalArgumentException e) {
            return null; // as if it were not there: what depends on it stays unwoven
        }
    }
}
