package dev.weir.apiserver;

import java.util.List;

/// Who makes a request.
record Caller(String user, List<String> groups) {
    /// The group whose members may do everything.
    static final String MASTERS = "system:masters";

    /// The group whose members may read everything but secrets.
    static final String READERS = "weir:readers";

    static final Caller ANONYMOUS =
            new Caller("system:anonymous", List.of("system:unauthenticated"));

    Caller {
        groups = List.copyOf(groups);
    }

    static Caller of(String user, List<String> groups) {
        var all = new java.util.ArrayList<>(groups);
        all.add("system:authenticated");
        return new Caller(user, all);
    }

    boolean anonymous() {
        return groups.contains("system:unauthenticated");
    }

    /// Whether the caller may use the verb on the resource.
    boolean may(String verb, String group, String resource) {
        if (mayAll()) {
            return true;
        }
        boolean self =
                verb.equals("create")
                        && resource.startsWith("selfsubject")
                        && group.startsWith("auth");
        boolean read = verb.equals("get") || verb.equals("list") || verb.equals("watch");
        boolean secret = group.isEmpty() && resource.equals("secrets");
        return !anonymous() && self || mayReadPaths() && read && !secret;
    }

    /// Whether the caller may do everything.
    boolean mayAll() {
        return groups.contains(MASTERS);
    }

    /// Whether the caller may read what is no resource: discovery, metrics.
    boolean mayReadPaths() {
        return mayAll() || groups.contains(READERS);
    }
}
