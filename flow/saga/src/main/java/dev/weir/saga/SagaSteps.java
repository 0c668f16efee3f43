package dev.weir.saga;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A class whose methods are the steps of a saga; [Saga#of] makes the definition of an object of
/// it.
///
/// A step is a method that takes a [Step] and returns nothing, or one that takes nothing and
/// returns a [Remote], which is asked for it once. The same steps have the same version in both
/// forms of a definition, so that nodes with one finish what nodes with the other began. Nested
/// sagas have the form of [SagaBuilder] only.
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SagaSteps {
    /// The name of the definition, 1 to 100 characters.
    String value();

    /// As [SagaBuilder#deadline], in milliseconds; 0 for none.
    long deadlineMillis() default 0;

    /// A step.
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Do {
        /// Its place: steps run from the least number to the greatest, and each has another.
        int value();

        /// Its name; the method's where it is empty.
        String name() default "";

        /// As [SagaBuilder#pivot].
        boolean pivot() default false;

        /// As [SagaBuilder#grouped]; its compensation too.
        boolean grouped() default false;

        /// The branch it belongs to; empty outside of branches. Steps of branches that have no
        /// other step between them are branches of one fork.
        String branch() default "";

        /// As [RetryPolicy#attempts].
        int attempts() default 3;

        /// As [RetryPolicy#first], in milliseconds.
        long firstMillis() default 100;

        /// As [RetryPolicy#longest], in milliseconds.
        long longestMillis() default 30_000;

        /// As [SagaBuilder#timeout], in milliseconds; 0 for the usual limit.
        long timeoutMillis() default 0;
    }

    /// The compensation of a step.
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Undo {
        /// The step's name.
        String value();
    }
}
