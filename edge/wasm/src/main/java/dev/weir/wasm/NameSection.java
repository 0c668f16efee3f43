package dev.weir.wasm;

/// Reads the custom section `name`: the module's and the functions' names. What is malformed in it
/// is left out, as a custom section must not make a module malformed.
final class NameSection {
    private final Module module;

    NameSection(Module module) {
        this.module = module;
    }

    void read(Reader in) {
        try {
            while (!in.atEnd()) {
                int id = in.u8();
                var part = in.slice(in.u32());
                if (id == 0) {
                    module.name = part.name();
                } else if (id == 1) {
                    functions(part);
                }
            }
        } catch (MalformedException e) {
            return;
        }
    }

    private void functions(Reader in) {
        int count = in.count("names");
        for (int i = 0; i < count; i++) {
            int index = in.u32();
            module.functionNames.put(index, in.name());
        }
    }
}
