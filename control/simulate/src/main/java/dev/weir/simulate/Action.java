package dev.weir.simulate;

import dev.weir.resource.Client;

/// Something that is done with, or asked of, the simulated server.
@FunctionalInterface
public interface Action {
    /// Does it.
    ///
    /// @param client of the server itself: no fault touches it, and its reads are live
    /// @throws Exception when it cannot be done, or what is asked is not so; the simulation fails
    void with(Client client) throws Exception;
}
