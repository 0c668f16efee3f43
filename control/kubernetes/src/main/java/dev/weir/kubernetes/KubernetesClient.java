package dev.weir.kubernetes;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Listing;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WriteOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A [dev.weir.resource.Client] over HTTPS, for Weir's API server and for any Kubernetes.
///
/// ```java
/// var config = Kubeconfig.load(List.of(Path.of(home, ".kube", "config")));
/// try (var client = KubernetesClient.connect(config.connection())) {
///     client.list(ConfigMap.TYPE, Query.in("default")).items().forEach(System.out::println);
/// }
/// ```
///
/// Requests share one HTTP/2 connection, watches another; each open watch has one virtual thread. A
/// request waits 60 s for its answer at most. Refusals with 429, and unreachable servers where
/// sending twice does no harm, are tried up to four times. Thread-safe.
public final class KubernetesClient implements Client {
    private static final String TABLE =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private final Transport transport;
    private final Set<Watch<?>> watches = ConcurrentHashMap.newKeySet();

    private KubernetesClient(Transport transport) {
        this.transport = transport;
    }

    /// A client of the server at a connection. Nothing is sent yet.
    ///
    /// @throws KubeconfigException `MALFORMED` or `UNSUPPORTED` when a certificate or key of the
    ///   connection cannot be used
    public static KubernetesClient connect(Connection connection) {
        return new KubernetesClient(new Transport(connection));
    }

    @Override
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        return decode(type, send("GET", Address.of(type, namespace, name), null));
    }

    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        var json = parse(send("GET", listing(type, query), null));
        var items = new ArrayList<R>();
        for (var item : json.array("items").items()) {
            items.add(decode(type, item));
        }
        var metadata = json.object("metadata");
        return new Listing<>(
                items, metadata.string("resourceVersion"), metadata.string("continue"));
    }

    private static Address listing(ResourceType<?> type, Query query) {
        var address =
                Address.of(type, query.namespace())
                        .selecting(query)
                        .with("limit", query.limit() > 0 ? Integer.toString(query.limit()) : "");
        if (!query.continueToken().isEmpty()) {
            return address.with("continue", query.continueToken());
        }
        var version = query.resourceVersion();
        boolean exact = !version.isEmpty() && !version.equals("0");
        return address.with("resourceVersion", version)
                .with("resourceVersionMatch", exact ? "NotOlderThan" : "");
    }

    /// The objects as a table with the printer columns of the kind: a `meta.k8s.io/v1` Table.
    public Json.Obj table(ResourceType<?> type, Query query) {
        var call =
                new Transport.Call(
                        "GET", listing(type, query).toString(), Map.of("Accept", TABLE), null);
        return parse(transport.send(call));
    }

    /// One object as a table of one row.
    public Json.Obj table(ResourceType<?> type, String namespace, String name) {
        var path = Address.of(type, namespace, name).toString();
        return parse(
                transport.send(new Transport.Call("GET", path, Map.of("Accept", TABLE), null)));
    }

    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        var watch =
                query.resourceVersion().isEmpty()
                        ? WatchStream.initial(this, transport, type, query)
                        : WatchStream.after(transport, type, query);
        watches.add(watch);
        watch.onClose(() -> watches.remove(watch));
        return watch;
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        var address = Address.of(type, resource.metadata().namespace());
        return write("POST", address, type, resource, options);
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        return write("PUT", object(type, resource), type, resource, options);
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        return write("PUT", object(type, resource).step("status"), type, resource, options);
    }

    private static <R extends Resource> Address object(ResourceType<R> type, R resource) {
        var metadata = resource.metadata();
        return Address.of(type, metadata.namespace(), metadata.name());
    }

    private <R extends Resource> R write(
            String method,
            Address address,
            ResourceType<R> type,
            R resource,
            WriteOptions options) {
        var body = type.encode(resource).bytes();
        return decode(type, write(method, address, Map.of(), body, options));
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        var address = Address.of(type, namespace, name).step(patch.subresource());
        if (patch.type() == Patch.Type.Apply && options.fieldManager().isEmpty()) {
            address.with("fieldManager", "weir");
        }
        var headers = Map.of("Content-Type", patch.type().mediaType());
        return decode(type, write("PATCH", address, headers, patch.body().bytes(), options));
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        var members = new LinkedHashMap<String, Json>();
        members.put("kind", Json.of("DeleteOptions"));
        members.put("apiVersion", Json.of("v1"));
        members.put("propagationPolicy", Json.of(options.propagation().name()));
        var conditions = new LinkedHashMap<String, Json>();
        if (!options.uid().isEmpty()) {
            conditions.put("uid", Json.of(options.uid()));
        }
        if (!options.resourceVersion().isEmpty()) {
            conditions.put("resourceVersion", Json.of(options.resourceVersion()));
        }
        if (!conditions.isEmpty()) {
            members.put("preconditions", new Json.Obj(conditions));
        }
        write(
                "DELETE",
                Address.of(type, namespace, name),
                Map.of(),
                new Json.Obj(members).bytes(),
                options.write());
    }

    private Reply write(
            String method,
            Address address,
            Map<String, String> headers,
            byte[] body,
            WriteOptions options) {
        address.with("dryRun", options.dryRun() ? "All" : "")
                .with("fieldManager", method.equals("DELETE") ? "" : options.fieldManager());
        var all = new LinkedHashMap<>(headers);
        var fence = options.fence();
        if (fence != null) {
            all.put(
                    WriteOptions.Fence.HEADER,
                    fence.leaseNamespace() + "/" + fence.leaseName() + "@" + fence.epoch());
        }
        return transport.send(new Transport.Call(method, address.toString(), all, body));
    }

    /// The kinds that the server has.
    public Discovery discovery() {
        return Discovery.read(this);
    }

    /// Sends any request.
    ///
    /// @param path with its query, such as `/readyz?verbose`
    /// @param headers in the place of the usual ones of the same name
    /// @throws StatusException when the answer's code is not 200 to 299
    public Reply raw(
            String method, String path, Map<String, String> headers, byte @Nullable [] body) {
        return transport.send(new Transport.Call(method, path, headers, body));
    }

    /// A watch whose objects are tables of one row each, with the printer columns of the kind: the
    /// first has the column definitions.
    public Watch<Dynamic> watchTable(ResourceType<?> type, Query query) {
        var watch = WatchStream.table(transport, type, query, TABLE);
        watches.add(watch);
        watch.onClose(() -> watches.remove(watch));
        return watch;
    }

    private Reply send(String method, Address address, byte @Nullable [] body) {
        return transport.send(new Transport.Call(method, address.toString(), Map.of(), body));
    }

    private static Json.Obj parse(Reply reply) {
        try {
            return reply.json();
        } catch (JsonException e) {
            throw garbled("the answer is no JSON object: " + e.getMessage());
        }
    }

    private static <R extends Resource> R decode(ResourceType<R> type, Reply reply) {
        return decode(type, parse(reply));
    }

    static <R extends Resource> R decode(ResourceType<R> type, Json json) {
        try {
            return type.decode(json.asObject());
        } catch (JsonException e) {
            var name =
                    json instanceof Json.Obj object ? object.object("metadata").string("name") : "";
            throw garbled(type + " \"" + name + "\" cannot be read: " + e.getMessage());
        }
    }

    private static StatusException garbled(String problem) {
        return StatusException.of(Status.Reason.InternalError, problem);
    }

    /// How many requests were answered with which status, as `rest_client_requests_total`.
    @Override
    public String metrics() {
        return transport.metrics();
    }

    @Override
    public void close() {
        List.copyOf(watches).forEach(Watch::close);
        transport.close();
    }
}
