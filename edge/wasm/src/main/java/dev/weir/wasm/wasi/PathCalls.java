package dev.weir.wasm.wasi;

import dev.weir.wasm.wasi.Call.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Functions on paths, each from a directory that the guest has open.
final class PathCalls {
    private static final int FOLLOW = 1;
    private static final int CREATE = 1;
    private static final int DIRECTORY = 2;
    private static final int EXCLUSIVE = 4;
    private static final int TRUNCATE = 8;

    private final Guest guest;
    private final Descriptors descriptors;
    private final FdCalls fd;

    PathCalls(Wasi wasi, FdCalls fd) {
        this.guest = wasi.guest;
        this.descriptors = wasi.descriptors;
        this.fd = fd;
    }

    void link(Calls calls) {
        calls.add("path_create_directory", "iii", this::createDirectory);
        calls.add("path_filestat_get", "iiiii", this::stat);
        calls.add("path_filestat_set_times", "iiiilli", this::setTimes);
        calls.add("path_link", "iiiiiii", this::link);
        calls.add("path_open", "iiiiillii", this::open);
        calls.add("path_readlink", "iiiiii", this::readLink);
        calls.add("path_remove_directory", "iii", this::removeDirectory);
        calls.add("path_rename", "iiiiii", this::rename);
        calls.add("path_symlink", "iiiii", this::symlink);
        calls.add("path_unlink_file", "iii", this::unlink);
    }

    /// Walks a path of the guest.
    ///
    /// @param at where the address of the path is among the arguments; its length follows
    private PathWalk walk(Arguments in, int at, int directory, long rights, boolean follow)
            throws IOException {
        var path = guest.path(in.i32(at), in.i32(at + 1));
        var base = descriptors.get(in.i32(directory)).directory();
        base.require(rights);
        return PathWalk.of(base.place, path, follow);
    }

    private static boolean follows(int flags) throws Refusal {
        if ((flags & ~FOLLOW) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        return flags == FOLLOW;
    }

    private void createDirectory(Arguments in) throws IOException {
        try (var walk = walk(in, 1, 0, Rights.PATH_CREATE_DIRECTORY, false)) {
            if (walk.isSelf()) {
                throw new Refusal(Errno.EXIST);
            }
            walk.directory().createDirectory(walk.name());
        }
    }

    private void stat(Arguments in) throws IOException {
        guest.bytes(in.i32(4), 64);
        try (var walk = walk(in, 2, 0, Rights.PATH_FILESTAT_GET, follows(in.i32(1)))) {
            var stat = walk.stat();
            if (walk.endsWithSlash() && !stat.isDirectory()) {
                throw new Refusal(Errno.NOTDIR);
            }
            guest.stat(in.i32(4), stat);
        }
    }

    private void setTimes(Arguments in) throws IOException {
        int flags = in.i32(6);
        var accessed = fd.time(in.i64(4), flags, 1);
        var modified = fd.time(in.i64(5), flags, 4);
        try (var walk = walk(in, 2, 0, Rights.PATH_FILESTAT_SET_TIMES, follows(in.i32(1)))) {
            if (walk.isSelf()) {
                walk.directory().times(accessed, modified);
            } else {
                walk.directory().times(walk.name(), accessed, modified);
            }
        }
    }

    private void link(Arguments in) throws IOException {
        if (in.i32(1) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        try (var from = walk(in, 2, 0, Rights.PATH_LINK_SOURCE, false);
                var to = walk(in, 5, 4, Rights.PATH_LINK_TARGET, false)) {
            if (from.isSelf()) {
                throw new Refusal(Errno.PERM);
            }
            if (from.endsWithSlash()) {
                throw new Refusal(from.stat().isDirectory() ? Errno.PERM : Errno.NOTDIR);
            }
            if (to.isSelf()) {
                throw new Refusal(Errno.EXIST);
            }
            if (to.endsWithSlash()) {
                throw new Refusal(exists(to) ? Errno.EXIST : Errno.NOENT);
            }
            from.directory().link(from.name(), to.directory(), to.name());
        }
    }

    private static boolean exists(PathWalk walk) throws IOException {
        return find(walk) != null;
    }

    private static @Nullable Stat find(PathWalk walk) throws IOException {
        try {
            return walk.stat();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void readLink(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(5), 4);
        var buffer = guest.bytes(in.i32(3), in.i32(4));
        try (var walk = walk(in, 1, 0, Rights.PATH_READLINK, false)) {
            var target = walk.isSelf() ? null : walk.directory().link(walk.name());
            if (target == null) {
                throw new Refusal(Errno.INVAL);
            }
            var bytes = target.getBytes(StandardCharsets.UTF_8);
            int count = Math.min(bytes.length, buffer.remaining());
            buffer.put(bytes, 0, count);
            result.putInt(count);
        }
    }

    private void removeDirectory(Arguments in) throws IOException {
        try (var walk = walk(in, 1, 0, Rights.PATH_REMOVE_DIRECTORY, false)) {
            if (walk.isSelf()) {
                throw new Refusal(Errno.INVAL);
            }
            if (!walk.stat().isDirectory()) {
                throw new Refusal(Errno.NOTDIR);
            }
            walk.directory().delete(walk.name());
        }
    }

    private void unlink(Arguments in) throws IOException {
        try (var walk = walk(in, 1, 0, Rights.PATH_UNLINK_FILE, false)) {
            if (walk.stat().isDirectory()) {
                throw new Refusal(Errno.ISDIR);
            }
            if (walk.endsWithSlash()) {
                throw new Refusal(Errno.NOTDIR);
            }
            walk.directory().delete(walk.name());
        }
    }

    private void rename(Arguments in) throws IOException {
        try (var from = walk(in, 1, 0, Rights.PATH_RENAME_SOURCE, false);
                var to = walk(in, 4, 3, Rights.PATH_RENAME_TARGET, false)) {
            if (from.isSelf() || to.isSelf()) {
                throw new Refusal(Errno.BUSY);
            }
            boolean directory = from.stat().isDirectory();
            if (!directory && (from.endsWithSlash() || to.endsWithSlash())) {
                throw new Refusal(Errno.NOTDIR);
            }
            from.directory().rename(from.name(), to.directory(), to.name());
        }
    }

    /// What the link says must be relative, so that it means nothing outside for those who follow
    /// it without these rules.
    private void symlink(Arguments in) throws IOException {
        var target = guest.path(in.i32(0), in.i32(1));
        if (target.isEmpty()) {
            throw new Refusal(Errno.NOENT);
        }
        if (target.startsWith("/")) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
        try (var walk = walk(in, 3, 2, Rights.PATH_SYMLINK, false)) {
            if (walk.isSelf()) {
                throw new Refusal(Errno.EXIST);
            }
            if (walk.endsWithSlash()) {
                var there = find(walk);
                throw new Refusal(
                        there == null
                                ? Errno.NOENT
                                : there.isDirectory() ? Errno.EXIST : Errno.NOTDIR);
            }
            walk.directory().createLink(walk.name(), target);
        }
    }

    private void open(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(8), 4);
        var base = descriptors.get(in.i32(0)).directory();
        int how = in.i32(4);
        long needed =
                Rights.PATH_OPEN
                        | ((how & CREATE) != 0 ? Rights.PATH_CREATE_FILE : 0)
                        | ((how & TRUNCATE) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0);
        if ((how & ~0xf) != 0 || (in.i32(7) & ~0x1f) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        boolean follow = follows(in.i32(1)) && (how & (CREATE | EXCLUSIVE)) != (CREATE | EXCLUSIVE);
        try (var walk = walk(in, 2, 0, needed, follow)) {
            var wish = new Wish(base, how, in.i64(5), in.i64(6), in.i32(7));
            result.putInt(descriptors.add(opened(walk, wish)));
        }
    }

    /// How a guest wants something opened.
    private record Wish(
            DirectoryDescriptor base, int how, long rights, long inheriting, int flags) {
        boolean is(int flag) {
            return (how & flag) != 0;
        }

        /// Rights are those of the parent's that the guest asks for; what it cannot do without is
        /// refused.
        long granted(long kind) throws Refusal {
            long missing = rights & ~base.inheriting & (Rights.FD_READ | Rights.FD_WRITE);
            if (missing != 0) {
                throw new Refusal(Errno.NOTCAPABLE);
            }
            return rights & base.inheriting & kind;
        }
    }

    private static Descriptor opened(PathWalk walk, Wish wish) throws IOException {
        if (wish.is(DIRECTORY) && wish.is(CREATE)) {
            throw new Refusal(Errno.INVAL);
        }
        var there = find(walk);
        if (there != null && wish.is(CREATE) && wish.is(EXCLUSIVE)) {
            throw new FileAlreadyExistsException(walk.name());
        }
        if (there != null && there.isLink()) {
            throw new Refusal(wish.is(DIRECTORY) ? Errno.NOTDIR : Errno.LOOP);
        }
        if (there != null && there.isDirectory()) {
            return directory(walk, wish);
        }
        if (wish.is(DIRECTORY) || walk.endsWithSlash()) {
            throw new Refusal(
                    there != null ? Errno.NOTDIR : wish.is(CREATE) ? Errno.ISDIR : Errno.NOENT);
        }
        if (there == null && !wish.is(CREATE)) {
            throw new Refusal(Errno.NOENT);
        }
        return file(walk, wish);
    }

    private static Descriptor directory(PathWalk walk, Wish wish) throws IOException {
        boolean writes = (wish.rights & Rights.FD_WRITE) != 0;
        if (writes || wish.is(TRUNCATE) || wish.is(CREATE)) {
            throw new Refusal(Errno.ISDIR);
        }
        long rights = wish.granted(Rights.DIRECTORY);
        long inheriting = wish.inheriting & wish.base.inheriting;
        var place =
                walk.isSelf() ? walk.directory().again() : walk.directory().directory(walk.name());
        return new DirectoryDescriptor(place, null, rights, inheriting);
    }

    private static Descriptor file(PathWalk walk, Wish wish) throws IOException {
        long rights = wish.granted(Rights.FILE);
        boolean read = (rights & Rights.FD_READ) != 0;
        boolean write = (rights & Rights.CONTENT & ~Rights.FD_DATASYNC) != 0;
        int flags =
                (write ? read ? Kernel.READ_WRITE : Kernel.WRITE : Kernel.READ)
                        | (wish.is(CREATE) ? Kernel.CREATE : 0)
                        | (wish.is(EXCLUSIVE) ? Kernel.EXCLUSIVE : 0)
                        | (wish.is(TRUNCATE) ? Kernel.TRUNCATE : 0);
        var place = walk.directory().file(walk.name(), flags);
        try {
            var stat = place.stat();
            if (stat.isDirectory() || stat.mayWait()) {
                throw new Refusal(stat.isDirectory() ? Errno.ISDIR : Errno.NXIO);
            }
        } catch (IOException e) {
            place.close();
            throw e;
        }
        return FileDescriptor.open(place, read, write, rights, wish.flags);
    }
}
