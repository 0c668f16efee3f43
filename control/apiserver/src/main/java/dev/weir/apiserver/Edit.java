package dev.weir.apiserver;

import dev.weir.resource.WriteOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one write is carried out.
///
/// @param problems what reading the text of the body brought up: repeated members
/// @param warnings gets what the caller should be told beside the answer
record Edit(
        boolean dryRun,
        FieldValidation fields,
        WriteOptions.@Nullable Fence fence,
        List<String> problems,
        List<String> warnings) {

    /// What happens to unknown and repeated members.
    enum FieldValidation {
        Ignore,
        Warn,
        Strict
    }

    /// The edit that a caller in this process makes: unknown members are a refusal.
    static Edit of(WriteOptions options) {
        return new Edit(
                options.dryRun(),
                FieldValidation.Strict,
                options.fence(),
                List.of(),
                new java.util.ArrayList<>());
    }

    /// The edit that the server makes for itself.
    static Edit own() {
        return of(WriteOptions.DEFAULT);
    }
}
