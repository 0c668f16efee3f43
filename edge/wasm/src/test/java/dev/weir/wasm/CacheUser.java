package dev.weir.wasm;

import java.nio.file.Path;

/// A JVM of [CodeCacheTest]: runs guests from a cache that is too small for them, and ends well
/// when all gave what they should.
final class CacheUser {
    private CacheUser() {}

    public static void main(String[] arguments) {
        var cache = CodeCache.in(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        for (int i = 0; i < 100; i++) {
            int of = i % 10;
            if (answer(cache, of) != of) {
                throw new IllegalStateException("a wrong answer in turn " + i);
            }
            System.out.println(i);
        }
    }

    static String guest(int answer) {
        return """
        (module (func (export "answer") (result i32) (i32.const %d)))
        """
                .formatted(answer);
    }

    static int answer(CodeCache cache, int of) {
        var engine = Engine.create(Engine.Mode.COMPILED, cache);
        return (int)
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, guest(of)))
                        .func("answer")
                        .call()
                        .getFirst();
    }
}
