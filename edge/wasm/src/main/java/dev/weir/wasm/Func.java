package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function of a guest or of the host. Belongs to its store's thread.
public final class Func implements Extern {
    final Store store;
    final DefType type;
    final @Nullable Instance instance;
    final @Nullable Code code;
    final @Nullable HostFunction host;

    /// How the interpreter enters it once it is compiled: `(Interpreter, int base, Instance, int
    /// depth)`.
    @Nullable MethodHandle entry;

    /// How compiled code calls it, see [Signature].
    private @Nullable MethodHandle handle;

    /// How much it ran in the interpreter.
    int heat;

    Func(Instance instance, Code code) {
        this.store = instance.store;
        this.type = code.type();
        this.instance = instance;
        this.code = code;
        this.host = null;
    }

    private Func(Store store, DefType type, HostFunction host) {
        this.store = store;
        this.type = type;
        this.instance = null;
        this.code = null;
        this.host = host;
    }

    /// A function of the host.
    public static Func of(Store store, FuncType type, HostFunction body) {
        var defined =
                store.engine.types.func(ValType.bits(type.params()), ValType.bits(type.results()));
        return new Func(store, defined, body);
    }

    /// A function of the host that takes and gives `int`, `long`, `float` and `double` as they are,
    /// `Object` as `EXTERNREF`, and [V128]; its signature is the handle's. Compiled code calls it
    /// with nothing boxed, but where there are vectors. What it throws is handled as [HostFunction]
    /// says.
    ///
    /// @throws IllegalArgumentException when the handle has another type in its signature
    public static Func of(Store store, MethodHandle body) {
        var function = of(store, HostCall.type(body.type()), HostCall.boxed(body));
        if (!Signature.of(function.type).spilled() && !TypedCall.hasVectors(function.type)) {
            function.handle = HostCall.direct(body, store.interpreter);
        }
        return function;
    }

    /// Its signature; a reference type is given as the one of [ValType] that it is below.
    public FuncType type() {
        return type.type(store.engine.types);
    }

    /// Calls it.
    ///
    /// @param arguments in the Java types that [ValType] names
    /// @return the results, in such types
    /// @throws IllegalArgumentException when the arguments are not of the function's type
    /// @throws TrapException when the guest was stopped
    /// @throws GuestException when the guest threw and did not catch
    public List<@Nullable Object> call(@Nullable Object... arguments) {
        return store.interpreter.call(this, arguments);
    }

    /// Calls it with the types that it has: `int`, `long`, `float` and `double` for numbers, [V128]
    /// for vectors, `Object` for references; it gives nothing, one of these, or the `List` of
    /// several. Fails as [#call] does. Compiled functions that give at most one value are called
    /// with nothing boxed.
    public MethodHandle handle() {
        if (instance == null || code == null) {
            return TypedCall.boxed(this);
        }
        var call = instance.module.tier.typed(code.index());
        return MethodHandles.insertArguments(call.dynamicInvoker(), type.params.length, instance);
    }

    /// How compiled code calls it.
    MethodHandle direct() {
        var found = handle;
        if (found == null) {
            found = instance == null || code == null ? null : instance.module.tier.handle(code);
            found = found == null ? Signature.of(type).bridge(this) : found;
            handle = found;
        }
        return found;
    }

    void compiled(MethodHandle entry, MethodHandle handle) {
        this.entry = entry;
        this.handle = handle;
    }

    String name() {
        return name(-1);
    }

    /// The name, with the line of an instruction.
    String name(int pc) {
        return instance == null || code == null
                ? "host"
                : code.index() < 0 ? "constant" : instance.module.functionName(code.index(), pc);
    }
}
