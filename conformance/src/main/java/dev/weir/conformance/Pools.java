package dev.weir.conformance;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/// Pools of connections to a database that comes and goes.
final class Pools {
    private Pools() {}

    /// A pool that opens although the database does not answer yet.
    static HikariDataSource open(String url, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(2000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}
