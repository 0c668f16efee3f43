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

    /// A compiled function.
    record CompiledFrame(Class<?> unit, int function) implements Frame {
        String name() {
            return Unit.module(unit).functionName(function);
        }
    }

    /// Where the interpreter runs frames of its own.
    enum Mark implements Frame {
        /// They belong here.
        LOOP,
        /// The interpreter was entered here.
        RUN
    }

    /// The frames of this thread, innermost first.
    static List<Frame> here() {
        return WALKER.walk(frames -> frames.flatMap(Trace::frame).limit(4L * LENGTH).toList());
    }

    private static Stream<Frame> frame(StackFrame frame) {
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
        return guest && (method.startsWith("f") || method.startsWith("b"))
                ? Stream.of(new CompiledFrame(place, Integer.parseInt(method.substring(1))))
                : Stream.of();
    }
}
