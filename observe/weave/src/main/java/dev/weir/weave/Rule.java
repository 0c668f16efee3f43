package dev.weir.weave;

import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/// One line of `rules.txt`. Names of types are internal: `java/lang/Thread$Builder`.
sealed interface Rule {
    /// The instrumentation that the rule belongs to: the name of its section.
    Section section();

    /// The class in `dev.weir.weave.hook` that is called, an internal name.
    String hook();

    /// A section of the table.
    ///
    /// @param own whether it holds for the classes of the project alone
    record Section(String name, boolean own) {}

    /// A rule for instructions that call a method.
    sealed interface Site extends Rule {
        /// The type that declares the method; calls on its subtypes count too.
        String owner();

        /// The name of the method.
        String method();

        /// The type of the method; null where any will do.
        @Nullable MethodTypeDesc type();
    }

    /// The call becomes one to a static method of the hook.
    record Call(Section section, String owner, String method, MethodTypeDesc type, String hook)
            implements Site {}

    /// The result goes through the hook.
    record Result(Section section, String owner, String method, MethodTypeDesc type, String hook)
            implements Site {}

    /// Arguments go through the hook.
    record Wrap(Section section, String owner, String method, String hook) implements Site {
        @Override
        public @Nullable MethodTypeDesc type() {
            return null;
        }
    }

    /// An argument of a constructor goes through the hook.
    record Construct(Section section, String owner, MethodTypeDesc type, String hook)
            implements Rule {}

    /// The hook is told when the method begins and how it ends.
    ///
    /// @param below whether it holds for what the owner's subclasses declare, not the owner
    /// @param result the descriptor of the result; null where any will do
    record Body(
            Section section,
            String owner,
            boolean below,
            String method,
            String parameters,
            @Nullable String result,
            String hook)
            implements Rule {}

    /// The hook is told when the method begins.
    record Entry(Section section, String method, String descriptor, String hook) implements Rule {}

    /// As `Body`, for methods with an annotation.
    ///
    /// @param annotation a descriptor
    record Marked(Section section, String annotation, String hook) implements Rule {}
}
