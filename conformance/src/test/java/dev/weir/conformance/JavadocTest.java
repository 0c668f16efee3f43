package dev.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every exported element says what it is. The compiler's own check asks for a tag a parameter too,
/// and so cannot be told to ask for this alone.
class JavadocTest {
    @Test
    void everyExportedElementIsDocumented() throws IOException {
        var silent = new ArrayList<String>();
        for (var folder : HouseTest.modules()) {
            var sources = HouseTest.ROOT.resolve(folder + "/src/main/java");
            try (var files = Files.walk(sources)) {
                var java = files.filter(file -> file.toString().endsWith(".java")).toList();
                silent.addAll(silent(java));
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void findsWhatSaysNothing() throws IOException {
        var file = Files.createTempDirectory("weir").resolve("Thing.java");
        Files.writeString(
                file,
                """
                /// A thing.
                public interface Thing {
                    void silent();
                    /// Speaks.
                    void speaks();
                    @Override String toString();
                    record Inner(int part) {}
                    private void hidden() {}
                }
                class Hidden { public void also() {} }
                """);
        assertThat(silent(List.of(file)))
                .containsExactly("Thing.java: Thing.silent", "Thing.java: Thing.Inner");
    }

    private static List<String> silent(List<Path> files) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var silent = new ArrayList<String>();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    manager,
                                    null,
                                    null,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files));
            var docs = DocTrees.instance(task);
            for (var unit : task.parse()) {
                new Reader(docs, unit, silent).read();
            }
        }
        return silent;
    }

    /// Goes through the types of a file, as far as others can see them.
    private record Reader(DocTrees docs, CompilationUnitTree unit, List<String> silent) {
        void read() {
            if (unit.getModule() != null) {
                require(new TreePath(new TreePath(unit), unit.getModule()), "module");
            }
            for (var type : unit.getTypeDecls()) {
                if (type instanceof ClassTree tree && open(tree.getModifiers())) {
                    type(new TreePath(new TreePath(unit), tree), tree, "");
                }
            }
        }

        private void type(TreePath path, ClassTree type, String outer) {
            var name = outer + type.getSimpleName();
            require(path, name);
            boolean all = type.getKind() == Tree.Kind.INTERFACE;
            for (var member : type.getMembers()) {
                var here = new TreePath(path, member);
                switch (member) {
                    case ClassTree tree when seen(all, tree.getModifiers()) ->
                            type(here, tree, name + ".");
                    case MethodTree tree when seen(all, tree.getModifiers()) && !derived(tree) ->
                            require(here, name + "." + tree.getName());
                    case VariableTree tree when seen(all, tree.getModifiers()) ->
                            require(here, name + "." + tree.getName());
                    default -> {}
                }
            }
        }

        private static boolean seen(boolean all, ModifiersTree modifiers) {
            return all && !modifiers.getFlags().contains(Modifier.PRIVATE) || open(modifiers);
        }

        private static boolean open(ModifiersTree modifiers) {
            var flags = modifiers.getFlags();
            return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        /// Says what the method says that it overrides; or is `main`.
        private static boolean derived(MethodTree method) {
            return method.getName().contentEquals("main")
                    || method.getModifiers().getAnnotations().stream()
                            .anyMatch(a ->
                                    Set.of("Override").contains(a.getAnnotationType().toString()));
        }

        private void require(TreePath path, String name) {
            if (docs.getDocCommentTree(path) == null) {
                var file = Path.of(unit.getSourceFile().getName()).getFileName();
                silent.add(file + ": " + name);
            }
        }
    }
}
