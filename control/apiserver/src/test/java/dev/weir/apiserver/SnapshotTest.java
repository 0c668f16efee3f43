package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:30.100Z");
    private static final Served KIND =
            BuiltIns.all().stream()
                    .filter(kind -> kind.names().plural().equals("configmaps"))
                    .map(Served::of)
                    .findFirst()
                    .orElseThrow();

    private final Snapshot snapshot =
            Snapshot.of(
                    new Entry(
                            "k",
                            """
                            {"metadata":{"name":"m","namespace":"n",
                            "creationTimestamp":"2026-11-01T10:00:00Z"},"data":{"a":"b"}}\
                            """
                                    .getBytes(StandardCharsets.UTF_8),
                            new UUID(1, 1),
                            1,
                            7,
                            1));

    private static View view(View.Form form, Tables.Include include) {
        return new View(Media.parse(Media.JSON), form, include);
    }

    private static String cells(byte[] table) {
        var rows = Json.parse(table).asObject().array("rows").items();
        return new String(
                rows.getFirst().asObject().array("cells").bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void writesARowOnceForAllWhoAskWithinASecond() {
        var table = view(View.Form.TABLE, Tables.Include.Metadata);
        var row = snapshot.shaped(KIND, table, NOW);
        assertThat(cells(row)).isEqualTo("[\"m\",1,\"30s\"]");
        assertThat(snapshot.shaped(KIND, table, NOW.plusMillis(800))).isSameAs(row);
        assertThat(cells(snapshot.shaped(KIND, table, NOW.plusSeconds(1)))).contains("31s");
    }

    @Test
    void writesMetadataOnceForAll() {
        var partial = view(View.Form.METADATA, Tables.Include.Metadata);
        var text = snapshot.shaped(KIND, partial, NOW);
        assertThat(Json.parse(text).asObject().string("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(snapshot.shaped(KIND, partial, NOW.plusSeconds(99))).isSameAs(text);
    }

    @Test
    void keepsShapesApart() {
        for (var include : Tables.Include.values()) {
            var row = snapshot.shaped(KIND, view(View.Form.TABLE, include), NOW);
            var object =
                    Json.parse(row)
                            .asObject()
                            .array("rows")
                            .items()
                            .getFirst()
                            .asObject()
                            .get("object");
            assertThat(object instanceof Json.Obj found ? found.string("kind") : "")
                    .isEqualTo(
                            switch (include) {
                                case None, Object -> "";
                                case Metadata -> "PartialObjectMetadata";
                            });
        }
    }
}
