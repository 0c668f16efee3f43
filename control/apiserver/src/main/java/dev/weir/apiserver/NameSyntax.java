package dev.weir.apiserver;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// The syntax of names, label keys and label values, with Kubernetes' own messages (package
/// k8s.io/apimachinery/pkg/util/validation). An empty list means that the text is well formed.
final class NameSyntax {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "(" + QUALIFIED + ")?";
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";

    private static final Pattern LABEL_PATTERN = whole(LABEL);
    private static final Pattern SUBDOMAIN_PATTERN = whole(SUBDOMAIN);
    private static final Pattern LABEL_1035_PATTERN = whole(LABEL_1035);
    private static final Pattern QUALIFIED_PATTERN = whole(QUALIFIED);
    private static final Pattern VALUE_PATTERN = whole(VALUE);
    private static final Pattern CONFIG_KEY_PATTERN = whole(CONFIG_KEY);

    private static final int LABEL_LENGTH = 63;
    private static final int SUBDOMAIN_LENGTH = 253;

    private NameSyntax() {}

    private static Pattern whole(String pattern) {
        return Pattern.compile("^" + pattern + "$");
    }

    /// A DNS-1123 subdomain: the names of most objects.
    static List<String> subdomain(String text) {
        var errors = length(text, SUBDOMAIN_LENGTH);
        if (!SUBDOMAIN_PATTERN.matcher(text).find()) {
            errors.add(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                            + " characters, '-' or '.', and must start and end with an alphanumeric"
                            + " character"
                            + regex(SUBDOMAIN, "example.com"));
        }
        return errors;
    }

    /// A DNS-1123 label: the names of namespaces.
    static List<String> label(String text) {
        var errors = length(text, LABEL_LENGTH);
        if (!LABEL_PATTERN.matcher(text).find()) {
            errors.add(
                    SUBDOMAIN_PATTERN.matcher(text).find()
                            ? "must not contain dots"
                            : "a lowercase RFC 1123 label must consist of lower case alphanumeric"
                                    + " characters or '-', and must start and end with an"
                                    + " alphanumeric character"
                                    + regex(LABEL, "my-name", "123-abc"));
        }
        return errors;
    }

    /// A DNS-1035 label: the names of kinds and versions.
    static List<String> label1035(String text) {
        var errors = length(text, LABEL_LENGTH);
        if (!LABEL_1035_PATTERN.matcher(text).find()) {
            errors.add(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-',"
                            + " start with an alphabetic character, and end with an alphanumeric"
                            + " character"
                            + regex(LABEL_1035, "my-name", "abc-123"));
        }
        return errors;
    }

    /// A qualified name: a label key, an annotation key, a finalizer.
    static List<String> qualified(String text) {
        var errors = new ArrayList<String>();
        var parts = text.split("/", -1);
        if (parts.length > 2) {
            errors.add("a qualified name " + qualifiedRule() + prefixRule());
            return errors;
        }
        var name = parts[parts.length - 1];
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                errors.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(error -> errors.add("prefix part " + error));
            }
        }
        if (name.isEmpty()) {
            errors.add("name part must be non-empty");
        } else {
            length(name, LABEL_LENGTH).forEach(error -> errors.add("name part " + error));
        }
        if (!QUALIFIED_PATTERN.matcher(name).find()) {
            errors.add("name part " + qualifiedRule());
        }
        return errors;
    }

    private static String qualifiedRule() {
        return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                + " with an alphanumeric character"
                + regex(QUALIFIED, "MyName", "my.name", "123-abc");
    }

    private static String prefixRule() {
        return " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    }

    /// A label value.
    static List<String> labelValue(String text) {
        var errors = length(text, LABEL_LENGTH);
        if (!VALUE_PATTERN.matcher(text).find()) {
            errors.add(
                    "a valid label must be an empty string or consist of alphanumeric characters,"
                            + " '-', '_' or '.', and must start and end with an alphanumeric"
                            + " character"
                            + regex(VALUE, "MyValue", "my_value", "12345"));
        }
        return errors;
    }

    /// A key of a ConfigMap or Secret.
    static List<String> configKey(String text) {
        var errors = length(text, SUBDOMAIN_LENGTH);
        if (!CONFIG_KEY_PATTERN.matcher(text).find()) {
            errors.add(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                            + regex(CONFIG_KEY, "key.name", "KEY_NAME", "key-name"));
        }
        if (text.equals(".") || text.equals("..")) {
            errors.add("must not be '" + text + "'");
        } else if (text.startsWith("..")) {
            errors.add("must not start with '..'");
        }
        return errors;
    }

    private static List<String> length(String text, int most) {
        var errors = new ArrayList<String>();
        if (text.length() > most) {
            errors.add("must be no more than " + most + " characters");
        }
        return errors;
    }

    private static String regex(String pattern, String... examples) {
        var out = new StringBuilder(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            out.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
        }
        return out.append("regex used for validation is '").append(pattern).append("')").toString();
    }
}
