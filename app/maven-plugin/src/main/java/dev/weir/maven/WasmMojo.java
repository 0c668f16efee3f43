package dev.weir.maven;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Module;
import dev.weir.wasm.WasmException;
import dev.weir.wasm.Wat;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/// Compiles the project's WebAssembly modules, and writes a Java class for each: `shop/policy.wat`
/// below the folder of sources becomes `shop.PolicyModule`, which has a method for each exported
/// function, and is made of the interfaces that the module imports.
///
/// The project needs `dev.weir:weir-wasm` to compile and at run time.
@Mojo(name = "wasm", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class WasmMojo extends AbstractMojo {
    private static final Pattern FILE = Pattern.compile("([A-Za-z][A-Za-z0-9_-]*)\\.(wasm|wat)");

    /// Leaves everything as it is.
    @Parameter(property = "weir.wasm.skip", defaultValue = "false")
    private boolean skip;

    /// Where the modules are, `.wasm` and `.wat`, in folders by package.
    @Parameter(property = "weir.wasm.source", defaultValue = "${project.basedir}/src/main/wasm")
    private File source = new File("wasm");

    /// Where the Java sources go.
    @Parameter(
            property = "weir.wasm.generated",
            defaultValue = "${project.build.directory}/generated-sources/weir-wasm")
    private File generated = new File("generated");

    /// The project's classes, where the modules and their compiled code go.
    @Parameter(defaultValue = "${project.build.outputDirectory}", required = true)
    private File classes = new File("classes");

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private @Nullable MavenProject project;

    /// For Maven.
    public WasmMojo() {}

    @Override
    public void execute() throws MojoExecutionException {
        if (skip || !source.isDirectory()) {
            getLog().info(skip ? "compilation of WebAssembly is skipped" : "no folder " + source);
            return;
        }
        if (project != null) {
            project.addCompileSourceRoot(generated.getPath());
        }
        try (var walk = Files.walk(source.toPath())) {
            var made = new HashMap<Path, Path>();
            for (var file : walk.filter(WasmMojo::isModule).sorted().toList()) {
                var java = module(file);
                var other = made.put(java, file);
                if (other != null) {
                    throw new MojoExecutionException(
                            file + " and " + other + " both become " + java);
                }
            }
            getLog().info(made.size() + " WebAssembly modules compiled");
        } catch (IOException e) {
            throw new MojoExecutionException(e.toString(), e);
        }
    }

    private static boolean isModule(Path file) {
        var name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".wasm") || name.endsWith(".wat"));
    }

    /// The class that a file becomes, by its path below the folder of modules.
    static String className(Path path) throws MojoExecutionException {
        var match = FILE.matcher(path.getFileName().toString());
        var folder = path.getParent() == null ? "" : path.getParent().toString();
        var packageName = folder.replace(File.separatorChar, '.');
        if (!match.matches() || !packageName.isEmpty() && !SourceVersion.isName(packageName)) {
            throw new MojoExecutionException(
                    path
                            + ": expected a name of letters, digits, - and _ that begins with a letter,"
                            + " in folders that are names of packages");
        }
        var simple = new JavaNames(Set.of()).type(match.group(1)) + "Module";
        return packageName.isEmpty() ? simple : packageName + "." + simple;
    }

    /// Gives the Java source that was made.
    private Path module(Path file) throws IOException, MojoExecutionException {
        var path = source.toPath().relativize(file);
        var className = className(path);
        int dot = className.lastIndexOf('.');
        var packageName = className.substring(0, Math.max(dot, 0));
        var name = className.substring(dot + 1);
        var folder = packageName.replace('.', File.separatorChar);
        try {
            byte[] bytes = Files.readAllBytes(file);
            byte[] binary =
                    path.toString().endsWith(".wat")
                            ? Wat.toBinary(new String(bytes, UTF_8))
                            : bytes;
            var module = Module.parse(Engine.create(Engine.Mode.INTERPRETED), binary);
            var java = generated.toPath().resolve(folder).resolve(name + ".java");
            var shown = path.toString().replace(File.separatorChar, '/');
            write(java, WasmSource.of(packageName, name, shown, module).getBytes(UTF_8));
            resources(classes.toPath().resolve(folder), name, Module.compile(name, binary));
            return java;
        } catch (WasmException e) {
            throw new MojoExecutionException(file + ": " + e.getMessage(), e);
        }
    }

    /// Writes what there is, and deletes the code of what the module was before.
    private static void resources(Path folder, String name, Map<String, byte[]> files)
            throws IOException {
        for (var file : files.entrySet()) {
            write(folder.resolve(file.getKey()), file.getValue());
        }
        for (var old : list(folder.resolve(name + ".code"))) {
            if (!files.containsKey(name + ".code/" + old.getFileName())) {
                Files.delete(old);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /// A file that would be the same stays, so that the compiler has nothing to do.
    private static void write(Path file, byte[] bytes) throws IOException {
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }
    }
}
