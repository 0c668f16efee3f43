package dev.weir.clients;

import java.nio.file.Path;

/// The clients of others, unmodified, against a server of ours: fabric8's, the official one for
/// Java, and an operator of the Java Operator SDK.
public final class ForeignClients {
    private ForeignClients() {}

    /// Where what came out is told.
    @FunctionalInterface
    public interface Ledger {
        /// Runs a check and notes whether it returned or threw.
        ///
        /// @param claim what the check shows; no other has the same
        void check(String claim, Check check) throws InterruptedException;
    }

    /// A check that may throw.
    @FunctionalInterface
    public interface Check {
        /// Returns when the claim holds.
        void run() throws Exception;
    }

    /// Checks every claim, each client on a server of its own.
    ///
    /// @param scratch an empty directory for what servers keep
    public static void run(Path scratch, Ledger ledger) throws Exception {
        try (var server = Server.start(scratch.resolve("fabric8"))) {
            try (var client = Fabric8.admin(server)) {
                new Fabric8Objects(client).check(ledger);
                new Fabric8Lists(client).check(ledger);
                new Fabric8Deletions(client).check(ledger);
                new Fabric8Elections(client).check(ledger);
            }
            new Fabric8Logins(server).check(ledger);
            new Fabric8Watches(server).check(ledger);
        }
        try (var server = Server.start(scratch.resolve("official"))) {
            new OfficialObjects(server).check(ledger);
            new OfficialWatches(server).check(ledger);
        }
        try (var server = Server.start(scratch.resolve("josdk"))) {
            new Operators(server).check(ledger);
        }
    }
}
