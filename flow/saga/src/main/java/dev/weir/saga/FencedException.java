package dev.weir.saga;

import java.io.Serial;
import java.util.Set;

/// Some sagas of a transaction have another owner, or were changed by a commit that was thought
/// lost: nothing of the transaction may be committed.
final class FencedException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final transient Set<String> sagas;

    FencedException(Set<String> sagas) {
        super("changed by another owner: " + sagas, null, false, false);
        this.sagas = sagas;
    }

    Set<String> sagas() {
        return sagas;
    }
}
