package dev.weir.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// What a woven copy was made of, in a file beside it: one that would come out the same is not made
/// again.
record Stamp(Path woven, Path original, Set<String> without) {
    private Path file() {
        return woven.resolveSibling(woven.getFileName() + ".stamp");
    }

    boolean fresh() throws IOException {
        return Files.exists(woven)
                && Files.exists(file())
                && Files.readString(file()).equals(content());
    }

    void write() throws IOException {
        Files.writeString(file(), content());
    }

    private String content() throws IOException {
        var weaver = Stamp.class.getPackage().getImplementationVersion();
        return String.join(
                "\n",
                original.toString(),
                String.valueOf(Files.size(original)),
                Files.getLastModifiedTime(original).toString(),
                new TreeSet<>(without).toString(),
                String.valueOf(weaver),
                "");
    }
}
