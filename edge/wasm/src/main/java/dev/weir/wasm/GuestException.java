package dev.weir.wasm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An exception that a guest threw with `throw`. Guests hold it as `exnref`; host functions may
/// throw one on, and callers see it when no guest caught it.
public final class GuestException extends WasmException {
    private static final long serialVersionUID = 1;

    final transient Tag tag;
    final transient long[] bits;
    final transient @Nullable Object[] references;

    GuestException(Tag tag, long[] bits, @Nullable Object[] references) {
        super("exception of the guest", null, false);
        this.tag = tag;
        this.bits = bits;
        this.references = references;
    }

    /// What kind of exception it is.
    public Tag tag() {
        return tag;
    }

    /// The values that it carries.
    public List<@Nullable Object> values() {
        return Values.list(tag.type.params, bits, references, 0);
    }
}
