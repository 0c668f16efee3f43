package dev.weir.databases;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.h2.tools.Server;

/// H2 as a server in a JVM of its own, with a file of its own.
public final class H2Server extends DatabaseServer {
    private Process process;

    private H2Server(Place place) throws IOException, InterruptedException {
        super(place);
        this.process = launch();
    }

    /// Starts one; needs nothing but this JVM's `java`.
    public static H2Server start() throws IOException, InterruptedException {
        return new H2Server(Place.of("h2", ""));
    }

    private Process launch() throws IOException, InterruptedException {
        var jar = Server.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        var server =
                place.start(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        new File(jar).toString(),
                        Server.class.getName(),
                        "-tcp",
                        "-tcpPort",
                        Integer.toString(place.port()),
                        "-baseDir",
                        place.folder().toString(),
                        "-ifNotExists");
        place.awaitListener(server);
        return server;
    }

    @Override
    public String name() {
        return "H2";
    }

    @Override
    public String url(int port) {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./weir";
    }

    @Override
    public void boot() throws IOException, InterruptedException {
        process = launch();
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        kill(process);
    }
}
