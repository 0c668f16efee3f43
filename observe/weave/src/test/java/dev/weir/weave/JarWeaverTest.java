package dev.weir.weave;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.constant.ModuleDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarWeaverTest {
    @TempDir private Path folder;
    private final Weaver weaver =
            Weaver.of(JarWeaverTest.class.getClassLoader()::getResourceAsStream, Set.of());

    private static byte[] shop() throws IOException {
        try (var in = JarWeaverTest.class.getResourceAsStream("/sample/Shop.class")) {
            return in.readAllBytes();
        }
    }

    private static byte[] descriptor() {
        return ClassFile.of()
                .buildModule(
                        ModuleAttribute.of(
                                ModuleDesc.of("sample"),
                                builder ->
                                        builder.moduleVersion("1")
                                                .requires(
                                                        ModuleRequireInfo.of(
                                                                ModuleDesc.of("java.base"),
                                                                List.of(),
                                                                null))));
    }

    private Path jar(Map<String, byte[]> entries) throws IOException {
        var jar = folder.resolve("sample.jar");
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return jar;
    }

    private static byte[] read(Path jar, String name) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getInputStream(file.getEntry(name)).readAllBytes();
        }
    }

    @Test
    void weavesEveryReleaseAndTheDescriptorAndKeepsTheRest() throws IOException {
        var entries = new TreeMap<String, byte[]>();
        entries.put(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\nMulti-Release: true\n".getBytes(UTF_8));
        entries.put("META-INF/versions/21/module-info.class", descriptor());
        entries.put("META-INF/versions/21/sample/Shop.class", shop());
        entries.put("sample/Shop.class", shop());
        entries.put("sample/note.txt", "note".getBytes(UTF_8));
        var jar = jar(entries);
        var woven = folder.resolve("lib/sample.jar");

        var report = new JarWeaver(weaver, true).weave(jar, woven);

        assertThat(report.woven()).isEqualTo(2);
        assertThat(report.sites()).containsEntry("http-client", 2);
        assertThat(read(woven, "sample/note.txt")).isEqualTo("note".getBytes(UTF_8));
        assertThat(read(woven, "META-INF/versions/21/sample/Shop.class"))
                .isEqualTo(read(woven, "sample/Shop.class"))
                .isNotEqualTo(shop());
        assertThat(requires(read(woven, "META-INF/versions/21/module-info.class")))
                .containsExactly("java.base", "dev.weir.weave");
        assertThat(report.summary()).startsWith("2 of 2 classes woven in ");
    }

    private static List<String> requires(byte[] descriptor) {
        return ClassFile.of()
                .parse(descriptor)
                .findAttribute(Attributes.module())
                .orElseThrow()
                .requires()
                .stream()
                .map(each -> each.requires().asSymbol().name())
                .toList();
    }

    @Test
    void makesTheSameJarOfTheSameJarAndChangesAWovenOneNoMore() throws IOException {
        var jar = jar(Map.of("sample/Shop.class", shop(), "module-info.class", descriptor()));
        var one = folder.resolve("one.jar");
        var two = folder.resolve("two.jar");
        var again = folder.resolve("again.jar");
        new JarWeaver(weaver, true).weave(jar, one);
        new JarWeaver(weaver, true).weave(jar, two);
        var report = new JarWeaver(weaver, true).weave(one, again);
        assertThat(two).hasSameBinaryContentAs(one);
        assertThat(again).hasSameBinaryContentAs(one);
        assertThat(report.woven()).isZero();
    }

    @Test
    void givesClassesFromBeforeJava6StackMaps() throws IOException {
        var old = ClassDesc.of("sample.Old");
        var bytes =
                ClassFile.of()
                        .build(
                                old,
                                type ->
                                        type.withVersion(49, 0)
                                                .withMethodBody(
                                                        "sign",
                                                        MethodTypeDesc.ofDescriptor("(I)I"),
                                                        ClassFile.ACC_STATIC,
                                                        code ->
                                                                code.iload(0)
                                                                        .ifThenElse(
                                                                                Opcode.IFGE,
                                                                                CodeBuilder
                                                                                        ::iconst_1,
                                                                                CodeBuilder
                                                                                        ::iconst_m1)
                                                                        .ireturn()));
        var jar = jar(Map.of("sample/Old.class", bytes, "sample/Shop.class", shop()));
        var report = new JarWeaver(weaver, false).weave(jar, folder.resolve("out.jar"));
        assertThat(report.sites()).containsEntry("stack-maps", 1);
        var mapped = ClassFile.of().parse(read(folder.resolve("out.jar"), "sample/Old.class"));
        assertThat(mapped.majorVersion()).isEqualTo(50);
        var code = (CodeAttribute) mapped.methods().getFirst().code().orElseThrow();
        assertThat(code.findAttribute(Attributes.stackMapTable())).isPresent();
        assertThat(ClassFile.of().verify(mapped)).isEmpty();
    }

    @Test
    void refusesASignedJar() throws IOException {
        var jar = jar(Map.of("META-INF/KEY.SF", new byte[0], "sample/Shop.class", shop()));
        assertThatThrownBy(() -> new JarWeaver(weaver, false).weave(jar, folder.resolve("x.jar")))
                .isInstanceOfSatisfying(
                        WeaveException.class,
                        e -> assertThat(e.code()).isEqualTo(WeaveException.Code.SIGNED))
                .hasMessageContaining("sample.jar: is signed (META-INF/KEY.SF)");
        assertThat(folder.resolve("x.jar")).doesNotExist();
    }

    @Test
    void weavesAFolderOnce() throws IOException {
        var file = folder.resolve("sample/Shop.class");
        Files.createDirectories(file.getParent());
        Files.write(file, shop());
        Files.write(folder.resolve("module-info.class"), descriptor());
        assertThat(new FolderWeaver(weaver).weave(folder).woven()).isEqualTo(1);
        var woven = Files.readAllBytes(file);
        assertThat(requires(Files.readAllBytes(folder.resolve("module-info.class"))))
                .contains("dev.weir.weave");
        assertThat(new FolderWeaver(weaver).weave(folder).woven()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(woven);
    }

    @Test
    void leavesWhatIsNoClassAsItIsAndSaysSo() throws IOException {
        var jar = jar(Map.of("Broken.class", "no class".getBytes(UTF_8)));
        var report = new JarWeaver(weaver, true).weave(jar, folder.resolve("out.jar"));
        assertThat(report.refused()).singleElement().asString().startsWith("Broken.class: ");
        assertThat(read(folder.resolve("out.jar"), "Broken.class"))
                .asString()
                .isEqualTo("no class");
    }

    @Test
    void keepsLineNumbersAndVariables() throws IOException {
        var woven = ((Outcome.Woven) weaver.weave(shop(), true)).bytes();
        assertThat(lines(woven)).isEqualTo(lines(shop()));
    }

    private static List<String> lines(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .filter(method -> !method.methodName().stringValue().startsWith("weir$"))
                .flatMap(method -> method.code().stream())
                .flatMap(code ->
                        code
                                .findAttribute(Attributes.lineNumberTable())
                                .orElseThrow()
                                .lineNumbers()
                                .stream())
                .map(line -> line.startPc() + ":" + line.lineNumber())
                .toList();
    }
}
