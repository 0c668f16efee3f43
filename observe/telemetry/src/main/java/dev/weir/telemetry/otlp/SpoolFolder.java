package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The directory that a [Spool] has for itself.
interface SpoolFolder extends AutoCloseable {
    /// The names of all files.
    List<String> list() throws IOException;

    /// Opens a file, making it where it is missing.
    SpoolFile open(String name) throws IOException;

    /// Removes a file, if it is there.
    void delete(String name) throws IOException;

    /// Lets others have the directory.
    @Override
    void close();

    /// One file.
    interface SpoolFile extends AutoCloseable {
        /// The bytes from the position on, until the buffer is full or the file ends.
        void read(ByteBuffer buffer, long position) throws IOException;

        /// Writes all of the buffer at the position.
        void write(ByteBuffer buffer, long position) throws IOException;

        /// Cuts off what is behind.
        void truncate(long size) throws IOException;

        /// Makes all that was written safe.
        void force() throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }
}
