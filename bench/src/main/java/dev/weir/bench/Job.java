package dev.weir.bench;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Condition;
import dev.weir.resource.Extension;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kind that the control benchmark makes true: one wish, one condition.
@Kind(group = "bench.weir.dev")
record Job(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Job> TYPE = ResourceType.of(Job.class);

    record Spec(@Field(minimum = 0) int size, String owner) {}

    record Status(List<Condition> conditions) {}

    static Job of(String name) {
        return new Job(Metadata.of("default", name), new Spec(3, "ann"), null);
    }

    Job ready() {
        var condition =
                new Condition(
                        "Ready",
                        Condition.Status.True,
                        metadata.generation(),
                        Instant.now(),
                        "Done",
                        "made true");
        return new Job(metadata, spec, new Status(List.of(condition)));
    }

    boolean isReady() {
        return status != null && !status.conditions().isEmpty();
    }

    /// The kind, with a rule that every write passes.
    static final class Jobs implements Extension {
        @Override
        public String name() {
            return "jobs";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(TYPE);
        }

        @Override
        public List<AdmissionRule<?>> admissionRules() {
            return List.of(new OwnerRule());
        }
    }

    private static final class OwnerRule implements AdmissionRule<Job> {
        @Override
        public ResourceType<Job> type() {
            return TYPE;
        }

        @Override
        public Optional<Denial> validate(Job job, @Nullable Job old) {
            return job.spec().owner().isEmpty()
                    ? Optional.of(new Denial("spec.owner", "a job has an owner"))
                    : Optional.empty();
        }
    }
}
