package dev.weir.weave;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassTransform;

/// Stack maps (JVM specification §4.10.1) for class files from before Java 6, which have none: the
/// JVM verifies a class sooner with them, and its AOT cache keeps no class without.
final class StackMaps {
    private static final int JAVA_6 = 50;

    private StackMaps() {}

    /// The class with stack maps and the first version that has them; the same bytes where it has
    /// them already, or cannot have any.
    static byte[] add(ClassFile files, byte[] original) {
        var mapping = files.withOptions(StackMapsOption.GENERATE_STACK_MAPS);
        try {
            var model = mapping.parse(original);
            if (model.majorVersion() >= JAVA_6 || isConcreteInterface(model.flags().flagsMask())) {
                return original;
            }
            var result =
                    mapping.transformClass(
                            model,
                            ClassTransform.transformingMethodBodies(
                                            (code, element) -> code.with(element))
                                    .andThen((type, element) -> {
                                        if (element instanceof ClassFileVersion) {
                                            type.withVersion(JAVA_6, 0);
                                        } else {
                                            type.with(element);
                                        }
                                    }));
            return mapping.verify(result).isEmpty() ? result : original;
        } catch (RuntimeException _) {
            return original; // subroutines (jsr, ret) have no stack maps
        }
    }

    /// Old compilers made such `package-info` classes; from Java 6 on they are illegal.
    private static boolean isConcreteInterface(int flags) {
        return (flags & ClassFile.ACC_INTERFACE) != 0 && (flags & ClassFile.ACC_ABSTRACT) == 0;
    }
}
