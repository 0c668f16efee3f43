package dev.weir.apiserver;

import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.Collection;

/// Brings the kinds of the extensions into the store as CustomResourceDefinitions.
final class Installation {
    private final Kinds kinds;
    private final Objects objects;

    Installation(Kinds kinds, Objects objects) {
        this.kinds = kinds;
        this.objects = objects;
    }

    void install(Collection<? extends Extension> extensions) {
        extensions.stream().flatMap(e -> e.kinds().stream()).forEach(this::install);
    }

    private void install(ResourceType<?> type) {
        var served = kinds.find(type.group(), type.version(), type.plural());
        if (served.isPresent() && !served.get().custom()) {
            return;
        }
        var crd = type.customResourceDefinition();
        var name = crd.object("metadata").string("name");
        if (objects.has(kinds.definitions(), "", name)) {
            update(crd, name);
        } else {
            objects.create(kinds.definitions(), "", crd, Edit.own());
        }
    }

    private void update(Json.Obj crd, String name) {
        var spec = crd.get("spec");
        var old = objects.get(kinds.definitions(), "", name);
        if (spec != null && !spec.equals(old.get("spec"))) {
            objects.update(kinds.definitions(), "", name, "", old.with("spec", spec), Edit.own());
        }
    }
}
