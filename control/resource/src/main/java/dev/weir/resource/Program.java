package dev.weir.resource;

import java.nio.file.Path;
import java.util.Map;

/// Something that runs until it is closed: a controller in a server, a workload on a node.
@FunctionalInterface
public interface Program {
    /// Starts it and returns at once; closing the result stops it and waits for its end.
    AutoCloseable start(Host host) throws Exception;

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
