package dev.weir.wasm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A guest that was stopped: by a rule of the language, or by a limit. The store stays usable.
public final class TrapException extends WasmException {
    private static final long serialVersionUID = 1;

    private final Code code;
    private final transient List<String> guestTrace;

    /// Where it was thrown, before the frames of compiled code are gone.
    final transient List<Trace.Frame> frames;

    TrapException(Code code) {
        this(code, code.text, List.of(), null);
    }

    /// A trap of compiled code that the JVM found, at a line of the method that asks.
    TrapException(Code code, int line) {
        super(code.text, null, false);
        this.code = code;
        this.guestTrace = List.of();
        this.frames = Trace.here(line);
    }

    TrapException(Code code, String message, List<String> guestTrace, @Nullable Throwable cause) {
        super(message, cause, false);
        this.code = code;
        this.guestTrace = List.copyOf(guestTrace);
        this.frames = guestTrace.isEmpty() ? Trace.here() : List.of();
    }

    /// A trap that can be made ahead, since it says nothing of where it is.
    TrapException(String limit) {
        super(text(limit), null, false);
        this.code = Code.LIMIT;
        this.guestTrace = List.of();
        this.frames = List.of();
    }

    /// A limit that is in the way.
    static TrapException limit(String what, @Nullable Throwable cause) {
        return new TrapException(Code.LIMIT, text(what), List.of(), cause);
    }

    private static String text(String limit) {
        return Code.LIMIT.text + ": " + limit;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// The functions of the guest that were running, innermost first: `name` or `func[index]`, with
    /// the module's name before it where it has one, and behind it ` (file.c:12)` where the module
    /// has debug sections (DWARF 4 or 5) that tell. At most 64; none of compiled code where the
    /// thread's own stack ended before [Limits#callDepth].
    public List<String> guestTrace() {
        return guestTrace;
    }

    /// Why a guest was stopped.
    public enum Code {
        /// The instruction `unreachable` was met.
        UNREACHABLE("unreachable"),
        /// An integer was divided by zero.
        DIVIDE_BY_ZERO("integer divide by zero"),
        /// The result of a division or conversion does not fit.
        INTEGER_OVERFLOW("integer overflow"),
        /// NaN or infinity was converted to an integer.
        INVALID_CONVERSION("invalid conversion to integer"),
        /// An access outside of a memory, or of a data segment.
        MEMORY_BOUNDS("out of bounds memory access"),
        /// An access outside of a table, or of an element segment.
        TABLE_BOUNDS("out of bounds table access"),
        /// An access outside of an array.
        ARRAY_BOUNDS("out of bounds array access"),
        /// A call through a place in a table that is outside of it.
        UNDEFINED_ELEMENT("undefined element"),
        /// A call through a place in a table that is null.
        UNINITIALIZED_ELEMENT("uninitialized element"),
        /// A call through a table to a function of another type.
        INDIRECT_TYPE("indirect call type mismatch"),
        /// A null reference was used.
        NULL_REFERENCE("null reference"),
        /// A reference is not of the type that it was cast to.
        CAST_FAILURE("cast failure"),
        /// Calls are nested deeper than the limit, or need more stack.
        STACK_EXHAUSTED("call stack exhausted"),
        /// The store's fuel is used up.
        FUEL_EXHAUSTED("fuel exhausted"),
        /// A limit of the store does not allow what would be allocated.
        LIMIT("limit exceeded"),
        /// The store was cancelled.
        CANCELLED("cancelled"),
        /// An atomic access at an address that is no multiple of its size.
        UNALIGNED("unaligned atomic"),
        /// A thread would wait at a memory that is not shared.
        UNSHARED("expected shared memory"),
        /// The store's deadline has passed.
        DEADLINE("deadline passed"),
        /// A host function threw; its exception is the cause.
        HOST("host function failed");

        final String text;

        Code(String text) {
            this.text = text;
        }
    }
}
