package dev.weir.cli;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.ResourceType;
import java.nio.charset.StandardCharsets;

/// Brings one manifest into force, as kubectl's client-side apply does: the last manifest is kept
/// in an annotation, so that what it had and the next one lacks can be removed.
///
/// Lists are replaced as a whole, for built-in kinds too: nothing here knows which lists the server
/// would merge by key.
final class Application {
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Session session;
    private final boolean dryRun;

    Application(Session session, boolean dryRun) {
        this.session = session;
        this.dryRun = dryRun;
    }

    /// What became of an object.
    ///
    /// @param outcome `created`, `configured` or `unchanged`
    record Applied(String label, String outcome) {}

    Applied apply(Documents.Document document) {
        var type =
                session.kinds()
                        .find(document.apiVersion(), document.kind())
                        .orElseThrow(() -> unknown(document));
        var object = placed(type, document.object());
        var metadata = object.object("metadata");
        var name = metadata.string("name");
        var namespace = metadata.string("namespace");
        if (name.isEmpty()) {
            throw new Problem(
                    document.kind() + " without metadata.name; apply needs one to find it again");
        }
        var label = Target.label(type, name);
        var manifest = remembering(object);
        var live = session.objects().find(type, namespace, name);
        if (live.isEmpty()) {
            session.objects().create(type, namespace, manifest, dryRun);
            return new Applied(label, "created");
        }
        var patch = MergePatch.threeWay(last(live.get()), manifest, live.get());
        if (patch.isEmpty()) {
            return new Applied(label, "unchanged");
        }
        var changed = session.objects().merge(type, namespace, name, patch, dryRun);
        boolean same = version(changed).equals(version(live.get())) && !dryRun;
        return new Applied(label, same ? "unchanged" : "configured");
    }

    private Problem unknown(Documents.Document document) {
        return new Problem(
                "the server has no kind "
                        + document.kind()
                        + " in "
                        + document.apiVersion()
                        + "; apply its CustomResourceDefinition first");
    }

    /// The object with its namespace, and without what only servers write.
    private Json.Obj placed(ResourceType<Dynamic> type, Json.Obj object) {
        var metadata = object.object("metadata");
        var own = metadata.string("namespace");
        if (!type.namespaced()) {
            return object.with("metadata", metadata.without("namespace"));
        }
        if (session.namespaceNamed() && !own.isEmpty() && !own.equals(session.namespace())) {
            throw new Problem(
                    "the object is in namespace \""
                            + own
                            + "\", the command names \""
                            + session.namespace()
                            + "\"; drop one of them");
        }
        var namespace = own.isEmpty() ? session.namespace() : own;
        return object.with("metadata", metadata.with("namespace", Json.of(namespace)));
    }

    /// The object with itself in its annotation.
    private static Json.Obj remembering(Json.Obj object) {
        var metadata = object.object("metadata");
        var annotations = metadata.object("annotations").without(LAST_APPLIED);
        var bare = object.with("metadata", metadata.with("annotations", annotations));
        var text = new String(bare.bytes(), StandardCharsets.UTF_8) + "\n";
        return object.with(
                "metadata",
                metadata.with("annotations", annotations.with(LAST_APPLIED, Json.of(text))));
    }

    private static Json.Obj last(Json.Obj live) {
        var text = live.object("metadata").object("annotations").string(LAST_APPLIED);
        try {
            return text.isEmpty() ? Json.Obj.EMPTY : Json.parse(text).asObject();
        } catch (JsonException _) {
            return Json.Obj.EMPTY;
        }
    }

    private static String version(Json.Obj object) {
        return object.object("metadata").string("resourceVersion");
    }
}
