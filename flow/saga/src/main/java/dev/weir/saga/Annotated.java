package dev.weir.saga;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads an object of a class with [SagaSteps].
final class Annotated<C> {
    private record Found(String name, SagaSteps.Do spec, Method method) {}

    private final Object steps;
    private final SagaSteps spec;
    private final Map<Integer, Found> found = new TreeMap<>();
    private final Map<String, Method> undos = new HashMap<>();
    private @Nullable Type context;

    Annotated(Object steps) {
        this.steps = steps;
        var type = steps.getClass();
        var annotation = type.getAnnotation(SagaSteps.class);
        if (annotation == null) {
            throw new IllegalArgumentException(
                    type.getName() + ": expected a class with @SagaSteps");
        }
        this.spec = annotation;
        for (var method : type.getDeclaredMethods()) {
            var step = method.getAnnotation(SagaSteps.Do.class);
            if (step != null) {
                var name = step.name().isEmpty() ? method.getName() : step.name();
                var other = found.put(step.value(), new Found(name, step, method));
                if (other != null) {
                    throw wrong(method, "place " + step.value() + " is that of " + other.name);
                }
            }
            var undo = method.getAnnotation(SagaSteps.Undo.class);
            if (undo != null && undos.put(undo.value(), method) != null) {
                throw wrong(method, "expected one compensation of " + undo.value());
            }
        }
    }

    Saga<C> saga(Codec<C> codec) {
        var builder = Saga.define(spec.value(), codec);
        if (spec.deadlineMillis() > 0) {
            builder.deadline(Duration.ofMillis(spec.deadlineMillis()));
        }
        var fork = new LinkedHashMap<String, List<Found>>();
        for (var step : found.values()) {
            if (step.spec.branch().isEmpty()) {
                join(builder, fork);
                add(builder, step);
            } else {
                fork.computeIfAbsent(step.spec.branch(), _ -> new ArrayList<>()).add(step);
            }
        }
        join(builder, fork);
        for (var undo : undos.entrySet()) {
            throw wrong(undo.getValue(), "no step " + undo.getKey() + " to compensate");
        }
        return builder.build();
    }

    /// Ends the fork that was gathered, if there is one.
    private void join(SagaBuilder<C> builder, Map<String, List<Found>> fork) {
        if (!fork.isEmpty()) {
            builder.parallel(branches ->
                    fork.forEach((name, steps) ->
                            branches.branch(
                                    name, inner -> steps.forEach(step -> add(inner, step)))));
            fork.clear();
        }
    }

    private void add(SagaBuilder<C> builder, Found step) {
        var name = step.name;
        boolean pivot = step.spec.pivot();
        if (isRemote(step.method)) {
            var remote = remote(step.method);
            var _ = pivot ? builder.pivot(name, remote) : builder.step(name, remote);
        } else {
            var action = action(step.method);
            var _ = pivot ? builder.pivot(name, action) : builder.step(name, action);
        }
        if (step.spec.grouped()) {
            builder.grouped();
        }
        builder.retry(
                new RetryPolicy(
                        step.spec.attempts(),
                        Duration.ofMillis(step.spec.firstMillis()),
                        Duration.ofMillis(step.spec.longestMillis())));
        if (step.spec.timeoutMillis() > 0) {
            builder.timeout(Duration.ofMillis(step.spec.timeoutMillis()));
        }
        var undo = undos.remove(name);
        if (undo != null) {
            var _ =
                    isRemote(undo)
                            ? builder.compensate(remote(undo))
                            : builder.compensate(action(undo));
        }
    }

    private static boolean isRemote(Method method) {
        return method.getReturnType() == Remote.class;
    }

    private Action<C> action(Method method) {
        if (method.getReturnType() != void.class
                || method.getParameterCount() != 1
                || method.getParameterTypes()[0] != Step.class) {
            throw wrong(method, "expected void " + method.getName() + "(Step)");
        }
        carries(method, method.getGenericParameterTypes()[0]);
        var handle = handle(method, MethodType.methodType(void.class, Step.class));
        return step -> {
            try {
                handle.invokeExact((Step<?>) step);
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private Remote<C> remote(Method method) {
        if (method.getParameterCount() != 0) {
            throw wrong(method, "expected Remote " + method.getName() + "()");
        }
        carries(method, method.getGenericReturnType());
        try {
            return (Remote<C>) handle(method, MethodType.methodType(Remote.class)).invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalArgumentException(wrong(method, String.valueOf(e)).getMessage(), e);
        }
    }

    /// All steps carry one type of context: the compiler cannot see that they do.
    private void carries(Method method, Type type) {
        var argument =
                type instanceof ParameterizedType given ? given.getActualTypeArguments()[0] : null;
        if (argument == null || context != null && !context.equals(argument)) {
            throw wrong(method, "expected the context " + context + ", found " + argument);
        }
        context = argument;
    }

    private MethodHandle handle(Method method, MethodType type) {
        try {
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method).bindTo(steps).asType(type);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    wrong(method, e.getMessage() + "; is its package open to dev.weir.saga?")
                            .getMessage(),
                    e);
        }
    }

    private static IllegalArgumentException wrong(Method method, String what) {
        return new IllegalArgumentException(
                method.getDeclaringClass().getName() + "." + method.getName() + ": " + what);
    }
}
