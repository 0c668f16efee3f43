package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.util.LinkedHashMap;
import java.util.List;

/// Answers questions of a caller about itself: who it is and what it may do.
final class Reviews {
    private static final Json ALL = Json.strings(List.of("*"));

    private Reviews() {}

    static Json.Obj answer(Served kind, Caller caller, Json.Obj question) {
        var status =
                switch (kind.names().kind()) {
                    case "SelfSubjectAccessReview" -> access(caller, question.object("spec"));
                    case "SelfSubjectRulesReview" -> rules(caller);
                    case "SelfSubjectReview" -> identity(caller);
                    default -> throw Refusals.method();
                };
        return question.with("status", status);
    }

    private static Json.Obj access(Caller caller, Json.Obj spec) {
        var resource = spec.object("resourceAttributes");
        var path = spec.object("nonResourceAttributes");
        boolean allowed =
                path.isEmpty()
                        ? caller.may(
                                resource.string("verb"),
                                resource.string("group"),
                                resource.string("resource"))
                        : caller.mayReadPaths() && path.string("verb").equals("get")
                                || caller.mayAll();
        return Json.Obj.of("allowed", Json.of(allowed));
    }

    private static Json.Obj rules(Caller caller) {
        var resources = new java.util.ArrayList<Json>();
        var paths = new java.util.ArrayList<Json>();
        if (caller.mayAll()) {
            resources.add(rule(ALL, "apiGroups", ALL).with("resources", ALL));
            paths.add(rule(ALL, "nonResourceURLs", ALL));
        } else if (caller.mayReadPaths()) {
            var read = Json.strings(List.of("get", "list", "watch"));
            resources.add(rule(read, "apiGroups", ALL).with("resources", ALL));
            paths.add(rule(Json.strings(List.of("get")), "nonResourceURLs", ALL));
        }
        var result = new LinkedHashMap<String, Json>();
        result.put("resourceRules", new Json.Arr(resources));
        result.put("nonResourceRules", new Json.Arr(paths));
        // A reader may not read secrets, which a list of what is allowed cannot say.
        result.put("incomplete", Json.of(!caller.mayAll()));
        return new Json.Obj(result);
    }

    private static Json.Obj rule(Json verbs, String name, Json values) {
        return Json.Obj.of("verbs", verbs).with(name, values);
    }

    private static Json.Obj identity(Caller caller) {
        return Json.Obj.of(
                "userInfo",
                Json.Obj.of("username", Json.of(caller.user()))
                        .with("groups", Json.strings(caller.groups())));
    }
}
