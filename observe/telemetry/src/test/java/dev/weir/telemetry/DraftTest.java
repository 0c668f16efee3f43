package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftTest {
    /// Attributes that come together in a span, by the semantic conventions.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http.request.method url.scheme url.path url.query network.protocol.version"
                        + " server.address server.port network.peer.address network.peer.port"
                        + " client.address user_agent.original http.route"
                        + " http.response.status_code error.type",
                "http.request.method url.full server.address server.port"
                        + " http.response.status_code network.protocol.version error.type",
                "db.system.name db.namespace db.query.text db.query.summary db.operation.name"
                        + " db.collection.name server.address server.port error.type"
                        + " db.response.status_code db.operation.batch.size",
                "rpc.system.name rpc.method rpc.response.status_code server.address server.port"
                        + " error.type network.peer.address network.peer.port",
                "messaging.system messaging.operation.name messaging.operation.type"
                        + " messaging.destination.name messaging.destination.partition.id"
                        + " messaging.consumer.group.name messaging.client.id"
                        + " messaging.kafka.offset messaging.kafka.message.key"
                        + " messaging.batch.message_count server.address server.port error.type"
            })
    void givesEachKeyOfOneSpanABitOfItsOwn(String keys) {
        var all = List.of(keys.split(" "));
        assertThat(all.stream().map(Draft::bit).distinct()).hasSameSizeAs(all);
    }
}
