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
/// method is called directly, with nothing boxed; several results go from where it leaves them into
/// what a maker makes of them, and the halves of a vector into a [V128]. Functions with several
/// results and no maker, or more arguments than the JVM takes stay as they are.
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

    private static final MethodHandle ARRAY =
            find("array", MethodType.methodType(Object[].class, List.class));

    private static final MethodHandle VECTOR =
            find("vector", MethodType.methodType(V128.class, long.class, long.class));
    private static final MethodHandle LOW =
            find("low", MethodType.methodType(long.class, V128.class));
    private static final MethodHandle HIGH =
            find("high", MethodType.methodType(long.class, V128.class));

    private final Module module;
    private final int function;
    private final @Nullable MethodHandle maker;
    private final boolean isDirect;

    TypedCall(Module module, int function) {
        this(module, function, null);
    }

    /// @param maker takes the several results, and gives what the call gives; null for a list
    TypedCall(Module module, int function, @Nullable MethodHandle maker) {
        super(siteType(module.functions.get(function), maker));
        this.module = module;
        this.function = function;
        this.maker = maker;
        var type = module.functions.get(function);
        isDirect =
                function >= module.importedFunctions
                        && !Signature.of(type).spilled()
                        && (type.results.length < 2 || maker != null);
        var slow = SLOW.bindTo(this).asCollector(Object[].class, type().parameterCount());
        setTarget(
                maker == null
                        ? slow.asType(type())
                        : MethodHandles.filterReturnValue(
                                slow.asType(type().changeReturnType(List.class)), spread(maker)));
    }

    private static MethodType siteType(DefType type, @Nullable MethodHandle maker) {
        var java = javaType(type).appendParameterTypes(Instance.class);
        return maker == null ? java : java.changeReturnType(maker.type().returnType());
    }

    /// The maker, of a list.
    private static MethodHandle spread(MethodHandle maker) {
        int count = maker.type().parameterCount();
        return MethodHandles.filterArguments(maker.asSpreader(Object[].class, count), 0, ARRAY);
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

    /// The function's method, see [Signature], with the types that the function has in Java.
    private MethodHandle direct(MethodHandle compiled) {
        int count = compiled.type().parameterCount() - 2;
        var order = new int[count + 2];
        for (int i = 0; i <= count; i++) {
            order[i] = i;
        }
        order[count + 1] = count;
        var type = compiled.type().dropParameterTypes(count + 1, count + 2);
        var entered =
                MethodHandles.permuteArguments(
                        MethodHandles.collectArguments(compiled, count + 1, ENTER), type, order);
        var thrower = MethodHandles.throwException(type.returnType(), RuntimeException.class);
        var handler =
                MethodHandles.dropArguments(
                        MethodHandles.collectArguments(thrower, 0, FAILED),
                        1,
                        type.parameterList().subList(0, count));
        var guarded = MethodHandles.catchException(entered, Throwable.class, handler);
        var of = module.functions.get(function);
        var gatherer = gatherer(of);
        if (gatherer != null) {
            guarded =
                    MethodHandles.foldArguments(
                            MethodHandles.dropArguments(
                                    collect(gatherer), 1, type.parameterList().subList(0, count)),
                            guarded);
        }
        // Before the guest is entered: what is wrong with an argument is the caller's error.
        for (int i = of.params.length - 1; i >= 0; i--) {
            int param = of.params[i];
            if (param == Types.V128) {
                guarded = vector(guarded, of.slots[i]);
            } else if (Types.isRef(param) && param != Types.EXTERNREF) {
                var check = MethodHandles.insertArguments(CHECKED, 0, module, param);
                guarded = MethodHandles.filterArguments(guarded, of.slots[i], check);
            }
        }
        return guarded;
    }

    /// What makes the result of its units; null when it is the only unit, or there is none.
    private @Nullable MethodHandle gatherer(DefType type) {
        if (maker == null) {
            return type.results.length == 1 && type.results[0] == Types.V128 ? VECTOR : null;
        }
        var all = maker;
        for (int i = type.results.length - 1; i >= 0; i--) {
            if (type.results[i] == Types.V128) {
                all = MethodHandles.collectArguments(all, i, VECTOR);
            }
        }
        return all;
    }

    /// A handle that takes a vector in place of its halves.
    private static MethodHandle vector(MethodHandle all, int at) {
        var order = new int[all.type().parameterCount()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i <= at ? i : i - 1;
        }
        var type = all.type().dropParameterTypes(at, at + 2).insertParameterTypes(at, V128.class);
        return MethodHandles.permuteArguments(
                MethodHandles.filterArguments(all, at, LOW, HIGH), type, order);
    }

    private static V128 vector(long low, long high) {
        return new V128(low, high);
    }

    private static long low(@Nullable V128 value) {
        if (value == null) {
            throw Values.unexpected(Types.V128, null);
        }
        return value.low();
    }

    private static long high(V128 value) {
        return value.high();
    }

    /// The maker, of the first result and the instance, in whose store the others are.
    private static MethodHandle collect(MethodHandle maker) {
        int count = maker.type().parameterCount();
        var all = maker;
        for (int i = 1; i < count; i++) {
            all = MethodHandles.filterArguments(all, i, rest(maker.type().parameterType(i), i));
        }
        var order = new int[count];
        Arrays.fill(order, 1, count, 1);
        return MethodHandles.permuteArguments(
                all,
                MethodType.methodType(
                        maker.type().returnType(), maker.type().parameterType(0), Instance.class),
                order);
    }

    /// What takes a result that is not the first from the store.
    private static MethodHandle rest(Class<?> type, int at) {
        var name = type.isPrimitive() ? type.getName() : "reference";
        var getter =
                find(
                        Compiled.class,
                        "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1),
                        MethodType.methodType(type, Instance.class, int.class));
        return MethodHandles.insertArguments(getter, 1, at);
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

    private static Object[] array(List<?> results) {
        return results.toArray();
    }

    private static MethodHandle find(String name, MethodType type) {
        return find(TypedCall.class, name, type);
    }

    private static MethodHandle find(Class<?> place, String name, MethodType type) {
        return Handles.ofClass(MethodHandles.lookup(), place, name, type);
    }
}
