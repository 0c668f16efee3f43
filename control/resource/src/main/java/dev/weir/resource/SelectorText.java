package dev.weir.resource;

import java.util.ArrayList;
import java.util.List;

/// A recursive-descent reader of the text form of [Selector].
final class SelectorText {
    private final String text;
    private int at;

    SelectorText(String text) {
        this.text = text;
    }

    Selector parse() {
        var requirements = new ArrayList<Selector.Requirement>();
        skip();
        while (at < text.length()) {
            requirements.add(requirement());
            if (at < text.length()) {
                expect(',');
                skip();
                if (at == text.length()) {
                    throw error("an identifier after ','");
                }
            }
        }
        return requirements.isEmpty() ? Selector.ALL : new Selector(requirements);
    }

    private Selector.Requirement requirement() {
        if (take("!")) {
            return new Selector.Requirement(
                    word("a label key"), Selector.Operator.DoesNotExist, List.of());
        }
        var key = word("a label key");
        if (take("!=")) {
            return new Selector.Requirement(key, Selector.Operator.NotIn, List.of(value()));
        }
        if (take("==") || take("=")) {
            return new Selector.Requirement(key, Selector.Operator.In, List.of(value()));
        }
        if (at == text.length() || text.charAt(at) == ',') {
            return new Selector.Requirement(key, Selector.Operator.Exists, List.of());
        }
        return switch (word("an operator")) {
            case "in" -> new Selector.Requirement(key, Selector.Operator.In, values());
            case "notin" -> new Selector.Requirement(key, Selector.Operator.NotIn, values());
            default -> throw error("one of =, ==, !=, in, notin");
        };
    }

    private List<String> values() {
        expect('(');
        var values = new ArrayList<String>();
        do {
            skip();
            values.add(value());
        } while (take(","));
        expect(')');
        return values.stream().distinct().sorted().toList();
    }

    private String value() {
        skip();
        int start = at;
        while (at < text.length() && wordly(text.charAt(at))) {
            at++;
        }
        var value = text.substring(start, at);
        skip();
        return value;
    }

    private String word(String expected) {
        var word = value();
        if (word.isEmpty()) {
            throw error(expected);
        }
        return word;
    }

    private static boolean wordly(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
    }

    private boolean take(String token) {
        if (!text.startsWith(token, at)) {
            return false;
        }
        at += token.length();
        skip();
        return true;
    }

    private void expect(char c) {
        if (!take(String.valueOf(c))) {
            throw error("'" + c + "'");
        }
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException error(String expected) {
        var found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new IllegalArgumentException(
                "unable to parse selector \""
                        + text
                        + "\": found "
                        + found
                        + " at column "
                        + (at + 1)
                        + ", expected "
                        + expected);
    }
}
