package dev.weir.wasm;

/// The text format of modules, `.wat` (core 3.0, text format). Stateless.
public final class Wat {
    private Wat() {}

    /// The binary module that a text stands for; it is not validated yet. Functions keep their
    /// names in a `name` section.
    ///
    /// @throws MalformedException when the text is no module
    public static byte[] toBinary(String text) {
        var nodes = WatLexer.read(text);
        if (nodes.size() == 1 && nodes.getFirst().isList("module")) {
            return module(nodes.getFirst());
        }
        return new WatModule(new Cursor(nodes, 0, 0), null).write();
    }

    /// The module in the list `(module ...)`.
    static byte[] module(Node module) {
        var cursor = Cursor.of(module);
        return new WatModule(cursor, cursor.takeId()).write();
    }

    /// The text of a binary module, of which [#toBinary] makes an equal one: the same in every
    /// section but for custom ones, of which the names of functions and of the module stay.
    ///
    /// @throws MalformedException when the bytes are no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static String toText(byte[] binary) {
        Module.parse(Engine.create(), binary);
        return new WatWriter(binary.clone()).write();
    }

    /// What is where in a binary module, for people: sections, imports, exports, and the
    /// instructions of each function, with their offsets in hexadecimal.
    ///
    /// @throws MalformedException when the bytes are no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static String dump(byte[] binary) {
        return new ModuleDump(Module.parse(Engine.create(), binary), binary.clone()).write();
    }
}
