package dev.weir.resource;

import java.util.List;
import java.util.Map;

/// A label selector: requirements that all must hold (Kubernetes' `labels.Selector`).
///
/// The text form is `app=shop,tier!=cache,env in (a,b),!legacy`; the JSON form is a `LabelSelector`
/// with `matchLabels` and `matchExpressions`.
public record Selector(List<Requirement> requirements) {
    /// Selects everything.
    public static final Selector ALL = new Selector(List.of());

    /// Copies the requirements.
    public Selector {
        requirements = List.copyOf(requirements);
    }

    /// The selector in the text form.
    ///
    /// @throws IllegalArgumentException when it cannot be parsed, with Kubernetes' own message
    public static Selector parse(String text) {
        return new SelectorText(text).parse();
    }

    /// Selects what has all of these labels.
    public static Selector of(Map<String, String> labels) {
        return new Selector(
                labels.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> new Requirement(e.getKey(), Operator.In, List.of(e.getValue())))
                        .toList());
    }

    /// The text form.
    @Override
    public String toString() {
        return requirements.stream()
                .map(Requirement::toString)
                .collect(java.util.stream.Collectors.joining(","));
    }

    /// Whether all requirements hold.
    public boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.matches(labels));
    }

    /// One requirement.
    ///
    /// @param values one or more for `In` and `NotIn`, none for the others
    public record Requirement(String key, Operator operator, List<String> values) {
        /// Copies the values.
        public Requirement {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return switch (operator) {
                case In ->
                        values.size() == 1
                                ? key + "=" + values.getFirst()
                                : key + " in (" + list() + ")";
                case NotIn ->
                        values.size() == 1
                                ? key + "!=" + values.getFirst()
                                : key + " notin (" + list() + ")";
                case Exists -> key;
                case DoesNotExist -> "!" + key;
            };
        }

        private String list() {
            return String.join(",", values);
        }

        /// Whether the labels meet it.
        public boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }

    /// How a requirement compares; the names are those of `matchExpressions`.
    public enum Operator {
        /// The label is there and has one of the values.
        In,
        /// The label is absent, or has none of the values.
        NotIn,
        /// The label is there.
        Exists,
        /// The label is absent.
        DoesNotExist
    }
}
