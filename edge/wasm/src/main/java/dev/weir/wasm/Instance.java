package dev.weir.wasm;

import dev.weir.wasm.Module.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A module with memories, tables and globals of its own. Belongs to its store's thread.
///
/// Both tiers read the arrays here directly: functions, tables, memories, globals and tags by their
/// index in the module, imports first.
public final class Instance {
    final Store store;
    final Module module;
    final Func[] functions;
    final Table[] tables;
    final Memory[] memories;
    final Global[] globals;
    final Tag[] tags;

    /// Segments; an empty one was dropped.
    final byte[][] datas;

    final @Nullable Object[][] elements;

    /// The first memory, which most modules have only, or null.
    Memory memory;

    @SuppressWarnings("NullAway") // The arrays are filled by Instantiation before anyone sees them.
    Instance(Store store, Module module) {
        this.store = store;
        this.module = module;
        functions = new Func[module.functions.size()];
        tables = new Table[module.tables.size()];
        memories = new Memory[module.memories.size()];
        globals = new Global[module.globals.size()];
        tags = new Tag[module.tags.size()];
        datas = new byte[module.datas.size()][];
        elements = new @Nullable Object[module.elements.size()][];
    }

    /// An instance of a module that needs nothing from outside.
    ///
    /// @throws LinkException when it needs something
    /// @throws TrapException when a segment does not fit, or the start function was stopped
    public static Instance of(Store store, Module module) {
        return Linker.of(store).instantiate(module);
    }

    /// What is exported under a name.
    ///
    /// @throws LinkException when nothing is
    public Extern export(String name) {
        var entry = module.exports.get(name);
        if (entry == null) {
            throw new LinkException("no export \"" + name + "\"");
        }
        return switch (entry.kind()) {
            case FUNC -> functions[entry.index()];
            case TABLE -> tables[entry.index()];
            case MEMORY -> memories[entry.index()];
            case GLOBAL -> globals[entry.index()];
            case TAG -> tags[entry.index()];
        };
    }

    /// The exported function of that name.
    ///
    /// @throws LinkException when there is none
    public Func func(String name) {
        if (export(name) instanceof Func func) {
            return func;
        }
        throw wrong(name, Kind.FUNC);
    }

    /// The exported memory of that name.
    ///
    /// @throws LinkException when there is none
    public Memory memory(String name) {
        if (export(name) instanceof Memory memory) {
            return memory;
        }
        throw wrong(name, Kind.MEMORY);
    }

    /// The exported global of that name.
    ///
    /// @throws LinkException when there is none
    public Global global(String name) {
        if (export(name) instanceof Global global) {
            return global;
        }
        throw wrong(name, Kind.GLOBAL);
    }

    /// The exported table of that name.
    ///
    /// @throws LinkException when there is none
    public Table table(String name) {
        if (export(name) instanceof Table table) {
            return table;
        }
        throw wrong(name, Kind.TABLE);
    }

    private static LinkException wrong(String name, Kind kind) {
        return new LinkException("export \"" + name + "\" is no " + kind);
    }

    /// The module it is one of.
    public Module module() {
        return module;
    }

    /// The names of what it exports.
    public List<String> exports() {
        return List.copyOf(module.exports.keySet());
    }
}
