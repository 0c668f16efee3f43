package dev.weir.wasm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A module that was read and found valid. Immutable and thread-safe; a module can be instantiated
/// in any store of its engine.
public final class Module {
    final Engine engine;
    final List<DefType> types = new ArrayList<>();
    final List<ImportEntry> imports = new ArrayList<>();
    final List<DefType> functions = new ArrayList<>();
    final List<TableType> tables = new ArrayList<>();
    final List<MemoryType> memories = new ArrayList<>();
    final List<GlobalType> globals = new ArrayList<>();
    final List<DefType> tags = new ArrayList<>();
    final Map<String, ExportEntry> exports = new LinkedHashMap<>();
    final List<Code> tableInits = new ArrayList<>();
    final List<Code> globalInits = new ArrayList<>();
    final List<ElementSegment> elements = new ArrayList<>();
    final List<DataSegment> datas = new ArrayList<>();
    final List<Code> codes = new ArrayList<>();
    final BitSet declared = new BitSet();
    final Map<Integer, String> functionNames = new HashMap<>();
    final Map<String, List<byte[]>> customs = new LinkedHashMap<>();
    final Tier tier = new Tier(this);
    int importedFunctions;
    int importedTables;
    int importedMemories;
    int importedGlobals;
    int importedTags;
    int dataCount = -1;
    int start = -1;
    @Nullable String name;

    /// What traps name lines by; null where the module says nothing of them.
    @Nullable SourceLines lines;

    Module(Engine engine) {
        this.engine = engine;
    }

    /// What an import or export is.
    public enum Kind {
        /// A function.
        FUNC,
        /// A table of references.
        TABLE,
        /// A linear memory.
        MEMORY,
        /// A global variable or constant.
        GLOBAL,
        /// A kind of exception.
        TAG
    }

    /// What a module needs from outside.
    ///
    /// @param module the first name
    /// @param name the second name
    /// @param kind what it is
    public record Import(String module, String name, Kind kind) {}

    /// What a module offers.
    ///
    /// @param name under which
    /// @param kind what it is
    public record Export(String name, Kind kind) {}

    record ImportEntry(String module, String name, Kind kind, Object type) {}

    record ExportEntry(Kind kind, int index) {}

    /// @param defined what the elements are references to; it is here to be kept
    record TableType(
            int element, boolean is64, long minimum, long maximum, @Nullable DefType defined) {}

    /// @param minimum in pages, unsigned, as the maximum; -1 is no maximum
    /// @param pageBits logarithm to the base of 2 of a page's bytes
    record MemoryType(boolean is64, long minimum, long maximum, boolean shared, int pageBits) {
        /// Whether its bytes may be other than one array that is as long as they are.
        boolean isFar() {
            return is64 || shared;
        }
    }

    /// @param defined what the value is a reference to; it is here to be kept
    record GlobalType(int type, boolean mutable, @Nullable DefType defined) {}

    enum Mode {
        ACTIVE,
        PASSIVE,
        DECLARED
    }

    record ElementSegment(
            Mode mode, int table, @Nullable Code offset, int type, List<Code> items) {}

    record DataSegment(Mode mode, int memory, @Nullable Code offset, byte[] bytes) {}

    /// Reads and validates a binary module.
    ///
    /// @throws MalformedException when the bytes are no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static Module parse(Engine engine, byte[] binary) {
        return new ModuleDecoder(engine, binary.clone()).decode();
    }

    /// Reads and validates a module in text format (`.wat`).
    ///
    /// @throws MalformedException when the text is no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static Module parseText(Engine engine, String text) {
        return new ModuleDecoder(engine, Wat.toBinary(text)).decode();
    }

    /// What the module needs, in its order.
    public List<Import> imports() {
        return imports.stream()
                .map(entry -> new Import(entry.module, entry.name, entry.kind))
                .toList();
    }

    /// What the module offers, in its order.
    public List<Export> exports() {
        return exports.entrySet().stream()
                .map(entry -> new Export(entry.getKey(), entry.getValue().kind))
                .toList();
    }

    /// The contents of the custom sections of that name, in their order; empty where there is none.
    public List<byte[]> customSections(String name) {
        return customs.getOrDefault(name, List.of()).stream().map(byte[]::clone).toList();
    }

    /// A function's name, with the line of one of its instructions where that is known.
    String functionName(int index, int pc) {
        var line = lines == null ? null : lines.at(index, pc);
        return functionName(index) + (line == null ? "" : " (" + line + ")");
    }

    Code code(int function) {
        return codes.get(function - importedFunctions);
    }

    String functionName(int index) {
        var own = functionNames.get(index);
        var text = own == null ? "func[" + index + "]" : own;
        return name == null ? text : name + "." + text;
    }
}
