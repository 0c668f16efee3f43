package dev.weir.saga;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// A file of H2's that does what another does, but for what a test changes.
abstract class ChannelWrapper extends FileChannel {
    private final FileChannel base;

    ChannelWrapper(FileChannel base) {
        this.base = base;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        base.force(metaData);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return base.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        return base.read(to, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return base.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return base.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return base.position();
    }

    @Override
    public FileChannel position(long to) throws IOException {
        base.position(to);
        return this;
    }

    @Override
    public long size() throws IOException {
        return base.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        base.truncate(size);
        return this;
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel to) throws IOException {
        return base.transferTo(from, count, to);
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long to, long count) throws IOException {
        return base.transferFrom(from, to, count);
    }

    @Override
    public int read(ByteBuffer to, long at) throws IOException {
        return base.read(to, at);
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        return base.write(from, at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
        return base.map(mode, at, size);
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) throws IOException {
        return base.lock(at, size, shared);
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) throws IOException {
        return base.tryLock(at, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        base.close();
    }
}
