package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A spool's folder in memory, whose disk fails when told to: full for new bytes, or broken for
/// all.
final class MemoryFolder implements SpoolFolder {
    private static final class Data {
        byte[] bytes = new byte[0];
        int size;

        void resize(int to) {
            if (to > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(to, 2 * bytes.length));
            }
            size = to;
        }
    }

    private final Map<String, Data> files = new TreeMap<>();
    boolean full;
    boolean broken;
    int forced;

    /// The same files after the process died; the last bytes of each may be missing.
    MemoryFolder afterCrash(int lost) {
        var copy = new MemoryFolder();
        files.forEach((name, data) -> {
            var left = new Data();
            left.bytes = data.bytes.clone();
            left.size = Math.max(0, data.size - lost);
            copy.files.put(name, left);
        });
        return copy;
    }

    void damage(String name, int at) {
        data(name).bytes[at] ^= 0x40;
    }

    long size() {
        return files.values().stream().mapToLong(data -> data.size).sum();
    }

    private Data data(String name) {
        return files.computeIfAbsent(name, n -> new Data());
    }

    @Override
    public List<String> list() throws IOException {
        check();
        return List.copyOf(files.keySet());
    }

    @Override
    public SpoolFile open(String name) throws IOException {
        check();
        if (full && !files.containsKey(name)) {
            throw new IOException("No space left on device");
        }
        return new MemoryFile(data(name));
    }

    @Override
    public void delete(String name) throws IOException {
        check();
        files.remove(name);
    }

    @Override
    public void close() {}

    private void check() throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
    }

    private final class MemoryFile implements SpoolFile {
        private final Data data;

        MemoryFile(Data data) {
            this.data = data;
        }

        @Override
        public void read(ByteBuffer buffer, long position) throws IOException {
            check();
            int length = Math.min(buffer.remaining(), data.size - (int) position);
            if (length > 0) {
                buffer.put(data.bytes, (int) position, length);
            }
        }

        @Override
        public void write(ByteBuffer buffer, long position) throws IOException {
            check();
            int end = (int) position + buffer.remaining();
            if (end > data.size) {
                if (full) {
                    // As disks do: a part fits.
                    int part = buffer.remaining() / 2;
                    data.resize((int) position + part);
                    buffer.get(data.bytes, (int) position, part);
                    throw new IOException("No space left on device");
                }
                data.resize(end);
            }
            buffer.get(data.bytes, (int) position, buffer.remaining());
        }

        @Override
        public void truncate(long size) throws IOException {
            check();
            if (size < data.size) {
                data.resize((int) size);
            }
        }

        @Override
        public void force() throws IOException {
            check();
            forced++;
        }

        @Override
        public long size() {
            return data.size;
        }

        @Override
        public void close() {}
    }
}
