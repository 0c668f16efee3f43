package dev.weir.wasm;

import java.util.List;

/// A part of a text: a word, a string, or a list in parentheses.
///
/// @param at characters from the start of the text
/// @param kind which of them it is
/// @param text the word; for an identifier with its `$`
/// @param bytes the string
/// @param items the list
record Node(int at, Kind kind, String text, byte[] bytes, List<Node> items) {
    enum Kind {
        WORD,
        STRING,
        LIST
    }

    static Node word(int at, String text) {
        return new Node(at, Kind.WORD, text, new byte[0], List.of());
    }

    static Node string(int at, byte[] bytes) {
        return new Node(at, Kind.STRING, "", bytes, List.of());
    }

    static Node list(int at, List<Node> items) {
        return new Node(at, Kind.LIST, "", new byte[0], items);
    }

    boolean isWord() {
        return kind == Kind.WORD;
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isString() {
        return kind == Kind.STRING;
    }

    boolean isList() {
        return kind == Kind.LIST;
    }

    /// Whether it is a list that begins with the word.
    boolean isList(String word) {
        return kind == Kind.LIST && !items.isEmpty() && items.getFirst().isWord(word);
    }

    boolean isId() {
        return kind == Kind.WORD && text.startsWith("$");
    }

    /// Whether it may be an index: an identifier or a number.
    boolean isIndex() {
        return kind == Kind.WORD && (isId() || Character.isDigit(text.charAt(0)));
    }

    MalformedException unexpected() {
        return new MalformedException(at, "unexpected token " + this);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case WORD -> text;
            case STRING -> "string";
            case LIST ->
                    items.isEmpty() || !items.getFirst().isWord()
                            ? "(...)"
                            : "(" + items.getFirst() + " ...)";
        };
    }
}
