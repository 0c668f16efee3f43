package dev.weir.conformance;

import dev.weir.wasm.WastScript;
import dev.weir.wasm.WastScript.Define;
import dev.weir.wasm.Wat;
import java.nio.file.Files;
import java.util.Arrays;

/// Each module of WebAssembly's core suite, written as text and read again: the bytes are those of
/// before where the suite has it as text, and those of the second time where it has it as bytes,
/// which may spell the same in more than one way.
final class WasmText implements Suite {
    @Override
    public String name() {
        return "wasm-text";
    }

    @Override
    public String summary() {
        return "every module of WebAssembly's core suite as text and back, byte for byte";
    }

    @Override
    public void run(Report report) throws Exception {
        for (var folder : WasmSpec.folders(report).entrySet()) {
            for (var file : WasmSpec.files(folder.getValue())) {
                var name = folder.getKey() + WasmSpec.name(folder.getValue(), file);
                for (var command : WastScript.parse(Files.readString(file))) {
                    if (command instanceof Define define) {
                        report.check(name + ":" + define.line(), () -> check(define.source()));
                    }
                }
            }
        }
    }

    private static void check(WastScript.Source source) {
        var binary = source.binary();
        var once = Wat.toBinary(Wat.toText(binary));
        var twice = Wat.toBinary(Wat.toText(once));
        if (!Arrays.equals(once, twice)) {
            throw new AssertionError("the second time it is another module");
        }
        if (source.isText() && !Arrays.equals(binary, once)) {
            throw new AssertionError("it is another module:\n" + Wat.toText(binary));
        }
    }
}
