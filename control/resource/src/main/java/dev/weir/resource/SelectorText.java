package dev.weir.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// The parser of the text form of [Selector], after the grammar and the error texts of Kubernetes'
/// `apimachinery/pkg/labels`.
final class SelectorText {
    private static final String BINARY = "in, notin, =, ==, !=, gt, lt";

    private final List<String> tokens;
    private int at;

    private SelectorText(List<String> tokens) {
        this.tokens = tokens;
    }

    static List<Selector.Requirement> parse(String text) {
        var parser = new SelectorText(tokens(text));
        var requirements = new ArrayList<Selector.Requirement>();
        var token = parser.peek();
        if (!token.isEmpty() && !identifier(token) && !token.equals("!")) {
            throw found(token, "!, identifier, or 'end of string'");
        }
        while (!parser.peek().isEmpty()) {
            try {
                requirements.add(parser.requirement());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "unable to parse requirement: " + e.getMessage(), e);
            }
            parser.separator();
        }
        requirements.sort(Comparator.comparing(Selector.Requirement::key));
        return requirements;
    }

    private void separator() {
        var token = next();
        if (token.equals(",")) {
            var after = peek();
            if (!identifier(after) && !after.equals("!")) {
                throw found(after, "identifier after ','");
            }
        } else if (!token.isEmpty()) {
            throw found(token, "',' or 'end of string'");
        }
    }

    private Selector.Requirement requirement() {
        var key = next();
        boolean not = key.equals("!");
        if (not) {
            key = next();
        }
        if (!identifier(key)) {
            throw found(key, "identifier");
        }
        LabelSyntax.checkKey(key);
        var operator = peek();
        if (operator.isEmpty() || operator.equals(",")) {
            var unary = not ? Selector.Operator.DoesNotExist : Selector.Operator.Exists;
            return new Selector.Requirement(key, unary, List.of());
        }
        return binary(key, next());
    }

    private Selector.Requirement binary(String key, String operator) {
        return switch (operator) {
            case "in" -> checked(key, Selector.Operator.In, values());
            case "notin" -> checked(key, Selector.Operator.NotIn, values());
            case "=", "==" -> checked(key, Selector.Operator.In, List.of(value()));
            case "!=" -> checked(key, Selector.Operator.NotIn, List.of(value()));
            case ">" -> number(key, Selector.Operator.Gt, value());
            case "<" -> number(key, Selector.Operator.Lt, value());
            default -> throw found(operator, BINARY);
        };
    }

    private static Selector.Requirement checked(
            String key, Selector.Operator operator, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            LabelSyntax.checkValue(key, i, values.get(i));
        }
        return new Selector.Requirement(key, operator, values);
    }

    private static Selector.Requirement number(
            String key, Selector.Operator operator, String value) {
        try {
            Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "values[0]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer",
                    e);
        }
        return checked(key, operator, List.of(value));
    }

    private String value() {
        var token = peek();
        if (token.isEmpty() || token.equals(",")) {
            return "";
        }
        next();
        if (!identifier(token)) {
            throw found(token, "identifier");
        }
        return token;
    }

    private List<String> values() {
        var open = next();
        if (!open.equals("(")) {
            throw new IllegalArgumentException("found '" + open + "' expected: '('");
        }
        var first = peek();
        if (!first.equals(")") && !first.equals(",") && !identifier(first)) {
            throw found(first, "',', ')' or identifier");
        }
        var values = new TreeSet<String>();
        boolean separated = true;
        for (var token = next(); !token.equals(")"); token = next()) {
            if (identifier(token)) {
                values.add(token);
                separated = false;
                if (!peek().equals(",") && !peek().equals(")")) {
                    throw found(peek(), "',' or ')'");
                }
            } else if (token.equals(",")) {
                if (separated) {
                    values.add("");
                }
                separated = true;
            } else {
                throw found(token, "',', or identifier");
            }
        }
        if (separated) {
            values.add("");
        }
        return List.copyOf(values);
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        var token = peek();
        at++;
        return token;
    }

    private static boolean identifier(String token) {
        return !token.isEmpty() && !special(token.charAt(0));
    }

    private static IllegalArgumentException found(String token, String expected) {
        return new IllegalArgumentException("found '" + token + "', expected: " + expected);
    }

    private static List<String> tokens(String text) {
        var tokens = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (space(c)) {
                at++;
                continue;
            }
            int end = special(c) ? symbol(text, at) : word(text, at);
            tokens.add(text.substring(at, end));
            at = end;
        }
        return tokens;
    }

    private static int symbol(String text, int at) {
        var pair = text.startsWith("==", at) || text.startsWith("!=", at);
        return at + (pair ? 2 : 1);
    }

    private static int word(String text, int from) {
        int at = from;
        while (at < text.length() && !special(text.charAt(at)) && !space(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean special(char c) {
        return "=!(),><".indexOf(c) >= 0;
    }

    private static boolean space(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
