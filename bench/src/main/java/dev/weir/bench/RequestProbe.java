package dev.weir.bench;

import com.sun.net.httpserver.HttpServer;
import dev.weir.telemetry.Telemetry;
import dev.weir.weave.Outcome;
import dev.weir.weave.Weaver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/// A server that has the same handlers twice, woven and not. One JVM then tells what weaving costs,
/// with one compilation of all that they share.
final class RequestProbe {
    static final String TARGET = "/target";
    static final String DATABASE = "jdbc:h2:mem:greetings;DB_CLOSE_DELAY=-1";

    private RequestProbe() {}

    /// Serves until whoever started it closes its input.
    public static void main(String[] arguments) throws Exception {
        fill();
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(6));
        server.createContext(TARGET, RequestKinds::answer);
        try (var _ = Telemetry.startFromEnvironment()) {
            var plain = read();
            kinds(plain).accept(server, "/plain");
            kinds(woven(plain)).accept(server, "/woven");
            server.start();
            System.out.println("ready " + server.getAddress().getPort());
            System.in.transferTo(System.out);
        }
        System.exit(0);
    }

    private static void fill() throws SQLException {
        try (var connection = DriverManager.getConnection(DATABASE);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE greetings(id INT PRIMARY KEY, greeting VARCHAR(20))");
            statement.execute("INSERT INTO greetings VALUES(1, 'hello')");
        }
    }

    private static byte[] read() throws IOException {
        var file = RequestKinds.class.getName().replace('.', '/') + ".class";
        try (var in = ClassLoader.getSystemResourceAsStream(file)) {
            return in.readAllBytes();
        }
    }

    private static byte[] woven(byte[] plain) {
        var weaver = Weaver.of(ClassLoader::getSystemResourceAsStream, Set.of());
        if (weaver.weave(plain, true) instanceof Outcome.Woven(var woven, _)) {
            return woven;
        }
        throw new IllegalStateException("the handlers were not woven");
    }

    @SuppressWarnings("unchecked") // RequestKinds says so
    private static BiConsumer<HttpServer, String> kinds(byte[] bytes)
            throws ReflectiveOperationException {
        var constructor =
                new Own(bytes).loadClass(RequestKinds.class.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return (BiConsumer<HttpServer, String>) constructor.newInstance();
    }

    /// A loader that has one class itself.
    private static final class Own extends ClassLoader {
        private final byte[] bytes;

        Own(byte[] bytes) {
            super(ClassLoader.getSystemClassLoader());
            this.bytes = bytes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(RequestKinds.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                var known = findLoadedClass(name);
                return known == null ? defineClass(name, bytes, 0, bytes.length) : known;
            }
        }
    }
}
