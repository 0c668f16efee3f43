package dev.weir.wasm;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What of Java's stack belongs to guests.
final class Trace {
    /// The most functions that a trace names.
    static final int LENGTH = 64;

    private static final StackWalker WALKER =
            StackWalker.getInstance(
                    Set.of(Option.SHOW_HIDDEN_FRAMES, Option.RETAIN_CLASS_REFERENCE));

    private Trace() {}

    /// A frame of Java's stack.
    sealed interface Frame {}

    /// A compiled function, and the instruction that it is at; -1 when that is not known.
    record CompiledFrame(Class<?> unit, int function, int pc) implements Frame {
        /// @param part where the function's part is that runs; -1 when it has none
        String name(int part) {
            return Unit.module(unit).functionName(function, part < 0 ? pc : part);
        }
    }

    /// A part of a compiled function, which comes behind; where it is.
    record Part(int pc) implements Frame {}

    /// Where the interpreter runs frames of its own.
    enum Mark implements Frame {
        /// They belong here.
        LOOP,
        /// The interpreter was entered here.
        RUN
    }

    /// The frames of this thread, innermost first.
    static List<Frame> here() {
        return here(0);
    }

    /// The same, where the innermost one of compiled code has come to the line of its method.
    static List<Frame> here(int line) {
        return WALKER.walk(frames -> {
            int[] next = {line};
            return frames.flatMap(frame -> frame(frame, next)).limit(4L * LENGTH).toList();
        });
    }

    private static Stream<Frame> frame(StackFrame frame, int[] next) {
        var place = frame.getDeclaringClass();
        var method = frame.getMethodName();
        if (place == Interpreter.class) {
            return switch (method) {
                case "loop" -> Stream.of(Mark.LOOP);
                case "run" -> Stream.of(Mark.RUN);
                default -> Stream.of();
            };
        }
        boolean guest = place.isHidden() && place.getPackage() == Trace.class.getPackage();
        // What only hands on to another method has no lines.
        int line = guest ? frame.getLineNumber() : -1;
        if (line < 0) {
            return Stream.of();
        }
        if (next[0] > 0) {
            line = next[0];
            next[0] = 0;
        }
        int dot = method.indexOf('_');
        return Stream.of(
                method.startsWith("p")
                        ? new Part(Integer.parseInt(method.substring(dot + 1)) + line - 1)
                        : new CompiledFrame(
                                place, Integer.parseInt(method.substring(1)), line - 1));
    }
}
