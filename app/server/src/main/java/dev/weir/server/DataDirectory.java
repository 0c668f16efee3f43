package dev.weir.server;

import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Where a control plane keeps everything: `store/`, `credentials/`, `programs/` and the
/// administrator's `kubeconfig`.
record DataDirectory(Path root) {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// The directory, made where it is missing.
    static DataDirectory open(Path root) {
        try {
            Files.createDirectories(root, OWNER_ONLY);
            return new DataDirectory(root.toRealPath());
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    Path credentials() {
        return root.resolve("credentials");
    }

    Path program(String name) {
        return root.resolve("programs").resolve(name);
    }

    Path kubeconfig() {
        return root.resolve("kubeconfig");
    }

    Store openStore() {
        try {
            return Store.open(root.resolve("store"), StoreOptions.DEFAULT);
        } catch (StoreException e) {
            var code =
                    switch (e.code()) {
                        case LOCKED -> ServerException.Code.LOCKED;
                        case CORRUPT -> ServerException.Code.CORRUPT;
                        default -> ServerException.Code.DIRECTORY;
                    };
            throw new ServerException(code, String.valueOf(e.getMessage()), e);
        }
    }

    /// Writes the kubeconfig; a reader sees the old one or the new one, whole.
    void write(String kubeconfig) {
        var next = root.resolve("kubeconfig.new");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, OWNER_FILE);
            Files.writeString(next, kubeconfig, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
            Files.move(next, kubeconfig(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unusable(kubeconfig(), e);
        }
    }

    static ServerException unusable(Path path, IOException e) {
        var why =
                switch (e) {
                    case AccessDeniedException _ -> "permission denied";
                    case FileAlreadyExistsException _ -> "it is no directory";
                    case FileSystemException f when f.getReason() != null -> f.getReason();
                    default -> String.valueOf(e.getMessage());
                };
        return new ServerException(
                ServerException.Code.DIRECTORY, path + " cannot be used: " + why, e);
    }
}
