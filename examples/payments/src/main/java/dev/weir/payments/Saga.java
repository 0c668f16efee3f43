package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.saga.SagaView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A saga as its service's database has it: a copy to look at, in which a change changes nothing.
@Kind(
        group = Saga.GROUP,
        categories = "payments",
        columns = {
            @Kind.Column(name = "Definition", path = ".spec.definition"),
            @Kind.Column(name = "Key", path = ".spec.key", priority = 1),
            @Kind.Column(name = "State", path = ".status.state"),
            @Kind.Column(name = "Step", path = ".status.step"),
            @Kind.Column(name = "Node", path = ".status.node"),
            @Kind.Column(name = "Why", path = ".status.why", priority = 1)
        })
public record Saga(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    /// The API group of sagas.
    public static final String GROUP = "saga.weir.dev";

    /// The kind.
    public static final ResourceType<Saga> TYPE = ResourceType.of(Saga.class);

    /// The label that names the service in whose database it is.
    public static final String SERVICE = "saga.weir.dev/service";

    /// The label that tells the databases of one service apart.
    public static final String DATABASE = "saga.weir.dev/database";

    /// What was started.
    ///
    /// @param definition the name of the definition
    /// @param key the business key; empty for none
    /// @param started when, by the database's clock
    public record Spec(
            String definition, @Field(defaultJson = "\"\"") String key, Instant started) {}

    /// Where it is.
    ///
    /// @param state `RUNNING`, `COMPENSATING`, `DONE`, `COMPENSATED` or `ABANDONED`
    /// @param stuck whether it needs an operator
    /// @param step the step that was committed last; empty for none
    /// @param node the node that works on it, or did last; empty for none
    /// @param why why it goes back, is stuck or was abandoned
    /// @param steps what was committed, in that order
    public record Status(
            String state,
            @Field(defaultJson = "false") boolean stuck,
            @Field(defaultJson = "\"\"") String step,
            @Field(defaultJson = "\"\"") String node,
            @Field(defaultJson = "\"\"") String why,
            List<Step> steps) {
        /// Copies the steps.
        public Status {
            steps = List.copyOf(steps);
        }
    }

    /// A step of it.
    ///
    /// @param state `TRYING`, `SENT`, `DONE`, `FAILED`, `SKIPPED`, `UNDOING` or `UNDONE`
    /// @param node the node that committed it
    /// @param at when, by the database's clock
    /// @param attempts those that failed, or whose outcome is unknown
    /// @param error what the last of them said
    public record Step(
            String name,
            String state,
            String node,
            Instant at,
            @Field(defaultJson = "0") long attempts,
            @Field(defaultJson = "\"\"") String error) {}

    /// What an engine has, as an object.
    ///
    /// @param database a name of the database, as values of labels are
    static Saga of(String namespace, String service, String database, SagaView view) {
        var steps =
                view.steps().stream()
                        .map(step ->
                                new Step(
                                        step.name(),
                                        step.state().name(),
                                        node(step.node()),
                                        step.at(),
                                        step.attempts(),
                                        text(step.error())))
                        .toList();
        var last = steps.isEmpty() ? null : steps.getLast();
        var node = view.owner() == null && last != null ? last.node : node(text(view.owner()));
        return new Saga(
                Metadata.of(namespace, view.id())
                        .withLabel(SERVICE, service)
                        .withLabel(DATABASE, database),
                new Spec(view.definition(), text(view.key()), view.created()),
                new Status(
                        view.status().name(),
                        view.stuck(),
                        last == null ? "" : last.name,
                        node,
                        text(view.why()),
                        steps));
    }

    /// Engines tell the processes of a node apart; who looks wants the node.
    private static String node(String engine) {
        int slash = engine.indexOf('/');
        return slash < 0 ? engine : engine.substring(0, slash);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
