package dev.weir.resource;

import java.util.ArrayList;
import java.util.List;

/// What a label's key and value may be made of, in the words of Kubernetes'
/// `apimachinery/pkg/util/validation`.
final class LabelSyntax {
    private static final int MAX_PREFIX = 253;
    private static final int MAX_NAME = 63;
    private static final String MUST =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character";
    private static final String NAME_RULE =
            "name part "
                    + MUST
                    + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or "
                    + MUST.substring("must ".length())
                    + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                    + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final String PREFIX_RULE =
            "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric"
                    + " character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private LabelSyntax() {}

    /// Refuses what is no label key.
    ///
    /// @throws IllegalArgumentException with Kubernetes' message
    static void checkKey(String key) {
        var problems = keyProblems(key);
        if (!problems.isEmpty()) {
            throw invalid("<nil>", key, problems);
        }
    }

    /// Refuses what is no label value.
    ///
    /// @throws IllegalArgumentException with Kubernetes' message
    static void checkValue(String key, int index, String value) {
        var problems = valueProblems(value);
        if (!problems.isEmpty()) {
            throw invalid("values[" + index + "][" + key + "]", value, problems);
        }
    }

    private static IllegalArgumentException invalid(
            String path, String value, List<String> problems) {
        return new IllegalArgumentException(
                path + ": Invalid value: \"" + value + "\": " + String.join("; ", problems));
    }

    private static List<String> keyProblems(String key) {
        int slash = key.indexOf('/');
        if (slash != key.lastIndexOf('/')) {
            return List.of(
                    "a qualified name "
                            + MUST
                            + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                            + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an"
                            + " optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        var problems = new ArrayList<String>();
        if (slash >= 0) {
            prefix(key.substring(0, slash), problems);
        }
        var name = key.substring(slash + 1);
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        } else if (name.length() > MAX_NAME) {
            problems.add("name part must be no more than 63 bytes");
        }
        if (!word(name)) {
            problems.add(NAME_RULE);
        }
        return problems;
    }

    private static void prefix(String prefix, List<String> problems) {
        if (prefix.isEmpty()) {
            problems.add("prefix part must be non-empty");
            return;
        }
        if (prefix.length() > MAX_PREFIX) {
            problems.add("prefix part must be no more than 253 bytes");
        }
        for (var label : prefix.split("\\.", -1)) {
            if (!word(label) || !label.chars().allMatch(LabelSyntax::lower)) {
                problems.add(PREFIX_RULE);
                return;
            }
        }
    }

    private static List<String> valueProblems(String value) {
        var problems = new ArrayList<String>();
        if (value.length() > MAX_NAME) {
            problems.add("must be no more than 63 bytes");
        }
        if (!value.isEmpty() && !word(value)) {
            problems.add(VALUE_RULE);
        }
        return problems;
    }

    private static boolean word(String text) {
        return !text.isEmpty()
                && alphanumeric(text.charAt(0))
                && alphanumeric(text.charAt(text.length() - 1))
                && text.chars().allMatch(c -> alphanumeric(c) || "-_.".indexOf(c) >= 0);
    }

    private static boolean alphanumeric(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean lower(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-';
    }
}
