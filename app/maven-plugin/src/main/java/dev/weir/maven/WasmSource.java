package dev.weir.maven;

import dev.weir.wasm.FuncType;
import dev.weir.wasm.Module;
import dev.weir.wasm.ValType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Java source for a module: a class with a method for each exported function, an interface for the
/// functions that it imports from each other module, records for several results.
///
/// What a host function in Java has no type for is left out: imports with references other than
/// `externref`, and all that is no function. The class is then made of an instance, or of a linker
/// that knows them.
final class WasmSource {
    /// Guests that import this are given it by `Wasi`.
    private static final String WASI = "wasi_snapshot_preview1";

    /// Names of `Object`, with no parameters or any, and of the class itself.
    private static final Set<String> METHODS =
            Set.of(
                    "clone",
                    "equals",
                    "finalize",
                    "getClass",
                    "hashCode",
                    "instance",
                    "load",
                    "notify",
                    "notifyAll",
                    "toString",
                    "wait");

    private final String name;
    private final Module module;
    private final JavaNames types;
    private final StringBuilder out = new StringBuilder();

    private WasmSource(String name, Module module) {
        this.name = name;
        this.module = module;
        types =
                new JavaNames(
                        Set.of(
                                name,
                                "Exports",
                                "Engine",
                                "Instance",
                                "Limits",
                                "Linker",
                                "Module",
                                "Store",
                                "V128",
                                "WasmName",
                                "MethodHandles",
                                "Object",
                                "String",
                                "Override",
                                "Record"));
    }

    /// @param name of the class
    /// @param path of the file that the module is from, plain ASCII
    static String of(String packageName, String name, String path, Module module) {
        var source = new WasmSource(name, module);
        source.write(packageName, path);
        return source.out.toString();
    }

    private record Import(String type, String parameter, String module) {}

    private void write(String packageName, String path) {
        if (!packageName.isEmpty()) {
            line("package " + packageName + ";\n");
        }
        line(
                """
                import dev.weir.wasm.Engine;
                import dev.weir.wasm.Instance;
                import dev.weir.wasm.Limits;
                import dev.weir.wasm.Linker;
                import dev.weir.wasm.Module;
                import dev.weir.wasm.Store;
                import dev.weir.wasm.V128;
                import dev.weir.wasm.WasmName;
                import java.lang.invoke.MethodHandles;

                /** An instance of `%s`; made by `weir:wasm`. Belongs to its store's thread. */
                public final class %s {
                    private final Instance instance;
                    private final Exports exports;
                """
                        .formatted(path, name));
        var imports = imports();
        constructors(imports);
        var methods = new StringBuilder();
        line("    /** What the module exports. */\n    public interface Exports {");
        var names = new JavaNames(METHODS);
        for (var export : module.exports()) {
            if (export.type() != null) {
                var method = names.member(export.name());
                method(method, export.name(), export.type());
                methods.append(delegate(method, export.type()));
            }
        }
        line("    }\n");
        out.append(methods);
        records.forEach((record, fields) ->
                line(
                        "    /** Results, in their order. */\n    public record %s(%s) {}\n"
                                .formatted(record, fields)));
        line("}");
    }

    // --- what it imports ---

    private List<Import> imports() {
        var functions = new LinkedHashMap<String, Map<String, FuncType>>();
        for (var each : module.imports()) {
            if (each.type() != null && !each.module().equals(WASI) && isPlain(each.type())) {
                functions
                        .computeIfAbsent(each.module(), unused -> new LinkedHashMap<>())
                        .putIfAbsent(each.name(), each.type());
            }
        }
        var imports = new ArrayList<Import>();
        var parameters = new JavaNames(Set.of("engine", "instance", "linker", "module"));
        functions.forEach((from, all) -> {
            var each = new Import(types.type(from), parameters.member(from), from);
            imports.add(each);
            line("    /** What the module imports from another; the host implements it. */");
            line("    public interface " + each.type + " {");
            var names = new JavaNames(METHODS);
            all.forEach((function, type) -> method(names.member(function), function, type));
            line("    }\n");
        });
        return imports;
    }

    private static boolean isPlain(FuncType type) {
        var all = new ArrayList<>(type.params());
        all.addAll(type.results());
        return all.stream()
                .allMatch(value ->
                        switch (value) {
                            case I32, I64, F32, F64, V128, EXTERNREF -> true;
                            case FUNCREF, ANYREF, EXNREF -> false;
                        });
    }

    private void constructors(List<Import> imports) {
        var declared =
                imports.stream()
                        .map(each -> ", " + each.type + " " + each.parameter)
                        .collect(Collectors.joining());
        var passed =
                imports.stream().map(each -> ", " + each.parameter).collect(Collectors.joining());
        var linked =
                imports.stream()
                        .map(each ->
                                "\n                .funcs(%s, %s.class, %s, MethodHandles.lookup())"
                                        .formatted(
                                                JavaNames.literal(each.module),
                                                each.type,
                                                each.parameter))
                        .collect(Collectors.joining());
        line(
                """
                    /** Reads the module with its compiled code; once for an engine. */
                    public static Module load(Engine engine) {
                        return Module.load(engine, "%1$s", %1$s.class::getResourceAsStream);
                    }

                    /** Of an instance that was made in another way. */
                    public %1$s(Instance instance) {
                        this.instance = instance;
                        this.exports = instance.as(Exports.class, MethodHandles.lookup());
                    }

                    /** In the linker's store; the linker knows what is no function. */
                    public %1$s(Module module, Linker linker%2$s) {
                        this(linker%3$s
                                .instantiate(module));
                    }

                    /** The instance. */
                    public Instance instance() {
                        return instance;
                    }
                """
                        .formatted(name, declared, linked));
        alone(imports, declared, passed);
    }

    /// Where the host implements all that is imported, nothing else is needed.
    private void alone(List<Import> imports, String declared, String passed) {
        boolean all =
                module.imports().stream()
                        .allMatch(each ->
                                each.type() != null
                                        && isPlain(each.type())
                                        && imports.stream()
                                                .anyMatch(known ->
                                                        known.module.equals(each.module())));
        if (all) {
            line(
                    """
                        /** Alone in a new store with the usual limits. */
                        public %1$s(Engine engine%2$s) {
                            this(load(engine), Linker.of(Store.of(engine, Limits.DEFAULT))%3$s);
                        }
                    """
                            .formatted(name, declared, passed));
        }
    }

    // --- functions ---

    private final Map<String, String> records = new LinkedHashMap<>();
    private final Map<List<ValType>, String> recordNames = new LinkedHashMap<>();

    private void method(String method, String function, FuncType type) {
        line("        /** Calls the function. */");
        line("        @WasmName(" + JavaNames.literal(function) + ")");
        line("        " + signature(method, type) + ";\n");
    }

    private String delegate(String method, FuncType type) {
        var arguments =
                IntStream.range(0, type.params().size())
                        .mapToObj(i -> "p" + i)
                        .collect(Collectors.joining(", "));
        return """
            /** Calls the function. */
            public %s {
                %sexports.%s(%s);
            }

        """
                .formatted(
                        signature(method, type),
                        type.results().isEmpty() ? "" : "return ",
                        method,
                        arguments);
    }

    private String signature(String method, FuncType type) {
        return result(method, type.results()) + " " + method + "(" + fields(type.params()) + ")";
    }

    private static String fields(List<ValType> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> java(values.get(i)) + " p" + i)
                .collect(Collectors.joining(", "));
    }

    private String result(String method, List<ValType> results) {
        return switch (results.size()) {
            case 0 -> "void";
            case 1 -> java(results.getFirst());
            default ->
                    recordNames.computeIfAbsent(
                            results,
                            unused -> {
                                var record = types.type(method + "Results");
                                records.put(record, fields(results));
                                return record;
                            });
        };
    }

    private static String java(ValType type) {
        return switch (type) {
            case I32 -> "int";
            case I64 -> "long";
            case F32 -> "float";
            case F64 -> "double";
            case V128 -> "V128";
            case FUNCREF, EXTERNREF, ANYREF, EXNREF -> "Object";
        };
    }

    private void line(@Nullable String text) {
        out.append(text).append('\n');
    }
}
