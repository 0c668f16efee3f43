package dev.weir.wasm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a list of nodes.
final class Cursor {
    private final List<Node> nodes;
    private final int at;
    private int next;

    Cursor(List<Node> nodes, int at, int next) {
        this.nodes = nodes;
        this.at = at;
        this.next = next;
    }

    /// A list's items behind its first word.
    static Cursor of(Node list) {
        return new Cursor(list.items(), list.at(), 1);
    }

    boolean atEnd() {
        return next >= nodes.size();
    }

    @Nullable Node peek() {
        return peek(0);
    }

    @Nullable Node peek(int ahead) {
        return next + ahead < nodes.size() ? nodes.get(next + ahead) : null;
    }

    Node take() {
        if (atEnd()) {
            throw new MalformedException(at, "unexpected token: expected more before )");
        }
        return nodes.get(next++);
    }

    boolean isList(String word) {
        var node = peek();
        return node != null && node.isList(word);
    }

    boolean isWord(String word) {
        var node = peek();
        return node != null && node.isWord(word);
    }

    boolean isIndex() {
        var node = peek();
        return node != null && node.isIndex();
    }

    boolean isString() {
        var node = peek();
        return node != null && node.isString();
    }

    @Nullable Node takeId() {
        var node = peek();
        return node != null && node.isId() ? take() : null;
    }

    byte[] takeString() {
        var node = take();
        if (!node.isString()) {
            throw node.unexpected();
        }
        return node.bytes();
    }

    void end() {
        var node = peek();
        if (node != null) {
            throw node.unexpected();
        }
    }
}
