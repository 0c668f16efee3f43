package dev.weir.resource;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares a record as a resource kind: what a CustomResourceDefinition says outside its schema.
/// The kind's name is the record's simple name.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /// The API group, a DNS subdomain such as `payments.weir.dev`; empty only for Kubernetes' core
    /// group.
    String group();

    /// The version, such as `v1` or `v1alpha1`.
    String version() default "v1";

    /// The plural name in paths, lower case; by default the kind in lower case with an English
    /// plural ending.
    String plural() default "";

    /// Short names for command lines.
    String[] shortNames() default {};

    /// Groups of kinds that a command line may name at once, such as `all`.
    String[] categories() default {};

    /// Whether objects live in namespaces.
    boolean namespaced() default true;

    /// Printer columns after NAME, in order; AGE is added last.
    Column[] columns() default {};

    /// Whether `status` is a subresource: written only by itself, ignored in writes of the object.
    /// True as soon as the record has a `status` component.
    boolean status() default true;

    /// The replica count that the `scale` subresource reads and writes, such as `.spec.replicas`;
    /// empty for no `scale`.
    String scaleSpecPath() default "";

    /// The observed count that `scale` reports, such as `.status.replicas`.
    String scaleStatusPath() default "";

    /// One printer column.
    @interface Column {
        /// The heading.
        String name();

        /// Where the value is: a JSON path such as `.status.phase`.
        String path();

        /// `string`, `integer`, `number`, `boolean` or `date`.
        String type() default "string";

        /// 0 shows always; above, only in wide output.
        int priority() default 0;

        /// Help for the column.
        String description() default "";
    }
}
