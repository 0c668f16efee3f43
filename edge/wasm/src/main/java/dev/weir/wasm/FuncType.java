package dev.weir.wasm;

import java.util.List;

/// The signature of a host function.
///
/// @param params what it takes
/// @param results what it gives
public record FuncType(List<ValType> params, List<ValType> results) {
    /// Copies the lists.
    public FuncType {
        params = List.copyOf(params);
        results = List.copyOf(results);
    }
}
