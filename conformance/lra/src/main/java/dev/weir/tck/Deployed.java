package dev.weir.tck;

import io.narayana.lra.client.LRAParticipantData;
import io.narayana.lra.client.internal.proxy.nonjaxrs.LRACDIExtension;
import io.narayana.lra.client.internal.proxy.nonjaxrs.LRAParticipantResource;
import io.narayana.lra.filter.ClientLRARequestFilter;
import io.narayana.lra.filter.ClientLRAResponseFilter;
import io.narayana.lra.filter.ServerLRAFilter;
import io.narayana.lra.provider.ParticipantStatusOctetStreamProvider;
import io.smallrye.config.inject.ConfigExtension;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.servlet.ServletException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jboss.resteasy.cdi.CdiInjectorFactory;
import org.jboss.resteasy.cdi.ResteasyCdiExtension;
import org.jboss.resteasy.core.ResteasyDeploymentImpl;
import org.jboss.resteasy.microprofile.client.RestClientExtension;
import org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher;
import org.jboss.resteasy.spi.ResteasyDeployment;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/// A web archive that runs: its beans in Weld, its resources in RESTEasy behind Undertow, with the
/// filters and beans of Narayana that make participants of them.
final class Deployed implements AutoCloseable {
    private static final String CLASSES = "/WEB-INF/classes/";
    private static final String CLASS_PATH = "java.class.path";
    private static final List<Class<?>> PROVIDERS =
            List.of(
                    ServerLRAFilter.class,
                    ClientLRARequestFilter.class,
                    ClientLRAResponseFilter.class,
                    ParticipantStatusOctetStreamProvider.class);

    private final WeldContainer weld;
    private final DeploymentManager servlets;
    private final Undertow undertow;

    private Deployed(WeldContainer weld, DeploymentManager servlets, Undertow undertow) {
        this.weld = weld;
        this.servlets = servlets;
        this.undertow = undertow;
    }

    /// Runs an archive at a port of loopback.
    static Deployed start(Archive<?> archive, int port) throws Exception {
        var classes = classes(archive);
        var weld = weld(archive, classes);
        try {
            var servlets = Servlets.defaultContainer().addDeployment(servlet(classes, weld));
            servlets.deploy();
            var undertow =
                    Undertow.builder()
                            .addHttpListener(port, "127.0.0.1")
                            .setHandler(servlets.start())
                            .build();
            undertow.start();
            return new Deployed(weld, servlets, undertow);
        } catch (Exception | Error e) {
            weld.shutdown();
            throw e;
        }
    }

    private static List<Class<?>> classes(Archive<?> archive) throws ClassNotFoundException {
        var found = new ArrayList<Class<?>>();
        for (var path : archive.getContent().keySet()) {
            var name = path.get();
            if (name.startsWith(CLASSES) && name.endsWith(".class")) {
                var type = name.substring(CLASSES.length(), name.length() - ".class".length());
                found.add(
                        Class.forName(
                                type.replace('/', '.'), false, Deployed.class.getClassLoader()));
            }
        }
        return found;
    }

    /// Narayana's extension looks for participants in the jars of the class path, so that has to be
    /// the archive meanwhile, as it is in a server.
    private static WeldContainer weld(Archive<?> archive, List<Class<?>> classes)
            throws IOException {
        var jar = Files.createTempFile("weir-tck", ".jar");
        var path = System.getProperty(CLASS_PATH);
        try {
            archive.as(ZipExporter.class).exportTo(jar.toFile(), true);
            System.setProperty(CLASS_PATH, jar.toString());
            return new Weld()
                    .disableDiscovery()
                    .addBeanClasses(classes.toArray(Class<?>[]::new))
                    // Clients outlive a deployment, so their filters are no beans.
                    .addBeanClasses(
                            ServerLRAFilter.class,
                            LRAParticipantData.class,
                            LRAParticipantResource.class)
                    .addExtensions(
                            new LRACDIExtension(),
                            new ResteasyCdiExtension(),
                            new RestClientExtension(),
                            new ConfigExtension())
                    .initialize();
        } finally {
            System.setProperty(CLASS_PATH, path);
            Files.delete(jar);
        }
    }

    private static DeploymentInfo servlet(List<Class<?>> classes, WeldContainer weld) {
        var resteasy = new ResteasyDeploymentImpl();
        resteasy.setInjectorFactoryClass(CdiInjectorFactory.class.getName());
        resteasy.setApplication(new Application());
        var resources = new ArrayList<String>();
        var providers = new ArrayList<String>();
        for (var type : classes) {
            if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
                continue;
            }
            if (isResource(type)) {
                resources.add(type.getName());
            }
            if (type.isAnnotationPresent(Provider.class)) {
                providers.add(type.getName());
            }
        }
        resources.add(LRAParticipantResource.class.getName());
        PROVIDERS.forEach(type -> providers.add(type.getName()));
        resteasy.setResourceClasses(resources);
        resteasy.setProviderClasses(providers);
        return new DeploymentInfo()
                .setClassLoader(Deployed.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("tck")
                .addServletContextAttribute(ResteasyDeployment.class.getName(), resteasy)
                .addInnerHandlerChainWrapper(next ->
                        exchange -> {
                            var requests = weld.select(RequestContextController.class).get();
                            requests.activate();
                            try {
                                next.handleRequest(exchange);
                            } finally {
                                requests.deactivate();
                            }
                        })
                .addServlet(
                        Servlets.servlet("resteasy", HttpServlet30Dispatcher.class)
                                .setAsyncSupported(true)
                                .setLoadOnStartup(1)
                                .addMapping("/*"));
    }

    private static boolean isResource(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.isAnnotationPresent(Path.class)) {
                return true;
            }
            for (var contract : each.getInterfaces()) {
                if (contract.isAnnotationPresent(Path.class)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Sets what a test wants injected.
    void inject(Object test) throws IllegalAccessException {
        for (Class<?> type = test.getClass(); type != null; type = type.getSuperclass()) {
            for (var field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(jakarta.inject.Inject.class)) {
                    field.setAccessible(true);
                    field.set(test, weld.select(field.getType()).get());
                }
            }
        }
    }

    @Override
    public void close() throws ServletException {
        undertow.stop();
        servlets.stop();
        servlets.undeploy();
        weld.shutdown();
    }
}
