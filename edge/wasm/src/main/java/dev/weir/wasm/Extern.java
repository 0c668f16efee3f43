package dev.weir.wasm;

/// What modules import and export.
public sealed interface Extern permits Func, Memory, Table, Global, Tag {}
