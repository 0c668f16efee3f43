package dev.weir.wasm.wasi;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The way from a directory to what a guest's path names, a component at a time, each directory
/// held open until the end. It never leaves the directory that it begins in: `..` goes back to the
/// place that the walk came from and not to where the host says that it is, a link is read and its
/// text walked by the same rules, and what is absolute is refused.
///
/// Closing it lets go of the directories; not of the first, which is the caller's.
final class PathWalk implements AutoCloseable {
    private static final int MOST_LINKS = 40;
    private static final int MOST_DEPTH = 256;

    private final Place base;
    private final List<Place> held = new ArrayList<>();
    private final Deque<String> rest = new ArrayDeque<>();
    private int links;
    private boolean slash;
    private String name = ".";

    private PathWalk(Place base) {
        this.base = base;
    }

    /// Walks to where a path ends.
    ///
    /// @param follow whether the last component, if it is a link, is followed
    static PathWalk of(Place base, String path, boolean follow) throws IOException {
        var walk = new PathWalk(base);
        try {
            walk.prepend(path);
            walk.run(follow);
            return walk;
        } catch (IOException | RuntimeException e) {
            walk.close();
            throw e;
        }
    }

    /// The directory that the last name is in.
    Place directory() {
        return held.isEmpty() ? base : held.getLast();
    }

    /// The last name; `.` for the directory itself.
    String name() {
        return name;
    }

    boolean isSelf() {
        return name.equals(".");
    }

    /// Whether the path ends as one to a directory: with a slash.
    boolean endsWithSlash() {
        return slash;
    }

    Stat stat() throws IOException {
        return isSelf() ? directory().stat() : directory().stat(name);
    }

    @Override
    public void close() {
        held.forEach(Place::close);
        held.clear();
    }

    private void prepend(String path) throws Refusal {
        if (path.isEmpty()) {
            throw new Refusal(Errno.NOENT);
        }
        boolean foreign = File.separatorChar != '/' && (path.contains("\\") || path.contains(":"));
        if (path.startsWith("/") || foreign) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
        if (rest.isEmpty()) {
            slash |= path.endsWith("/") || path.endsWith("/.");
        }
        for (var part : List.of(path.split("/")).reversed()) {
            if (!part.isEmpty() && !part.equals(".")) {
                rest.push(part);
            }
        }
    }

    private void run(boolean follow) throws IOException {
        while (!rest.isEmpty()) {
            var part = rest.pop();
            if (part.getBytes(StandardCharsets.UTF_8).length > 255) {
                throw new Refusal(Errno.NAMETOOLONG);
            }
            if (part.equals("..")) {
                back();
            } else if (!rest.isEmpty()) {
                enter(part);
            } else if (!(follow || slash) || !followed(part)) {
                name = part;
            }
        }
    }

    private void back() throws Refusal {
        if (held.isEmpty()) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
        held.removeLast().close();
    }

    private void enter(String part) throws IOException {
        if (held.size() == MOST_DEPTH) {
            throw new Refusal(Errno.NAMETOOLONG);
        }
        try {
            held.add(directory().directory(part));
        } catch (Refusal e) {
            boolean maybeLink = e.errno() == Errno.NOTDIR || e.errno() == Errno.LOOP;
            if (!maybeLink || !followed(part)) {
                throw e;
            }
        }
    }

    /// Puts what a link says in place of its name; false when the name is not one of a link.
    private boolean followed(String part) throws IOException {
        String target;
        try {
            target = directory().link(part);
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
        if (target == null) {
            return false;
        }
        if (++links > MOST_LINKS) {
            throw new Refusal(Errno.LOOP);
        }
        prepend(target);
        return true;
    }
}
