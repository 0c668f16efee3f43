package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/// Where compiled code of a module calls a method of the host that it imports: takes the function,
/// how many calls deeper it may go, and the arguments.
///
/// The first method that is called here is called directly from then on, with any receiver and from
/// any instance, as HotSpot takes it for a constant; others by a handle that is none. What the site
/// holds is code only: no receiver, and so nothing of a store.
final class HostSite extends MutableCallSite {
    private static final MethodHandle LINK =
            Handles.ofObject(
                    MethodHandles.lookup(),
                    HostSite.class,
                    "link",
                    MethodType.methodType(MethodHandle.class, Func.class));
    private static final MethodHandle DIRECT =
            find("direct", MethodType.methodType(MethodHandle.class, Func.class));
    private static final MethodHandle IS =
            find("is", MethodType.methodType(boolean.class, HostCall.class, Func.class));

    HostSite(Signature signature) {
        super(
                signature
                        .type()
                        .dropParameterTypes(signature.units().size(), signature.units().size() + 2)
                        .insertParameterTypes(0, Func.class, int.class));
        setTarget(by(LINK.bindTo(this)));
    }

    /// Calls the handle that is found for a function.
    private MethodHandle by(MethodHandle finder) {
        return MethodHandles.foldArguments(MethodHandles.exactInvoker(type()), finder);
    }

    private MethodHandle link(Func function) {
        var direct = direct(function);
        var call = java.util.Objects.requireNonNull(function.call);
        var any = by(DIRECT);
        setTarget(call.isShared ? MethodHandles.guardWithTest(IS.bindTo(call), direct, any) : any);
        return direct;
    }

    private static MethodHandle direct(Func function) {
        return java.util.Objects.requireNonNull(function.call).direct();
    }

    private static boolean is(HostCall call, Func function) {
        return function.call == call;
    }

    private static MethodHandle find(String name, MethodType type) {
        return Handles.ofClass(MethodHandles.lookup(), HostSite.class, name, type);
    }
}
