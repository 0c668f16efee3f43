package dev.weir.saga;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The definition of a long business transaction: steps, their compensations, and the order of
/// them. A value, thread-safe.
///
/// @param <C> the context, which a saga carries from step to step
public final class Saga<C> {
    private final String name;
    private final Codec<C> codec;
    private final List<Node<C>> nodes;
    private final @Nullable Duration deadline;
    private final Map<String, Node.One<C>> steps = new LinkedHashMap<>();
    private final String version;

    Saga(String name, Codec<C> codec, List<Node<C>> nodes, @Nullable Duration deadline) {
        this.name = name;
        this.codec = codec;
        this.nodes = List.copyOf(nodes);
        this.deadline = deadline;
        var shape = new StringBuilder(name).append('\n');
        describe(nodes, shape);
        this.version = hash(shape.toString());
    }

    /// Begins a definition.
    ///
    /// @param name 1 to 100 characters
    public static <C> SagaBuilder<C> define(String name, Codec<C> codec) {
        return new SagaBuilder<>(name, codec);
    }

    /// The definition that an object's annotated methods are; see [SagaSteps].
    ///
    /// @param steps of a class whose package is open to this module
    /// @param codec for the context that its steps carry
    /// @throws IllegalArgumentException when its methods are no definition
    public static <C> Saga<C> of(Object steps, Codec<C> codec) {
        return new Annotated<C>(steps).saga(codec);
    }

    /// The name.
    public String name() {
        return name;
    }

    /// Sixteen hexadecimal digits that depend on the steps: their names, kinds and order, and which
    /// have compensations. A saga is run by nodes that have the version it was started with.
    public String version() {
        return version;
    }

    Codec<C> codec() {
        return codec;
    }

    List<Node<C>> nodes() {
        return nodes;
    }

    @Nullable Duration deadline() {
        return deadline;
    }

    Map<String, Node.One<C>> steps() {
        return steps;
    }

    Node.One<C> step(String step) {
        var found = steps.get(step);
        if (found == null) {
            throw new SagaException(
                    SagaException.Code.NOT_FOUND, "saga " + name + " has no step " + step);
        }
        return found;
    }

    private void describe(List<Node<C>> sequence, StringBuilder shape) {
        for (var node : sequence) {
            switch (node) {
                case Node.One<C> one -> {
                    if (steps.put(one.name(), one) != null) {
                        throw new IllegalArgumentException(
                                name + ": expected each step once, found twice " + one.name());
                    }
                    shape.append(one.name()).append(' ').append(kind(one.work())).append(' ');
                    shape.append(one.undo() == null ? "-" : kind(one.undo()));
                    shape.append(one.pivot() ? " pivot\n" : "\n");
                }
                case Node.Fork<C> fork -> {
                    for (var branch : fork.branches()) {
                        shape.append("{\n");
                        describe(branch, shape);
                        shape.append("}\n");
                    }
                }
            }
        }
    }

    private static String kind(Work<?> work) {
        return switch (work) {
            case Work.Local<?> _ -> "local";
            case Work.Grouped<?> _ -> "grouped";
            case Work.Called<?> _ -> "remote";
            case Work.Nested<?, ?> nested -> "saga " + nested.saga().name();
        };
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
