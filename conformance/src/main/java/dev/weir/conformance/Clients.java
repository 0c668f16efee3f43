package dev.weir.conformance;

import dev.weir.clients.ForeignClients;

/// Clients that others wrote, unmodified, against servers of ours.
final class Clients implements Suite {
    @Override
    public String name() {
        return "clients";
    }

    @Override
    public String summary() {
        return "fabric8's client, the official one for Java, an operator of JOSDK, on servers of ours";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var scratch = new Scratch()) {
            ForeignClients.run(scratch.path(), (claim, check) -> report.check(claim, check::run));
        }
    }
}
