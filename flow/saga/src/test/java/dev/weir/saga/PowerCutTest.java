package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an H2 file has on disk when a saga is acknowledged. Only what was forced counts: each force
/// of the database's file keeps a copy of it, which is what a power cut would leave at worst.
class PowerCutTest {
    private static volatile Path durable;

    @TempDir Path folder;

    @Test
    void anAcknowledgedSagaIsOnDisk() throws Exception {
        FilePath.register(new ForcedPath());
        durable = folder.resolve("durable.mv.db");
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:forced:" + folder.resolve("db"));
        var local =
                Saga.define("local", Codec.text())
                        .step("one", _ -> {})
                        .step("two", _ -> {})
                        .build();
        var grouped = Saga.define("grouped", Codec.text()).step("one", _ -> {}).grouped().build();
        try (var pool = new Pool(source);
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, local, grouped)) {
            var acknowledged = new ArrayList<String>();
            for (int i = 0; i < 12; i++) {
                var handle = engine.start(i % 2 == 0 ? local : grouped, null, "x");
                assertThat(handle.await(Duration.ofSeconds(30)).status())
                        .isEqualTo(SagaStatus.DONE);
                acknowledged.add(handle.id());
                assertThat(doneAfterPowerCut(i)).containsAll(acknowledged);
            }
        }
    }

    private ArrayList<String> doneAfterPowerCut(int cut) throws Exception {
        var image = folder.resolve("cut" + cut + ".mv.db");
        synchronized (ForcedChannel.class) {
            Files.copy(durable, image, StandardCopyOption.REPLACE_EXISTING);
        }
        var done = new ArrayList<String>();
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + folder.resolve("cut" + cut));
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT id FROM weir_saga WHERE status = 'DONE'")) {
            while (rows.next()) {
                done.add(rows.getString(1));
            }
        }
        return done;
    }

    /// Paths `forced:…`.
    public static final class ForcedPath extends FilePathWrapper {
        @Override
        public String getScheme() {
            return "forced";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            var file = Path.of(getBase().toString());
            var channel = super.open(mode);
            return file.toString().endsWith("db.mv.db")
                    ? new ForcedChannel(channel, file)
                    : channel;
        }
    }

    private static final class ForcedChannel extends ChannelWrapper {
        private final Path file;

        ForcedChannel(FileChannel base, Path file) {
            super(base);
            this.file = file;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            super.force(metaData);
            synchronized (ForcedChannel.class) {
                Files.copy(file, durable, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
