package dev.weir.payments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The sum of a UTC day's accepted payments, in a file of 16 bytes: the day since the epoch, then
/// the amount. It survives the end of the process, whatever ends it, but is not forced to disk: a
/// loss of power may forget the last payments. One thread at a time uses it.
final class DaySum implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);

    private DaySum(FileChannel file) {
        this.file = file;
    }

    /// Opens the file, making it where it is missing.
    ///
    /// @throws UncheckedIOException when it cannot be read or written
    static DaySum open(Path path) {
        try {
            var file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            var sum = new DaySum(file);
            file.read(sum.bytes, 0);
            sum.bytes.clear();
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + path, e);
        }
    }

    long day() {
        return bytes.getLong(0);
    }

    long amount() {
        return bytes.getLong(Long.BYTES);
    }

    void set(long day, long amount) {
        bytes.putLong(0, day).putLong(Long.BYTES, amount);
        try {
            file.write(bytes.duplicate(), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the day's sum", e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
