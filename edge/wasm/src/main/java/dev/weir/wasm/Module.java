package dev.weir.wasm;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
    final Tier tier;

    /// Where compiled code may be found, and then the SHA-256 of the binary; else empty.
    final CodeFile.@Nullable Place kept;

    final byte[] digest;

    /// Interfaces that stand for exports, and what makes objects of them, see [Binding].
    final Map<Class<?>, MethodHandle> bindings = new ConcurrentHashMap<>();

    int importedFunctions;
    int importedTables;
    int importedMemories;
    int importedGlobals;
    int importedTags;
    int dataCount = -1;

    /// Whether it has a vector anywhere.
    boolean vectors;

    int start = -1;
    @Nullable String name;

    /// What traps name lines by; null where the module says nothing of them.
    @Nullable SourceLines lines;

    Module(Engine engine, byte[] binary, CodeFile.@Nullable Place kept) {
        this.engine = engine;
        this.tier = new Tier(this);
        this.kept = kept == null || !CodeFile.isAble() ? null : kept;
        digest = this.kept == null ? new byte[0] : CodeFile.sha256().digest(binary);
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
    /// @param type the signature of a function, as [Func#type] gives it; null for others
    public record Import(String module, String name, Kind kind, @Nullable FuncType type) {}

    /// What a module offers.
    ///
    /// @param name under which
    /// @param kind what it is
    /// @param type the signature of a function, as [Func#type] gives it; null for others
    public record Export(String name, Kind kind, @Nullable FuncType type) {}

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

        /// Whether its array may be longer than it is, so that the array's end is not the memory's.
        boolean grows() {
            return minimum != maximum;
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
        return decode(engine, binary.clone());
    }

    private static Module decode(Engine engine, byte[] binary) {
        var kept = engine.cache == null ? null : engine.cache.files;
        return new ModuleDecoder(engine, binary, kept).decode();
    }

    /// Reads and validates a module in text format (`.wat`).
    ///
    /// @throws MalformedException when the text is no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static Module parseText(Engine engine, String text) {
        return decode(engine, Wat.toBinary(text));
    }

    /// Compiles a module ahead, for [#load].
    ///
    /// @param name without an ending
    /// @param binary copied
    /// @return what to make resources of: the binary as `NAME.wasm`, and below `NAME.code/` classes
    ///   in a frame with a digest, for engines with vectors and without
    /// @throws MalformedException when the bytes are no module
    /// @throws InvalidException when the module breaks a rule of validation
    public static Map<String, byte[]> compile(String name, byte[] binary) {
        return Prepared.files(name, binary.clone());
    }

    /// Reads a module that was compiled ahead, by the goal `weir:wasm` or [#compile]. Its functions
    /// run compiled from the first call on, unless the engine interprets. Code that another version
    /// of the engine made is ignored, and the module is then as if it was parsed.
    ///
    /// Who can change the resources can run code in the JVM, as with all that is on the class path.
    ///
    /// @param name without an ending
    /// @param resources gives what was made by [#compile] by its name, or null: for a class beside
    ///   them `Some.class::getResourceAsStream`
    /// @throws IllegalArgumentException when there is no such module
    public static Module load(
            Engine engine, String name, Function<String, @Nullable InputStream> resources) {
        return Prepared.load(engine, name, resources);
    }

    /// What the module needs, in its order.
    public List<Import> imports() {
        return imports.stream()
                .map(entry ->
                        new Import(entry.module, entry.name, entry.kind, signature(entry.type)))
                .toList();
    }

    /// What the module offers, in its order.
    public List<Export> exports() {
        return exports.entrySet().stream()
                .map(entry -> export(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Export export(String name, ExportEntry entry) {
        boolean isFunction = entry.kind == Kind.FUNC;
        return new Export(
                name, entry.kind, isFunction ? signature(functions.get(entry.index)) : null);
    }

    private @Nullable FuncType signature(Object type) {
        return type instanceof DefType defined && defined.kind == DefType.Kind.FUNC
                ? defined.type(engine.types)
                : null;
    }

    /// The contents of the custom sections of that name, in their order; empty where there is none.
    public List<byte[]> customSections(String name) {
        return customs.getOrDefault(name, List.of()).stream().map(byte[]::clone).toList();
    }

    /// A reference type that has an index of the module instead of an id, as compiled code names
    /// it.
    int type(int local) {
        return Types.isConcrete(local)
                ? local & ~Types.HEAP | types.get(Types.heap(local)).id
                : local;
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
