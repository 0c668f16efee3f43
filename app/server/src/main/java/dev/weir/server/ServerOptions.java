package dev.weir.server;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Extension;
import dev.weir.resource.ResourceType;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// How a control plane is started.
///
/// @param data the directory of everything it keeps; made where it is missing, mode 0700
/// @param listen addresses to serve HTTPS on; port 0 picks a free one
/// @param settings what controllers see as the options of their host
/// @param extensions whose kinds, rules and controllers it runs
/// @param console the pages under `/console/`
public record ServerOptions(
        Path data,
        List<InetSocketAddress> listen,
        Map<String, String> settings,
        List<Extension> extensions,
        Console console) {

    /// The address where none is named: this machine only, at Kubernetes' usual port.
    public static final InetSocketAddress DEFAULT_ADDRESS =
            InetSocketAddress.createUnresolved("127.0.0.1", 6443);

    /// Copies the collections.
    public ServerOptions {
        listen = List.copyOf(listen);
        settings = Map.copyOf(settings);
        extensions = List.copyOf(extensions);
    }

    /// The default address, and every extension and console that is on the module path.
    public static ServerOptions in(Path data) {
        return new ServerOptions(data, List.of(DEFAULT_ADDRESS), Map.of(), installed(), pages());
    }

    /// These options on other addresses.
    public ServerOptions on(List<InetSocketAddress> addresses) {
        return new ServerOptions(data, addresses, settings, extensions, console);
    }

    /// These options with other settings.
    public ServerOptions with(Map<String, String> newSettings) {
        return new ServerOptions(data, listen, newSettings, extensions, console);
    }

    /// These options with other extensions.
    public ServerOptions extendedBy(List<Extension> newExtensions) {
        return new ServerOptions(data, listen, settings, newExtensions, console);
    }

    /// These options, but the controllers of the extensions run elsewhere, over HTTPS.
    public ServerOptions withoutControllers() {
        return extendedBy(extensions.stream().<Extension>map(Uncontrolled::new).toList());
    }

    /// The kinds and rules of an extension, without its controllers.
    private record Uncontrolled(Extension extension) implements Extension {
        @Override
        public String name() {
            return extension.name();
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return extension.kinds();
        }

        @Override
        public List<AdmissionRule<?>> admissionRules() {
            return extension.admissionRules();
        }
    }

    private static List<Extension> installed() {
        return ServiceLoader.load(Extension.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    private static Console pages() {
        var consoles =
                ServiceLoader.load(Console.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return path ->
                consoles.stream()
                        .map(console -> console.page(path))
                        .flatMap(Optional::stream)
                        .findFirst();
    }
}
