package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server on a file system of its own that is full. Skipped where none may be mounted.
class FullDiskIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path directory;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.toString());
        assumeTrue(mounted, "needs the right to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void refusesWritesGoesOnReadingAndTakesWritesAgain() throws IOException {
        var credentials = directory.resolve("credentials");
        var filler = disk.resolve("filler");
        var address = new InetSocketAddress("127.0.0.1", 0);
        var options = ApiServer.Options.on(address, credentials, List.of());
        try (var store = Store.open(disk.resolve("store"), small());
                var server = ApiServer.start(store, options);
                var admin = admin(server, credentials)) {
            Files.write(filler, new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
            int made = 0;
            while (create(admin, made).equals("201")) {
                made++;
                assertThat(made).isLessThan(100);
            }
            assertThat(made).isPositive();
            var refused = create(admin, made);
            assertThat(refused).startsWith("503 ServiceUnavailable: ").contains("No space");
            assertThat(items(admin)).isEqualTo(made);
            assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
            Files.delete(filler);
            assertThat(create(admin, made)).isEqualTo("201");
            assertThat(items(admin)).isEqualTo(made + 1);
        }
    }

    private static StoreOptions small() {
        var usual = StoreOptions.DEFAULT;
        return new StoreOptions(
                1 << 20,
                usual.maxValueBytes(),
                usual.retainRevisions(),
                usual.retainTime(),
                usual.retainBytes(),
                usual.watchRingEvents(),
                usual.snapshotBytes(),
                usual.clock());
    }

    private static Web admin(ApiServer server, Path credentials) throws IOException {
        var token = Web.token(credentials, "weir:admin");
        return Web.of(server, credentials, HttpClient.Version.HTTP_2, token);
    }

    private static String create(Web admin, int number) {
        var body =
                "{\"metadata\":{\"name\":\"m%d\"},\"data\":{\"k\":\"%s\"}}"
                        .formatted(number, "x".repeat(200_000));
        var answer = admin.post(MAPS, body);
        var reply = Web.json(answer);
        return answer.statusCode() == 201
                ? "201"
                : answer.statusCode()
                        + " "
                        + reply.string("reason")
                        + ": "
                        + reply.string("message");
    }

    private static int items(Web admin) {
        return Web.json(admin.get(MAPS)).array("items").items().size();
    }
}
