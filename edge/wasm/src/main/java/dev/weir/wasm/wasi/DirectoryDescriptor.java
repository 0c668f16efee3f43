package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An open directory.
final class DirectoryDescriptor extends Descriptor {
    final Place place;

    /// Under which name the guest finds it from the start; null where the guest opened it.
    final @Nullable String preopened;

    private List<String> names = List.of();

    DirectoryDescriptor(Place place, @Nullable String preopened, long rights, long inheriting) {
        super(rights, inheriting, 0);
        this.place = place;
        this.preopened = preopened;
    }

    @Override
    DirectoryDescriptor directory() {
        return this;
    }

    @Override
    FileDescriptor file() throws Refusal {
        throw new Refusal(Errno.ISDIR);
    }

    @Override
    Stat stat() throws IOException {
        return place.stat();
    }

    /// Nothing of a directory has to be flushed that its files do not flush.
    @Override
    void sync(boolean metadata) {}

    /// A place to go on is an index in the names as they were when it was read from its start.
    List<Name> entries(long from) throws IOException {
        if (from == 0) {
            names = new ArrayList<>(List.of(".", ".."));
            names.addAll(place.names());
        }
        if (from < 0 || from > names.size()) {
            return List.of();
        }
        var entries = new ArrayList<Name>();
        for (int i = (int) from; i < names.size(); i++) {
            entries.add(new Name(names.get(i), i + 1));
        }
        return entries;
    }

    /// One that was deleted since, or that may not be looked at, has an unknown type.
    Stat stat(String name) {
        try {
            return switch (name) {
                case "." -> place.stat();
                case ".." -> Stat.of(Stat.DIRECTORY);
                default -> place.stat(name);
            };
        } catch (IOException e) {
            return Stat.of(Stat.UNKNOWN);
        }
    }

    @Override
    long read(ByteBuffer[] buffers) throws IOException {
        throw new Refusal(Errno.ISDIR);
    }

    @Override
    void close() {
        place.close();
    }

    /// @param next where to go on behind it
    record Name(String text, long next) {}
}
