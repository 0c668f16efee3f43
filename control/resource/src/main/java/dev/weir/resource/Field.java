package dev.weir.resource;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the type of a record component cannot say about the values it takes. Each member becomes
/// the keyword of that name in the structural schema.
///
/// A component is required unless it is `@Nullable`, an `Optional`, a collection, or has a
/// `defaultJson`. An enum's constants become `enum`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
    ElementType.RECORD_COMPONENT,
    ElementType.METHOD,
    ElementType.FIELD,
    ElementType.PARAMETER
})
public @interface Field {
    /// One sentence for readers of the reference and of `kubectl explain`.
    String description() default "";

    /// The value used where the member is absent, as JSON text: `10`, `"EUR"`, `[]`.
    String defaultJson() default "";

    /// The least number allowed.
    double minimum() default Double.NEGATIVE_INFINITY;

    /// The greatest number allowed.
    double maximum() default Double.POSITIVE_INFINITY;

    /// A regular expression (RE2) that strings, or the items of a list of strings, must contain.
    String pattern() default "";

    /// The least length of a string in code points, or count of items.
    int minLength() default 0;

    /// The greatest length of a string in code points, or count of items; negative for no limit.
    int maxLength() default -1;

    /// The string format, such as `uuid`; derived for `Instant` (`date-time`) and `Duration`. An
    /// `Instant` with `micro-time` is written with six digits of fraction, as Kubernetes'
    /// `MicroTime` must be.
    String format() default "";

    /// The members that identify an item of a list of records: makes the list
    /// `x-kubernetes-list-type: map`.
    String[] listMapKeys() default {};

    /// Whether a list holds each value once: `x-kubernetes-list-type: set`.
    boolean set() default false;
}
