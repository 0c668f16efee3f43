package dev.weir.weave.hook;

/// Makes this module read those of libraries that it does not require: they require it, where they
/// are woven. Without modules there is nothing to do.
final class Reads {
    private Reads() {}

    /// Reads the modules of some types, by their names: a class literal would be looked at before
    /// its module is read.
    static void modulesOf(String... types) {
        try {
            for (var type : types) {
                var found = Class.forName(type, false, Reads.class.getClassLoader());
                Reads.class.getModule().addReads(found.getModule());
            }
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        }
    }
}
