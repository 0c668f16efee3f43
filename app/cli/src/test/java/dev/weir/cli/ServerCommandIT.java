package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerCommandIT {
    @TempDir Path folder;

    private Call server(String... options) {
        var arguments = new java.util.ArrayList<>(List.of("server"));
        arguments.addAll(List.of(options));
        return new Call(folder, Map.of(), "").run(arguments.toArray(String[]::new));
    }

    private static void refused(Call call, String... words) {
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).hasLineCount(1).contains(words);
        assertThat(call.out()).isEmpty();
    }

    @Test
    void namesThePortInUseAndTheWayOut() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            refused(server("--data", folder + "/d", "--listen", port), port, "--listen");
        }
    }

    @Test
    void namesADirectoryThatAnotherServerHasOpen() {
        var options =
                new ServerOptions(
                        folder.resolve("d"),
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        Map.of(),
                        List.of(),
                        _ -> Optional.empty());
        try (var _ = ControlPlane.start(options)) {
            refused(server("--data", folder + "/d", "--listen", "0"), folder + "/d", "--data");
        }
    }

    @Test
    void namesADirectoryThatCannotBeUsed() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        refused(server("--data", file.toString()), file.toString(), "--data");
    }

    /// Nobody makes files there, not even the superuser.
    @Test
    @EnabledOnOs(OS.LINUX)
    void namesADirectoryThatIsReadOnly() {
        refused(server("--data", "/proc/sys"), "/proc/sys", "--data");
        refused(server("--data", "/proc/weir"), "/proc/weir", "--data");
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (var text : List.of("nowhere", "127.0.0.1:70000", ":", "1.2.3.4:")) {
            var call = server("--data", folder + "/d", "--listen", text);
            assertThat(call.code()).as(text).isEqualTo(2);
            assertThat(call.err()).hasLineCount(1).contains("HOST:PORT");
        }
    }
}
