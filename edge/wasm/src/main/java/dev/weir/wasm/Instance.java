package dev.weir.wasm;

import dev.weir.wasm.Module.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
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

    /// The exported functions as an interface of Java, see [#as(Class, Lookup)]. For an interface
    /// in a named module, its package is open to this one.
    ///
    /// @throws LinkException also when the package is not open
    public <T> T as(Class<T> shape) {
        try {
            Instance.class.getModule().addReads(shape.getModule());
            return as(shape, MethodHandles.privateLookupIn(shape, MethodHandles.lookup()));
        } catch (IllegalAccessException e) {
            throw new LinkException(shape.getName() + " is closed: " + e.getMessage());
        }
    }

    /// The exported functions as an interface of Java: each abstract method calls the function of
    /// its name, or of the name that [WasmName] gives it, with the types of [Func#handle]. For
    /// several results, the method may also give a record with a component for each, in their
    /// order; a list boxes them, a record does not. The object belongs to the store's thread; a
    /// call of a compiled function costs about what one between methods of Java does. Vectors come
    /// and go as objects, and such a call by way of the interpreter.
    ///
    /// @param lookup of a class that sees the interface; the object's class is made beside it, once
    ///   for a module and an interface
    /// @throws LinkException when a method has no function, or one with other types
    /// @throws IllegalArgumentException when it is no interface that anyone may implement
    public <T> T as(Class<T> shape, Lookup lookup) {
        var maker =
                module.bindings.computeIfAbsent(shape, unused -> Binding.of(module, shape, lookup));
        try {
            return shape.cast((Object) maker.invokeExact(this));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
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
