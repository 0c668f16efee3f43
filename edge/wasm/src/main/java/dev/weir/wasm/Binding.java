package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Interfaces of Java whose methods stand for functions of a module.
///
/// For a module and an interface there is one hidden class, in the package of who asked first; each
/// of its methods calls a [TypedCall], which is a constant to HotSpot, with the object's instance.
final class Binding {
    private static final String FIELD = "instance";

    /// The list of calls is the class's data.
    private static final DirectMethodHandleDesc DATA =
            ConstantDescs.ofConstantBootstrap(
                    ClassDesc.of("java.lang.invoke.MethodHandles"),
                    "classDataAt",
                    CD_Object,
                    ConstantDescs.CD_int);

    private Binding() {}

    /// What makes an object of the class: `(Instance)Object`.
    static MethodHandle of(Module module, Class<?> shape, Lookup lookup) {
        var methods =
                methods(shape).stream()
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .toList();
        var calls = methods.stream().map(method -> call(module, method, lookup)).toList();
        var self = ClassDesc.of(lookup.lookupClass().getPackageName(), "WasmExports");
        try {
            var made =
                    lookup.defineHiddenClassWithClassData(bytes(self, shape, methods), calls, true);
            if (!shape.isAssignableFrom(made.lookupClass())) {
                throw new IllegalAccessException("it sees another type of that name");
            }
            return made.findConstructor(
                            made.lookupClass(), MethodType.methodType(void.class, Object.class))
                    .asType(MethodType.methodType(Object.class, Instance.class));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new LinkException(
                    shape.getName() + " cannot be implemented from " + lookup + ": " + e);
        }
    }

    /// The methods that stand for functions.
    static List<Method> methods(Class<?> shape) {
        if (!shape.isInterface() || shape.isSealed()) {
            throw new IllegalArgumentException(
                    shape.getName() + " is no interface that anyone may implement");
        }
        return Arrays.stream(shape.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isBridge() && !HostCall.isOfObject(method))
                .toList();
    }

    /// The function that a method stands for.
    static String name(Method method) {
        var named = method.getAnnotation(WasmName.class);
        return named == null ? method.getName() : named.value();
    }

    private static MethodHandle call(Module module, Method method, Lookup lookup) {
        var what = method.getDeclaringClass().getName() + "." + method.getName();
        var entry = module.exports.get(name(method));
        if (entry == null || entry.kind() != Module.Kind.FUNC) {
            throw new LinkException(what + ": no function is exported as \"" + name(method) + "\"");
        }
        var type = module.functions.get(entry.index());
        var expected = TypedCall.javaType(type);
        var found = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        var site = module.tier.typed(entry.index());
        if (type.results.length > 1
                && TypedCall.javaTypes(type.results).equals(components(found.returnType()))) {
            site = new TypedCall(module, entry.index(), maker(found.returnType(), lookup));
            expected = expected.changeReturnType(found.returnType());
        }
        if (!found.equals(expected)) {
            var results =
                    type.results.length > 1
                            ? ", or a record of " + TypedCall.javaTypes(type.results)
                            : "";
            throw new LinkException(
                    what
                            + ": export \""
                            + name(method)
                            + "\" is "
                            + expected
                            + results
                            + ", found "
                            + found);
        }
        return site.dynamicInvoker().asType(found.appendParameterTypes(Object.class));
    }

    // --- several results ---

    /// The types of a record's components; none where it is no record.
    static List<Class<?>> components(Class<?> type) {
        return type.isRecord()
                ? Arrays.<RecordComponent>stream(type.getRecordComponents())
                        .<Class<?>>map(RecordComponent::getType)
                        .toList()
                : List.of();
    }

    /// What makes a record of its components.
    private static MethodHandle maker(Class<?> type, Lookup lookup) {
        try {
            return lookup.findConstructor(
                    type, MethodType.methodType(void.class, components(type)));
        } catch (ReflectiveOperationException e) {
            throw new LinkException(type.getName() + " cannot be made from " + lookup + ": " + e);
        }
    }

    /// A function of the host that is a method of an object.
    static Func host(Store store, Method method, Object body, Lookup lookup) {
        try {
            var call = HostCall.of(method, body, lookup);
            var result = method.getReturnType();
            if (!result.isRecord() || result == V128.class) {
                return Func.of(store, call, body);
            }
            var type =
                    new FuncType(
                            HostCall.values(List.of(method.getParameterTypes())),
                            HostCall.values(components(result)));
            var components = new ArrayList<MethodHandle>();
            for (var component : result.getRecordComponents()) {
                components.add(lookup.unreflect(component.getAccessor()));
            }
            var boxed = call.boxed(body);
            return Func.of(store, type, arguments -> apart(components, boxed.call(arguments)[0]));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(method + " is closed to " + lookup, e);
        }
    }

    /// The components of a record.
    private static @Nullable Object[] apart(List<MethodHandle> components, @Nullable Object value)
            throws Exception {
        var apart = new @Nullable Object[components.size()];
        try {
            for (int i = 0; i < apart.length; i++) {
                apart[i] = components.get(i).invoke(value);
            }
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return apart;
    }

    // --- the class ---

    private static byte[] bytes(ClassDesc self, Class<?> shape, List<Method> methods) {
        return ClassFile.of()
                .build(
                        self,
                        to -> {
                            to.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                            to.withInterfaceSymbols(desc(shape));
                            to.withField(
                                    FIELD, CD_Object, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
                            to.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    MethodTypeDesc.of(CD_void, CD_Object),
                                    0,
                                    out ->
                                            out.aload(0)
                                                    .invokespecial(
                                                            CD_Object,
                                                            ConstantDescs.INIT_NAME,
                                                            ConstantDescs.MTD_void)
                                                    .aload(0)
                                                    .aload(1)
                                                    .putfield(self, FIELD, CD_Object)
                                                    .return_());
                            for (int i = 0; i < methods.size(); i++) {
                                method(to, self, methods.get(i), i);
                            }
                        });
    }

    private static void method(ClassBuilder to, ClassDesc self, Method method, int index) {
        var params = Arrays.stream(method.getParameterTypes()).map(Binding::desc).toList();
        var type = MethodTypeDesc.of(desc(method.getReturnType()), params);
        to.withMethodBody(
                method.getName(),
                type,
                ClassFile.ACC_PUBLIC,
                out -> {
                    out.loadConstant(
                            DynamicConstantDesc.ofNamed(
                                    DATA, ConstantDescs.DEFAULT_NAME, CD_MethodHandle, index));
                    int local = 1;
                    for (var param : params) {
                        var kind = TypeKind.from(param);
                        out.loadLocal(kind, local);
                        local += kind.slotSize();
                    }
                    out.aload(0)
                            .getfield(self, FIELD, CD_Object)
                            .invokevirtual(
                                    CD_MethodHandle,
                                    "invokeExact",
                                    type.insertParameterTypes(params.size(), CD_Object))
                            .return_(TypeKind.from(type.returnType()));
                });
    }

    private static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }
}
