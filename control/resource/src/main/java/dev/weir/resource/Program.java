package dev.weir.resource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that runs until it is closed: controllers in a server, a workload on a node.
@FunctionalInterface
public interface Program {
    /// Starts it and returns at once.
    ///
    /// @throws Exception when it cannot start; the host says so and ends, or goes on without it
    Running start(Host host) throws Exception;

    /// A program that was started; closing it stops it and waits for its end.
    interface Running extends AutoCloseable {
        /// Whether it does its work: what a host's readiness asks.
        default boolean ready() {
            return checks().stream().allMatch(Check::passed);
        }

        /// The parts that readiness depends on, with what is wrong with each; none where [#ready()]
        /// says it all.
        default List<Check> checks() {
            return List.of();
        }

        /// Its figures in the Prometheus text format, added to the host's own; empty for none.
        default String metrics() {
            return "";
        }

        /// What it shows of its work, read-only, to callers that the host knows: a server answers
        /// it below `/views/<extension>/`.
        ///
        /// @param path below that, such as `traces`
        /// @param query the parameters of the request, the first value of each
        /// @return empty where it shows nothing at that path
        /// @throws StatusException when the query is not one that it understands
        default Optional<Json> view(String path, Map<String, String> query) {
            return Optional.empty();
        }

        /// Stops it and waits for its end. Idempotent.
        @Override
        void close();
    }

    /// The health of one part of a program.
    ///
    /// @param name of the part, such as `informer-sync/shops.example.com`
    /// @param problem what is wrong, for people; empty while nothing is
    /// @param vital whether only a new start of the process helps against a problem: what liveness
    ///   asks
    record Check(String name, String problem, boolean vital) {
        /// Whether nothing is wrong.
        public boolean passed() {
            return problem.isEmpty();
        }
    }

    /// Where a program runs.
    ///
    /// @param client the control plane; the host closes it
    /// @param name the node's name, or `server`
    /// @param directory a directory of the program's own that survives restarts
    /// @param options settings given on the command line as `--set key=value`
    record Host(Client client, String name, Path directory, Map<String, String> options) {
        /// Copies the options.
        public Host {
            options = Map.copyOf(options);
        }
    }
}
