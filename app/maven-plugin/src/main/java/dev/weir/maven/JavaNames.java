package dev.weir.maven;

import java.util.HashSet;
import java.util.Set;
import javax.lang.model.SourceVersion;

/// Names for Java's members from names that may be any text. Each is given once.
final class JavaNames {
    private final Set<String> taken;

    /// @param taken what is not to be given
    JavaNames(Set<String> taken) {
        this.taken = new HashSet<>(taken);
    }

    /// `risk-level` becomes `riskLevel`; what begins with no letter, and what is a word of the
    /// language or taken, gets `_`.
    String member(String text) {
        var words = words(text);
        return unique(
                words.isEmpty()
                        ? "_"
                        : Character.toLowerCase(words.charAt(0)) + words.substring(1));
    }

    /// `risk-level` becomes `RiskLevel`.
    String type(String text) {
        var words = words(text);
        return unique(
                words.isEmpty()
                        ? "_"
                        : Character.toUpperCase(words.charAt(0)) + words.substring(1));
    }

    private static String words(String text) {
        var words = new StringBuilder();
        boolean first = false;
        for (char letter : text.toCharArray()) {
            boolean plain =
                    letter >= 'a' && letter <= 'z'
                            || letter >= 'A' && letter <= 'Z'
                            || letter >= '0' && letter <= '9'
                            || letter == '_';
            if (plain) {
                words.append(first ? Character.toUpperCase(letter) : letter);
            }
            first = !plain && !words.isEmpty();
        }
        return words.toString();
    }

    private String unique(String wanted) {
        var name = SourceVersion.isIdentifier(wanted) ? wanted : "_" + wanted;
        while (SourceVersion.isKeyword(name) || name.equals("_") || !taken.add(name)) {
            name += "_";
        }
        return name;
    }

    /// A string of Java's source with any text.
    static String literal(String text) {
        var literal = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') {
                literal.append('\\').append(letter);
            } else if (letter >= ' ' && letter < 127) {
                literal.append(letter);
            } else if (letter < ' ') {
                // Three digits: the next letter may be one. Java takes \\u000a for a new line.
                literal.append("\\%03o".formatted((int) letter));
            } else {
                literal.append("\\u%04x".formatted((int) letter));
            }
        }
        return literal.append('"').toString();
    }
}
