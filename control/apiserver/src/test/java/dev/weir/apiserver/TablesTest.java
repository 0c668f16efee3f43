package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static dev.weir.apiserver.BuiltInsTest.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TablesTest {
    private static final Instant NOW = Instant.parse("2020-01-01T01:00:00Z");

    private static Json.Obj table(ResourceType.Names names, String object) {
        return Tables.of(
                names,
                List.of(json(object)),
                json("{'resourceVersion':'7','name':'x'}"),
                Tables.Include.Metadata,
                true,
                NOW);
    }

    private static List<Json> cells(ResourceType.Names names, String object) {
        return table(names, object)
                .array("rows")
                .items()
                .getFirst()
                .asObject()
                .array("cells")
                .items();
    }

    private static List<String> headings(Json.Obj table) {
        return table.array("columnDefinitions").items().stream()
                .map(column -> column.asObject().string("name"))
                .toList();
    }

    @Test
    void showsBuiltInKindsAsKubectlDoes() {
        var metadata = "'metadata':{'name':'a','creationTimestamp':'2020-01-01T00:00:00Z'}";
        assertThat(headings(table(names("Namespace"), "{}")))
                .containsExactly("Name", "Status", "Age");
        assertThat(cells(names("Namespace"), "{" + metadata + ",'status':{'phase':'Active'}}"))
                .containsExactly(Json.of("a"), Json.of("Active"), Json.of("60m"));
        assertThat(
                        cells(
                                names("ConfigMap"),
                                "{" + metadata + ",'data':{'a':''},'binaryData':{'b':''}}"))
                .containsExactly(Json.of("a"), Json.of(2), Json.of("60m"));
        assertThat(cells(names("Secret"), "{" + metadata + ",'type':'Opaque'}"))
                .containsExactly(Json.of("a"), Json.of("Opaque"), Json.of(0), Json.of("60m"));
        assertThat(cells(names("Lease"), "{" + metadata + ",'spec':{'holderIdentity':'me'}}"))
                .containsExactly(Json.of("a"), Json.of("me"), Json.of("60m"));
        assertThat(cells(names("CustomResourceDefinition"), "{" + metadata + "}"))
                .containsExactly(Json.of("a"), Json.of("2020-01-01T00:00:00Z"));
    }

    @Test
    void showsEvents() {
        assertThat(
                        cells(
                                names("Event"),
                                "{'metadata':{'name':'e'},'involvedObject':{'kind':'Pod','name':'p'},"
                                        + "'reason':'r','message':' m ','type':'Normal',"
                                        + "'firstTimestamp':'2020-01-01T00:59:00Z','lastTimestamp':null,"
                                        + "'source':{'component':'c','host':'h'}}"))
                .containsExactly(
                        Json.of("60s"),
                        Json.of("Normal"),
                        Json.of("r"),
                        Json.of("pod/p"),
                        Json.of(""),
                        Json.of("c, h"),
                        Json.of("m"),
                        Json.of("60s"),
                        Json.of(1),
                        Json.of("e"));
    }

    @Test
    void showsPrinterColumns() {
        var names =
                new ResourceType.Names(
                        "ex.io",
                        "v1",
                        "T",
                        "ts",
                        "t",
                        List.of(),
                        List.of(),
                        true,
                        false,
                        "",
                        "",
                        List.of(
                                new ResourceType.PrinterColumn("Size", "integer", ".spec.n", 0, ""),
                                new ResourceType.PrinterColumn(
                                        "Ready",
                                        "string",
                                        ".status.conditions[?(@.type==\"Ready\")].status",
                                        0,
                                        "d"),
                                new ResourceType.PrinterColumn("List", "string", ".spec.l", 1, ""),
                                new ResourceType.PrinterColumn(
                                        "Last", "string", ".spec.l[-1]", 1, ""),
                                new ResourceType.PrinterColumn(
                                        "None", "string", ".spec.none", 0, ""),
                                new ResourceType.PrinterColumn("On", "date", ".spec.on", 0, "")));
        assertThat(
                        cells(
                                names,
                                "{'metadata':{'name':'a'},'spec':{'n':2.0,'l':['x','y'],"
                                        + "'on':'2020-01-01T00:59:57Z'},'status':{'conditions':["
                                        + "{'type':'A','status':'B'},{'type':'Ready','status':'True'}]}}"))
                .containsExactly(
                        Json.of("a"),
                        Json.of(2),
                        Json.of("True"),
                        Json.of("[\"x\",\"y\"]"),
                        Json.of("y"),
                        Json.NULL,
                        Json.of("3s"));
        assertThat(headings(table(ResourceType.Names.of("ex.io", "v1", "U", "us", true), "{}")))
                .containsExactly("Name", "Age");
    }

    @Test
    void carriesWhatIsAskedFor() {
        var table =
                table(names("ConfigMap"), "{'kind':'ConfigMap','metadata':{'name':'a'},'data':{}}");
        assertThat(table.object("metadata")).isEqualTo(json("{'resourceVersion':'7'}"));
        assertThat(table.array("rows").items().getFirst().asObject().object("object"))
                .isEqualTo(
                        json(
                                "{'kind':'PartialObjectMetadata','apiVersion':'meta.k8s.io/v1',"
                                        + "'metadata':{'name':'a'}}"));
        var bare =
                Tables.of(
                        names("ConfigMap"),
                        List.of(Json.Obj.EMPTY),
                        Json.Obj.EMPTY,
                        Tables.Include.None,
                        false,
                        NOW);
        assertThat(bare.get("columnDefinitions")).isEqualTo(Json.NULL);
        assertThat(bare.array("rows").items().getFirst().asObject().get("object"))
                .isEqualTo(Json.NULL);
    }

    @ParameterizedTest
    @CsvSource({
        "-3, <invalid>",
        "-1, 0s",
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "200, 3m20s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "12000, 3h20m",
        "28800, 8h",
        "172799, 47h",
        "172800, 2d",
        "180000, 2d2h",
        "691200, 8d",
        "63072000, 2y",
        "63244800, 2y2d",
        "252288000, 8y"
    })
    void writesAgesAsKubectlDoes(long seconds, String expected) {
        assertThat(HumanDuration.of(Duration.ofSeconds(seconds))).isEqualTo(expected);
    }
}
