package dev.weir.weave;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Weaves the methods of one class themselves: what their begin and end tell, and the arguments of
/// constructors that they call. Their stack maps are computed anew.
final class BodyWeaver {
    private static final int UNUSUAL =
            AccessFlag.ABSTRACT.mask() | AccessFlag.NATIVE.mask() | AccessFlag.SYNTHETIC.mask();

    private final Rules rules;
    private final ClassModel model;
    private final boolean own;
    private final Map<MethodModel, CodeTransform> transforms = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    BodyWeaver(Rules rules, ClassModel model, boolean own) {
        this.rules = rules;
        this.model = model;
        this.own = own;
    }

    Map<String, Integer> counts() {
        return counts;
    }

    /// The class file, woven; null where no rule applies.
    byte @Nullable [] weave(ClassFile files) {
        for (var method : model.methods()) {
            if ((method.flags().flagsMask() & UNUSUAL) == 0 && method.code().isPresent()) {
                match(method);
            }
        }
        if (transforms.isEmpty()) {
            return null;
        }
        return files.transformClass(
                model,
                (builder, element) -> {
                    var transform = element instanceof MethodModel m ? transforms.get(m) : null;
                    if (transform != null) {
                        builder.transformMethod(
                                (MethodModel) element, MethodTransform.transformingCode(transform));
                    } else {
                        builder.with(element);
                    }
                });
    }

    private void match(MethodModel method) {
        for (var rule : rules.all()) {
            if (!own && rule.section().own()) {
                continue;
            }
            switch (rule) {
                case Rule.Entry entry when applies(entry, method) ->
                        add(method, rule, Surround.entry(entry.hook()));
                case Rule.Body body when applies(body, method) ->
                        add(method, rule, Surround.body(rules.hooks(), body, model, method));
                case Rule.Marked marked -> {
                    var mark = Marks.find(method, marked.annotation());
                    if (mark != null) {
                        add(
                                method,
                                rule,
                                Surround.marked(rules.hooks(), marked, mark, model, method));
                    }
                }
                case Rule.Construct made when constructs(made, method) ->
                        add(method, rule, new ConstructTransform(made));
                case Rule.Entry _, Rule.Body _, Rule.Construct _, Rule.Site _ -> {}
            }
        }
    }

    private void add(MethodModel method, Rule rule, CodeTransform transform) {
        transforms.merge(method, transform, (one, two) -> one.andThen(two));
        counts.merge(rule.section().name(), 1, Integer::sum);
    }

    private static boolean applies(Rule.Entry rule, MethodModel method) {
        return method.methodName().equalsString(rule.method())
                && method.methodType().equalsString(rule.descriptor());
    }

    private boolean applies(Rule.Body rule, MethodModel method) {
        if (!method.methodName().equalsString(rule.method())
                || method.flags().has(AccessFlag.STATIC)
                || !method.methodType().stringValue().startsWith(rule.parameters())) {
            return false;
        }
        var result = rule.result();
        if (result != null && !method.methodType().equalsString(rule.parameters() + result)) {
            return false;
        }
        var name = model.thisClass().asInternalName();
        if (!rule.below()) {
            return name.equals(rule.owner());
        }
        var above = model.superclass().map(ClassEntry::asInternalName).orElse(name);
        return rules.types().isA(above, rule.owner());
    }

    private static boolean constructs(Rule.Construct rule, MethodModel method) {
        for (var element : method.code().orElseThrow()) {
            if (element instanceof InvokeInstruction call && constructs(rule, call)) {
                return true;
            }
        }
        return false;
    }

    private static boolean constructs(Rule.Construct rule, InvokeInstruction call) {
        return call.name().equalsString("<init>")
                && call.owner().asInternalName().equals(rule.owner())
                && call.type().equalsString(rule.type().descriptorString());
    }

    /// Passes the argument that the hook takes through it, where it lies on the stack.
    private record ConstructTransform(Rule.Construct rule) implements CodeTransform {
        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof InvokeInstruction call && constructs(rule, call)) {
                var type = rule.type();
                int last = type.parameterCount() - 1;
                boolean below = !type.parameterType(last).displayName().equals("Runnable");
                var wrapped = type.parameterType(below ? last - 1 : last);
                if (below) {
                    builder.swap();
                }
                builder.invokestatic(
                        ClassDesc.ofInternalName(rule.hook()),
                        "wrap",
                        MethodTypeDesc.of(wrapped, wrapped));
                if (below) {
                    builder.swap();
                }
            }
            builder.with(element);
        }
    }
}
