package dev.weir.maven;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The class files that an application sees: its own, those of its dependencies, the JDK's.
final class ClassPath implements AutoCloseable {
    private final URLClassLoader loader;

    ClassPath(List<Path> files) throws IOException {
        var urls = new URL[files.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = files.get(i).toUri().toURL();
        }
        loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    @Nullable InputStream open(String file) {
        return loader.getResourceAsStream(file);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
