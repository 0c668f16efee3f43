package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Requests about objects: whether the caller may, and then the verb.
final class Resources implements AutoCloseable {
    private final Api api;
    private final Lists lists;
    private final Watches watches;

    Resources(Api api, Metrics metrics) {
        this.api = api;
        this.lists = new Lists(api.store());
        this.watches = new Watches(api, metrics);
    }

    void serve(Exchange exchange, Caller caller, Route route) throws IOException {
        var verb = route.verb(exchange.method(), exchange.flag("watch"));
        authorize(caller, verb, route);
        var kind = api.kinds().require(route.group(), route.version(), route.plural());
        check(kind, route, verb);
        if (!kind.stored()) {
            review(exchange, caller, kind);
            return;
        }
        if (route.subresource().equals("scale")) {
            new Scale(api, kind, route).serve(exchange, verb);
            return;
        }
        switch (verb) {
            case "get" -> get(exchange, kind, route);
            case "list", "watch" -> list(exchange, kind, route);
            case "create" -> create(exchange, kind, route);
            case "update" -> update(exchange, kind, route);
            case "patch" -> patch(exchange, kind, route);
            case "delete" -> delete(exchange, kind, route);
            case "deletecollection" -> deleteCollection(exchange, kind, route);
            default -> throw Refusals.method();
        }
    }

    private static void authorize(Caller caller, String verb, Route route) {
        if (caller.may(verb, route.group(), route.plural())) {
            return;
        }
        var resource =
                route.subresource().isEmpty()
                        ? route.plural()
                        : route.plural() + "/" + route.subresource();
        var qualified = route.group().isEmpty() ? resource : resource + "." + route.group();
        var message =
                qualified
                        + (route.name().isEmpty() ? "" : " \"" + route.name() + "\"")
                        + " is forbidden: User \""
                        + caller.user()
                        + "\" cannot "
                        + verb
                        + " resource \""
                        + resource
                        + "\" in API group \""
                        + route.group()
                        + "\" "
                        + (route.namespace().isEmpty()
                                ? "at the cluster scope"
                                : "in the namespace \"" + route.namespace() + "\"");
        throw new StatusException(
                new Status(
                        403,
                        Status.Reason.Forbidden,
                        message,
                        route.group(),
                        route.plural(),
                        route.name(),
                        List.of(),
                        0));
    }

    private static void check(Served kind, Route route, String verb) {
        boolean one = !route.name().isEmpty();
        boolean inNamespace = !route.namespace().isEmpty();
        if (inNamespace && !kind.names().namespaced()
                || one && !inNamespace && kind.names().namespaced()
                || !kind.has(route.subresource())) {
            throw Refusals.nowhere();
        }
        boolean changesAll = verb.equals("create") || verb.equals("deletecollection");
        boolean subresource =
                route.subresource().isEmpty() || List.of("get", "update", "patch").contains(verb);
        if (verb.isEmpty()
                || !subresource
                || changesAll && kind.names().namespaced() && !inNamespace
                || route.subresource().isEmpty()
                        && !kind.verbs().contains(verb.equals("watch") ? "watch" : verb)) {
            throw Refusals.method();
        }
    }

    private void get(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        Revisions.requireReached(api.store(), Revisions.parse(exchange.query("resourceVersion")));
        var entry = api.objects().entry(kind, route.namespace(), route.name());
        if (view.plain()) {
            exchange.send(200, Media.JSON, Stored.bytes(kind, entry));
        } else {
            answer(exchange, view, 200, kind, Stored.read(kind, entry));
        }
    }

    private void list(Exchange exchange, Served kind, Route route) throws IOException {
        var query = ListQuery.of(exchange);
        var selection = Selection.parse(kind, query.labels(), query.fields());
        if (query.watch()) {
            watches.serve(exchange, kind, route.namespace(), selection, query);
            return;
        }
        var view = View.of(exchange);
        var found =
                lists.list(
                        kind,
                        route.namespace(),
                        selection,
                        query.limit(),
                        query.token(),
                        query.revision(api.store()));
        exchange.send(200, view.media().name(), view.list(kind, found, api.clock().instant()));
    }

    private void create(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        var problems = new ArrayList<String>();
        var body = Bodies.object(exchange, kind, problems);
        var edit = Edits.of(exchange, problems);
        var made = api.objects().create(kind, route.namespace(), body, edit);
        answer(exchange, view, 201, kind, made);
    }

    private void update(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        var problems = new ArrayList<String>();
        var body = Bodies.object(exchange, kind, problems);
        var edit = Edits.of(exchange, problems);
        var before = api.store().get(kind.key(route.namespace(), route.name()));
        var done =
                api.objects()
                        .update(
                                kind,
                                route.namespace(),
                                route.name(),
                                route.subresource(),
                                body,
                                edit);
        answer(exchange, view, before.isEmpty() ? 201 : 200, kind, done);
    }

    private void patch(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        var patch = Bodies.patch(exchange, kind, route.subresource());
        var edit = Edits.of(exchange, new ArrayList<>());
        var done = api.objects().patch(kind, route.namespace(), route.name(), patch, edit);
        answer(exchange, view, 200, kind, done);
    }

    private void delete(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        var options = Bodies.optional(exchange);
        var done =
                api.objects()
                        .delete(
                                kind,
                                route.namespace(),
                                route.name(),
                                Edits.deletion(exchange, options),
                                Edits.of(exchange, options));
        if (done.string("kind").equals("Status")) {
            exchange.send(200, view.media().name(), view.media().write(done));
        } else {
            answer(exchange, view, 200, kind, done);
        }
    }

    private void deleteCollection(Exchange exchange, Served kind, Route route) throws IOException {
        var view = View.of(exchange);
        var query = ListQuery.of(exchange);
        var options = Bodies.optional(exchange);
        var deletion = Edits.deletion(exchange, options);
        var edit = Edits.of(exchange, options);
        var selection = Selection.parse(kind, query.labels(), query.fields());
        var found =
                lists.list(
                        kind,
                        route.namespace(),
                        selection,
                        query.limit(),
                        query.token(),
                        query.revision(api.store()));
        for (var entry : found.entries()) {
            var metadata = Stored.read(kind, entry).object("metadata");
            try {
                api.objects()
                        .delete(
                                kind,
                                metadata.string("namespace"),
                                metadata.string("name"),
                                deletion,
                                edit);
            } catch (StatusException e) {
                if (e.reason() != Status.Reason.NotFound) {
                    throw e;
                }
            }
        }
        exchange.send(200, view.media().name(), view.list(kind, found, api.clock().instant()));
    }

    private void review(Exchange exchange, Caller caller, Served kind) throws IOException {
        var problems = new ArrayList<String>();
        var body = Bodies.object(exchange, kind, problems);
        var question = Intake.read(kind, body, Edits.of(exchange, problems));
        var view = View.of(exchange);
        answer(exchange, view, 201, kind, Reviews.answer(kind, caller, question));
    }

    private void answer(Exchange exchange, View view, int code, Served kind, Json.Obj object)
            throws IOException {
        exchange.send(code, view.media().name(), view.object(kind, object, api.clock().instant()));
    }

    /// Ends all watches.
    @Override
    public void close() {
        watches.close();
    }
}
