package dev.weir.wasm;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How compiled code passes what a function takes and gives.
///
/// A unit is what stands in one slot of the interpreter: a number, a reference (`Object`), or half
/// a vector. A function is a static method that takes the units, the callee's instance, and how
/// many calls deeper it may go; it returns the first unit of its results, and leaves the others in
/// its store at their slots. Where the JVM does not take so many arguments, all are left in the
/// store.
///
/// @param units the kinds of the arguments; empty when they are `spilled`
/// @param results the kinds of the results
record Signature(List<Kind> units, List<Kind> results, boolean spilled) {
    static final ClassDesc INSTANCE = ClassDesc.of("dev.weir.wasm.Instance");

    /// The JVM allows 255; the bridges of method handles need some for themselves.
    private static final int MOST = 240;

    static Signature of(DefType type) {
        var units = units(type.params);
        boolean spilled = units.stream().mapToInt(unit -> unit.jvm.slotSize()).sum() > MOST;
        return new Signature(spilled ? List.of() : units, units(type.results), spilled);
    }

    private static List<Kind> units(int[] types) {
        var units = new ArrayList<Kind>();
        for (int type : types) {
            var kind = Kind.of(type);
            if (kind == Kind.VECTOR) {
                units.add(Kind.LONG);
            }
            units.add(kind == Kind.VECTOR ? Kind.LONG : kind);
        }
        return units;
    }

    MethodTypeDesc desc(ClassDesc... last) {
        var types = new ArrayList<ClassDesc>();
        units.forEach(unit -> types.add(unit.desc));
        types.addAll(List.of(last));
        return MethodTypeDesc.of(
                results.isEmpty() ? ConstantDescs.CD_void : results.getFirst().desc, types);
    }

    MethodTypeDesc desc() {
        return desc(INSTANCE, ConstantDescs.CD_int);
    }

    MethodType type() {
        var types = new ArrayList<Class<?>>();
        units.forEach(unit -> types.add(unit.type));
        types.add(Instance.class);
        types.add(int.class);
        return MethodType.methodType(
                results.isEmpty() ? void.class : results.getFirst().type, types);
    }

    /// Where the instance is among the method's locals.
    int arguments() {
        return units.stream().mapToInt(unit -> unit.jvm.slotSize()).sum();
    }

    /// A handle that compiled code can call and that calls by way of the interpreter.
    MethodHandle bridge(Func function) {
        return MethodHandles.insertArguments(spilled ? SPILLED : BRIDGE, 0, function)
                .asCollector(Object[].class, units.size() + 2)
                .asType(type());
    }

    private static final MethodHandle BRIDGE = find("bridge");
    private static final MethodHandle SPILLED = find("spilledBridge");

    private static MethodHandle find(String name) {
        return Handles.ofClass(
                MethodHandles.lookup(),
                Signature.class,
                name,
                MethodType.methodType(Object.class, Func.class, Object[].class));
    }

    private static @Nullable Object bridge(Func function, @Nullable Object[] arguments) {
        var units = java.util.Arrays.copyOf(arguments, arguments.length - 2);
        return function.store.interpreter.callUnits(function, units, left(arguments));
    }

    private static @Nullable Object spilledBridge(Func function, @Nullable Object[] arguments) {
        var store = function.store;
        store.interpreter.callSpilled(function, left(arguments));
        return function.type.resultSlots == 0
                ? null
                : first(function.type, store.bits, store.references, 0);
    }

    private static int left(@Nullable Object[] arguments) {
        return (int) java.util.Objects.requireNonNull(arguments[arguments.length - 1]);
    }

    /// The first unit of the results that are at a place, boxed; null where there are none.
    static @Nullable Object first(
            DefType type, long[] bits, @Nullable Object[] references, int at) {
        return type.resultSlots == 0
                ? null
                : Values.object(
                        type.results[0] == Types.V128 ? Types.I64 : type.results[0],
                        bits[at],
                        0,
                        references[at]);
    }
}
