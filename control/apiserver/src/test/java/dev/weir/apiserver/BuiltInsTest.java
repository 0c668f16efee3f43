package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuiltInsTest {
    static ResourceType.Names names(String kind) {
        return BuiltIns.all().stream()
                .map(BuiltIn::names)
                .filter(names -> names.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    static Json.Obj json(String text) {
        return Json.parse(text.replace('\'', '"')).asObject();
    }

    private static Json.Obj canonical(String kind, String text) {
        return BuiltIns.canonical(names(kind), json(text), new ArrayList<>());
    }

    @Test
    void servesTheKindsOfTheTable() {
        assertThat(BuiltIns.all().stream().filter(BuiltIn::stored).map(b -> b.names().plural()))
                .containsExactly(
                        "namespaces",
                        "configmaps",
                        "secrets",
                        "serviceaccounts",
                        "events",
                        "events",
                        "leases",
                        "customresourcedefinitions");
        assertThat(names("Namespace").namespaced()).isFalse();
        assertThat(names("Namespace").shortNames()).containsExactly("ns");
        assertThat(names("CustomResourceDefinition").statusSubresource()).isTrue();
    }

    @Test
    void schemaHasMergeKeysAndRequiredMembers() {
        var metadata =
                BuiltIns.find(names("ConfigMap"))
                        .orElseThrow()
                        .schema()
                        .properties()
                        .get("metadata");
        var owners = metadata.properties().get("ownerReferences");
        assertThat(owners.rest().string("x-kubernetes-patch-merge-key")).isEqualTo("uid");
        assertThat(owners.items().required()).containsExactly("apiVersion", "kind", "name", "uid");
    }

    @Test
    void writesWhatGoWrites() {
        assertThat(
                        canonical(
                                "ConfigMap",
                                "{'data':{'b':'','a':'x'},'immutable':null,'kind':'ConfigMap'}"))
                .isEqualTo(json("{'kind':'ConfigMap','metadata':{},'data':{'a':'x','b':''}}"));
        assertThat(canonical("Namespace", "{'metadata':{'labels':{},'finalizers':[]}}"))
                .isEqualTo(json("{'metadata':{},'spec':{},'status':{}}"));
        assertThat(canonical("Event", "{'metadata':{'name':'e'}}"))
                .isEqualTo(
                        json(
                                "{'metadata':{'name':'e'},'involvedObject':{},'source':{},"
                                        + "'firstTimestamp':null,'lastTimestamp':null,"
                                        + "'eventTime':null,'reportingComponent':'',"
                                        + "'reportingInstance':''}"));
    }

    @Test
    void writesTimesInUtc() {
        var lease =
                canonical(
                        "Lease",
                        "{'metadata':{'creationTimestamp':'2020-01-01T01:00:00.9+01:00'},"
                                + "'spec':{'renewTime':'2020-01-01T00:00:00.120000Z'}}");
        assertThat(lease.at("metadata", "creationTimestamp"))
                .isEqualTo(Json.of("2020-01-01T00:00:00Z"));
        assertThat(lease.at("spec", "renewTime")).isEqualTo(Json.of("2020-01-01T00:00:00.120000Z"));
    }

    @Test
    void reportsUnknownMembers() {
        var unknown = new ArrayList<String>();
        BuiltIns.canonical(
                names("ConfigMap"),
                json("{'metadata':{'foo':1,'ownerReferences':[{'x':1}]},'zz':1}"),
                unknown);
        assertThat(unknown)
                .containsExactlyInAnyOrder("metadata.foo", "metadata.ownerReferences[0].x", "zz");
    }

    @Test
    void keepsTheSpecOfCustomKinds() {
        var unknown = new ArrayList<String>();
        var custom = ResourceType.Names.of("ex.io", "v1", "T", "ts", true);
        var object =
                BuiltIns.canonical(
                        custom, json("{'kind':'T','metadata':{'x':1},'spec':{'a':null}}"), unknown);
        assertThat(object).isEqualTo(json("{'kind':'T','metadata':{},'spec':{'a':null}}"));
        assertThat(unknown).containsExactly("metadata.x");
        assertThatThrownBy(() ->
                        BuiltIns.canonical(
                                custom, json("{'metadata':{'labels':{'a':3}}}"), unknown))
                .hasMessage(
                        "T in version \"v1\" cannot be handled as a T: json: cannot unmarshal"
                                + " number into Go struct field ObjectMeta.labels of type string");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'data':{'a':1}}                                  | number into Go struct field ConfigMap.data of type string
                    {'data':[]}                                       | array into Go struct field ConfigMap.data of type map[string]string
                    {'metadata':{'name':1}}                           | number into Go struct field ObjectMeta.metadata.name of type string
                    {'metadata':{'uid':3}}                            | number into Go struct field ObjectMeta.metadata.uid of type types.UID
                    {'metadata':{'labels':{'x':1}}}                   | number into Go struct field ObjectMeta.metadata.labels of type string
                    {'metadata':{'ownerReferences':[{'name':1}]}}     | number into Go struct field OwnerReference.metadata.ownerReferences.name of type string
                    {'metadata':{'finalizers':'x'}}                   | string into Go struct field ObjectMeta.metadata.finalizers of type []string
                    {'metadata':[]}                                   | array into Go struct field ConfigMap.metadata of type v1.ObjectMeta
                    {'metadata':{'deletionGracePeriodSeconds':1.5}}   | number 1.5 into Go struct field ObjectMeta.metadata.deletionGracePeriodSeconds of type int64
                    {'binaryData':{'a':1}}                            | number into Go struct field ConfigMap.binaryData of type []uint8
                    {'immutable':'x'}                                 | string into Go struct field ConfigMap.immutable of type bool
                    """)
    void refusesWrongTypesInGoWords(String object, String words) {
        assertThatThrownBy(() -> canonical("ConfigMap", object))
                .hasMessage(
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot"
                                + " unmarshal "
                                + words)
                .extracting(e -> ((StatusException) e).reason())
                .isEqualTo(Status.Reason.BadRequest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'spec':{'acquireTime':'2020-01-01T00:00:00Z'}} | parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"
                    {'spec':{'acquireTime':'x'}}                    | parsing time "x" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "x" as "2006"
                    {'metadata':{'creationTimestamp':'foo'}}        | parsing time "foo" as "2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006"
                    """)
    void refusesWrongTimesInGoWords(String object, String words) {
        assertThatThrownBy(() -> canonical("Lease", object))
                .hasMessage("Lease in version \"v1\" cannot be handled as a Lease: " + words);
    }

    @Test
    void convertsTheUnionsOfSchemas() {
        var crd =
                canonical(
                        "CustomResourceDefinition",
                        "{'spec':{'versions':[{'schema':{'openAPIV3Schema':{'items':{'type':'a'},"
                                + "'additionalProperties':true,'properties':{'b':{'items':[{}],"
                                + "'default':null}}}}}]}}");
        var schema =
                crd.object("spec")
                        .array("versions")
                        .items()
                        .getFirst()
                        .asObject()
                        .object("schema")
                        .object("openAPIV3Schema");
        assertThat(schema)
                .isEqualTo(
                        json(
                                "{'items':{'type':'a'},'properties':{'b':{'items':[{}]}},"
                                        + "'additionalProperties':true}"));
        assertThat(crd.at("status", "storedVersions")).isEqualTo(Json.NULL);
        assertThat(List.of(crd.members().keySet().toArray()))
                .containsExactly("metadata", "spec", "status");
    }
}
