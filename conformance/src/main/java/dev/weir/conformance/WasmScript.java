package dev.weir.conformance;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Extern;
import dev.weir.wasm.Func;
import dev.weir.wasm.FuncType;
import dev.weir.wasm.Global;
import dev.weir.wasm.GuestException;
import dev.weir.wasm.Instance;
import dev.weir.wasm.InvalidException;
import dev.weir.wasm.Limits;
import dev.weir.wasm.LinkException;
import dev.weir.wasm.Linker;
import dev.weir.wasm.MalformedException;
import dev.weir.wasm.Memory;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.Table;
import dev.weir.wasm.TrapException;
import dev.weir.wasm.ValType;
import dev.weir.wasm.WasmException;
import dev.weir.wasm.WastScript;
import dev.weir.wasm.WastScript.Action;
import dev.weir.wasm.WastScript.AssertFailure;
import dev.weir.wasm.WastScript.AssertRefused;
import dev.weir.wasm.WastScript.AssertReturn;
import dev.weir.wasm.WastScript.Command;
import dev.weir.wasm.WastScript.Define;
import dev.weir.wasm.WastScript.Failure;
import dev.weir.wasm.WastScript.Instantiate;
import dev.weir.wasm.WastScript.Register;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs one script of the suite: an assertion is a check, named by file and line. A module that
/// cannot be made is a failed check of its own, and so is every assertion on it.
final class WasmScript {
    private final Report report;
    private final String file;
    private final Engine engine;
    private final Store store;
    private final Linker linker;
    private final Map<String, Instance> instances = new HashMap<>();
    private final Map<String, Module> modules = new HashMap<>();
    private @Nullable Instance last;
    private @Nullable Module lastModule;

    WasmScript(Report report, String file, Engine.Mode mode) {
        this.report = report;
        this.file = file;
        this.engine = Engine.create(mode);
        this.store = Store.of(engine, Limits.DEFAULT);
        this.linker = Linker.of(store);
        spectest();
    }

    /// The module of the host that scripts import from.
    private void spectest() {
        print("print", List.of());
        print("print_i32", List.of(ValType.I32));
        print("print_i64", List.of(ValType.I64));
        print("print_f32", List.of(ValType.F32));
        print("print_f64", List.of(ValType.F64));
        print("print_i32_f32", List.of(ValType.I32, ValType.F32));
        print("print_f64_f64", List.of(ValType.F64, ValType.F64));
        constant("global_i32", ValType.I32, 666);
        constant("global_i64", ValType.I64, 666L);
        constant("global_f32", ValType.F32, 666.6f);
        constant("global_f64", ValType.F64, 666.6);
        linker.define("spectest", "table", Table.of(store, ValType.FUNCREF, 10, 20));
        linker.define("spectest", "table64", Table.of64(store, ValType.FUNCREF, 10, 20));
        linker.define("spectest", "memory", Memory.of(store, 1, 2));
        linker.define("spectest", "shared_memory", Memory.ofShared(store, 1, 2));
    }

    private void print(String name, List<ValType> params) {
        linker.func("spectest", name, new FuncType(params, List.of()), arguments -> new Object[0]);
    }

    private void constant(String name, ValType type, Object value) {
        linker.define("spectest", name, Global.of(store, type, false, value));
    }

    void run(String text) throws InterruptedException {
        List<Command> commands;
        try {
            commands = WastScript.parse(text);
        } catch (MalformedException e) {
            report.fail(file, "cannot be read: " + e.getMessage());
            return;
        }
        for (var command : commands) {
            run(command);
        }
    }

    private void run(Command command) throws InterruptedException {
        var check = file + ":" + command.line();
        switch (command) {
            case Define define -> silent(check, () -> define(define));
            case Instantiate instantiate -> silent(check, () -> instantiate(instantiate));
            case Register register ->
                    silent(check, () -> linker.instance(register.as(), instance(register.name())));
            case Action action -> silent(check, () -> perform(action));
            case AssertReturn expected -> report.check(check, () -> returns(expected));
            case AssertFailure expected ->
                    report.check(
                            check,
                            () ->
                                    fails(
                                            expected.how(),
                                            expected.message(),
                                            () -> perform(expected.action())));
            case AssertRefused expected ->
                    report.check(
                            check,
                            () -> fails(expected.how(), expected.message(), () -> link(expected)));
        }
    }

    /// A step that is no assertion: it counts only when it fails.
    private void silent(String check, Report.Check body) throws InterruptedException {
        try {
            body.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError e) {
            report.fail(check, String.valueOf(e));
        }
    }

    private void define(Define define) {
        last = null;
        var module = Module.parse(engine, define.source().binary());
        lastModule = module;
        if (define.name() != null) {
            modules.put(define.name(), module);
        }
        if (!define.definition()) {
            keep(define.name(), linker.instantiate(module));
        }
    }

    private void keep(@Nullable String name, Instance instance) {
        last = instance;
        if (name != null) {
            instances.put(name, instance);
        }
    }

    private void instantiate(Instantiate instantiate) {
        var module = instantiate.module() == null ? lastModule : modules.get(instantiate.module());
        if (module == null) {
            throw new IllegalStateException("no module " + instantiate.module());
        }
        keep(instantiate.name(), linker.instantiate(module));
    }

    private Instance instance(@Nullable String name) {
        var found = name == null ? last : instances.get(name);
        if (found == null) {
            throw new IllegalStateException("no instance " + (name == null ? "" : name));
        }
        return found;
    }

    private List<@Nullable Object> perform(Action action) {
        Extern export = instance(action.module()).export(action.export());
        if (action.arguments() == null) {
            var values = new ArrayList<@Nullable Object>();
            values.add(((Global) export).get());
            return values;
        }
        return ((Func) export).call(action.arguments().toArray());
    }

    private void returns(AssertReturn expected) {
        var results = perform(expected.action());
        if (results.size() != expected.expected().size()) {
            throw new AssertionError(
                    results.size() + " results, expected " + expected.expected().size());
        }
        for (int i = 0; i < results.size(); i++) {
            if (!expected.expected().get(i).test().test(results.get(i))) {
                throw new AssertionError(
                        "found "
                                + results.get(i)
                                + ", expected "
                                + expected.expected().get(i).text());
            }
        }
    }

    /// Reads a module, and where it must not link or start, does that too.
    private void link(AssertRefused expected) {
        var module = Module.parse(engine, expected.source().binary());
        if (expected.how() != Failure.MALFORMED && expected.how() != Failure.INVALID) {
            linker.instantiate(module);
        }
    }

    private static void fails(Failure how, String message, Runnable body) {
        try {
            body.run();
        } catch (WasmException e) {
            if (is(how, message, e)) {
                return;
            }
            throw new AssertionError("expected " + how + ": " + message + ", found " + e, e);
        }
        throw new AssertionError("expected " + how + ": " + message + ", found success");
    }

    /// A trap must also be the one that the suite names.
    private static boolean is(Failure how, String message, WasmException e) {
        return switch (e) {
            case TrapException trap ->
                    how == Failure.EXHAUSTION
                            ? trap.code() == TrapException.Code.STACK_EXHAUSTED
                            : how == Failure.TRAP
                                    && sameTrap(message, String.valueOf(trap.getMessage()));
            case GuestException guest -> how == Failure.EXCEPTION;
            case MalformedException malformed -> how == Failure.MALFORMED;
            case InvalidException invalid -> how == Failure.INVALID;
            case LinkException link -> how == Failure.UNLINKABLE;
        };
    }

    private static boolean sameTrap(String expected, String found) {
        return expected.startsWith(found)
                || expected.startsWith("null ") && found.startsWith("null ")
                || expected.startsWith("uninitialized") && found.startsWith("uninitialized");
    }
}
