package dev.weir.saga;

import org.jspecify.annotations.Nullable;

/// A row of the table of sagas. Times are milliseconds since 1970, by the database's clock.
///
/// @param seq counts the commits of the saga: each requires the number of the one before
/// @param fence counts the owners: a commit requires that of its owner
/// @param due when somebody has to look at it; null when it is at its end
/// @param why why it goes back, is stuck or was abandoned
/// @param command what an operator asked for, and its owner has not done yet
record SagaRow(
        String id,
        String definition,
        String version,
        @Nullable String key,
        SagaStatus status,
        @Nullable String owner,
        long fence,
        int seq,
        @Nullable Long due,
        @Nullable Long deadline,
        long created,
        String context,
        @Nullable String why,
        boolean stuck,
        @Nullable String command,
        @Nullable String parent,
        @Nullable String trace) {
    SagaRow with(
            SagaStatus status,
            @Nullable String owner,
            @Nullable Long due,
            String context,
            @Nullable String why,
            boolean stuck,
            @Nullable String command) {
        return new SagaRow(
                id,
                definition,
                version,
                key,
                status,
                owner,
                fence,
                seq + 1,
                due,
                deadline,
                created,
                context,
                why,
                stuck,
                command,
                parent,
                trace);
    }
}
