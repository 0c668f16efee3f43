package dev.weir.weave;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls of a hook around the code of a method: `enter` before it, whose answer is kept in a local
/// variable of its own, `leave` before each return, and `fail` in a handler behind all others.
final class Surround implements CodeTransform {
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final MethodTypeDesc LEAVE = MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT);
    private static final MethodTypeDesc LEAVE_OBJECT = MethodTypeDesc.of(OBJECT, OBJECT, OBJECT);
    private static final MethodTypeDesc LEAVE_BOOLEAN =
            MethodTypeDesc.of(
                    ConstantDescs.CD_boolean, ConstantDescs.CD_boolean, ConstantDescs.CD_Object);
    private static final MethodTypeDesc FAIL =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable, OBJECT);
    private static final MethodTypeDesc ATTRIBUTE =
            MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT, ConstantDescs.CD_String, OBJECT);

    private final ClassDesc hook;
    private final MethodTypeDesc leave;
    private final ClassDesc result;
    private final Enter enter;
    private int token;
    private @Nullable Label start;

    /// Leaves the answer of `enter` on the stack, and may look at it once it has its variable.
    private record Enter(Consumer<CodeBuilder> call, TokenUse then) {}

    private interface TokenUse {
        void emit(CodeBuilder builder, int token);
    }

    private Surround(ClassDesc hook, MethodTypeDesc leave, ClassDesc result, Enter enter) {
        this.hook = hook;
        this.leave = leave;
        this.result = result;
        this.enter = enter;
    }

    /// One call of `enter`, and no more.
    static CodeTransform entry(String hookName) {
        var hook = ClassDesc.ofInternalName(hookName);
        return CodeTransform.ofStateful(() ->
                new CodeTransform() {
                    @Override
                    public void atStart(CodeBuilder builder) {
                        builder.invokestatic(hook, "enter", ConstantDescs.MTD_void);
                    }

                    @Override
                    public void accept(CodeBuilder builder, CodeElement element) {
                        builder.with(element);
                    }
                });
    }

    static CodeTransform body(Hooks hooks, Rule.Body rule, ClassModel model, MethodModel method) {
        var hook = ClassDesc.ofInternalName(rule.hook());
        var owner = ClassDesc.ofInternalName(rule.owner());
        var type = MethodTypeDesc.ofDescriptor(method.methodType().stringValue());
        var taken = type.changeReturnType(OBJECT);
        var withReceiver = taken.insertParameterTypes(0, owner);
        boolean receiver = hooks.has(rule.hook(), "enter" + withReceiver.descriptorString());
        var exact = hooks.has(rule.hook(), "enter" + taken.descriptorString());
        // A hook for types that it does not know takes objects.
        var called = receiver ? withReceiver : exact ? taken : objects(taken);
        Consumer<CodeBuilder> call =
                builder -> {
                    if (receiver) {
                        builder.aload(0);
                    }
                    for (int i = 0; i < type.parameterCount(); i++) {
                        builder.loadLocal(
                                TypeKind.from(type.parameterType(i)), builder.parameterSlot(i));
                    }
                    builder.invokestatic(hook, "enter", called);
                };
        return stateful(hooks, rule.hook(), type.returnType(), () -> new Enter(call, (b, t) -> {}));
    }

    private static MethodTypeDesc objects(MethodTypeDesc type) {
        return MethodTypeDesc.of(OBJECT, Collections.nCopies(type.parameterCount(), OBJECT));
    }

    static CodeTransform marked(
            Hooks hooks, Rule.Marked rule, Marks marks, ClassModel model, MethodModel method) {
        var hook = ClassDesc.ofInternalName(rule.hook());
        var type = MethodTypeDesc.ofDescriptor(method.methodType().stringValue());
        var function =
                model.thisClass().asInternalName().replace('/', '.')
                        + '.'
                        + method.methodName().stringValue();
        Consumer<CodeBuilder> call =
                builder ->
                        builder.loadConstant(marks.name())
                                .loadConstant(marks.kind())
                                .loadConstant(marks.inherits() ? 1 : 0)
                                .loadConstant(function)
                                .invokestatic(hook, "enter", MARKED);
        TokenUse attributes =
                (builder, token) -> {
                    for (var each : marks.attributes()) {
                        builder.aload(token).loadConstant(each.key());
                        var parameter = type.parameterType(each.parameter());
                        builder.loadLocal(
                                TypeKind.from(parameter), builder.parameterSlot(each.parameter()));
                        box(builder, parameter);
                        builder.invokestatic(hook, "attribute", ATTRIBUTE);
                    }
                };
        return stateful(hooks, rule.hook(), type.returnType(), () -> new Enter(call, attributes));
    }

    private static final MethodTypeDesc MARKED =
            MethodTypeDesc.of(
                    OBJECT,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_boolean,
                    ConstantDescs.CD_String);

    private static CodeTransform stateful(
            Hooks hooks, String hookName, ClassDesc result, Supplier<Enter> enter) {
        var hook = ClassDesc.ofInternalName(hookName);
        var leave = LEAVE;
        if (!result.isPrimitive() && has(hooks, hookName, LEAVE_OBJECT)) {
            leave = LEAVE_OBJECT;
        } else if (result.equals(ConstantDescs.CD_boolean) && has(hooks, hookName, LEAVE_BOOLEAN)) {
            leave = LEAVE_BOOLEAN;
        }
        var chosen = leave;
        return CodeTransform.ofStateful(() -> new Surround(hook, chosen, result, enter.get()));
    }

    private static boolean has(Hooks hooks, String hook, MethodTypeDesc leave) {
        return hooks.has(hook, "leave" + leave.descriptorString());
    }

    private static void box(CodeBuilder builder, ClassDesc type) {
        if (!type.isPrimitive()) {
            return;
        }
        var boxed = TypeKind.from(type);
        var owner =
                switch (boxed) {
                    case INT -> ConstantDescs.CD_Integer;
                    case LONG -> ConstantDescs.CD_Long;
                    case BOOLEAN -> ConstantDescs.CD_Boolean;
                    case DOUBLE -> ConstantDescs.CD_Double;
                    case FLOAT -> ConstantDescs.CD_Float;
                    case SHORT -> ConstantDescs.CD_Short;
                    case BYTE -> ConstantDescs.CD_Byte;
                    case CHAR -> ConstantDescs.CD_Character;
                    case REFERENCE, VOID -> throw new IllegalArgumentException(type.displayName());
                };
        builder.invokestatic(owner, "valueOf", MethodTypeDesc.of(owner, type));
    }

    /// The slot of a parameter.
    static int slot(MethodModel method, int parameter) {
        var type = MethodTypeDesc.ofDescriptor(method.methodType().stringValue());
        int slot = method.flags().has(AccessFlag.STATIC) ? 0 : 1;
        for (int i = 0; i < parameter; i++) {
            slot += TypeKind.from(type.parameterType(i)).slotSize();
        }
        return slot;
    }

    @Override
    public void atStart(CodeBuilder builder) {
        token = builder.allocateLocal(TypeKind.REFERENCE);
        enter.call().accept(builder);
        builder.astore(token);
        enter.then().emit(builder, token);
        start = builder.newBoundLabel();
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
        if (element instanceof ReturnInstruction) {
            builder.aload(token).invokestatic(hook, "leave", leave);
            if (leave == LEAVE_OBJECT) {
                builder.checkcast(result);
            }
        }
        builder.with(element);
    }

    @Override
    public void atEnd(CodeBuilder builder) {
        var begin = start;
        if (begin == null) {
            throw new IllegalStateException("the end of a method before its begin");
        }
        var handler = builder.newBoundLabel();
        builder.dup().aload(token).invokestatic(hook, "fail", FAIL).athrow();
        builder.exceptionCatchAll(begin, handler, handler);
    }
}
