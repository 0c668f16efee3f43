package dev.weir.lra;

import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

class H2CoordinatorTest extends CoordinatorContract {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    DataSource source() {
        var pool =
                JdbcConnectionPool.create(
                        "jdbc:h2:mem:lra"
                                + System.identityHashCode(this)
                                + count.incrementAndGet()
                                + ";DB_CLOSE_DELAY=-1",
                        "sa",
                        "");
        pool.setMaxConnections(40);
        return pool;
    }
}
