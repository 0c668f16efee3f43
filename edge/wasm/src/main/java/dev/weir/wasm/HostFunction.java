package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// A function of the host that guests call; meant to be implemented. It runs on the guest's thread,
/// and may call back into the store.
@FunctionalInterface
public interface HostFunction {
    /// Takes values and gives values, in the Java types that [ValType] names, as the signature
    /// says.
    ///
    /// A [WasmException] goes on to the guest's caller ([GuestException]: to the guest, which may
    /// catch it); any other exception becomes a [TrapException] with code `HOST`.
    @Nullable Object[] call(@Nullable Object... arguments) throws Exception;
}
