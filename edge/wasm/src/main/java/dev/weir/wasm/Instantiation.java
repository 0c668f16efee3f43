package dev.weir.wasm;

import dev.weir.wasm.Module.Kind;
import dev.weir.wasm.Module.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fills an instance in the specification's order (core 3.0, instantiation): imports, functions,
/// globals, tables, memories, segments, start.
final class Instantiation {
    private final Instance instance;
    private final Module module;
    private final Store store;

    Instantiation(Instance instance) {
        this.instance = instance;
        this.module = instance.module;
        this.store = instance.store;
    }

    void run(List<Extern> imports) {
        imported(imports);
        for (int i = module.importedTags; i < instance.tags.length; i++) {
            instance.tags[i] = new Tag(module.tags.get(i));
        }
        for (int i = 0; i < module.codes.size(); i++) {
            instance.functions[module.importedFunctions + i] =
                    new Func(instance, module.codes.get(i));
        }
        globals();
        for (int i = module.importedTables; i < instance.tables.length; i++) {
            var init = module.tableInits.get(i - module.importedTables);
            instance.tables[i] = new Table(store, module.tables.get(i), reference(init));
        }
        for (int i = module.importedMemories; i < instance.memories.length; i++) {
            instance.memories[i] = new Memory(store, module.memories.get(i));
        }
        if (instance.memories.length > 0) {
            instance.memory = instance.memories[0];
        }
        elements();
        datas();
        if (module.start >= 0) {
            store.interpreter.call(instance.functions[module.start]);
        }
    }

    private void imported(List<Extern> imports) {
        var next = new int[Kind.values().length];
        for (var value : imports) {
            switch (value) {
                case Func func -> instance.functions[next[0]++] = func;
                case Table table -> instance.tables[next[1]++] = table;
                case Memory memory -> instance.memories[next[2]++] = memory;
                case Global global -> instance.globals[next[3]++] = global;
                case Tag tag -> instance.tags[next[4]++] = tag;
            }
        }
    }

    private void globals() {
        for (int i = module.importedGlobals; i < instance.globals.length; i++) {
            var global = new Global(store.engine.types, module.globals.get(i));
            store.interpreter.evaluate(
                    new Func(instance, module.globalInits.get(i - module.importedGlobals)), global);
            instance.globals[i] = global;
        }
    }

    private @Nullable Object reference(Code code) {
        var holder =
                new Global(
                        store.engine.types,
                        new Module.GlobalType(code.type().results[0], false, null));
        store.interpreter.evaluate(new Func(instance, code), holder);
        return holder.reference;
    }

    private long number(Code code) {
        var holder =
                new Global(
                        store.engine.types,
                        new Module.GlobalType(code.type().results[0], false, null));
        store.interpreter.evaluate(new Func(instance, code), holder);
        return code.type().results[0] == Types.I32 ? holder.bits & 0xffffffffL : holder.bits;
    }

    private void elements() {
        for (int i = 0; i < instance.elements.length; i++) {
            var segment = module.elements.get(i);
            var values = new @Nullable Object[segment.items().size()];
            for (int n = 0; n < values.length; n++) {
                values[n] = reference(segment.items().get(n));
            }
            instance.elements[i] = values;
        }
        for (int i = 0; i < instance.elements.length; i++) {
            var segment = module.elements.get(i);
            var offset = segment.offset();
            if (offset != null) {
                var table = instance.tables[segment.table()];
                long at = number(offset);
                table.check(at, instance.elements[i].length);
                System.arraycopy(
                        instance.elements[i],
                        0,
                        table.elements,
                        (int) at,
                        instance.elements[i].length);
            }
            if (segment.mode() != Mode.PASSIVE) {
                instance.elements[i] = new Object[0];
            }
        }
    }

    private void datas() {
        for (int i = 0; i < instance.datas.length; i++) {
            instance.datas[i] = module.datas.get(i).bytes();
        }
        for (int i = 0; i < instance.datas.length; i++) {
            var segment = module.datas.get(i);
            var offset = segment.offset();
            if (offset != null) {
                var memory = instance.memories[segment.memory()];
                long at = number(offset);
                memory.check(at, segment.bytes().length);
                System.arraycopy(segment.bytes(), 0, memory.data, (int) at, segment.bytes().length);
                instance.datas[i] = new byte[0];
            }
        }
    }
}
