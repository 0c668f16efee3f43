package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An H2 file on a disk that is full for a while: H2 closes the database at the first write that
/// fails, and opens it again for the next connection.
class FullDiskTest {
    private static volatile boolean full;

    @TempDir Path folder;

    @Test
    void sagasWaitForADiskThatIsFull() throws Exception {
        FilePath.register(new FullPath());
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:full:" + folder.resolve("db"));
        var saga = Effects.saga();
        try (var pool = new Pool(source)) {
            Effects.create(pool);
            try (var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
                var handles = new ArrayList<SagaHandle>();
                for (int i = 0; i < 30; i++) {
                    if (i == 10) {
                        full = true;
                    }
                    handles.add(engine.start(saga, null, "x".repeat(1000)));
                    Thread.sleep(20);
                }
                Thread.sleep(1000);
                assertThat(handles.stream().filter(h -> !h.done().isDone())).isNotEmpty();
                full = false;
                for (var handle : handles) {
                    var view = handle.await(Duration.ofSeconds(30));
                    assertThat(view.status()).isEqualTo(SagaStatus.DONE);
                }
            }
            Effects.assertOnce(pool, 30);
        }
    }

    /// Paths `full:…`.
    public static final class FullPath extends FilePathWrapper {
        @Override
        public String getScheme() {
            return "full";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new FullChannel(super.open(mode));
        }
    }

    private static final class FullChannel extends ChannelWrapper {
        FullChannel(FileChannel base) {
            super(base);
        }

        private static void room() throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            room();
            return super.write(from);
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            room();
            return super.write(from, at);
        }
    }
}
