package dev.weir.maven;

import java.util.regex.Pattern;
import org.apache.maven.artifact.Artifact;

/// Which dependencies to weave: `groupId:artifactId`, with `*` for any text.
record DependencyPattern(String text, Pattern group, Pattern artifact) {
    static DependencyPattern parse(String text) {
        var parts = text.strip().split(":", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException(
                    "dependencies: expected groupId:artifactId, found " + text);
        }
        return new DependencyPattern(text.strip(), glob(parts[0]), glob(parts[1]));
    }

    private static Pattern glob(String text) {
        return Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"));
    }

    boolean matches(Artifact candidate) {
        return group.matcher(candidate.getGroupId()).matches()
                && artifact.matcher(candidate.getArtifactId()).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
