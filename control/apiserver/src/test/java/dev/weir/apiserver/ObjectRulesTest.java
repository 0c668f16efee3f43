package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static dev.weir.apiserver.BuiltInsTest.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected texts are the answers of kube-apiserver 1.34 to the same objects.
final class ObjectRulesTest {
    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-'"
                    + " or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String NAME_PART =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and"
                    + " end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or"
                    + " '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String LABEL_VALUE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_'"
                    + " or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                    + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final String CONFIG_KEY =
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                    + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
                    + " '[-._a-zA-Z0-9]+')";

    private static List<String> errors(ResourceType.Names names, String object, String old) {
        return ObjectRules.validate(names, json(object), old == null ? null : json(old)).stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static List<String> configMap(String members) {
        return errors(
                names("ConfigMap"),
                "{'metadata':{'name':'b','namespace':'d'}," + members + "}",
                null);
    }

    private static List<String> metadata(String members) {
        return errors(names("ConfigMap"), "{'metadata':{'namespace':'d'," + members + "}}", null);
    }

    @Test
    void checksNames() {
        assertThat(metadata("'name':'A_'"))
                .containsExactly("metadata.name: Invalid value: \"A_\": " + SUBDOMAIN);
        assertThat(metadata("'name':''"))
                .containsExactly("metadata.name: Required value: name or generateName is required");
        assertThat(metadata("'generateName':'a-','name':'a-x'")).isEmpty();
        assertThat(errors(names("Namespace"), "{'metadata':{'name':'a.b'}}", null))
                .containsExactly("metadata.name: Invalid value: \"a.b\": must not contain dots");
        assertThat(errors(names("Namespace"), "{'metadata':{'name':'a','namespace':'b'}}", null))
                .containsExactly("metadata.namespace: Forbidden: not allowed on this type");
    }

    @Test
    void checksLabelsAndAnnotations() {
        assertThat(metadata("'name':'a','labels':{'a b':'c d'},'annotations':{'A b':'x'}"))
                .containsExactly(
                        "metadata.labels: Invalid value: \"a b\": " + NAME_PART,
                        "metadata.labels: Invalid value: \"c d\": " + LABEL_VALUE,
                        "metadata.annotations: Invalid value: \"A b\": " + NAME_PART);
        assertThat(metadata("'name':'a','labels':{'x':'" + "y".repeat(70) + "'}"))
                .containsExactly(
                        "metadata.labels: Invalid value: \""
                                + "y".repeat(70)
                                + "\": must be no more than 63 characters");
        assertThat(metadata("'name':'a','annotations':{'x':'" + "y".repeat(262_144) + "'}"))
                .containsExactly(
                        "metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void checksOwnersAndFinalizers() {
        assertThat(
                        metadata(
                                "'name':'b','ownerReferences':[{},{'apiVersion':'v1','kind':'Event',"
                                        + "'name':'x','uid':'u'}],'finalizers':['bad','x/y/z','ok.io/x']"))
                .containsExactly(
                        "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be"
                                + " empty",
                        "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty",
                        "metadata.ownerReferences.name: Invalid value: \"\": must not be empty",
                        "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
                        "metadata.ownerReferences: Invalid value:"
                                + " {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"x\",\"uid\":\"u\"}:"
                                + " /v1, Kind=Event is disallowed from being an owner",
                        "metadata.finalizers: Invalid value: \"x/y/z\": "
                                + NAME_PART.replace("name part", "a qualified name")
                                + " with an optional DNS subdomain prefix and '/' (e.g."
                                + " 'example.com/MyName')",
                        "metadata.finalizers[0]: Invalid value: \"bad\": name is neither a standard"
                                + " finalizer name nor is it fully qualified");
        assertThat(
                        metadata(
                                "'name':'b','generation':-3,'finalizers':['orphan','foregroundDeletion']"))
                .containsExactly(
                        "metadata.generation: Invalid value: -3: must be greater than or equal to 0",
                        "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]:"
                                + " finalizer orphan and foregroundDeletion cannot be both set");
    }

    @Test
    void checksConfigMaps() {
        assertThat(configMap("'data':{'a b':'x','..':'x'},'binaryData':{'..a':''}"))
                .containsExactly(
                        "data[a b]: Invalid value: \"a b\": " + CONFIG_KEY,
                        "data[..]: Invalid value: \"..\": must not be '..'",
                        "binaryData[..a]: Invalid value: \"..a\": must not start with '..'");
        assertThat(configMap("'data':{'a':'1'},'binaryData':{'a':'YQ=='}"))
                .containsExactly(
                        "data[a]: Invalid value: \"a\": duplicate of key present in binaryData");
        assertThat(configMap("'data':{'a':'" + "x".repeat(1_048_577) + "'}"))
                .containsExactly(": Too long: may not be more than 1048576 bytes");
    }

    @Test
    void keepsImmutableDataAsItIs() {
        var frozen = "Forbidden: field is immutable when `immutable` is set";
        var metadata = "'metadata':{'name':'b','namespace':'d'}";
        assertThat(
                        errors(
                                names("ConfigMap"),
                                "{" + metadata + ",'data':{'a':'y'},'binaryData':{'b':'YQ=='}}",
                                "{" + metadata + ",'data':{'a':'x'},'immutable':true}"))
                .containsExactly(
                        "immutable: " + frozen, "data: " + frozen, "binaryData: " + frozen);
        assertThat(
                        errors(
                                names("Secret"),
                                "{" + metadata + ",'type':'foo'}",
                                "{" + metadata + ",'type':'Opaque'}"))
                .containsExactly("type: Invalid value: \"foo\": field is immutable");
    }

    @Test
    void keepsMetadataAsItIs() {
        assertThat(
                        errors(
                                names("ConfigMap"),
                                "{'metadata':{'name':'b','namespace':'d','uid':'2','finalizers':['a/b']}}",
                                "{'metadata':{'name':'b','namespace':'d','uid':'1',"
                                        + "'deletionTimestamp':'2020-01-01T00:00:00Z'}}"))
                .containsExactly(
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the object"
                                + " is being deleted, found new finalizers []string{\"a/b\"}",
                        "metadata.uid: Invalid value: \"2\": field is immutable",
                        "metadata.deletionTimestamp: Invalid value: null: field is immutable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    kubernetes.io/service-account-token | metadata.annotations[kubernetes.io/service-account.name]: Required value
                    kubernetes.io/dockercfg             | data[.dockercfg]: Required value
                    kubernetes.io/dockerconfigjson      | data[.dockerconfigjson]: Required value
                    kubernetes.io/basic-auth            | data[username]: Required value, data[password]: Required value
                    kubernetes.io/ssh-auth              | data[ssh-privatekey]: Required value
                    kubernetes.io/tls                   | data[tls.crt]: Required value, data[tls.key]: Required value
                    """)
    void checksSecretsByType(String type, String expected) {
        assertThat(
                        errors(
                                names("Secret"),
                                "{'metadata':{'name':'s','namespace':'d'},'type':'" + type + "'}",
                                null))
                .containsExactly(expected.split(", "));
    }

    @Test
    void hidesWhatASecretHolds() {
        var secret =
                ObjectRules.normalise(
                        names("Secret"),
                        json(
                                "{'metadata':{'name':'s','namespace':'d'},'type':'kubernetes.io/dockercfg',"
                                        + "'stringData':{'.dockercfg':'x'}}"));
        assertThat(ObjectRules.validate(names("Secret"), secret, null))
                .extracting(cause -> cause.field() + ": " + cause.message())
                .containsExactly(
                        "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": invalid"
                                + " character 'x' looking for beginning of value");
    }

    @Test
    void checksLeasesAndEvents() {
        assertThat(
                        errors(
                                names("Lease"),
                                "{'metadata':{'name':'a','namespace':'d'},'spec':{"
                                        + "'leaseDurationSeconds':0,'leaseTransitions':-1}}",
                                null))
                .containsExactly(
                        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0");
        assertThat(
                        errors(
                                names("Event"),
                                "{'metadata':{'name':'e','namespace':'default'},"
                                        + "'involvedObject':{'namespace':'foo'}}",
                                null))
                .containsExactly(
                        "involvedObject.namespace: Invalid value: \"foo\": does not match"
                                + " event.namespace");
        var strict =
                BuiltIns.all().stream()
                        .map(BuiltIn::names)
                        .filter(names -> names.group().equals("events.k8s.io"))
                        .findFirst()
                        .orElseThrow();
        assertThat(
                        errors(
                                strict,
                                "{'metadata':{'name':'e','namespace':'default'},"
                                        + "'regarding':{'namespace':'default'},'type':'x'}",
                                null))
                .containsExactly(
                        "eventTime: Required value",
                        "type: Invalid value: \"\": has invalid value: x");
    }

    @Test
    void normalisesNamespacesAndSecrets() {
        assertThat(ObjectRules.normalise(names("Namespace"), json("{'metadata':{'name':'n2'}}")))
                .isEqualTo(
                        json(
                                "{'metadata':{'name':'n2','labels':{'kubernetes.io/metadata.name':'n2'}},"
                                        + "'spec':{'finalizers':['kubernetes']},'status':{'phase':'Active'}}"));
        assertThat(
                        ObjectRules.normalise(
                                names("Secret"),
                                json("{'data':{'a':'YQ=='},'stringData':{'a':'b','c':'d'}}")))
                .isEqualTo(json("{'data':{'a':'Yg==','c':'ZA=='},'type':'Opaque'}"));
        assertThat(ObjectRules.normalise(names("ConfigMap"), Json.Obj.EMPTY))
                .isEqualTo(Json.Obj.EMPTY);
    }
}
