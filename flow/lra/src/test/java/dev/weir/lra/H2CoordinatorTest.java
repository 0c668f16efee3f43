package dev.weir.lra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

class H2CoordinatorTest extends CoordinatorContract {
    private final AtomicInteger count = new AtomicInteger();

    @Test
    void anIdleNodeAsksSeldom() throws InterruptedException {
        try (var nodes = new Nodes(source())) {
            var idle = nodes.open(LraOptions.DEFAULT);
            // A deadline far away is no work.
            Nodes.start(idle, "?TimeLimit=600000");
            Thread.sleep(500);
            int before = nodes.cut(idle).taken.get();
            Thread.sleep(5000);
            assertThat(nodes.cut(idle).taken.get() - before).isBetween(3, 5);
        }
    }

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
