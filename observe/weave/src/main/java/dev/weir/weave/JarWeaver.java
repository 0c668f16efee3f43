package dev.weir.weave;

import dev.weir.weave.WeaveException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Weaves all classes of a jar into a copy of it, those of every release in a multi-release one.
/// Classes from before Java 6 get stack maps, without which the JDK's AOT cache keeps none.
///
/// Entries keep their order, times and what else they are; the same jar in gives the same jar out.
/// A module descriptor gets `requires dev.weir.weave` where a class was woven. Jars inside of the
/// jar stay as they are.
public final class JarWeaver {
    private static final Pattern SIGNATURE =
            Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);
    private static final String INFO = "module-info.class";

    private final Weaver weaver;
    private final boolean own;

    /// @param own whether the classes are the project's own
    public JarWeaver(Weaver weaver, boolean own) {
        this.weaver = weaver;
        this.own = own;
    }

    private record Entry(ZipEntry header, byte[] bytes) {}

    /// Weaves a jar.
    ///
    /// @param from the jar; it is only read
    /// @param to where the copy goes; what is there is replaced
    /// @throws WeaveException `SIGNED` for a signed jar, `IO` where one cannot be read or written
    public WeaveReport weave(Path from, Path to) {
        var count = new WeaveReport.Count();
        var entries = new ArrayList<Entry>();
        try (var jar = new ZipFile(from.toFile())) {
            for (var headers = jar.entries(); headers.hasMoreElements(); ) {
                var header = headers.nextElement();
                if (SIGNATURE.matcher(header.getName()).matches()) {
                    throw new WeaveException(
                            Code.SIGNED,
                            from
                                    + ": is signed ("
                                    + header.getName()
                                    + "), expected a jar without signatures; leave it unwoven,"
                                    + " or remove its signature first");
                }
                try (var in = jar.getInputStream(header)) {
                    entries.add(new Entry(header, weave(count, header, in)));
                }
            }
            var report = count.report();
            write(entries, report.woven() > 0, to);
            return report;
        } catch (IOException e) {
            throw new WeaveException(
                    Code.IO, from + ": cannot be woven into " + to + ": " + e.getMessage(), e);
        }
    }

    private byte[] weave(WeaveReport.Count count, ZipEntry header, InputStream in)
            throws IOException {
        var bytes = in.readAllBytes();
        var name = header.getName();
        boolean isClass = name.endsWith(".class") && !name.endsWith(INFO);
        return isClass ? count.withStackMaps(weaver, count.weave(weaver, name, bytes, own)) : bytes;
    }

    private static void write(Iterable<Entry> entries, boolean woven, Path to) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        var part = to.resolveSibling(to.getFileName() + ".part");
        try (var out = Files.newOutputStream(part)) {
            write(entries, woven, out);
        }
        Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Iterable<Entry> entries, boolean woven, OutputStream out)
            throws IOException {
        try (var zip = new ZipOutputStream(out)) {
            for (var entry : entries) {
                var bytes = entry.bytes();
                if (woven && isDescriptor(entry.header().getName())) {
                    var changed = ModuleInfo.requireHooks(bytes);
                    bytes = changed == null ? bytes : changed;
                }
                zip.putNextEntry(header(entry.header(), bytes));
                zip.write(bytes);
                zip.closeEntry();
            }
        }
    }

    private static boolean isDescriptor(String name) {
        return name.equals(INFO)
                || name.startsWith("META-INF/versions/") && name.endsWith("/" + INFO);
    }

    private static ZipEntry header(ZipEntry old, byte[] bytes) {
        var header = new ZipEntry(old.getName());
        header.setTimeLocal(old.getTimeLocal());
        header.setMethod(old.getMethod());
        if (old.getComment() != null) {
            header.setComment(old.getComment());
        }
        if (old.getMethod() == ZipEntry.STORED) {
            var sum = new CRC32();
            sum.update(bytes);
            header.setCrc(sum.getValue());
            header.setSize(bytes.length);
        }
        return header;
    }
}
