package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Host functions that are method handles: compiled code calls them with nothing boxed.
final class HostCall {
    private static final MethodHandle ENTER =
            find(
                    Interpreter.class,
                    "enterHost",
                    MethodType.methodType(int.class, int.class),
                    false);
    private static final MethodHandle LEAVE =
            find(
                    HostCall.class,
                    "leave",
                    MethodType.methodType(
                            void.class, Throwable.class, Interpreter.class, int.class),
                    true);

    private HostCall() {}

    /// What a guest sees of a handle.
    static FuncType type(MethodType type) {
        var results =
                type.returnType() == void.class
                        ? List.<ValType>of()
                        : List.of(value(type.returnType()));
        return new FuncType(values(type.parameterList()), results);
    }

    static List<ValType> values(List<Class<?>> types) {
        return types.stream().map(HostCall::value).toList();
    }

    private static ValType value(Class<?> type) {
        if (type == int.class) {
            return ValType.I32;
        } else if (type == long.class) {
            return ValType.I64;
        } else if (type == float.class) {
            return ValType.F32;
        } else if (type == double.class) {
            return ValType.F64;
        } else if (type == V128.class) {
            return ValType.V128;
        } else if (type == Object.class) {
            return ValType.EXTERNREF;
        }
        throw new IllegalArgumentException(
                type.getName()
                        + " is no type of a guest: expected int, long, float, double, V128, Object");
    }

    /// The one abstract method of an interface, on an object.
    static <F> MethodHandle method(Class<F> shape, F body) {
        var methods =
                Arrays.stream(shape.getMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .filter(method -> !isOfObject(method))
                        .toList();
        if (!shape.isInterface() || methods.size() != 1) {
            throw new IllegalArgumentException(shape.getName() + " is no functional interface");
        }
        try {
            return MethodHandles.publicLookup().unreflect(methods.getFirst()).bindTo(body);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(shape.getName() + " is not public", e);
        }
    }

    static boolean isOfObject(Method method) {
        try {
            Object.class.getMethod(method.getName(), method.getParameterTypes());
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /// The same for the interpreter, which has its values in slots.
    static HostFunction boxed(MethodHandle target) {
        int count = target.type().parameterCount();
        boolean none = target.type().returnType() == void.class;
        var spread =
                target.asFixedArity()
                        .asType(target.type().wrap().generic())
                        .asSpreader(Object[].class, count);
        return arguments -> {
            try {
                var result = (Object) spread.invokeExact(arguments);
                return none ? new Object[0] : new @Nullable Object[] {result};
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /// The same for compiled code, as [Signature] says.
    static MethodHandle direct(MethodHandle target, Interpreter interpreter) {
        var type = target.type();
        var result = type.returnType();
        var cleanup = LEAVE;
        if (result != void.class) {
            var same =
                    MethodHandles.dropArguments(
                            MethodHandles.dropArguments(
                                    MethodHandles.identity(result), 0, Throwable.class),
                            2,
                            Interpreter.class,
                            int.class);
            cleanup =
                    MethodHandles.foldArguments(
                            same, MethodHandles.dropArguments(LEAVE, 1, result));
        }
        var guarded =
                MethodHandles.insertArguments(
                        MethodHandles.tryFinally(
                                MethodHandles.dropArguments(
                                        target.asFixedArity(), 0, Interpreter.class, int.class),
                                cleanup),
                        0,
                        interpreter);
        var called =
                MethodHandles.dropArguments(
                        guarded, type.parameterCount() + 1, Instance.class, int.class);
        var enter =
                MethodHandles.dropArguments(
                        MethodHandles.dropArguments(ENTER.bindTo(interpreter), 0, Instance.class),
                        0,
                        type.parameterList());
        return MethodHandles.foldArguments(called, enter);
    }

    private static void leave(@Nullable Throwable thrown, Interpreter interpreter, int room) {
        interpreter.leaveHost(room);
        if (thrown instanceof Exception e && !(e instanceof WasmException)) {
            throw Interpreter.failed(e);
        }
    }

    private static MethodHandle find(Class<?> in, String name, MethodType type, boolean isStatic) {
        try {
            var lookup = MethodHandles.lookup();
            return isStatic
                    ? lookup.findStatic(in, name, type)
                    : lookup.findVirtual(in, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
