package dev.weir.weave;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.lang.constant.ModuleDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a module read the hooks.
final class ModuleInfo {
    private static final ModuleDesc HOOKS = ModuleDesc.of("dev.weir.weave");
    private static final ClassFile FILES = ClassFile.of();

    private ModuleInfo() {}

    /// The descriptor with `requires dev.weir.weave`; null where it has that already.
    static byte @Nullable [] requireHooks(byte[] bytes) {
        var model = FILES.parse(bytes);
        var module = model.findAttribute(Attributes.module()).orElse(null);
        if (module == null || requiresHooks(module.requires())) {
            return null;
        }
        var changed =
                ModuleAttribute.of(
                        module.moduleName().asSymbol(),
                        builder -> {
                            builder.moduleFlags(module.moduleFlagsMask());
                            module.moduleVersion()
                                    .ifPresent(v -> builder.moduleVersion(v.stringValue()));
                            module.requires().forEach(builder::requires);
                            builder.requires(ModuleRequireInfo.of(HOOKS, List.of(), null));
                            module.exports().forEach(builder::exports);
                            module.opens().forEach(builder::opens);
                            module.uses().forEach(builder::uses);
                            module.provides().forEach(builder::provides);
                        });
        ClassTransform replace = (builder, element) -> builder.with(replaced(element, changed));
        return FILES.transformClass(model, replace);
    }

    private static ClassElement replaced(ClassElement element, ModuleAttribute changed) {
        return element instanceof ModuleAttribute ? changed : element;
    }

    private static boolean requiresHooks(List<ModuleRequireInfo> requires) {
        return requires.stream()
                .anyMatch(each -> each.requires().asSymbol().name().equals(HOOKS.name()));
    }
}
