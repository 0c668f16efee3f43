package dev.weir.payments;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.ResourceType;
import dev.weir.wasm.Engine;
import dev.weir.wasm.Module;
import dev.weir.wasm.WasmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Refuses modules that are not what their digest says, or are no modules.
final class ModuleRule implements AdmissionRule<WasmModule> {
    @Override
    public ResourceType<WasmModule> type() {
        return WasmModule.TYPE;
    }

    @Override
    public Optional<Denial> validate(WasmModule module, @Nullable WasmModule old) {
        try {
            Module.parse(Engine.create(), module.bytes());
            return Optional.empty();
        } catch (IllegalArgumentException | WasmException e) {
            return Optional.of(new Denial("spec.binary", String.valueOf(e.getMessage())));
        }
    }
}
