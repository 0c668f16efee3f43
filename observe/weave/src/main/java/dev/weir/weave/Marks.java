package dev.weir.weave;

import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.MethodParameterInfo;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What annotations of the OpenTelemetry API say about a method.
///
/// @param name of the span; empty where it is not given
/// @param kind of the span
/// @param inherits whether the span has the current one as its parent
/// @param attributes the parameters that become attributes
record Marks(String name, String kind, boolean inherits, List<Attribute> attributes) {
    private static final String ATTRIBUTE =
            "Lio/opentelemetry/instrumentation/annotations/SpanAttribute;";

    /// @param parameter its index, from 0
    record Attribute(int parameter, String key) {}

    static @Nullable Marks find(MethodModel method, String annotation) {
        for (var each :
                method.findAttribute(Attributes.runtimeVisibleAnnotations())
                        .map(RuntimeVisibleAnnotationsAttribute::annotations)
                        .orElse(List.of())) {
            if (each.className().equalsString(annotation)) {
                return new Marks(
                        text(each, "value", ""),
                        text(each, "kind", "INTERNAL"),
                        Boolean.parseBoolean(text(each, "inheritContext", "true")),
                        attributes(method));
            }
        }
        return null;
    }

    private static String text(Annotation annotation, String element, String otherwise) {
        for (var each : annotation.elements()) {
            if (each.name().equalsString(element)) {
                return switch (each.value()) {
                    case AnnotationValue.OfString text -> text.stringValue();
                    case AnnotationValue.OfEnum constant -> constant.constantName().stringValue();
                    case AnnotationValue.OfBoolean truth -> String.valueOf(truth.booleanValue());
                    case AnnotationValue _ -> otherwise;
                };
            }
        }
        return otherwise;
    }

    private static List<Attribute> attributes(MethodModel method) {
        var found = new ArrayList<Attribute>();
        var parameters =
                method.findAttribute(Attributes.runtimeVisibleParameterAnnotations())
                        .map(a -> a.parameterAnnotations())
                        .orElse(List.of());
        for (int i = 0; i < parameters.size(); i++) {
            for (var each : parameters.get(i)) {
                if (each.className().equalsString(ATTRIBUTE)) {
                    var key = text(each, "value", "");
                    found.add(new Attribute(i, key.isEmpty() ? parameterName(method, i) : key));
                }
            }
        }
        return found;
    }

    /// The name that the compiler was told to keep; the position where it was not.
    private static String parameterName(MethodModel method, int index) {
        return method.findAttribute(Attributes.methodParameters())
                .filter(names -> index < names.parameters().size())
                .map(names -> names.parameters().get(index))
                .flatMap(MethodParameterInfo::name)
                .map(name -> name.stringValue())
                .or(() -> local(method, index))
                .orElse("arg" + index);
    }

    private static java.util.Optional<String> local(MethodModel method, int index) {
        int slot = Surround.slot(method, index);
        return method.code()
                .flatMap(code -> code.findAttribute(Attributes.localVariableTable()))
                .flatMap(table ->
                        table.localVariables().stream()
                                .filter(v -> v.slot() == slot && v.startPc() == 0)
                                .findFirst())
                .map(variable -> variable.name().stringValue());
    }
}
