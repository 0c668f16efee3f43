package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compiles a module to a hidden class of this package, so that compiled code reads the engine's
/// fields directly.
///
/// For the function of index `i` there are `f`*i*, which compiled code calls as [Signature] says,
/// and `e`*i*, which the interpreter enters with arguments on its stack. A function that ends with
/// a tail call other than to itself is `b`*i*: it returns with the callee in its store, and `f`*i*
/// runs that. `c`*n* calls any function of one signature, `g`*n* by its handle, `h`*i* an import
/// that may be the host's, `l`*i* a function of the module that is in another class, and `s`*t*
/// sets the fields of a struct of a type.
final class Compiler {
    static final ClassDesc SELF = ClassDesc.of("dev.weir.wasm.Guest");
    static final ClassDesc COMPILED = ClassDesc.of("dev.weir.wasm.Compiled");
    static final ClassDesc FUNC = ClassDesc.of("dev.weir.wasm.Func");
    static final ClassDesc STORE = ClassDesc.of("dev.weir.wasm.Store");
    static final ClassDesc INTERPRETER = ClassDesc.of("dev.weir.wasm.Interpreter");
    static final ClassDesc HANDLE = ClassDesc.of("java.lang.invoke.MethodHandle");
    private static final ClassDesc MODULE = ClassDesc.of("dev.weir.wasm.Module");
    static final ClassDesc STRUCT = ClassDesc.of("dev.weir.wasm.object.GuestStruct");
    private static final ClassDesc HOST_CALL = ClassDesc.of("dev.weir.wasm.HostCall");
    static final ClassDesc INSTANCE = Signature.INSTANCE;
    static final int STATIC = ClassFile.ACC_STATIC;

    /// HotSpot compiles no method of 8,000 bytes or more.
    private static final int MOST_BYTES = 7_900;

    private static final int ATTEMPTS = 5;

    /// What a method chooses among at most, so that HotSpot can inline it: see [#bridge].
    private static final int MOST_CASES = 16;

    final Module module;

    /// The functions that are in the class, by index.
    private final int first;

    private final int end;

    /// Types by their index in the module: compiled code names them so, as ids are the engine's.
    private final Map<DefType, Integer> indices = new HashMap<>();

    private final Map<Signature, Integer> bridges = new LinkedHashMap<>();

    /// The functions of other classes that this one calls, with their constants.
    private final Map<Integer, String> links = new LinkedHashMap<>();

    /// The imports that are called as the host's, by index.
    private final Set<Integer> sites = new TreeSet<>();

    /// The fields of structs that are made of these, by type, with their constants.
    private final Map<Integer, List<String>> fillers = new LinkedHashMap<>();

    final Constants constants = new Constants();

    /// What functions that are cut into parts have at most in each, by index.
    private final Map<Integer, Integer> limits = new HashMap<>();

    /// For functions of the module from an index to before another.
    Compiler(Module module, int first, int end) {
        this.module = module;
        this.first = first;
        this.end = end;
        for (int i = 0; i < module.types.size(); i++) {
            indices.putIfAbsent(module.types.get(i), i);
        }
    }

    /// The index in the module of a type.
    int index(DefType type) {
        return java.util.Objects.requireNonNull(indices.get(type));
    }

    /// A reference type as compiled code names it, see [Module#type].
    int local(int type) {
        return Types.isConcrete(type)
                ? type & ~Types.HEAP | index(module.engine.types.get(Types.heap(type)))
                : type;
    }

    /// Takes what is kept of an earlier run, or compiles and keeps it.
    Unit compile() {
        var event = new Events.Compile();
        event.begin();
        event.first = first;
        event.functions = end - first;
        var kept = module.kept;
        var name = kept == null ? "" : CodeFile.name(module, first, end);
        byte[] bytes = kept == null ? null : kept.read(name);
        if (bytes != null) {
            var unit = known(bytes);
            if (unit != null) {
                event.kept = true;
                tell(event, module, bytes);
                return unit;
            }
        }
        bytes = bytes();
        if (kept != null) {
            kept.write(name, bytes);
        }
        tell(event, module, bytes);
        return new Unit(module, first, end, define(bytes, module));
    }

    /// The unit of kept code; null when the JVM does not take it.
    private @Nullable Unit known(byte[] bytes) {
        try {
            return new Unit(module, first, end, define(bytes, module));
        } catch (LinkageError | IllegalArgumentException e) {
            return null;
        }
    }

    /// The class.
    byte[] bytes() {
        for (int index = first; index < end; index++) {
            if (Plan.weight(module.code(index)) > module.engine.partBytes) {
                limits.put(index, module.engine.partBytes);
            }
        }
        byte[] bytes = build();
        for (int i = 0; i < ATTEMPTS && !fits(bytes); i++) {
            bytes = build();
        }
        return bytes;
    }

    /// Whether there is anything to compile.
    boolean hasAny() {
        for (int index = first; index < end; index++) {
            if (has(index)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the code is kept of an earlier run or a build.
    boolean isKept() {
        var kept = module.kept;
        return kept != null && kept.read(CodeFile.name(module, first, end)) != null;
    }

    int first() {
        return first;
    }

    int end() {
        return end;
    }

    private static void tell(Events.Compile event, Module module, byte[] bytes) {
        if (event.shouldCommit()) {
            event.module = module.name == null ? "" : module.name;
            event.bytes = bytes.length;
            event.commit();
        }
    }

    /// Compiles a function so that it can be entered at each of its loops.
    static Loops loops(Module module, Code code) {
        var event = new Events.Compile();
        event.begin();
        var compiler = new Compiler(module, 0, 0);
        var plan = new Plan(compiler, code, module.engine.partBytes, true);
        var bytes =
                ClassFile.of()
                        .build(
                                SELF,
                                to -> {
                                    compiler.header(to);
                                    compiler.parts(to, code, plan);
                                    compiler.footer(to);
                                });
        var lookup = define(bytes, module);
        Unit.setModule(lookup, module);
        event.first = code.index();
        event.functions = 1;
        event.loop = true;
        tell(event, module, bytes);
        return new Loops(plan, lookup);
    }

    private static Lookup define(byte[] bytes, Module module) {
        try {
            return MethodHandles.lookup().defineHiddenClassWithClassData(bytes, module, false);
        } catch (IllegalAccessException e) {
            throw new LinkageError("hidden class", e);
        }
    }

    private byte[] build() {
        for (int attempt = 0; ; attempt++) {
            bridges.clear();
            links.clear();
            sites.clear();
            fillers.clear();
            constants.clear();
            try {
                return ClassFile.of().build(SELF, this::write);
            } catch (IllegalArgumentException e) {
                // A method is longer than the JVM allows.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                for (int index = first; index < end; index++) {
                    if (Plan.weight(module.code(index)) > module.engine.partBytes / 8) {
                        limits.merge(
                                index, module.engine.partBytes / 2, (before, unused) -> before / 2);
                    }
                }
            }
        }
    }

    /// Whether HotSpot will compile all methods; if not, they are to be cut smaller.
    private boolean fits(byte[] bytes) {
        var tooLong = new HashSet<Integer>();
        for (var method : ClassFile.of().parse(bytes).methods()) {
            var name = method.methodName().stringValue();
            boolean body = name.startsWith("f") || name.startsWith("b") || name.startsWith("p");
            if (body
                    && method.findAttribute(Attributes.code()).orElseThrow().codeLength()
                            > MOST_BYTES) {
                var digits = name.substring(1);
                int dot = digits.indexOf('_');
                tooLong.add(Integer.parseInt(dot < 0 ? digits : digits.substring(0, dot)));
            }
        }
        for (int index : tooLong) {
            limits.merge(index, module.engine.partBytes, (before, unused) -> before * 2 / 3);
        }
        return tooLong.isEmpty();
    }

    private void header(ClassBuilder to) {
        to.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
        to.withField("module", MODULE, STATIC);
    }

    private void write(ClassBuilder to) {
        header(to);
        for (int index = first; index < end; index++) {
            function(to, module.code(index));
        }
        footer(to);
    }

    /// What functions call that is not in the class, and its constants.
    private void footer(ClassBuilder to) {
        sites.forEach(function -> site(to, function));
        links.forEach((function, constant) -> link(to, function, constant));
        fillers.forEach((type, fields) -> filler(to, type, fields));
        bridges.forEach((signature, number) -> bridge(to, signature, number));
        constants.write(to);
    }

    /// Whether compiled code of this class can call the function by its name.
    boolean has(int function) {
        return function >= first && function < end;
    }

    private void function(ClassBuilder to, Code code) {
        var signature = Signature.of(code.type());
        var limit = limits.get(code.index());
        boolean tails = Translator.endsWithCalls(code, limit != null);
        var body = (tails ? "b" : "f") + code.index();
        if (limit != null) {
            var plan = new Plan(this, code, limit, false);
            parts(to, code, plan);
            to.withMethodBody(
                    body, signature.desc(), STATIC, out -> drive(out, code, signature, plan));
        } else {
            to.withMethodBody(
                    body,
                    signature.desc(),
                    STATIC,
                    out -> new Translator(this, code, signature, out).translate());
        }
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
                out -> entry(out, code, signature, body));
    }

    private void parts(ClassBuilder to, Code code, Plan plan) {
        for (int i = 0; i < plan.parts(); i++) {
            int part = i;
            to.withMethodBody(
                    partName(code, plan.start(part)),
                    Plan.DESC,
                    STATIC,
                    out -> new Translator(this, code, out, plan, part).translate());
        }
    }

    /// The name of the part that starts at a place.
    static String partName(Code code, int start) {
        return "p" + code.index() + "_" + start;
    }

    /// Makes the frame's arrays, and runs parts until one says that the function returned.
    private static void drive(CodeBuilder out, Code code, Signature signature, Plan plan) {
        out.lineNumber(1);
        int instance = signature.arguments();
        int left = instance + 1;
        int slots = Math.max(code.frameSlots(), code.type().resultSlots) + 2;
        int numbers = out.allocateLocal(TypeKind.REFERENCE);
        int references = out.allocateLocal(TypeKind.REFERENCE);
        int place = out.allocateLocal(TypeKind.INT);
        if (code.calls()) {
            Translator.checkDepth(out, left);
        }
        out.loadConstant(slots).newarray(TypeKind.LONG).astore(numbers);
        out.loadConstant(slots).anewarray(CD_Object).astore(references);
        int slot = 0;
        int local = 0;
        for (var unit : signature.units()) {
            if (unit == Kind.REFERENCE) {
                out.aload(references).loadConstant(slot).aload(local).aastore();
            } else {
                out.aload(numbers).loadConstant(slot).loadLocal(unit.jvm, local);
                Emitter.toBits(out, unit);
                out.lastore();
            }
            slot++;
            local += unit.jvm.slotSize();
        }
        if (signature.spilled()) {
            int params = code.type().slots[code.type().params.length];
            frame(out, instance, numbers, references, params, "take");
        }
        var again = out.newLabel();
        var done = out.newLabel();
        out.iconst_0().istore(place).labelBinding(again).iload(place).iflt(done);
        choose(out, code, plan, 0, plan.parts(), place, numbers, instance, again);
        out.labelBinding(done);
        var results = signature.results();
        if (results.size() > 1) {
            frame(out, instance, numbers, references, results.size(), "keep");
        }
        if (results.isEmpty()) {
            out.return_();
        } else if (results.getFirst() == Kind.REFERENCE) {
            out.aload(references).iconst_0().aaload().areturn();
        } else {
            out.aload(numbers).iconst_0().laload();
            Emitter.fromBits(out, results.getFirst());
            out.return_(results.getFirst().jvm);
        }
    }

    /// Moves slots between the frame's arrays and the store, but not when the store has a tail
    /// call's arguments.
    private static void frame(
            CodeBuilder out, int instance, int numbers, int references, int count, String how) {
        var not = out.newLabel();
        if (how.equals("keep")) {
            out.aload(instance)
                    .getfield(INSTANCE, "store", STORE)
                    .getfield(STORE, "tail", FUNC)
                    .ifnonnull(not);
        }
        out.aload(instance)
                .getfield(INSTANCE, "store", STORE)
                .aload(numbers)
                .aload(references)
                .iconst_0()
                .loadConstant(count)
                .invokevirtual(
                        STORE,
                        how,
                        MethodTypeDesc.of(
                                CD_void,
                                CD_long.arrayType(),
                                CD_Object.arrayType(),
                                CD_int,
                                CD_int))
                .labelBinding(not);
    }

    /// Runs the part that has the place.
    private static void choose(
            CodeBuilder out,
            Code code,
            Plan plan,
            int from,
            int to,
            int place,
            int numbers,
            int instance,
            Label again) {
        if (to - from == 1) {
            out.aload(numbers)
                    .aload(numbers + 1)
                    .iload(place)
                    .aload(instance)
                    .iload(instance + 1)
                    .invokestatic(SELF, partName(code, plan.start(from)), Plan.DESC)
                    .istore(place)
                    .goto_w(again);
            return;
        }
        int middle = (from + to) >>> 1;
        var upper = out.newLabel();
        out.iload(place).loadConstant(plan.start(middle)).if_icmpge(upper);
        choose(out, code, plan, from, middle, place, numbers, instance, again);
        out.labelBinding(upper);
        choose(out, code, plan, middle, to, place, numbers, instance, again);
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

    /// Whether a function is an import that may be called as the host's.
    boolean isSite(int function) {
        var type = module.functions.get(function);
        return function < module.importedFunctions
                && !Signature.of(type).spilled()
                && !TypedCall.hasVectors(type);
    }

    /// The name of the method that calls such an import.
    String site(int function) {
        sites.add(function);
        return "h" + function;
    }

    /// A function of another guest is called as any.
    private void site(ClassBuilder to, int index) {
        var signature = Signature.of(module.functions.get(index));
        var any = bridge(signature);
        var field = constants.site(index);
        to.withMethodBody(
                "h" + index,
                bridgeDesc(signature),
                STATIC,
                out -> {
                    int function = signature.arguments();
                    if (field != null) {
                        var guest = out.newLabel();
                        out.aload(function).getfield(FUNC, "call", HOST_CALL).ifnull(guest);
                        out.getstatic(SELF, field, HANDLE).aload(function).iload(function + 1);
                        loadArguments(out, signature);
                        out.invokevirtual(HANDLE, "invokeExact", siteDesc(signature))
                                .return_(resultKind(signature))
                                .labelBinding(guest);
                    }
                    loadArguments(out, signature);
                    out.aload(function)
                            .iload(function + 1)
                            .invokestatic(SELF, any, bridgeDesc(signature))
                            .return_(resultKind(signature));
                });
    }

    private static MethodTypeDesc siteDesc(Signature signature) {
        var desc = bridgeDesc(signature);
        int count = desc.parameterCount();
        return desc.dropParameterTypes(count - 2, count).insertParameterTypes(0, FUNC, CD_int);
    }

    private static TypeKind resultKind(Signature signature) {
        return signature.results().isEmpty() ? TypeKind.VOID : signature.results().getFirst().jvm;
    }

    /// The name of the method that calls any function of a signature.
    String bridge(Signature signature) {
        return "c" + bridges.computeIfAbsent(signature, unused -> bridges.size());
    }

    static MethodTypeDesc bridgeDesc(Signature signature) {
        return signature.desc(FUNC, CD_int);
    }

    /// Functions of this class that a reference may be to are called by their names, in whatever
    /// instance: HotSpot calls them directly, or inlines what is called most. Others are called by
    /// their handles.
    private void bridge(ClassBuilder to, Signature signature, int number) {
        var callees =
                module.declared.stream()
                        .filter(this::has)
                        .filter(i -> Signature.of(module.functions.get(i)).equals(signature))
                        .toArray();
        to.withMethodBody(
                "g" + number, bridgeDesc(signature), STATIC, out -> byHandle(out, signature));
        var name = "c" + number;
        if (callees.length == 0) {
            to.withMethodBody(
                    name, bridgeDesc(signature), STATIC, out -> any(out, signature, "g" + number));
        } else {
            chooser(to, signature, name, callees, "g" + number, true);
        }
    }

    private static void byHandle(CodeBuilder out, Signature signature) {
        int function = signature.arguments();
        out.aload(function).invokevirtual(FUNC, "direct", MethodTypeDesc.of(HANDLE));
        loadArguments(out, signature);
        out.aload(function)
                .getfield(FUNC, "instance", INSTANCE)
                .iload(function + 1)
                .invokevirtual(HANDLE, "invokeExact", signature.desc())
                .return_(resultKind(signature));
    }

    private static void any(CodeBuilder out, Signature signature, String name) {
        int function = signature.arguments();
        loadArguments(out, signature);
        out.aload(function)
                .iload(function + 1)
                .invokestatic(SELF, name, bridgeDesc(signature))
                .return_(resultKind(signature));
    }

    /// A method that calls the function if it is one of these, and any other by its handle. Where
    /// they are many, there is a method for each half.
    ///
    /// @param first whether nobody has looked yet if it is one of this module
    private static void chooser(
            ClassBuilder to,
            Signature signature,
            String name,
            int[] callees,
            String byHandle,
            boolean first) {
        boolean many = callees.length > MOST_CASES;
        int middle = callees.length / 2;
        to.withMethodBody(
                name,
                bridgeDesc(signature),
                STATIC,
                out -> {
                    int function = signature.arguments();
                    var other = out.newLabel();
                    if (first) {
                        out.aload(function)
                                .getfield(FUNC, "module", MODULE)
                                .getstatic(SELF, "module", MODULE)
                                .if_acmpne(other);
                    }
                    out.aload(function).getfield(FUNC, "index", CD_int);
                    if (many) {
                        var upper = out.newLabel();
                        out.loadConstant(callees[middle]).if_icmpge(upper);
                        any(out, signature, half(name, 0));
                        out.labelBinding(upper);
                        any(out, signature, half(name, 1));
                    } else {
                        choose(out, signature, callees, other);
                    }
                    out.labelBinding(other);
                    any(out, signature, byHandle);
                });
        if (many) {
            var lower = Arrays.copyOf(callees, middle);
            var upper = Arrays.copyOfRange(callees, middle, callees.length);
            chooser(to, signature, half(name, 0), lower, byHandle, false);
            chooser(to, signature, half(name, 1), upper, byHandle, false);
        }
    }

    private static String half(String name, int half) {
        return name + "_" + half;
    }

    /// Calls one of these by its index, which is on the stack.
    private static void choose(CodeBuilder out, Signature signature, int[] callees, Label other) {
        int function = signature.arguments();
        var cases =
                Arrays.stream(callees)
                        .mapToObj(callee -> SwitchCase.of(callee, out.newLabel()))
                        .toList();
        out.lookupswitch(other, cases);
        for (var one : cases) {
            out.labelBinding(one.target());
            loadArguments(out, signature);
            out.aload(function)
                    .getfield(FUNC, "instance", INSTANCE)
                    .iload(function + 1)
                    .invokestatic(SELF, "f" + one.caseValue(), signature.desc())
                    .return_(resultKind(signature));
        }
    }

    /// The name of the method that calls a function of the module that is in another class; null
    /// when there are too many.
    @Nullable String link(int function) {
        var constant = constants.link(function);
        if (constant == null) {
            return null;
        }
        links.put(function, constant);
        return "l" + function;
    }

    private void link(ClassBuilder to, int function, String constant) {
        var signature = Signature.of(module.functions.get(function));
        to.withMethodBody(
                "l" + function,
                signature.desc(),
                STATIC,
                out -> {
                    int instance = signature.arguments();
                    out.getstatic(SELF, constant, HANDLE);
                    loadArguments(out, signature);
                    out.aload(instance)
                            .iload(instance + 1)
                            .invokevirtual(HANDLE, "invokeExact", signature.desc())
                            .return_(resultKind(signature));
                });
    }

    /// The name of the method that sets all fields of a struct; null when it cannot.
    @Nullable String filler(DefType type) {
        if (!StructClass.hasFields(type)) {
            return null;
        }
        int index = index(type);
        if (!fillers.containsKey(index)) {
            var fields = new ArrayList<String>();
            for (int i = 0; i < type.params.length; i++) {
                var field = constants.field(index, i);
                if (field == null) {
                    return null;
                }
                fields.add(field);
            }
            fillers.put(index, fields);
        }
        return "s" + index;
    }

    static MethodTypeDesc fillerDesc(DefType type) {
        var desc = new ArrayList<ClassDesc>();
        for (int param : type.params) {
            desc.add(Kind.of(Types.unpacked(param)).desc);
        }
        desc.add(STRUCT);
        return MethodTypeDesc.of(CD_Object, desc);
    }

    private void filler(ClassBuilder to, int index, List<String> fields) {
        var type = module.types.get(index);
        to.withMethodBody(
                "s" + index,
                fillerDesc(type),
                STATIC,
                out -> {
                    int struct = out.parameterSlot(type.params.length);
                    for (int i = 0; i < type.params.length; i++) {
                        var kind = Kind.of(Types.unpacked(type.params[i])).jvm;
                        out.getstatic(SELF, fields.get(i), ConstantDescs.CD_VarHandle)
                                .aload(struct)
                                .loadLocal(kind, out.parameterSlot(i));
                        Emitter.pack(out, type.params[i]);
                        out.invokevirtual(
                                ConstantDescs.CD_VarHandle,
                                "set",
                                MethodTypeDesc.of(
                                        CD_void, CD_Object, StructClass.desc(type.params[i])));
                    }
                    out.aload(struct).areturn();
                });
    }
}
