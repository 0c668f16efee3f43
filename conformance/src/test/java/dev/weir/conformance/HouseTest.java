package dev.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the documents to the tree, and the tree to the rule of the house.
class HouseTest {
    static final Path ROOT = Path.of("..");
    static final String INFO = "src/main/java/module-info.java";
    private static final Pattern MODULE =
            Pattern.compile("(?m)^(?:open )?module (dev\\.weir\\.\\w+) \\{");
    private static final Pattern REQUIRES =
            Pattern.compile("requires (?:static )?(?:transitive )?dev\\.weir\\.(\\w+);");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z]+/[a-z]+)` \\| `(dev\\.weir\\.\\w+)` \\| ([^|]*) \\|.*");
    private static final Set<String> CONTROL =
            Set.of("resource", "store", "apiserver", "reconcile", "kubernetes", "simulate");

    @Test
    void architectureListsEveryModuleWithWhatItRequires() throws IOException {
        var listed = new TreeMap<String, String>();
        for (var line : Files.readAllLines(ROOT.resolve("ARCHITECTURE.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                listed.put(row.group(1), row.group(2) + " requires " + row.group(3).trim());
            }
        }
        var found = new TreeMap<String, String>();
        for (var folder : modules()) {
            var requires = requires(folder);
            found.put(
                    folder,
                    name(folder)
                            + " requires "
                            + (requires.isEmpty() ? "nothing" : String.join(", ", requires)));
        }
        assertThat(listed).isEqualTo(found);
    }

    @Test
    void folderArtifactAndPackageShareTheirLastWord() throws IOException {
        for (var folder : modules()) {
            var word = folder.substring(folder.indexOf('/') + 1);
            assertThat(name(folder)).isEqualTo("dev.weir." + word);
            assertThat(Files.readString(ROOT.resolve(folder + "/pom.xml")))
                    .contains("<artifactId>weir-" + word + "</artifactId>");
        }
    }

    @Test
    void arrowsPointDownOnly() throws IOException {
        for (var folder : modules()) {
            var requires = requires(folder);
            if (folder.equals("control/resource")) {
                assertThat(requires).isEmpty();
            } else if (folder.startsWith("control/")) {
                assertThat(CONTROL).as(folder).containsAll(requires);
            }
        }
    }

    @Test
    void readmeListsEveryLibrary() throws IOException {
        var readme = Files.readString(ROOT.resolve("README.md"));
        for (var folder : modules()) {
            assertThat(readme).contains("`" + folder + "`");
        }
    }

    @Test
    void compiledClassesStayInTheirPackage() throws IOException {
        for (var folder : modules()) {
            var home = name(folder).replace('.', '/');
            var classes = ROOT.resolve(folder).resolve("target/classes");
            for (var file : files(classes, ".class")) {
                var model = ClassFile.of().parse(file);
                var name = model.thisClass().asInternalName();
                assertThat(name.equals("module-info") || name.startsWith(home + "/"))
                        .as("%s in %s", name, folder)
                        .isTrue();
            }
        }
    }

    @Test
    void nothingCommittedNamesAPlaceOfTheMachine() throws IOException {
        for (var folder :
                List.of(
                        "app",
                        "bench",
                        "conformance",
                        "control",
                        "docs",
                        "edge",
                        "examples",
                        "flow",
                        "weir",
                        "README.md",
                        "ARCHITECTURE.md")) {
            for (var file : files(ROOT.resolve(folder), "")) {
                if (Pattern.matches(
                        ".*\\.(java|md|xml|sh|txt|js|css|html)|.*/weir", file.toString())) {
                    assertThat(Files.readString(file))
                            .as(file.toString())
                            .doesNotContain("/root" + "/", "/work" + "/");
                }
            }
        }
    }

    /// The folders of all modules of the root POM that are JPMS modules.
    static List<String> modules() throws IOException {
        var folders = new ArrayList<String>();
        var pom = Files.readString(ROOT.resolve("pom.xml"));
        var module = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
        while (module.find()) {
            if (Files.exists(ROOT.resolve(module.group(1) + "/" + INFO))) {
                folders.add(module.group(1));
            }
        }
        assertThat(folders).isNotEmpty();
        return folders;
    }

    private static String info(String folder) throws IOException {
        return Files.readString(ROOT.resolve(folder + "/" + INFO));
    }

    private static String name(String folder) throws IOException {
        var matcher = MODULE.matcher(info(folder));
        assertThat(matcher.find()).as(folder).isTrue();
        return matcher.group(1);
    }

    private static Set<String> requires(String folder) throws IOException {
        var matcher = REQUIRES.matcher(info(folder));
        var names = new TreeSet<String>();
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .filter(file ->
                            suffix.equals(".class") || !file.toString().contains("/target/"))
                    .toList();
        }
    }
}
