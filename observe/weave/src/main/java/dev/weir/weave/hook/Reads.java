package dev.weir.weave.hook;

import java.lang.module.ModuleDescriptor.Requires;

/// Makes this module read those of libraries that it does not require: they require it, where they
/// are woven. Without modules there is nothing to do.
final class Reads {
    private Reads() {}

    /// Reads the modules of some types, and what those require. The types go by their names: a
    /// class literal would be looked at before its module is read.
    static void modulesOf(String... types) {
        try {
            for (var type : types) {
                read(Class.forName(type, false, Reads.class.getClassLoader()).getModule());
            }
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        }
    }

    private static void read(Module library) {
        var own = Reads.class.getModule();
        own.addReads(library);
        var descriptor = library.getDescriptor();
        var layer = library.getLayer();
        if (descriptor == null || layer == null) {
            return;
        }
        for (var required : descriptor.requires()) {
            if (!required.modifiers().contains(Requires.Modifier.STATIC)) {
                layer.findModule(required.name()).ifPresent(own::addReads);
            }
        }
    }
}
