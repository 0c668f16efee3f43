package dev.weir.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A module that a build compiled: its binary as `NAME.wasm`, and compiled code beside it in
/// `NAME.code/`, for engines with vectors and without. Code that the engine's cache has is taken
/// where the build's does not fit.
final class Prepared implements CodeFile.Place {
    private final String name;
    private final Function<String, @Nullable InputStream> resources;
    private final CodeFile.@Nullable Place other;

    private Prepared(
            String name,
            Function<String, @Nullable InputStream> resources,
            CodeFile.@Nullable Place other) {
        this.name = name;
        this.resources = resources;
        this.other = other;
    }

    /// All files for a module, by their names.
    static Map<String, byte[]> files(String name, byte[] binary) {
        var files = new LinkedHashMap<String, byte[]>();
        files.put(name + ".wasm", binary);
        if (!CodeFile.isAble()) {
            return files;
        }
        for (boolean vectors : new boolean[] {false, true}) {
            var engine = Engine.create(Engine.Mode.COMPILED, Engine.PART_BYTES, vectors);
            var none = new Prepared(name, unused -> null, null);
            var module = new ModuleDecoder(engine, binary, none).decode();
            if (vectors && !module.vectors) {
                continue;
            }
            for (var compiler : module.tier.compilers()) {
                if (compiler.hasAny()) {
                    var file = CodeFile.name(module, compiler.first(), compiler.end());
                    files.put(folder(name) + file, CodeFile.seal(file, compiler.bytes()));
                }
            }
        }
        return files;
    }

    static Module load(
            Engine engine, String name, Function<String, @Nullable InputStream> resources) {
        var other = engine.cache == null ? null : engine.cache.files;
        var prepared = new Prepared(name, resources, other);
        byte[] binary = prepared.bytes(name + ".wasm");
        if (binary == null) {
            throw new IllegalArgumentException("no resource " + name + ".wasm");
        }
        var module = new ModuleDecoder(engine, binary, prepared).decode();
        module.tier.prepared();
        return module;
    }

    private static String folder(String name) {
        return name + ".code/";
    }

    private byte @Nullable [] bytes(String resource) {
        try (var in = resources.apply(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    @Override
    public byte @Nullable [] read(String file) {
        byte[] bytes = bytes(folder(name) + file);
        byte[] code = bytes == null ? null : CodeFile.open(file, bytes);
        return code != null || other == null ? code : other.read(file);
    }

    @Override
    public void write(String file, byte[] code) {
        if (other != null) {
            other.write(file, code);
        }
    }
}
