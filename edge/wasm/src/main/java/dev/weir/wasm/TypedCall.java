package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How Java calls a function of a module with the types that it has: takes its arguments and the
/// instance. One for all instances, so that HotSpot takes the function for a constant.
///
/// At first the interpreter is entered, by way of [Func#call]. Once the function is compiled, its
/// method is called directly, with nothing boxed. Functions with vectors, several results, or more
/// arguments than the JVM takes stay as they are.
final class TypedCall extends MutableCallSite {
    private static final MethodHandle SLOW =
            find("slow", MethodType.methodType(Object.class, TypedCall.class, Object[].class));
    private static final MethodHandle CALL =
            find("call", MethodType.methodType(Object.class, Func.class, Object[].class));
    private static final MethodHandle ENTER =
            find("enter", MethodType.methodType(int.class, Instance.class));
    private static final MethodHandle FAILED =
            find(
                    "failed",
                    MethodType.methodType(RuntimeException.class, Throwable.class, Instance.class));
    private static final MethodHandle CHECKED =
            find(
                    "checked",
                    MethodType.methodType(Object.class, Module.class, int.class, Object.class));

    private final Module module;
    private final int function;
    private final boolean isDirect;

    TypedCall(Module module, int function) {
        super(javaType(module.functions.get(function)).appendParameterTypes(Instance.class));
        this.module = module;
        this.function = function;
        var type = module.functions.get(function);
        isDirect =
                function >= module.importedFunctions
                        && !Signature.of(type).spilled()
                        && type.results.length < 2
                        && !hasVectors(type);
        setTarget(
                SLOW.bindTo(this)
                        .asCollector(Object[].class, type().parameterCount())
                        .asType(type()));
    }

    static boolean hasVectors(DefType type) {
        return IntStream.concat(Arrays.stream(type.params), Arrays.stream(type.results))
                .anyMatch(value -> value == Types.V128);
    }

    /// What stands for the type of a function in Java.
    static MethodType javaType(DefType type) {
        var result =
                switch (type.results.length) {
                    case 0 -> void.class;
                    case 1 -> javaType(type.results[0]);
                    default -> List.class;
                };
        return MethodType.methodType(result, javaTypes(type.params));
    }

    static List<Class<?>> javaTypes(int[] types) {
        return Arrays.stream(types).<Class<?>>mapToObj(TypedCall::javaType).toList();
    }

    private static Class<?> javaType(int type) {
        return type == Types.V128 ? V128.class : Kind.of(type).type;
    }

    /// A function of no module, or one that is not asked often.
    static MethodHandle boxed(Func function) {
        var type = javaType(function.type);
        return CALL.bindTo(function)
                .asCollector(Object[].class, type.parameterCount())
                .asType(type);
    }

    private static @Nullable Object call(Func function, @Nullable Object[] arguments) {
        var results = function.call(arguments);
        return switch (function.type.results.length) {
            case 0 -> null;
            case 1 -> results.getFirst();
            default -> results;
        };
    }

    private static @Nullable Object slow(TypedCall site, @Nullable Object[] arguments) {
        int count = arguments.length - 1;
        var instance = (Instance) java.util.Objects.requireNonNull(arguments[count]);
        var callee = instance.functions[site.function];
        try {
            return call(callee, Arrays.copyOf(arguments, count));
        } finally {
            if (site.isDirect && callee.entry != null) {
                site.setTarget(site.direct(callee.direct()));
            }
        }
    }

    private MethodHandle direct(MethodHandle compiled) {
        int count = type().parameterCount() - 1;
        var order = new int[count + 2];
        for (int i = 0; i <= count; i++) {
            order[i] = i;
        }
        order[count + 1] = count;
        var entered =
                MethodHandles.permuteArguments(
                        MethodHandles.collectArguments(compiled, count + 1, ENTER), type(), order);
        var thrower = MethodHandles.throwException(type().returnType(), RuntimeException.class);
        var handler =
                MethodHandles.dropArguments(
                        MethodHandles.collectArguments(thrower, 0, FAILED),
                        1,
                        type().parameterList().subList(0, count));
        var guarded = MethodHandles.catchException(entered, Throwable.class, handler);
        int[] params = module.functions.get(function).params;
        for (int i = 0; i < count; i++) {
            if (Types.isRef(params[i]) && params[i] != Types.EXTERNREF) {
                var check = MethodHandles.insertArguments(CHECKED, 0, module, params[i]);
                guarded = MethodHandles.filterArguments(guarded, i, check);
            }
        }
        return guarded;
    }

    private static int enter(Instance instance) {
        return instance.store.interpreter.enterGuest();
    }

    private static RuntimeException failed(Throwable e, Instance instance) throws Throwable {
        throw instance.store.interpreter.leftGuest(e);
    }

    private static @Nullable Object checked(Module module, int type, @Nullable Object value) {
        if (!module.engine.types.matches(value, type)) {
            throw Values.unexpected(type, value);
        }
        return value;
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.lookup().findStatic(TypedCall.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
