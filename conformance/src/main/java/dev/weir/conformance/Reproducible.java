package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;

/// Builds the tree twice, at two places: the jars are the same, byte for byte.
final class Reproducible implements Suite {
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", ".weir", ".idea");

    @Override
    public String name() {
        return "reproducible";
    }

    @Override
    public String summary() {
        return "two builds of this tree at two places make the same jars, byte for byte";
    }

    @Override
    public void run(Report report) throws Exception {
        var maven = Maven.find();
        var root = Path.of(System.getProperty("weir.root", ".")).toAbsolutePath().normalize();
        try (var place = new Scratch()) {
            var one = build(report, maven, root, place.path().resolve("one"));
            var two = build(report, maven, root, place.path().resolve("another place"));
            for (var jar : jars(one)) {
                report.check(jar, () -> same(one.resolve(jar), two.resolve(jar)));
            }
        }
    }

    private static Path build(Report report, Maven maven, Path root, Path copy)
            throws IOException, InterruptedException {
        copy(root, copy);
        report.line("building in " + copy);
        maven.run(copy, "-Dmaven.test.skip=true", "package");
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        if (LEFT_OUT.contains(folder.getFileName().toString())) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(to.resolve(from.relativize(folder)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()) {
                            Files.copy(file, to.resolve(from.relativize(file)));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static Set<String> jars(Path place) throws IOException {
        try (var files = Files.walk(place)) {
            var jars = new TreeSet<String>();
            files.filter(file -> file.toString().endsWith(".jar"))
                    .forEach(file -> jars.add(place.relativize(file).toString()));
            return jars;
        }
    }

    private static void same(Path one, Path two) throws IOException {
        long place = Files.mismatch(one, two);
        if (place >= 0) {
            throw new AssertionError("differs from its twin at byte " + place);
        }
    }
}
