package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// A WebAssembly module that somebody else wrote, named by its digest.
@Kind(
        group = WasmModule.GROUP,
        plural = "wasmmodules",
        shortNames = "wm",
        categories = {"all", "payments"},
        columns = {@Kind.Column(name = "Digest", path = ".spec.sha256")})
public record WasmModule(Metadata metadata, Spec spec) implements Resource {
    /// The API group of modules and of the policies that run them.
    public static final String GROUP = "wasm.weir.dev";

    /// The kind.
    public static final ResourceType<WasmModule> TYPE = ResourceType.of(WasmModule.class);

    private static final int MOST = 350_000;

    /// The content.
    ///
    /// @param sha256 of the module's bytes, in hexadecimal
    /// @param binary the bytes, in Base64
    public record Spec(
            @Field(
                            pattern = "^[0-9a-f]{64}$",
                            description = "SHA-256 of the bytes, in hexadecimal.")
                    String sha256,
            @Field(maxLength = MOST, description = "The module's bytes, in Base64.")
                    String binary) {}

    /// A module with its digest.
    static WasmModule of(String namespace, String name, byte[] bytes) {
        var spec = new Spec(digest(bytes), Base64.getEncoder().encodeToString(bytes));
        return new WasmModule(Metadata.of(namespace, name), spec);
    }

    /// The bytes, where they are those of the digest.
    ///
    /// @throws IllegalArgumentException where they are not, or are no Base64
    byte[] bytes() {
        var bytes = Base64.getDecoder().decode(spec.binary);
        if (!digest(bytes).equals(spec.sha256)) {
            throw new IllegalArgumentException(
                    "sha256: the bytes have " + digest(bytes) + ", found " + spec.sha256);
        }
        return bytes;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
