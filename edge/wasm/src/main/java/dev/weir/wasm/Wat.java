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
}
