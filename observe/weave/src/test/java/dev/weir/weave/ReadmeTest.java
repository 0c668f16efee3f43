package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of the README.
class ReadmeTest {
    @TempDir private Path folder;

    @Test
    void theExampleWeavesH2() {
        var loader = ReadmeTest.class.getClassLoader();
        var jar =
                Path.of(Driver.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        var weaver = Weaver.of(loader::getResourceAsStream, Set.of());
        var report = new JarWeaver(weaver, false).weave(jar, folder.resolve("woven/h2.jar"));
        assertThat(report.summary()).contains("classes woven in").contains("jdbc=");
        assertThat(report.refused()).isEmpty();
    }
}
