package dev.weir.conformance;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.zip.ZipFile;

/// Loads and links every class of the jars in a folder, and writes what became of each: started by
/// [Weave] in a JVM that verifies all.
final class ClassLoading {
    static final String LINKED = "linked";

    private ClassLoading() {}

    /// @param arguments the folder, and the file to write
    public static void main(String[] arguments) throws IOException {
        var urls = new ArrayList<URL>();
        var names = new TreeSet<String>();
        try (var files = Files.list(Path.of(arguments[0]))) {
            for (var file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
                urls.add(file.toUri().toURL());
                names(file, names);
            }
        }
        var lines = new ArrayList<String>();
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new))) {
            for (var name : names) {
                lines.add(name + "\t" + link(loader, name));
            }
        }
        Files.write(Path.of(arguments[1]), lines);
    }

    private static void names(Path jar, TreeSet<String> names) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            zip.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                    .filter(name -> !name.endsWith("module-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .forEach(names::add);
        }
    }

    private static String link(ClassLoader loader, String name) {
        try {
            // Asking for its methods links a class, which verifies it, and initializes nothing.
            var methods = Class.forName(name, false, loader).getDeclaredMethods();
            return methods == null ? "" : LINKED;
        } catch (ClassNotFoundException | LinkageError e) {
            return e.getClass().getName()
                    + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }
}
