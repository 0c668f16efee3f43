package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Patch;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.Write;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The one way in which objects change, for HTTP and for callers in this process: intake,
/// admission, rules, commit.
final class Objects {
    private static final int ATTEMPTS = 16;

    private final Store store;
    private final Kinds kinds;
    private final Admission admission;
    private final Namespaces namespaces;
    private final Commits commits;
    private final Clock clock;
    private final Chance chance;

    Objects(Store store, Kinds kinds, Admission admission, Clock clock, Chance chance) {
        this.store = store;
        this.kinds = kinds;
        this.admission = admission;
        this.namespaces = new Namespaces(store, kinds);
        this.commits = new Commits(store, kinds);
        this.clock = clock;
        this.chance = chance;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Json.Obj get(Served kind, String namespace, String name) {
        return Stored.read(kind, entry(kind, namespace, name));
    }

    Entry entry(Served kind, String namespace, String name) {
        return store.get(kind.key(namespace, name))
                .orElseThrow(() -> Refusals.notFound(kind, name));
    }

    boolean has(Served kind, String namespace, String name) {
        return store.get(kind.key(namespace, name)).isPresent();
    }

    Json.Obj create(Served kind, String namespace, Json.Obj body, Edit edit) {
        checkNamespace(kind, namespace, body);
        var input = Intake.read(kind, body, edit);
        for (int i = 0; i < ATTEMPTS; i++) {
            var made = make(current(kind), namespace, input, edit);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw Refusals.modified(kind, name(input));
    }

    /// The kind as it is served now.
    private Served current(Served kind) {
        var names = kind.names();
        return kind.custom() ? kinds.require(names.group(), names.version(), names.plural()) : kind;
    }

    /// The object as stored; empty where its home changed under it, or its name was made up and is
    /// taken.
    private Optional<Json.Obj> make(Served kind, String namespace, Json.Obj input, Edit edit) {
        if (kind.terminating()) {
            throw Refusals.terminating(kind);
        }
        var draft = Drafts.created(kind, namespace, input, clock.instant(), chance);
        var name = name(draft);
        var home = namespaces.require(kind, namespace, name);
        var object = accept(kind, draft, null, "");
        if (edit.dryRun()) {
            if (has(kind, namespace, name)) {
                throw Refusals.alreadyExists(kind, name);
            }
            return Optional.of(object);
        }
        var write =
                new Write.Create(
                        kind.key(namespace, name),
                        Stored.write(kind, object),
                        UUID.fromString(object.object("metadata").string("uid")),
                        commits.fence(edit),
                        Stream.of(home, kind.definition()).flatMap(Stream::ofNullable).toList());
        try {
            return commits.attempt(kind, name, write)
                    .map(entry -> Stored.read(kind, object, entry.revision()));
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.AlreadyExists && name(input).isEmpty()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// @param subresource empty for the object itself, else `status`
    Json.Obj update(
            Served kind,
            String namespace,
            String name,
            String subresource,
            Json.Obj body,
            Edit edit) {
        checkNamespace(kind, namespace, body);
        var input = Intake.read(kind, body, edit);
        var given = input.object("metadata");
        if (!given.string("name").equals(name)) {
            throw Refusals.misnamed(given.string("name"), name);
        }
        if (!has(kind, namespace, name) && createsOnUpdate(kind)) {
            return create(kind, namespace, input, edit);
        }
        boolean locked = !given.string("resourceVersion").isEmpty();
        for (int i = 0; i < ATTEMPTS; i++) {
            var current = entry(kind, namespace, name);
            checkVersion(kind, current, name, given);
            var old = Stored.read(kind, current);
            var done = replace(kind, current, old, input, subresource, edit);
            if (done != null) {
                return done;
            }
            if (locked) {
                break;
            }
        }
        throw Refusals.modified(kind, name);
    }

    private static boolean createsOnUpdate(Served kind) {
        return kind.is("coordination.k8s.io", "leases")
                || kind.is("", "events")
                || kind.is("events.k8s.io", "events");
    }

    Json.Obj patch(Served kind, String namespace, String name, Patch patch, Edit edit) {
        if (!serves(kind, patch.type())) {
            throw unserved(kind);
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            var current = entry(kind, namespace, name);
            var old = Stored.read(kind, current);
            var changed = Patches.apply(patch.type(), old, patch.body(), kind.schema());
            var input = patched(kind, changed, edit);
            checkPatched(kind, old, input, current, name);
            var done = replace(kind, current, old, input, patch.subresource(), edit);
            if (done != null) {
                return done;
            }
        }
        throw Refusals.modified(kind, name);
    }

    private static Json.Obj patched(Served kind, Json.Obj changed, Edit edit) {
        try {
            return Intake.read(kind, Bodies.typed(changed), edit);
        } catch (JsonException e) {
            throw Refusals.unpatched(kind, changed, String.valueOf(e.getMessage()));
        } catch (StatusException e) {
            throw Refusals.unpatched(kind, changed, e);
        }
    }

    /// Whether the kind can be changed by patches of that type.
    static boolean serves(Served kind, Patch.Type type) {
        return switch (type) {
            case Json, Merge -> true;
            case StrategicMerge -> !kind.custom();
            case Apply -> false;
        };
    }

    /// The refusal of a patch of any other type.
    static StatusException unserved(Served kind) {
        return kind.custom()
                ? Bodies.unsupported(Patch.Type.Json.mediaType(), Patch.Type.Merge.mediaType())
                : Bodies.unsupported(
                        Patch.Type.Json.mediaType(),
                        Patch.Type.Merge.mediaType(),
                        Patch.Type.StrategicMerge.mediaType());
    }

    private static void checkPatched(
            Served kind, Json.Obj old, Json.Obj input, Entry current, String name) {
        if (!name(input).equals(name)) {
            throw Refusals.misnamed(name(input), name);
        }
        checkNamespace(kind, old.object("metadata").string("namespace"), input);
        checkVersion(kind, current, name, input.object("metadata"));
    }

    /// The object as stored; null where another write came first.
    private Json.@Nullable Obj replace(
            Served kind,
            Entry current,
            Json.Obj old,
            Json.Obj input,
            String subresource,
            Edit edit) {
        var draft = Drafts.updated(kind, old, input, subresource);
        var next = Drafts.counted(kind, old, accept(kind, draft, old, subresource));
        var name = name(next);
        if (Stored.strip(kind, next).equals(Stored.strip(kind, old))) {
            commitsNothing(edit);
            return old;
        }
        if (edit.dryRun()) {
            return next;
        }
        if (Drafts.finished(next)) {
            return remove(kind, name, current, next, edit);
        }
        var write =
                new Write.Update(
                        current.key(),
                        Stored.write(kind, next),
                        current.uid(),
                        current.revision(),
                        takes(kind, old, next),
                        commits.fence(edit));
        var entry = commits.attempt(kind, name, write);
        if (entry.isEmpty()) {
            return null;
        }
        return Stored.read(kind, next, entry.get().revision());
    }

    private void commitsNothing(Edit edit) {
        var fence = commits.fence(edit);
        if (fence != null
                && store.get(fence.key()).filter(e -> e.epoch() == fence.epoch()).isEmpty()) {
            throw StatusException.of(
                    Status.Reason.Conflict,
                    "the leadership that the write depends on has passed on");
        }
    }

    private static boolean takes(Served kind, Json.Obj old, Json.Obj next) {
        return kind.is("coordination.k8s.io", "leases")
                && !old.object("spec")
                        .string("holderIdentity")
                        .equals(next.object("spec").string("holderIdentity"));
    }

    /// The object after deletion; null where another write came first.
    private Json.@Nullable Obj remove(
            Served kind, String name, Entry current, Json.Obj last, Edit edit) {
        var write =
                new Write.Delete(
                        current.key(), current.uid(), current.revision(), commits.fence(edit));
        var entry = commits.attempt(kind, name, write);
        if (entry.isEmpty()) {
            return null;
        }
        return Stored.read(kind, last, entry.get().revision());
    }

    /// Deletes the object, or marks it. The answer is the object where it stays, else a `Status`.
    Json.Obj delete(Served kind, String namespace, String name, Deletion deletion, Edit edit) {
        for (int i = 0; i < ATTEMPTS; i++) {
            var current = entry(kind, namespace, name);
            var old = Stored.read(kind, current);
            deletion.check(kind, name, old);
            var marked = deletion.mark(kind, old, clock.instant());
            var next =
                    kind.defines()
                            ? Established.apply(marked, kinds.all(), clock.instant())
                            : marked;
            boolean stays = !Drafts.finished(next);
            if (edit.dryRun() || stays && next.equals(old)) {
                return stays ? next : Deletion.success(kind, old);
            }
            if (!stays) {
                if (remove(kind, name, current, old, edit) != null) {
                    return Deletion.success(kind, old);
                }
                continue;
            }
            var write =
                    new Write.Update(
                            current.key(),
                            Stored.write(kind, next),
                            current.uid(),
                            current.revision(),
                            isHome(kind),
                            commits.fence(edit));
            var entry = commits.attempt(kind, name, write);
            if (entry.isPresent()) {
                return Stored.read(kind, next, entry.get().revision());
            }
        }
        throw Refusals.modified(kind, name);
    }

    /// What the clock says.
    Instant now() {
        return clock.instant();
    }

    /// Says that a namespace's content is gone; with no other finalizer, the namespace goes too.
    void finalizeNamespace(Served kind, String name) {
        for (int i = 0; i < ATTEMPTS; i++) {
            var current = entry(kind, "", name);
            var old = Stored.read(kind, current);
            var next = old.with("spec", old.object("spec").without("finalizers"));
            var write =
                    new Write.Update(
                            current.key(),
                            Stored.write(kind, next),
                            current.uid(),
                            current.revision(),
                            false,
                            null);
            boolean done =
                    Drafts.finished(next)
                            ? remove(kind, name, current, next, Edit.own()) != null
                            : commits.attempt(kind, name, write).isPresent();
            if (done) {
                return;
            }
        }
    }

    private Json.Obj accept(
            Served kind, Json.Obj draft, Json.@Nullable Obj old, String subresource) {
        var object = ObjectRules.normalise(kind.names(), draft);
        if (kind.defines()) {
            object = CrdRules.withDefaults(object);
        }
        var mutated = admission.mutate(kind, object, old);
        if (mutated != object && kind.custom()) {
            mutated = SchemaRules.withDefaults(kind.schema(), mutated);
        }
        object = mutated;
        Intake.check(kind, object, old, subresource);
        admission.validate(kind, object, old);
        return kind.defines() ? Established.apply(object, kinds.all(), clock.instant()) : object;
    }

    /// Whether other objects depend on one of this kind, and on its not being deleted.
    private static boolean isHome(Served kind) {
        return kind.is("", "namespaces") || kind.defines();
    }

    private static String name(Json.Obj object) {
        return object.object("metadata").string("name");
    }

    private static void checkNamespace(Served kind, String namespace, Json.Obj body) {
        var given = body.object("metadata").string("namespace");
        if (kind.names().namespaced() && !given.isEmpty() && !given.equals(namespace)) {
            throw Refusals.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        if (kind.names().namespaced() && namespace.isEmpty()) {
            throw Refusals.badRequest("an empty namespace may not be set during creation");
        }
    }

    private static void checkVersion(Served kind, Entry current, String name, Json.Obj given) {
        var uid = given.string("uid");
        if (!uid.isEmpty() && !uid.equals(current.uid().toString())) {
            throw Refusals.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + current.uid());
        }
        var version = given.string("resourceVersion");
        if (version.isEmpty()) {
            if (kind.custom()) {
                // The one refusal of this kind that names the resource.
                throw StatusException.invalid(
                        kind.names().group(),
                        kind.names().plural(),
                        name,
                        List.of(
                                Causes.invalid(
                                        "metadata.resourceVersion",
                                        Json.of(0),
                                        "must be specified for an update")));
            }
        } else if (!version.equals(Long.toString(current.revision()))) {
            throw Refusals.modified(kind, name);
        }
    }
}
