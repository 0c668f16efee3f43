package dev.weir.lra;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Schema;
import java.util.List;

/// The tables of the coordinator.
final class LraSchema {
    static final Schema SCHEMA = new Schema("$lra_meta", List.of(LraSchema::first));

    private LraSchema() {}

    private static List<String> first(Dialect dialect) {
        return List.of(
                "CREATE TABLE IF NOT EXISTS $lra (id VARCHAR(32) PRIMARY KEY, url VARCHAR(3000) NOT NULL,"
                        + " client VARCHAR(500) NOT NULL, parent VARCHAR(32),"
                        + " parent_url VARCHAR(3000), place INT NOT NULL, places INT NOT NULL,"
                        + " status VARCHAR(20) NOT NULL, started BIGINT NOT NULL, deadline BIGINT,"
                        + " settled SMALLINT NOT NULL, ended BIGINT, owner VARCHAR(100),"
                        + " fence BIGINT NOT NULL, due BIGINT, attempts INT NOT NULL)",
                "CREATE INDEX IF NOT EXISTS $lra_due ON $lra (due)",
                "CREATE INDEX IF NOT EXISTS $lra_parent ON $lra (parent)",
                "CREATE INDEX IF NOT EXISTS $lra_ended ON $lra (ended)",
                "CREATE TABLE IF NOT EXISTS $lra_participant (id VARCHAR(32) PRIMARY KEY,"
                        + " lra VARCHAR(32) NOT NULL, place INT NOT NULL,"
                        + " status VARCHAR(20) NOT NULL, compensate VARCHAR(2000),"
                        + " complete VARCHAR(2000), status_url VARCHAR(2000), forget VARCHAR(2000),"
                        + " after_url VARCHAR(2000), recovery VARCHAR(1000) NOT NULL, data "
                        + dialect.text()
                        + ", asked VARCHAR(10) NOT NULL, told SMALLINT NOT NULL,"
                        + " forgotten SMALLINT NOT NULL)",
                "CREATE INDEX IF NOT EXISTS $lra_joined ON $lra_participant (lra)",
                "CREATE TABLE IF NOT EXISTS $lra_node (id VARCHAR(100) PRIMARY KEY, expires BIGINT NOT NULL)");
    }
}
