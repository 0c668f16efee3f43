/// WebAssembly 3.0: decodes, validates and runs modules inside the JVM, with limits and typed
/// errors.
@org.jspecify.annotations.NullMarked
module dev.weir.wasm {
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.weir.wasm;
    exports dev.weir.wasm.wasi;
}
