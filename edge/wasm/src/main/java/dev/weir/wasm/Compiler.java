package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;

/// Compiles a module to a hidden class of this package, so that compiled code reads the engine's
/// fields directly.
///
/// For the function of index `i` there are `f`*i*, which compiled code calls as [Signature] says,
/// and `e`*i*, which the interpreter enters with arguments on its stack. A function that ends with
/// a tail call other than to itself is `b`*i*: it returns with the callee in its store, and `f`*i*
/// runs that. `c`*n* calls any function of one signature.
final class Compiler {
    static final ClassDesc SELF = ClassDesc.of("dev.weir.wasm.Guest");
    static final ClassDesc COMPILED = ClassDesc.of("dev.weir.wasm.Compiled");
    static final ClassDesc FUNC = ClassDesc.of("dev.weir.wasm.Func");
    static final ClassDesc STORE = ClassDesc.of("dev.weir.wasm.Store");
    static final ClassDesc INTERPRETER = ClassDesc.of("dev.weir.wasm.Interpreter");
    static final ClassDesc HANDLE = ClassDesc.of("java.lang.invoke.MethodHandle");
    static final ClassDesc INSTANCE = Signature.INSTANCE;
    static final int STATIC = ClassFile.ACC_STATIC;

    final Module module;
    private final Map<Signature, Integer> bridges = new LinkedHashMap<>();

    Compiler(Module module) {
        this.module = module;
    }

    Unit compile() {
        var bytes = ClassFile.of().build(SELF, this::write);
        try {
            return new Unit(module, MethodHandles.lookup().defineHiddenClass(bytes, false));
        } catch (IllegalAccessException e) {
            throw new LinkageError("hidden class", e);
        }
    }

    private void write(ClassBuilder to) {
        to.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
        to.withField("module", ClassDesc.of("dev.weir.wasm.Module"), STATIC);
        for (var code : module.codes) {
            function(to, code);
        }
        bridges.forEach((signature, number) -> bridge(to, signature, number));
    }

    private void function(ClassBuilder to, Code code) {
        var signature = Signature.of(code.type());
        boolean tails = Translator.endsWithOtherCalls(code);
        to.withMethodBody(
                (tails ? "b" : "f") + code.index(),
                signature.desc(),
                STATIC,
                out -> new Translator(this, code, signature, out).translate());
        if (tails) {
            to.withMethodBody(
                    "f" + code.index(),
                    signature.desc(),
                    STATIC,
                    out -> finish(out, code, signature));
        }
        to.withMethodBody(
                "e" + code.index(),
                MethodTypeDesc.of(CD_void, INTERPRETER, CD_int, INSTANCE, CD_int),
                STATIC,
                out -> entry(out, code, signature, (tails ? "b" : "f") + code.index()));
    }

    /// Calls the body, and then what it ended with.
    private void finish(CodeBuilder out, Code code, Signature signature) {
        int instance = signature.arguments();
        var done = out.newLabel();
        loadArguments(out, signature);
        out.aload(instance)
                .iload(instance + 1)
                .invokestatic(SELF, "b" + code.index(), signature.desc())
                .aload(instance)
                .getfield(INSTANCE, "store", STORE)
                .getfield(STORE, "tail", FUNC)
                .ifnull(done);
        var result = signature.results().isEmpty() ? null : signature.results().getFirst();
        if (result != null) {
            if (result.jvm.slotSize() == 2) {
                out.pop2();
            } else {
                out.pop();
            }
        }
        out.aload(instance)
                .iload(instance + 1)
                .invokestatic(COMPILED, "finish", MethodTypeDesc.of(CD_void, INSTANCE, CD_int));
        if (result != null) {
            get(out, result, instance, 0);
        }
        out.labelBinding(done).return_(result == null ? TypeKind.VOID : result.jvm);
    }

    static void loadArguments(CodeBuilder out, Signature signature) {
        int at = 0;
        for (var unit : signature.units()) {
            out.loadLocal(unit.jvm, at);
            at += unit.jvm.slotSize();
        }
    }

    /// Takes a unit from the store.
    static void get(CodeBuilder out, Kind kind, int instance, int slot) {
        var name =
                switch (kind) {
                    case INT -> "getInt";
                    case LONG, VECTOR -> "getLong";
                    case FLOAT -> "getFloat";
                    case DOUBLE -> "getDouble";
                    case REFERENCE -> "getReference";
                };
        out.aload(instance)
                .loadConstant(slot)
                .invokestatic(COMPILED, name, MethodTypeDesc.of(kind.desc, INSTANCE, CD_int));
    }

    /// Puts what is on the stack into the store.
    static void put(CodeBuilder out, Kind kind, int instance, int slot) {
        out.aload(instance)
                .loadConstant(slot)
                .invokestatic(
                        COMPILED, "put", MethodTypeDesc.of(CD_void, kind.desc, INSTANCE, CD_int));
    }

    /// Loads arguments from the interpreter's stack, calls, and stores the results there.
    private static void entry(CodeBuilder out, Code code, Signature signature, String callee) {
        int slot = 0;
        for (var unit : signature.units()) {
            load(out, unit, slot++);
        }
        if (signature.spilled()) {
            out.aload(0)
                    .iload(1)
                    .aload(2)
                    .loadConstant(code.type().slots[code.type().params.length])
                    .invokestatic(COMPILED, "spill", REST);
        }
        out.aload(2).iload(3).invokestatic(SELF, callee, signature.desc());
        if (!signature.results().isEmpty()) {
            store(out, signature.results().getFirst());
        }
        if (signature.results().size() > 1) {
            var end = out.newLabel();
            if (callee.startsWith("b")) {
                out.aload(2)
                        .getfield(INSTANCE, "store", STORE)
                        .getfield(STORE, "tail", FUNC)
                        .ifnonnull(end);
            }
            out.aload(0)
                    .iload(1)
                    .aload(2)
                    .loadConstant(signature.results().size())
                    .invokestatic(COMPILED, "rest", REST)
                    .labelBinding(end);
        }
        out.return_();
    }

    private static final MethodTypeDesc REST =
            MethodTypeDesc.of(CD_void, INTERPRETER, CD_int, INSTANCE, CD_int);

    private static final MethodTypeDesc SLOTS = MethodTypeDesc.of(CD_long.arrayType());
    private static final MethodTypeDesc REFERENCES = MethodTypeDesc.of(CD_Object.arrayType());

    private static void load(CodeBuilder out, Kind kind, int slot) {
        if (kind == Kind.REFERENCE) {
            out.aload(0).invokevirtual(INTERPRETER, "references", REFERENCES);
            out.iload(1).loadConstant(slot).iadd().aaload();
            return;
        }
        out.aload(0).invokevirtual(INTERPRETER, "slots", SLOTS);
        out.iload(1).loadConstant(slot).iadd().laload();
        Emitter.fromBits(out, kind);
    }

    private static void store(CodeBuilder out, Kind kind) {
        int value = 4;
        if (kind != Kind.REFERENCE) {
            Emitter.toBits(out, kind);
            out.lstore(value)
                    .aload(0)
                    .invokevirtual(INTERPRETER, "slots", SLOTS)
                    .iload(1)
                    .lload(value)
                    .lastore();
        } else {
            out.astore(value)
                    .aload(0)
                    .invokevirtual(INTERPRETER, "references", REFERENCES)
                    .iload(1)
                    .aload(value)
                    .aastore();
        }
    }

    /// The name of the method that calls any function of a signature.
    String bridge(Signature signature) {
        return "c" + bridges.computeIfAbsent(signature, unused -> bridges.size());
    }

    static MethodTypeDesc bridgeDesc(Signature signature) {
        return signature.desc(FUNC, CD_int);
    }

    private void bridge(ClassBuilder to, Signature signature, int number) {
        to.withMethodBody(
                "c" + number,
                bridgeDesc(signature),
                STATIC,
                out -> {
                    int function = signature.arguments();
                    out.aload(function).invokevirtual(FUNC, "handle", MethodTypeDesc.of(HANDLE));
                    loadArguments(out, signature);
                    out.aload(function)
                            .getfield(FUNC, "instance", INSTANCE)
                            .iload(function + 1)
                            .invokevirtual(HANDLE, "invokeExact", signature.desc())
                            .return_(
                                    signature.results().isEmpty()
                                            ? TypeKind.VOID
                                            : signature.results().getFirst().jvm);
                });
    }
}
