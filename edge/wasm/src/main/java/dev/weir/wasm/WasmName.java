package dev.weir.wasm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The name that a function has in a module, on the method of an interface that stands for it;
/// without it, the method's own name is meant.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WasmName {
    /// Any text.
    String value();
}
