package dev.weir.kubernetes;

import dev.weir.kubernetes.KubeconfigException.Code;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The clusters, users and contexts of one or more kubeconfig files, as kubectl reads them. Of
/// entries with the same name the first one holds. Immutable.
public final class Kubeconfig {
    private final List<Document> documents;

    private Kubeconfig(List<Document> documents) {
        this.documents = List.copyOf(documents);
    }

    /// The files of a `KUBECONFIG` list, in its order; those that are not there are left out.
    ///
    /// @throws KubeconfigException `UNREADABLE` when none is there, `MALFORMED` when one is no
    ///   kubeconfig
    public static Kubeconfig load(List<Path> files) {
        var documents = new ArrayList<Document>();
        for (var file : files) {
            if (Files.exists(file)) {
                documents.add(Document.parse(text(file), file.toAbsolutePath()));
            }
        }
        if (documents.isEmpty()) {
            throw new KubeconfigException(Code.UNREADABLE, "no kubeconfig at " + files);
        }
        return new Kubeconfig(documents);
    }

    /// A kubeconfig in a text.
    ///
    /// @param file where the text is from: names of files in it are relative to its folder
    /// @throws KubeconfigException `MALFORMED` when it is no kubeconfig
    public static Kubeconfig parse(String yaml, Path file) {
        return new Kubeconfig(List.of(Document.parse(yaml, file.toAbsolutePath())));
    }

    /// The names of all contexts, in the order of the files.
    public List<String> contexts() {
        return documents.stream()
                .flatMap(document -> document.entries("contexts").stream())
                .map(entry -> entry.text("name"))
                .distinct()
                .toList();
    }

    /// The name of the context to use where none is named; empty where there is none.
    public String currentContext() {
        return documents.stream()
                .map(document -> document.root().text("current-context"))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// The connection of the current context.
    ///
    /// @throws KubeconfigException as [#connection(String)]
    public Connection connection() {
        var current = currentContext();
        if (current.isEmpty()) {
            throw new KubeconfigException(
                    Code.MISSING, "no current-context; name one of " + contexts());
        }
        return connection(current);
    }

    /// The connection of a context.
    ///
    /// @throws KubeconfigException `MISSING` when it, its cluster or its user is not there,
    ///   `UNREADABLE` when a file that it names cannot be read, `UNSUPPORTED` when the user logs in
    ///   through a plugin
    public Connection connection(String context) {
        var entry = find("contexts", context).object("context");
        var cluster = find("clusters", entry.text("cluster")).object("cluster");
        var user =
                entry.text("user").isEmpty()
                        ? new Entry(Map.of(), cluster.file, "user")
                        : find("users", entry.text("user")).object("user");
        for (var plugin : List.of("exec", "auth-provider")) {
            if (user.has(plugin)) {
                throw new KubeconfigException(
                        Code.UNSUPPORTED,
                        user.where
                                + " logs in by "
                                + plugin
                                + "; expected a token or a client certificate");
            }
        }
        var namespace = entry.text("namespace");
        var tokenFile = user.text("tokenFile");
        return new Connection(
                server(cluster),
                namespace.isEmpty() ? "default" : namespace,
                cluster.data("certificate-authority"),
                cluster.flag("insecure-skip-tls-verify"),
                user.data("client-certificate"),
                user.data("client-key"),
                user.text("token"),
                tokenFile.isEmpty() ? null : user.resolve(tokenFile));
    }

    private static URI server(Entry cluster) {
        var text = cluster.text("server");
        try {
            var uri = URI.create(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new KubeconfigException(
                    Code.MALFORMED, cluster.where + ".server is no address: " + text, e);
        }
        throw new KubeconfigException(
                Code.MALFORMED,
                cluster.where + ".server: expected an https address, found \"" + text + "\"");
    }

    private Entry find(String list, String name) {
        for (var document : documents) {
            for (var entry : document.entries(list)) {
                if (entry.text("name").equals(name)) {
                    return entry;
                }
            }
        }
        var files = documents.stream().map(Document::file).toList();
        throw new KubeconfigException(
                Code.MISSING, "no \"" + name + "\" among the " + list + " of " + files);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new KubeconfigException(Code.UNREADABLE, file + " cannot be read: " + e, e);
        }
    }

    /// One file.
    private record Document(Entry root, Path file) {
        static Document parse(String yaml, Path file) {
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            try {
                var value = new Load(settings).loadFromString(yaml);
                if (value instanceof Map<?, ?> map) {
                    return new Document(new Entry(map, file, file.toString()), file);
                }
            } catch (YamlEngineException e) {
                throw new KubeconfigException(
                        Code.MALFORMED, file + " is not YAML: " + e.getMessage(), e);
            }
            throw new KubeconfigException(Code.MALFORMED, file + " is no kubeconfig");
        }

        List<Entry> entries(String name) {
            var value = root.map.get(name);
            if (value == null) {
                return List.of();
            }
            if (!(value instanceof List<?> list)) {
                throw root.wrong(name, "a list");
            }
            var entries = new ArrayList<Entry>();
            for (var item : list) {
                if (!(item instanceof Map<?, ?> map)) {
                    throw root.wrong(name, "a list of maps");
                }
                var where = file + ": " + name + " \"" + map.get("name") + "\"";
                entries.add(new Entry(map, file, where));
            }
            return entries;
        }
    }

    /// A map in a file, and where it is.
    private record Entry(Map<?, ?> map, Path file, String where) {
        boolean has(String name) {
            return map.get(name) != null;
        }

        String text(String name) {
            return switch (map.get(name)) {
                case null -> "";
                case String text -> text;
                case Object _ -> throw wrong(name, "a text");
            };
        }

        boolean flag(String name) {
            return switch (map.get(name)) {
                case null -> false;
                case Boolean flag -> flag;
                case Object _ -> throw wrong(name, "true or false");
            };
        }

        Entry object(String name) {
            if (map.get(name) instanceof Map<?, ?> inner) {
                return new Entry(inner, file, where);
            }
            throw wrong(name, "a map");
        }

        /// The text that `NAME-data` holds in base64, or that is in the file `NAME`; else empty.
        String data(String name) {
            var inline = text(name + "-data");
            if (!inline.isEmpty()) {
                return decoded(name, inline);
            }
            var path = text(name);
            return path.isEmpty() ? "" : Kubeconfig.text(resolve(path));
        }

        private String decoded(String name, String inline) {
            try {
                var bytes = Base64.getMimeDecoder().decode(inline);
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new KubeconfigException(
                        Code.MALFORMED, where + "." + name + "-data is not base64", e);
            }
        }

        Path resolve(String path) {
            return file.resolveSibling(path);
        }

        KubeconfigException wrong(String name, String expected) {
            return new KubeconfigException(
                    Code.MALFORMED, where + "." + name + ": expected " + expected);
        }
    }
}
