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

    /// Which one of which module it is; compiled code chooses by it. No module has one of the host.
    final @Nullable Module module;

    final int index;
    final @Nullable HostFunction host;

    /// How compiled code calls the host with nothing boxed; null where it cannot.
    final @Nullable HostCall call;

    private final @Nullable Object receiver;

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
        this.module = instance.module;
        this.index = code.index();
        this.host = null;
        this.call = null;
        this.receiver = null;
    }

    private Func(
            Store store,
            DefType type,
            HostFunction host,
            @Nullable HostCall call,
            @Nullable Object receiver) {
        this.store = store;
        this.type = type;
        this.instance = null;
        this.code = null;
        this.module = null;
        this.index = -1;
        this.host = host;
        this.call = call;
        this.receiver = receiver;
    }

    /// A function of the host.
    public static Func of(Store store, FuncType type, HostFunction body) {
        return new Func(store, defined(store, type), body, null, null);
    }

    private static DefType defined(Store store, FuncType type) {
        return store.engine.types.func(ValType.bits(type.params()), ValType.bits(type.results()));
    }

    /// A function of the host that takes and gives `int`, `long`, `float` and `double` as they are,
    /// `Object` as `EXTERNREF`, and [V128]; its signature is the handle's. Compiled code calls it
    /// with nothing boxed, but where there are vectors. What it throws is handled as [HostFunction]
    /// says.
    ///
    /// @throws IllegalArgumentException when the handle has another type in its signature
    public static Func of(Store store, MethodHandle body) {
        return of(store, HostCall.of(body), null);
    }

    /// A method of the host.
    static Func of(Store store, HostCall call, @Nullable Object receiver) {
        var type = defined(store, call.type());
        boolean boxed = Signature.of(type).spilled() || TypedCall.hasVectors(type);
        return new Func(store, type, call.boxed(receiver), boxed ? null : call, receiver);
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
            found = call == null ? ofGuest() : direct(call);
            handle = found;
        }
        return found;
    }

    private MethodHandle ofGuest() {
        var known = instance == null || code == null ? null : instance.module.tier.handle(code);
        return known == null ? Signature.of(type).bridge(this) : known;
    }

    private MethodHandle direct(HostCall call) {
        var bound = call.direct().bindTo(this);
        int count = bound.type().parameterCount();
        // The room comes last, behind an instance that the host has not.
        var order = new int[count];
        order[0] = count;
        for (int i = 1; i < count; i++) {
            order[i] = i - 1;
        }
        return MethodHandles.permuteArguments(bound, Signature.of(type).type(), order);
    }

    /// What a method of the host is called on.
    @Nullable Object receiver() {
        return receiver;
    }

    /// The store is about to run code of the host.
    ///
    /// @return what [Interpreter#leaveHost] is to be told
    int enterHost(int left) {
        store.checkCancelled();
        return store.interpreter.enterHost(left);
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
