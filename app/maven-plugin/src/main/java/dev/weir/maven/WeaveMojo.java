package dev.weir.maven;

import dev.weir.weave.FolderWeaver;
import dev.weir.weave.JarWeaver;
import dev.weir.weave.WeaveException;
import dev.weir.weave.WeaveReport;
import dev.weir.weave.Weaver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/// Weaves telemetry into the project's classes, where they are, and into chosen dependencies, of
/// which woven copies are made in a folder of their own. The local repository is only read.
///
/// The project needs `dev.weir:weir-weave` at run time, and something that implements the
/// OpenTelemetry API.
@Mojo(
        name = "weave",
        defaultPhase = LifecyclePhase.PROCESS_CLASSES,
        // All of them: what a later plugin resolves in addition would undo `replace`.
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
public final class WeaveMojo extends AbstractMojo {
    /// Leaves everything unwoven.
    @Parameter(property = "weir.weave.skip", defaultValue = "false")
    private boolean skip;

    /// Dependencies to weave: `groupId:artifactId`, where `*` stands for any text, as in
    /// `org.apache.tomcat.embed:*`. Usual are the libraries that have methods to weave in
    /// themselves: servers, logging back ends, Spring's JDBC and its like. Signed jars end the
    /// build.
    @Parameter(property = "weir.weave.dependencies")
    private List<String> dependencies = List.of();

    /// Where woven dependencies go, by their file names.
    @Parameter(property = "weir.weave.directory", defaultValue = "${project.build.directory}/woven")
    private File directory = new File("woven");

    /// Lets the plugins that follow in this build take the woven copies for the dependencies: tests
    /// run with them, and what is packaged contains them.
    @Parameter(property = "weir.weave.replace", defaultValue = "true")
    private boolean replace;

    /// Instrumentations that are off; a wrong name lists all.
    @Parameter(property = "weir.weave.without")
    private Set<String> without = Set.of();

    /// Whether a class that rules apply to and that cannot be woven ends the build. Otherwise it is
    /// named, and stays as it is.
    @Parameter(property = "weir.weave.strict", defaultValue = "false")
    private boolean strict;

    /// The OTLP endpoint that is written into the application, like a linker's flag, as
    /// `weir.otlp.endpoint` of `META-INF/weir/telemetry.properties`. What is set at run time wins.
    @Parameter(property = "weir.otlp.endpoint")
    private @Nullable String endpoint;

    /// The project's classes.
    @Parameter(defaultValue = "${project.build.outputDirectory}", required = true)
    private File classes = new File("classes");

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private @Nullable MavenProject project;

    /// For Maven.
    public WeaveMojo() {}

    @Override
    public void execute() throws MojoExecutionException {
        if (skip) {
            getLog().info("weaving is skipped");
            return;
        }
        try (var path = new ClassPath(files())) {
            var weaver = Weaver.of(path::open, without);
            var report = WeaveReport.EMPTY;
            if (classes.isDirectory()) {
                bakeEndpoint();
                report = report.plus(new FolderWeaver(weaver).weave(classes.toPath()));
            }
            for (var artifact : chosen()) {
                report = report.plus(weave(weaver, artifact));
            }
            tell(report);
        } catch (WeaveException | IOException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
    }

    private void tell(WeaveReport report) throws MojoExecutionException {
        getLog().info(report.summary());
        for (var each : report.refused()) {
            getLog().warn("not woven: " + each);
        }
        if (strict && !report.refused().isEmpty()) {
            throw new MojoExecutionException(
                    report.refused().size()
                            + " classes could not be woven, expected none, as `strict` is set; the"
                            + " first is "
                            + report.refused().getFirst());
        }
    }

    private MavenProject project() {
        if (project == null) {
            throw new IllegalStateException("the goal runs in a Maven project only");
        }
        return project;
    }

    /// The class path, whose classes the weaver reads to tell which type is above which.
    private List<Path> files() {
        var files = new ArrayList<Path>();
        files.add(classes.toPath());
        for (var artifact : project().getArtifacts()) {
            if (artifact.getFile() != null) {
                files.add(artifact.getFile().toPath());
            }
        }
        return files;
    }

    private List<Artifact> chosen() throws MojoExecutionException {
        var patterns = dependencies.stream().map(DependencyPattern::parse).toList();
        var chosen = new ArrayList<Artifact>();
        for (var pattern : patterns) {
            int before = chosen.size();
            for (var artifact : project().getArtifacts()) {
                if (pattern.matches(artifact) && !chosen.contains(artifact)) {
                    chosen.add(artifact);
                }
            }
            if (chosen.size() == before
                    && project().getArtifacts().stream().noneMatch(pattern::matches)) {
                throw new MojoExecutionException(
                        "dependencies: "
                                + pattern
                                + " matches none of the project's, expected at least one");
            }
        }
        return chosen;
    }

    private WeaveReport weave(Weaver weaver, Artifact artifact) throws IOException {
        var from = artifact.getFile().toPath();
        if (!Files.isRegularFile(from) || !from.toString().endsWith(".jar")) {
            getLog().info(artifact.getId() + " is no jar here, and stays as it is");
            return WeaveReport.EMPTY;
        }
        var to = directory.toPath().resolve(from.getFileName());
        var stamp = new Stamp(to, from, without);
        var report = WeaveReport.EMPTY;
        if (stamp.fresh()) {
            getLog().debug(to + " is up to date");
        } else {
            report = new JarWeaver(weaver, false).weave(from, to);
            stamp.write();
        }
        if (replace) {
            artifact.setFile(to.toFile());
        }
        return report;
    }

    private void bakeEndpoint() throws IOException {
        if (endpoint == null || endpoint.isBlank()) {
            return;
        }
        var file = classes.toPath().resolve("META-INF/weir/telemetry.properties");
        var text = "weir.otlp.endpoint=" + endpoint.strip().replace("\\", "\\\\") + "\n";
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }
}
