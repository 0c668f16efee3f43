package dev.weir.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The directory that a store lives in, seen as what a crash may do to it: bytes are safe once
/// their file was forced, names once the directory was synced.
interface Disk extends AutoCloseable {
    /// The names of all files.
    List<String> list() throws IOException;

    /// Opens a file, making it where it is missing.
    File open(String name) throws IOException;

    /// Gives a file another name, atomically, in the place of what had it.
    void rename(String from, String to) throws IOException;

    /// Removes a file, if it is there.
    void delete(String name) throws IOException;

    /// Makes new, renamed and removed names safe.
    void sync() throws IOException;

    /// Where the files are, for messages.
    String place();

    /// Lets others open the directory.
    @Override
    void close();

    /// One file.
    interface File extends AutoCloseable {
        /// The bytes from the position on, until the buffer or the file ends.
        void read(ByteBuffer buffer, long position) throws IOException;

        /// Writes all of the buffer at the position.
        void write(ByteBuffer buffer, long position) throws IOException;

        /// Makes all that was written safe.
        void force() throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }
}
