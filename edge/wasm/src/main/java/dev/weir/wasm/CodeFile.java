package dev.weir.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Compiled code as it is kept in files, by a [CodeCache] and by builds.
///
/// A file is the class of one unit, behind 8 bytes `weircode` and the SHA-256 of the file's name
/// and the class. The name is the SHA-256 of all that the class depends on, in hexadecimal: the
/// module, the unit's functions, how the engine compiles, and the engine's own classes. So what an
/// other engine made is never found, and what was damaged is not taken; but who can write the file
/// can also write its digest.
final class CodeFile {
    static final String SUFFIX = ".code";
    private static final byte[] MAGIC = "weircode".getBytes(UTF_8);
    private static final int DIGEST_BYTES = 32;

    private CodeFile() {}

    /// Where files are kept.
    interface Place {
        /// The class in the file of that name; null when there is none, or it is damaged.
        byte @Nullable [] read(String name);

        /// Keeps a class, if it can.
        void write(String name, byte[] code);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("SHA-256", e);
        }
    }

    /// Whether files can be found and named: where the engine can read its own classes.
    static boolean isAble() {
        return Own.DIGEST.length > 0;
    }

    /// The name of the file for the functions of a module from an index to before another.
    static String name(Module module, int first, int end) {
        var engine = module.engine;
        var digest = sha256();
        digest.update(MAGIC);
        digest.update(Own.DIGEST);
        digest.update(module.digest);
        digest.update(
                ByteBuffer.allocate(20)
                        .putInt(Runtime.version().feature())
                        .putInt(engine.partBytes)
                        .putInt(engine.vectors && module.vectors ? 1 : 0)
                        .putInt(first)
                        .putInt(end)
                        .flip());
        return HexFormat.of().formatHex(digest.digest()) + SUFFIX;
    }

    /// The file for a class.
    static byte[] seal(String name, byte[] code) {
        return ByteBuffer.allocate(MAGIC.length + DIGEST_BYTES + code.length)
                .put(MAGIC)
                .put(digest(name, code, 0))
                .put(code)
                .array();
    }

    /// The class in a file; null when it is not as it was written, or is another's.
    static byte @Nullable [] open(String name, byte[] file) {
        int head = MAGIC.length + DIGEST_BYTES;
        if (file.length < head
                || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))
                || !Arrays.equals(
                        digest(name, file, head), Arrays.copyOfRange(file, MAGIC.length, head))) {
            return null;
        }
        return Arrays.copyOfRange(file, head, file.length);
    }

    private static byte[] digest(String name, byte[] in, int from) {
        var digest = sha256();
        digest.update(name.getBytes(UTF_8));
        digest.update(in, from, in.length - from);
        return digest.digest();
    }

    /// What this engine is: its classes and tables by name and CRC, which are the same in a folder,
    /// a jar and an image of the JDK.
    private static final class Own {
        private static final String PACKAGE = "dev/weir/wasm/";
        private static final System.Logger LOG = System.getLogger("dev.weir.wasm");

        /// Empty when they cannot be read.
        private static final byte[] DIGEST = find();

        private Own() {}

        private static byte[] find() {
            var own = Engine.class.getResource("Engine.class");
            try {
                if (own == null) {
                    throw new IOException("no Engine.class");
                }
                var files =
                        own.openConnection() instanceof JarURLConnection jar
                                ? inJar(jar)
                                : inFolder(own);
                var digest = sha256();
                files.forEach((name, crc) -> {
                    digest.update(name.getBytes(UTF_8));
                    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(crc).flip());
                });
                return digest.digest();
            } catch (IOException
                    | URISyntaxException
                    | UncheckedIOException
                    | IllegalArgumentException
                    | FileSystemNotFoundException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "compiled code is not kept: the engine cannot read its classes, "
                                + own
                                + ": "
                                + e);
                return new byte[0];
            }
        }

        private static SortedMap<String, Long> inJar(JarURLConnection connection)
                throws IOException {
            var found = new TreeMap<String, Long>();
            connection.setUseCaches(false);
            try (var jar = connection.getJarFile()) {
                jar.stream()
                        .filter(entry -> entry.getName().startsWith(PACKAGE))
                        .filter(entry -> !entry.isDirectory())
                        .forEach(entry ->
                                found.put(
                                        entry.getName().substring(PACKAGE.length()),
                                        entry.getCrc()));
            }
            return found;
        }

        private static SortedMap<String, Long> inFolder(URL own)
                throws IOException, URISyntaxException {
            var found = new TreeMap<String, Long>();
            var folder = Path.of(own.toURI()).resolveSibling("");
            try (var files = Files.walk(folder)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    var crc = new CRC32();
                    crc.update(Files.readAllBytes(file));
                    found.put(
                            folder.relativize(file).toString().replace('\\', '/'), crc.getValue());
                }
            }
            return found;
        }
    }
}
