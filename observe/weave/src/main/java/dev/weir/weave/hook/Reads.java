package dev.weir.weave.hook;

/// Makes this module read those of libraries that it does not require: they require it, where they
/// are woven. Without modules there is nothing to do.
final class Reads {
    private Reads() {}

    /// Reads the modules of some types.
    static void modulesOf(Class<?>... types) {
        for (var type : types) {
            Reads.class.getModule().addReads(type.getModule());
        }
    }
}
