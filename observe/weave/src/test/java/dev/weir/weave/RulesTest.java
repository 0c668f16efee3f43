package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table against the libraries that it speaks of, all of which are on the tests' class path.
class RulesTest {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private final Hooks hooks = new Hooks();

    @Test
    void everyRuleNamesAMethodThatExistsAndAHookForIt() {
        var wrong = new ArrayList<String>();
        for (var rule : Rules.table()) {
            try {
                var problem = problem(rule);
                if (problem != null) {
                    wrong.add(rule + ": " + problem);
                }
            } catch (ReflectiveOperationException e) {
                wrong.add(rule + ": " + e);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void refusesAnInstrumentationThatDoesNotExist() {
        assertThatThrownBy(() -> Weaver.of(file -> null, Set.of("jdbcs")))
                .isInstanceOf(WeaveException.class)
                .hasMessageContaining("instrumentation jdbcs: expected one of")
                .hasMessageContaining("jdbc,");
    }

    private String problem(Rule rule) throws ReflectiveOperationException {
        return switch (rule) {
            case Rule.Call call -> {
                var method = method(type(call.owner()), call.method(), call.type());
                var receiver = ClassDesc.ofInternalName(call.owner());
                var taken =
                        java.lang.reflect.Modifier.isStatic(method.getModifiers())
                                ? call.type()
                                : call.type().insertParameterTypes(0, receiver);
                yield has(rule, call.method() + taken.descriptorString());
            }
            case Rule.Result result -> {
                method(type(result.owner()), result.method(), result.type());
                var through = result.type().returnType();
                yield has(rule, "result" + MethodTypeDesc.of(through, through).descriptorString());
            }
            case Rule.Wrap wrap -> wraps(wrap);
            case Rule.Construct made -> {
                var parameters = resolve(made.type()).parameterArray();
                type(made.owner()).getConstructor(parameters);
                yield null;
            }
            case Rule.Body body -> {
                type(body.owner());
                yield has(rule, "leave(Ljava/lang/Object;)V");
            }
            case Rule.Entry _ -> has(rule, "enter()V");
            case Rule.Marked _ -> has(rule, "leave(Ljava/lang/Object;)V");
        };
    }

    private String has(Rule rule, String method) {
        return hooks.has(rule.hook(), method) ? null : "no " + method + " in the hook";
    }

    private String wraps(Rule.Wrap rule) throws ReflectiveOperationException {
        var owner = type(rule.owner());
        boolean takes =
                methods(owner)
                        .filter(method -> method.getName().equals(rule.method()))
                        .flatMap(method -> Arrays.stream(method.getParameterTypes()))
                        .map(type -> type.describeConstable().orElseThrow())
                        .anyMatch(type -> hooks.has(rule.hook(), "wrap" + SiteWeaver.wrap(type)));
        return takes ? null : "no argument of it that the hook takes";
    }

    private static java.lang.reflect.Method method(Class<?> owner, String name, MethodTypeDesc type)
            throws ReflectiveOperationException {
        var wanted = resolve(type);
        for (var method : methods(owner).toList()) {
            if (method.getName().equals(name)
                    && MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                            .equals(wanted)) {
                return method;
            }
        }
        throw new NoSuchMethodException(name + type.displayDescriptor());
    }

    private static Stream<java.lang.reflect.Method> methods(Class<?> owner) {
        return Stream.concat(Stream.of(owner.getMethods()), Stream.of(owner.getDeclaredMethods()));
    }

    private static MethodType resolve(MethodTypeDesc type) throws ReflectiveOperationException {
        return type.resolveConstantDesc(LOOKUP);
    }

    private static Class<?> type(String internalName) throws ClassNotFoundException {
        return Class.forName(
                internalName.replace('/', '.'), false, RulesTest.class.getClassLoader());
    }

    @Test
    void namesItsInstrumentations() {
        assertThat(Weaver.instrumentations())
                .containsAll(List.of("http-client", "http-server", "jdbc", "executors", "threads"));
    }
}
