package dev.weir.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A disk in memory whose power is cut at a chosen step. What was not forced is lost or kept at
/// random, sector by sector; name changes that were not synced survive up to a random one.
final class FaultyDisk implements Disk {
    private static final int SECTOR = 512;

    private static final class Data {
        byte[] safe = new byte[0];
        byte[] now = new byte[0];
    }

    private Map<String, Data> safeNames = new TreeMap<>();
    private final Map<String, Data> names;
    private final List<Map<String, Data>> unsynced = new ArrayList<>();
    private int left;
    private boolean full;
    private boolean fullForNames;
    private int refusals;

    FaultyDisk(int steps) {
        this(steps, new TreeMap<>());
    }

    private FaultyDisk(int steps, Map<String, Data> names) {
        this.names = names;
        safeNames = new TreeMap<>(names);
        left = steps;
    }

    /// Whether every write to new space fails with a full disk.
    synchronized void full(boolean value) {
        full = value;
    }

    /// Whether every sync of the directory fails with a full disk.
    synchronized void fullForNames(boolean value) {
        fullForNames = value;
    }

    /// How many writes failed so.
    synchronized int refusals() {
        return refusals;
    }

    /// Cuts the power now.
    synchronized void cut() {
        left = 0;
    }

    synchronized boolean off() {
        return left <= 0;
    }

    private void step() throws IOException {
        if (--left < 0) {
            throw new IOException("power cut");
        }
    }

    /// The disk after the power is back.
    synchronized FaultyDisk restarted(Random random, int steps) {
        var survivors =
                unsynced.isEmpty() || random.nextBoolean()
                        ? safeNames
                        : unsynced.get(random.nextInt(unsynced.size()));
        var seen = new HashMap<Data, Data>();
        var result = new TreeMap<String, Data>();
        survivors.forEach(
                (name, data) -> result.put(name, seen.computeIfAbsent(data, d -> torn(d, random))));
        return new FaultyDisk(steps, result);
    }

    private static Data torn(Data data, Random random) {
        var result = new Data();
        int length = random.nextBoolean() ? data.now.length : data.safe.length;
        var bytes = Arrays.copyOf(data.safe, length);
        for (int at = 0; at < Math.min(length, data.now.length); at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(
                        data.now,
                        at,
                        bytes,
                        at,
                        Math.min(SECTOR, Math.min(length, data.now.length) - at));
            }
        }
        result.safe = bytes;
        result.now = bytes.clone();
        return result;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized File open(String name) throws IOException {
        var data = names.get(name);
        if (data == null) {
            step();
            data = new Data();
            names.put(name, data);
            unsynced.add(new TreeMap<>(names));
        }
        return new Opened(data);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        step();
        names.put(to, names.remove(from));
        unsynced.add(new TreeMap<>(names));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        step();
        names.remove(name);
        unsynced.add(new TreeMap<>(names));
    }

    @Override
    public synchronized void sync() throws IOException {
        step();
        if (fullForNames) {
            throw new IOException("No space left on device");
        }
        safeNames = new TreeMap<>(names);
        unsynced.clear();
    }

    @Override
    public String place() {
        return "memory";
    }

    @Override
    public void close() {}

    private final class Opened implements File {
        private final Data data;

        Opened(Data data) {
            this.data = data;
        }

        @Override
        public void read(ByteBuffer buffer, long position) {
            synchronized (FaultyDisk.this) {
                int count = Math.min(buffer.remaining(), data.now.length - (int) position);
                buffer.put(data.now, (int) position, Math.max(0, count));
            }
        }

        @Override
        public void write(ByteBuffer buffer, long position) throws IOException {
            synchronized (FaultyDisk.this) {
                int end = (int) position + buffer.remaining();
                if (full && end > data.now.length) {
                    refusals++;
                    throw new IOException("No space left on device");
                }
                if (end > data.now.length) {
                    data.now = Arrays.copyOf(data.now, end);
                }
                boolean last = left <= 1;
                int count = last ? buffer.remaining() / 2 : buffer.remaining();
                buffer.get(data.now, (int) position, count);
                step();
                buffer.position(buffer.limit());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FaultyDisk.this) {
                step();
                data.safe = data.now.clone();
            }
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return data.now.length;
            }
        }

        @Override
        public void close() {}
    }
}
