package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How guests call a method of the host: what its function knows of it, the receiver aside. One for
/// a method and a class of receivers, of whatever store, so that compiled code can take it for a
/// constant; or of one method handle.
final class HostCall {
    private static final MethodHandle ENTER =
            ofFunction("enterHost", MethodType.methodType(int.class, int.class));
    private static final MethodHandle LEAVE =
            Handles.ofClass(
                    MethodHandles.lookup(),
                    HostCall.class,
                    "leave",
                    MethodType.methodType(void.class, Throwable.class, int.class, Func.class));
    private static final MethodHandle RECEIVER =
            ofFunction("receiver", MethodType.methodType(Object.class));

    /// What is known of the methods of a class; it goes with the class.
    private static final ClassValue<Map<Method, HostCall>> KNOWN =
            new ClassValue<>() {
                @Override
                protected Map<Method, HostCall> computeValue(Class<?> type) {
                    return new ConcurrentHashMap<>();
                }
            };

    /// Takes the receiver before the rest.
    private final MethodHandle target;

    private final MethodHandle spread;

    /// Whether it holds nothing but code.
    final boolean isShared;

    private @Nullable MethodHandle direct;

    private HostCall(MethodHandle target, boolean isShared) {
        this.target = target;
        this.isShared = isShared;
        var type = target.type();
        spread =
                target.asType(type.wrap().generic())
                        .asSpreader(1, Object[].class, type.parameterCount() - 1);
    }

    /// A method of an object.
    ///
    /// @throws IllegalAccessException when it is closed to the lookup
    static HostCall of(Method method, Object receiver, Lookup lookup)
            throws IllegalAccessException {
        var handle = lookup.unreflect(method).asFixedArity();
        var place = receiver.getClass();
        // With the receiver's own class, HotSpot knows which method is called.
        return KNOWN.get(place)
                .computeIfAbsent(
                        method,
                        unused ->
                                new HostCall(
                                        handle.asType(handle.type().changeParameterType(0, place))
                                                .asType(
                                                        handle.type()
                                                                .changeParameterType(
                                                                        0, Object.class)),
                                        true));
    }

    /// A handle that needs no receiver.
    static HostCall of(MethodHandle target) {
        return new HostCall(
                MethodHandles.dropArguments(target.asFixedArity(), 0, Object.class), false);
    }

    /// What a guest sees of it.
    FuncType type() {
        var type = target.type().dropParameterTypes(0, 1);
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

    /// The one abstract method of an interface.
    static Method method(Class<?> shape) {
        var methods =
                Arrays.stream(shape.getMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .filter(method -> !isOfObject(method))
                        .toList();
        if (!shape.isInterface() || methods.size() != 1) {
            throw new IllegalArgumentException(shape.getName() + " is no functional interface");
        }
        return methods.getFirst();
    }

    static boolean isOfObject(Method method) {
        try {
            Object.class.getMethod(method.getName(), method.getParameterTypes());
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /// What the interpreter calls, which has its values in slots.
    HostFunction boxed(@Nullable Object receiver) {
        boolean none = target.type().returnType() == void.class;
        return arguments -> {
            try {
                var result = (Object) spread.invokeExact(receiver, arguments);
                return none ? new Object[0] : new @Nullable Object[] {result};
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /// What compiled code calls: takes the function, how many calls deeper it may go, and the
    /// arguments.
    MethodHandle direct() {
        // Two threads may make one each, which are as good as each other.
        var made = direct;
        if (made == null) {
            made = make();
            direct = made;
        }
        return made;
    }

    private MethodHandle make() {
        var result = target.type().returnType();
        var cleanup = LEAVE;
        if (result != void.class) {
            var same =
                    MethodHandles.dropArguments(
                            MethodHandles.dropArguments(
                                    MethodHandles.identity(result), 0, Throwable.class),
                            2,
                            int.class,
                            Func.class);
            cleanup =
                    MethodHandles.foldArguments(
                            same, MethodHandles.dropArguments(LEAVE, 1, result));
        }
        var body = MethodHandles.filterArguments(target, 0, RECEIVER);
        var guarded =
                MethodHandles.tryFinally(MethodHandles.dropArguments(body, 0, int.class), cleanup);
        return MethodHandles.foldArguments(
                MethodHandles.dropArguments(guarded, 2, int.class), ENTER);
    }

    private static void leave(@Nullable Throwable thrown, int room, Func function) {
        function.store.interpreter.leaveHost(room);
        if (thrown instanceof Exception e && !(e instanceof WasmException)) {
            throw Interpreter.failed(e);
        }
    }

    private static MethodHandle ofFunction(String name, MethodType type) {
        return Handles.ofObject(MethodHandles.lookup(), Func.class, name, type);
    }
}
