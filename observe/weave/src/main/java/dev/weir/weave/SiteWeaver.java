package dev.weir.weave;

import java.io.ByteArrayOutputStream;
import java.lang.classfile.BootstrapMethodEntry;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.InterfaceMethodRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Weaves the call sites of one class, in place.
///
/// Why bytes are patched, where `java.lang.classfile` could write the class anew: an instruction
/// that calls a method is as long as `invokestatic`, or two bytes longer (`invokeinterface`, filled
/// with `nop`), and the static method takes from the stack what the call took. So no offset moves:
/// line numbers, exception tables, local variables and stack maps hold as they are. Writing the
/// code anew would compute its stack maps anew, which needs the class files of all types that meet
/// at a branch, and libraries refer to many that an application does not have. Entries are added to
/// the end of the constant pool, methods behind the last one.
final class SiteWeaver {
    private static final int REF_INVOKE_VIRTUAL = 5;
    private static final int REF_INVOKE_STATIC = 6;
    private static final int REF_INVOKE_INTERFACE = 9;
    private static final int INVOKESTATIC = 0xb8;
    private static final int INVOKEINTERFACE = 0xb9;
    private static final int JAVA_8 = 52;

    private final Rules rules;
    private final ClassModel model;
    private final byte[] bytes;
    private final ClassLayout layout;
    private final PoolExtension pool;
    private final boolean isInterface;
    private final Map<Integer, Rule.Site> sites;
    private final Map<BootstrapMethodEntry, Set<ClassDesc>> receivers = new LinkedHashMap<>();
    private final Map<String, Integer> targets = new HashMap<>();
    private final List<byte[]> methods = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /// @param original what the model was read from
    /// @param sites what `match` found
    SiteWeaver(Rules rules, ClassModel model, byte[] original, Map<Integer, Rule.Site> sites) {
        this.rules = rules;
        this.model = model;
        this.sites = sites;
        bytes = original.clone();
        layout = ClassLayout.of(bytes);
        pool = new PoolExtension(ClassLayout.u2(original, ClassLayout.POOL_COUNT));
        isInterface = model.flags().has(AccessFlag.INTERFACE);
    }

    /// How many sites were woven, by instrumentation.
    Map<String, Integer> counts() {
        return counts;
    }

    /// The methods in the constant pool that rules apply to, by index.
    ///
    /// @param own whether the class is the project's own
    static Map<Integer, Rule.Site> match(Rules rules, ClassModel model, boolean own) {
        var sites = new HashMap<Integer, Rule.Site>();
        for (var entry : model.constantPool()) {
            if (entry instanceof MethodRefEntry || entry instanceof InterfaceMethodRefEntry) {
                var member = (MemberRefEntry) entry;
                var rule = rules.site(member, own);
                if (rule != null && applicable(rules, rule, member, model)) {
                    sites.put(member.index(), rule);
                }
            }
        }
        return sites;
    }

    private static boolean applicable(
            Rules rules, Rule.Site rule, MemberRefEntry member, ClassModel model) {
        if (rule instanceof Rule.Call) {
            return true;
        }
        if (model.flags().has(AccessFlag.INTERFACE) && model.majorVersion() < JAVA_8) {
            return false; // an interface of that time cannot have the adapter
        }
        return rule instanceof Rule.Result
                || MethodTypeDesc.ofDescriptor(member.type().stringValue()).parameterList().stream()
                        .anyMatch(type -> rules.wraps(rule.hook(), type));
    }

    /// Weaves what rules apply to.
    void weave() {
        var models = model.methods();
        for (int i = 0; i < models.size() && !sites.isEmpty(); i++) {
            if (layout.codes()[i] >= 0) {
                instructions(models.get(i), layout.codes()[i]);
            }
        }
        references(models);
    }

    private void instructions(MethodModel method, int start) {
        var code = method.code().orElseThrow();
        int at = start;
        for (var element : code) {
            if (element instanceof InvokeInstruction call
                    && call.opcode() != Opcode.INVOKESPECIAL) {
                var rule = sites.get(call.method().index());
                if (rule != null) {
                    redirect(at, call.opcode(), call.method(), rule);
                }
            }
            if (element instanceof InvokeDynamicInstruction made) {
                receivers(made);
            }
            if (element instanceof Instruction instruction) {
                at += instruction.sizeInBytes();
            }
        }
    }

    private void redirect(int at, Opcode opcode, MemberRefEntry member, Rule.Site rule) {
        if ((bytes[at] & 0xff) != opcode.bytecode()
                || ClassLayout.u2(bytes, at + 1) != member.index()) {
            throw new IllegalArgumentException("expected " + opcode + " at byte " + at);
        }
        int target = target(opcode, member, rule);
        if (target == 0) {
            return;
        }
        bytes[at] = (byte) INVOKESTATIC;
        ClassLayout.u2(bytes, at + 1, target);
        if (opcode.bytecode() == INVOKEINTERFACE) {
            ClassLayout.u2(bytes, at + 3, 0);
        }
        counts.merge(rule.section().name(), 1, Integer::sum);
    }

    /// Notes which type of receiver a method reference captures, or would be called on.
    private void receivers(InvokeDynamicInstruction made) {
        var bootstrap = made.invokedynamic().bootstrap();
        for (var argument : bootstrap.arguments()) {
            if (argument instanceof MethodHandleEntry handle) {
                var captured = made.typeSymbol().parameterList();
                var receiver =
                        captured.isEmpty()
                                ? handle.reference().owner().asSymbol()
                                : captured.getFirst();
                receivers.computeIfAbsent(bootstrap, b -> new HashSet<>()).add(receiver);
            }
        }
    }

    /// Method references. Those of a class with serializable lambdas stay: it compares their names
    /// when it reads one back. So do those that receivers of several types share: what a lambda
    /// captures has to be of the very type that its method takes.
    private void references(List<MethodModel> models) {
        if (models.stream().anyMatch(m -> m.methodName().equalsString("$deserializeLambda$"))) {
            return;
        }
        receivers.forEach((bootstrap, types) -> {
            for (int i = 0; i < bootstrap.arguments().size() && types.size() == 1; i++) {
                if (bootstrap.arguments().get(i) instanceof MethodHandleEntry handle) {
                    int at = layout.bootstraps().get(bootstrap.bsmIndex()) + 4 + 2 * i;
                    reference(at, handle, types.iterator().next());
                }
            }
        });
    }

    private void reference(int at, MethodHandleEntry handle, ClassDesc receiver) {
        var member = handle.reference();
        var rule = sites.get(member.index());
        var opcode = opcode(handle.kind());
        int target = rule == null || opcode == null ? 0 : target(opcode, member, rule);
        if (rule == null || target == 0) {
            return;
        }
        if (opcode != Opcode.INVOKESTATIC) {
            target = exact(member, receiver, target);
        }
        ClassLayout.u2(bytes, at, pool.handle(target));
        counts.merge(rule.section().name(), 1, Integer::sum);
    }

    /// A method that takes a receiver of the very type.
    private int exact(MemberRefEntry member, ClassDesc receiver, int target) {
        return targets.computeIfAbsent(
                "exact " + receiver.descriptorString() + member.index(),
                key -> {
                    var type =
                            MethodTypeDesc.ofDescriptor(member.type().stringValue())
                                    .insertParameterTypes(0, receiver);
                    return add(new Adapter(Opcode.INVOKESTATIC, target, type, none -> 0, 0));
                });
    }

    private static @Nullable Opcode opcode(int kind) {
        return switch (kind) {
            case REF_INVOKE_VIRTUAL -> Opcode.INVOKEVIRTUAL;
            case REF_INVOKE_STATIC -> Opcode.INVOKESTATIC;
            case REF_INVOKE_INTERFACE -> Opcode.INVOKEINTERFACE;
            default -> null;
        };
    }

    /// The method to call in the place of another; 0 where the hook has none.
    private int target(Opcode opcode, MemberRefEntry member, Rule.Site rule) {
        return targets.computeIfAbsent(
                opcode + " " + member.index(), key -> newTarget(opcode, member, rule));
    }

    private int newTarget(Opcode opcode, MemberRefEntry member, Rule.Site rule) {
        var type = MethodTypeDesc.ofDescriptor(member.type().stringValue());
        if (rule instanceof Rule.Call call) {
            var taken =
                    opcode == Opcode.INVOKESTATIC
                            ? type
                            : type.insertParameterTypes(0, ClassDesc.ofInternalName(call.owner()));
            return rules.hooks().has(call.hook(), call.method() + taken.descriptorString())
                    ? pool.method(call.hook(), false, call.method(), taken.descriptorString())
                    : 0;
        }
        return add(adapter(opcode, member, rule, type));
    }

    private int add(Adapter adapter) {
        var name = "weir$" + methods.size();
        methods.add(adapter.method(pool, name));
        return pool.method(
                model.thisClass().asInternalName(),
                isInterface,
                name,
                adapter.type().descriptorString());
    }

    private Adapter adapter(
            Opcode opcode, MemberRefEntry member, Rule.Site rule, MethodTypeDesc type) {
        var owner = member.owner().asSymbol();
        var taken = opcode == Opcode.INVOKESTATIC ? type : type.insertParameterTypes(0, owner);
        int result = 0;
        if (rule instanceof Rule.Result) {
            var through = MethodTypeDesc.of(type.returnType(), type.returnType());
            result = pool.method(rule.hook(), false, "result", through.descriptorString());
        }
        return new Adapter(
                opcode,
                member.index(),
                taken,
                parameter ->
                        rule instanceof Rule.Wrap && rules.wraps(rule.hook(), parameter)
                                ? pool.method(rule.hook(), false, "wrap", wrap(parameter))
                                : 0,
                result);
    }

    static String wrap(ClassDesc type) {
        return MethodTypeDesc.of(type, type).descriptorString();
    }

    /// The class file, with what was added, and the mark of a woven class.
    byte[] finish() {
        int mark = pool.utf8(Weaver.MARK);
        var out = new ByteArrayOutputStream(bytes.length + 512);
        out.write(bytes, 0, ClassLayout.POOL_COUNT);
        var entries = pool.toByteArray();
        u2(out, pool.count());
        int from = ClassLayout.POOL_COUNT + 2;
        out.write(bytes, from, layout.poolEnd() - from);
        out.writeBytes(entries);
        out.write(bytes, layout.poolEnd(), layout.methods() - layout.poolEnd());
        u2(out, ClassLayout.u2(bytes, layout.methods()) + methods.size());
        from = layout.methods() + 2;
        out.write(bytes, from, layout.methodsEnd() - from);
        methods.forEach(out::writeBytes);
        u2(out, ClassLayout.u2(bytes, layout.methodsEnd()) + 1);
        from = layout.methodsEnd() + 2;
        out.write(bytes, from, bytes.length - from);
        u2(out, mark);
        u2(out, 0);
        u2(out, 0);
        return out.toByteArray();
    }

    private static void u2(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
