package dev.weir.wasm.wasi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A guest's numbers for what it has open.
final class Descriptors {
    private final List<@Nullable Descriptor> all = new ArrayList<>();
    private final int most;

    Descriptors(int most) {
        this.most = most;
    }

    /// Gives it the lowest number that is free; closes it where there is none.
    int add(Descriptor descriptor) throws IOException {
        int free = all.indexOf(null);
        if (free >= 0) {
            all.set(free, descriptor);
            return free;
        }
        if (all.size() == most) {
            descriptor.close();
            throw new Refusal(Errno.MFILE);
        }
        all.add(descriptor);
        return all.size() - 1;
    }

    Descriptor get(int number) throws Refusal {
        var found = number >= 0 && number < all.size() ? all.get(number) : null;
        if (found == null) {
            throw new Refusal(Errno.BADF);
        }
        return found;
    }

    /// @throws Refusal when a right is missing
    Descriptor get(int number, long rights) throws Refusal {
        var found = get(number);
        found.require(rights);
        return found;
    }

    void close(int number) throws IOException {
        var closed = get(number);
        all.set(number, null);
        closed.close();
    }

    /// Moves one onto another, which is closed.
    void renumber(int from, int to) throws IOException {
        var moved = get(from);
        var closed = get(to);
        if (from == to) {
            return;
        }
        all.set(to, moved);
        all.set(from, null);
        closed.close();
    }

    /// Closes all, also where some cannot be.
    void closeAll() {
        for (var descriptor : all) {
            try {
                if (descriptor != null) {
                    descriptor.close();
                }
            } catch (IOException e) {
                // Nobody is left whom it could concern.
                continue;
            }
        }
        all.clear();
    }
}
