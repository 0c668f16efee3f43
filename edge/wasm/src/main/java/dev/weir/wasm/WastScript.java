package dev.weir.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A script of the official test suite, `.wast`: modules, calls, and what must come of them.
/// Reading one does not read the modules in it; each does that when asked. Stateless.
public final class WastScript {
    private WastScript() {}

    /// A step of a script.
    public sealed interface Command {
        /// Where it is, in lines from 1.
        int line();
    }

    /// A module to read, and to instantiate unless it is only a definition.
    ///
    /// @param line where it is
    /// @param name its identifier
    /// @param definition whether it is only named
    /// @param source what to read
    public record Define(int line, @Nullable String name, boolean definition, Source source)
            implements Command {}

    /// An instance of a module that was defined.
    ///
    /// @param line where it is
    /// @param name the instance's identifier
    /// @param module the module's identifier
    public record Instantiate(int line, @Nullable String name, @Nullable String module)
            implements Command {}

    /// An instance offers its exports to the modules that follow.
    ///
    /// @param line where it is
    /// @param as under which name
    /// @param name the instance's identifier; null for the last
    public record Register(int line, String as, @Nullable String name) implements Command {}

    /// A call of a function, or a look at a global.
    ///
    /// @param line where it is
    /// @param module the instance's identifier; null for the last
    /// @param export what is called or looked at
    /// @param arguments null for a look
    public record Action(
            int line,
            @Nullable String module,
            String export,
            @Nullable List<@Nullable Object> arguments)
            implements Command {}

    /// An action must give this.
    ///
    /// @param line where it is
    /// @param action what to do
    /// @param expected what must come of it, one for each result
    public record AssertReturn(int line, Action action, List<Expected> expected)
            implements Command {}

    /// An action must fail.
    ///
    /// @param line where it is
    /// @param action what to do
    /// @param how how it must fail
    /// @param message what the suite calls the failure
    public record AssertFailure(int line, Action action, Failure how, String message)
            implements Command {}

    /// A module must be refused.
    ///
    /// @param line where it is
    /// @param source what to read
    /// @param how how it must fail
    /// @param message what the suite calls the failure
    public record AssertRefused(int line, Source source, Failure how, String message)
            implements Command {}

    /// How something fails.
    public enum Failure {
        /// With a trap.
        TRAP,
        /// With a trap that the stack is exhausted.
        EXHAUSTION,
        /// With an exception of the guest.
        EXCEPTION,
        /// The module is malformed.
        MALFORMED,
        /// The module is invalid.
        INVALID,
        /// The module does not link.
        UNLINKABLE
    }

    /// A module in a script.
    public static final class Source {
        private final Node node;

        Source(Node node) {
            this.node = node;
        }

        /// Whether the script has the module itself as text, and not as bytes or as a quoted text.
        public boolean isText() {
            var cursor = Cursor.of(node);
            cursor.takeId();
            return !cursor.isWord("binary") && !cursor.isWord("quote");
        }

        /// The binary module.
        ///
        /// @throws MalformedException when its text is malformed
        public byte[] binary() {
            var cursor = Cursor.of(node);
            cursor.takeId();
            if (cursor.isWord("binary")) {
                cursor.take();
                return strings(cursor);
            }
            if (cursor.isWord("quote")) {
                cursor.take();
                return Wat.toBinary(Utf8.decode(strings(cursor), node.at()));
            }
            return Wat.module(node);
        }

        private static byte[] strings(Cursor cursor) {
            var out = new Buffer();
            while (!cursor.atEnd()) {
                out.bytes(cursor.takeString());
            }
            return out.toArray();
        }
    }

    /// What a result must be.
    ///
    /// @param text as the script has it
    /// @param test whether a value fits
    public record Expected(String text, Predicate<@Nullable Object> test) {}

    /// An object of the host, `ref.extern` or `ref.host` in scripts.
    ///
    /// @param number which
    public record Host(long number) {}

    /// Reads a script.
    ///
    /// @throws MalformedException when it is none
    public static List<Command> parse(String text) {
        var commands = new ArrayList<Command>();
        int line = 1;
        int at = 0;
        var nodes = WatLexer.read(text);
        boolean bare = nodes.stream().noneMatch(WastScript::isCommand);
        if (bare) {
            nodes = List.of(Node.list(0, withHead(nodes)));
        }
        for (var node : nodes) {
            for (; at < node.at(); at++) {
                line += text.charAt(at) == '\n' ? 1 : 0;
            }
            commands.add(command(node, line));
        }
        return commands;
    }

    private static boolean isCommand(Node node) {
        return node.isList("module")
                || node.isList("invoke")
                || node.isList("get")
                || node.isList("register")
                || node.isList()
                        && !node.items().isEmpty()
                        && node.items().getFirst().text().startsWith("assert_");
    }

    private static List<Node> withHead(List<Node> fields) {
        var items = new ArrayList<Node>();
        items.add(Node.word(0, "module"));
        items.addAll(fields);
        return items;
    }

    private static Command command(Node node, int line) {
        if (!node.isList() || node.items().isEmpty()) {
            throw node.unexpected();
        }
        var cursor = Cursor.of(node);
        return switch (node.items().getFirst().text()) {
            case "module" -> module(node, cursor, line);
            case "register" -> {
                var as = Utf8.decode(cursor.takeString(), node.at());
                yield new Register(line, as, name(cursor.takeId()));
            }
            case "invoke", "get" -> action(node, line);
            case "assert_return" -> {
                var action = action(cursor.take(), line);
                var expected = new ArrayList<Expected>();
                while (!cursor.atEnd()) {
                    expected.add(WastValues.expected(cursor.take()));
                }
                yield new AssertReturn(line, action, expected);
            }
            case "assert_trap" -> failure(cursor, line, Failure.TRAP);
            case "assert_exhaustion" -> failure(cursor, line, Failure.EXHAUSTION);
            case "assert_exception" -> failure(cursor, line, Failure.EXCEPTION);
            case "assert_malformed" -> failure(cursor, line, Failure.MALFORMED);
            case "assert_invalid" -> failure(cursor, line, Failure.INVALID);
            case "assert_unlinkable" -> failure(cursor, line, Failure.UNLINKABLE);
            default -> throw node.unexpected();
        };
    }

    private static @Nullable String name(@Nullable Node id) {
        return id == null ? null : id.text();
    }

    private static Command module(Node node, Cursor cursor, int line) {
        if (cursor.isWord("instance")) {
            cursor.take();
            return new Instantiate(line, name(cursor.takeId()), name(cursor.takeId()));
        }
        boolean definition = cursor.isWord("definition");
        if (!definition) {
            return new Define(line, name(cursor.takeId()), false, new Source(node));
        }
        var items = new ArrayList<>(node.items());
        items.remove(1);
        var plain = Node.list(node.at(), items);
        return new Define(line, name(Cursor.of(plain).takeId()), true, new Source(plain));
    }

    private static Command failure(Cursor cursor, int line, Failure how) {
        var subject = cursor.take();
        var next = cursor.peek();
        var message = next == null ? "" : Utf8.decode(next.bytes(), next.at());
        return subject.isList("module")
                ? new AssertRefused(line, new Source(subject), how, message)
                : new AssertFailure(line, action(subject, line), how, message);
    }

    private static Action action(Node node, int line) {
        var cursor = Cursor.of(node);
        var module = name(cursor.takeId());
        var export = Utf8.decode(cursor.takeString(), node.at());
        if (node.isList("get")) {
            return new Action(line, module, export, null);
        }
        if (!node.isList("invoke")) {
            throw node.unexpected();
        }
        var arguments = new ArrayList<@Nullable Object>();
        while (!cursor.atEnd()) {
            arguments.add(WastValues.argument(cursor.take()));
        }
        return new Action(line, module, export, arguments);
    }
}
