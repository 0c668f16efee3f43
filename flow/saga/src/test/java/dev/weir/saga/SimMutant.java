package dev.weir.saga;

/// A fault of the engine, put in where its statements pass to the database: what the engine would
/// do if a part of it were not there.
enum SimMutant {
    /// The engine as it is.
    NONE,

    /// Nobody looks whether the row of a saga was written: fence and number are no use.
    NO_COUNT_CHECK,

    /// What a claim took whose answer was lost is not looked for.
    LOST_CLAIMS,

    /// What was found to be free is taken without a second look.
    CLAIM_WITHOUT_READING_AGAIN,

    /// A saga that leaves the memory does not look whether an operator asked for something.
    COMMANDS_UNSEEN,

    /// What has not ended counts as old.
    FORGETS_TOO_MUCH;

    /// The text of a statement as this engine sends it.
    String sql(String text) {
        return switch (this) {
            case NONE, NO_COUNT_CHECK -> text;
            case COMMANDS_UNSEEN ->
                    text.endsWith("AND command IS NOT NULL") && text.startsWith("UPDATE")
                            ? text + " AND 1 = 0"
                            : text;
            case FORGETS_TOO_MUCH -> text.replace(" ended < ", " COALESCE(ended, 0) < ");
            case LOST_CLAIMS ->
                    text.startsWith("SELECT s.id") && text.endsWith("AND s.owner = ?")
                            ? text + " AND 1 = 0"
                            : text;
            case CLAIM_WITHOUT_READING_AGAIN -> {
                int from = text.indexOf(") AND s.due <=");
                yield text.contains(" FROM s_saga s WHERE s.id IN (") && from > 0
                        ? text.substring(0, from + 1) + " FOR UPDATE SKIP LOCKED"
                        : text;
            }
        };
    }

    /// How many rows this engine thinks it wrote.
    int count(String text, int rows) {
        return this == NO_COUNT_CHECK && text.startsWith("UPDATE s_saga SET status") ? 1 : rows;
    }
}
