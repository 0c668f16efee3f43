package dev.weir.resource;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        return text.isEmpty() ? ALL : new Selector(SelectorText.parse(text));
    }

    /// The selector in a `LabelSelector` object.
    ///
    /// @throws JsonException when a member has the wrong type, or an operator is unknown
    public static Selector of(Json.Obj labelSelector) {
        return LabelSelectorText.read(labelSelector);
    }

    /// The `LabelSelector` object: equality in `matchLabels`, the rest in `matchExpressions`.
    public Json.Obj json() {
        return LabelSelectorText.write(this);
    }

    /// Selects what has all of these labels.
    public static Selector of(Map<String, String> labels) {
        return new Selector(
                labels.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> new Requirement(e.getKey(), Operator.In, List.of(e.getValue())))
                        .toList());
    }

    /// The text form, which [#parse] reads.
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
    /// @param values one or more for `In` and `NotIn`, one whole number for `Gt` and `Lt`, none for
    ///   the others
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
                case Gt -> key + ">" + values.getFirst();
                case Lt -> key + "<" + values.getFirst();
            };
        }

        private String list() {
            return String.join(",", values.stream().sorted().toList());
        }

        /// Whether the labels meet it.
        public boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
                case Gt -> order(value) > 0;
                case Lt -> order(value) < 0;
            };
        }

        private int order(@Nullable String value) {
            try {
                return value == null
                        ? 0
                        : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException _) {
                return 0;
            }
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
        DoesNotExist,
        /// The label is a whole number greater than the value; only in the text form.
        Gt,
        /// The label is a whole number less than the value; only in the text form.
        Lt
    }
}
