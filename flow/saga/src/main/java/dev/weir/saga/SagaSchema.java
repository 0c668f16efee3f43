package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Schema;
import java.util.List;

/// The tables of the engine.
final class SagaSchema {
    static final Schema SCHEMA = new Schema("$meta", List.of(SagaSchema::first, SagaSchema::ends));

    private SagaSchema() {}

    private static List<String> first(Dialect dialect) {
        var text = dialect.text();
        return List.of(
                "CREATE TABLE IF NOT EXISTS $saga (id VARCHAR(32) PRIMARY KEY, def VARCHAR(100) NOT NULL,"
                        + " def_version VARCHAR(16) NOT NULL, business_key VARCHAR(200),"
                        + " status VARCHAR(12) NOT NULL, owner VARCHAR(100), fence BIGINT NOT NULL,"
                        + " seq INT NOT NULL, due BIGINT, deadline BIGINT, created BIGINT NOT NULL,"
                        + " context "
                        + text
                        + " NOT NULL, why VARCHAR(2000), stuck SMALLINT NOT NULL,"
                        + " command VARCHAR(1000), parent VARCHAR(32), trace VARCHAR(2000))"
                        + (dialect.partial() ? " WITH (fillfactor = 70)" : ""),
                "CREATE UNIQUE INDEX IF NOT EXISTS $saga_key ON $saga (def, business_key)"
                        + (dialect.partial() ? " WHERE business_key IS NOT NULL" : ""),
                "CREATE INDEX IF NOT EXISTS $saga_due ON $saga (due, owner)"
                        + (dialect.partial() ? " WHERE due IS NOT NULL" : ""),
                "CREATE TABLE IF NOT EXISTS $step (saga_id VARCHAR(32) NOT NULL, step VARCHAR(100) NOT NULL,"
                        + " state VARCHAR(12) NOT NULL, attempts INT NOT NULL, seq INT NOT NULL,"
                        + " due BIGINT NOT NULL, error VARCHAR(2000), at BIGINT NOT NULL,"
                        + " node VARCHAR(100) NOT NULL, PRIMARY KEY (saga_id, step))",
                "CREATE TABLE IF NOT EXISTS $node (id VARCHAR(100) PRIMARY KEY, expires BIGINT NOT NULL)",
                "CREATE TABLE IF NOT EXISTS $paused (def VARCHAR(100) PRIMARY KEY)",
                "CREATE TABLE IF NOT EXISTS $outbox (seq "
                        + dialect.sequence()
                        + ", target VARCHAR(500) NOT NULL, message_key VARCHAR(500) NOT NULL, body "
                        + text
                        + " NOT NULL, trace VARCHAR(2000))",
                "CREATE TABLE IF NOT EXISTS $inbox (id VARCHAR(400) PRIMARY KEY, state VARCHAR(12) NOT NULL, answer "
                        + text
                        + ", at BIGINT NOT NULL)");
    }

    /// When sagas ended, and the age of requests, so that old ones are found.
    private static List<String> ends(Dialect dialect) {
        return List.of(
                "ALTER TABLE $saga ADD COLUMN IF NOT EXISTS ended BIGINT",
                "UPDATE $saga SET ended = " + dialect.now() + " WHERE due IS NULL",
                "CREATE INDEX IF NOT EXISTS $saga_ended ON $saga (ended)"
                        + (dialect.partial() ? " WHERE ended IS NOT NULL" : ""),
                "CREATE INDEX IF NOT EXISTS $inbox_at ON $inbox (at)");
    }
}
