package dev.weir.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A broker of one node on the loopback address, its own controller.
final class Broker implements AutoCloseable {
    private static final String CONTROLLER = "CONTROLLER";

    private final KafkaRaftServer server;
    private final String address;

    private Broker(KafkaRaftServer server, String address) {
        this.server = server;
        this.address = address;
    }

    /// Starts one that keeps its data in a folder.
    static Broker start(Path folder) throws Exception {
        var log = folder.toString();
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(log)
                .setMetadataLogDirectory(log)
                .setControllerListenerName(CONTROLLER)
                .run();
        var address = "127.0.0.1:" + freePort();
        var server = new KafkaRaftServer(config(log, address), Time.SYSTEM);
        server.startup();
        return new Broker(server, address);
    }

    private static KafkaConfig config(String log, String address) throws IOException {
        var controller = "127.0.0.1:" + freePort();
        var settings =
                new TreeMap<>(
                        Map.of(
                                "process.roles",
                                "broker,controller",
                                "node.id",
                                "1",
                                "controller.quorum.voters",
                                "1@" + controller,
                                "controller.listener.names",
                                CONTROLLER,
                                "listeners",
                                "PLAINTEXT://" + address + ",CONTROLLER://" + controller,
                                "log.dirs",
                                log));
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("num.partitions", "1");
        return new KafkaConfig(settings);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// What clients are told as `bootstrap.servers`.
    String address() {
        return address;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
