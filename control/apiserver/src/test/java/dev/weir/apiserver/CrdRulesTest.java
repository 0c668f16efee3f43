package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected texts are the answers of kube-apiserver 1.34 to the same definitions.
final class CrdRulesTest {
    private static final String ROOT = "spec.validation.openAPIV3Schema";

    private static Json.Obj crd(String versions, String names) {
        return CrdRules.withDefaults(
                json(
                        "{'metadata':{'name':'foos.ex.io'},'spec':{'group':'ex.io',"
                                + "'scope':'Namespaced','names':"
                                + names
                                + ",'versions':"
                                + versions
                                + "}}"));
    }

    private static Json.Obj crd(String version) {
        return crd(
                "[{'name':'v1','served':true,'storage':true," + version + "}]",
                "{'plural':'foos','kind':'Foo'}");
    }

    private static List<String> errors(Json.Obj crd) {
        return CrdRules.validate(crd, null).stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static List<String> schemaErrors(String schema) {
        return errors(crd("'schema':{'openAPIV3Schema':" + schema + "}"));
    }

    @Test
    void acceptsAPlainDefinition() {
        var crd =
                crd(
                        "'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{"
                                + "'type':'object','properties':{'port':{'x-kubernetes-int-or-string':true,"
                                + "'anyOf':[{'type':'integer'},{'type':'string'}]}}}}}},"
                                + "'subresources':{'status':{},'scale':{'specReplicasPath':'.spec.n',"
                                + "'statusReplicasPath':'.status.n'}},"
                                + "'additionalPrinterColumns':[{'name':'Port','type':'string',"
                                + "'jsonPath':'.spec.port','priority':1}]");
        assertThat(errors(crd)).isEmpty();
        assertThat(crd.at("spec", "names", "listKind")).isEqualTo(Json.of("FooList"));
        assertThat(crd.at("spec", "names", "singular")).isEqualTo(Json.of("foo"));
        assertThat(crd.at("spec", "conversion", "strategy")).isEqualTo(Json.of("None"));
        assertThat(crd.object("status").array("storedVersions").strings()).containsExactly("v1");
        var names = CrdRules.names(crd, "v1");
        assertThat(names.namespaced()).isTrue();
        assertThat(names.statusSubresource()).isTrue();
        assertThat(names.scaleSpecPath()).isEqualTo(".spec.n");
        assertThat(names.columns().getFirst().path()).isEqualTo(".spec.port");
        assertThat(CrdRules.schema(crd, "v1").properties()).containsKey("spec");
        assertThat(CrdRules.schema(crd, "v2")).isEqualTo(Schema.ANY);
    }

    @Test
    void asksForAllThatIsRequired() {
        assertThat(errors(CrdRules.withDefaults(json("{'metadata':{'name':'x'},'spec':{}}"))))
                .containsExactly(
                        "metadata.name: Invalid value: \"x\": must be"
                                + " spec.names.plural+\".\"+spec.group",
                        "spec.group: Required value",
                        "spec.scope: Required value",
                        "spec.versions: Invalid value: null: must have exactly one version marked as"
                                + " storage version",
                        "spec.names.plural: Required value",
                        "spec.names.singular: Required value",
                        "spec.names.kind: Required value",
                        "spec.names.listKind: Required value",
                        "status.storedVersions: Invalid value: null: must have at least one stored"
                                + " version");
    }

    @Test
    void checksNames() {
        var label =
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                        + " with an alphabetic character, and end with an alphanumeric character (e.g."
                        + " 'my-name',  or 'abc-123', regex used for validation is"
                        + " '[a-z]([-a-z0-9]*[a-z0-9])?')";
        assertThat(
                        errors(
                                crd(
                                        "[{'name':'v1','storage':true,'schema':{'openAPIV3Schema':"
                                                + "{'type':'object'}}}]",
                                        "{'plural':'foos','singular':'S','kind':'foo bar',"
                                                + "'shortNames':['A'],'categories':['B']}")))
                .containsExactly(
                        "spec.names.singular: Invalid value: \"S\": " + label,
                        "spec.names.kind: Invalid value: \"foo bar\": may have mixed case, but should"
                                + " otherwise match: "
                                + label,
                        "spec.names.listKind: Invalid value: \"foo barList\": may have mixed case, but"
                                + " should otherwise match: "
                                + label,
                        "spec.names.shortNames[0]: Invalid value: \"A\": " + label,
                        "spec.names.categories[0]: Invalid value: \"B\": " + label);
    }

    @Test
    void namesVersionsWhoseSchemasDiffer() {
        assertThat(
                        errors(
                                crd(
                                        "[{'name':'v1','storage':true,'schema':{'openAPIV3Schema':{}}},"
                                                + "{'name':'v2','schema':{'openAPIV3Schema':{'type':'string'}}},"
                                                + "{'name':'v3'}]",
                                        "{'plural':'foos','kind':'Foo'}")))
                .containsExactly(
                        "spec.versions[2].schema.openAPIV3Schema: Required value",
                        "spec.versions[0].schema.openAPIV3Schema.type: Required value: must not be"
                                + " empty at the root",
                        "spec.versions[1].schema.openAPIV3Schema.type: Invalid value: \"string\": must"
                                + " be object at the root");
    }

    @Test
    void checksSubresourcesAndColumns() {
        assertThat(
                        errors(
                                crd(
                                        "'schema':{'openAPIV3Schema':{'type':'object'}},"
                                                + "'subresources':{'scale':{'specReplicasPath':'spec.x',"
                                                + "'statusReplicasPath':'.foo'}},"
                                                + "'additionalPrinterColumns':[{'name':'','type':'foo',"
                                                + "'jsonPath':'x'},{'name':'a','type':'string',"
                                                + "'jsonPath':'.a','format':'zz'}]")))
                .containsExactly(
                        "spec.subresources.scale.specReplicasPath: Invalid value: \"spec.x\": must be a"
                                + " simple json path starting with .",
                        "spec.subresources.scale.statusReplicasPath: Invalid value: \".foo\": should be"
                                + " a json path under .status",
                        "spec.additionalPrinterColumns[0].name: Required value",
                        "spec.additionalPrinterColumns[0].type: Invalid value: \"foo\": must be one of"
                                + " boolean,date,integer,number,string",
                        "spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"x\": must be a"
                                + " simple json path starting with .",
                        "spec.additionalPrinterColumns[1].format: Invalid value: \"zz\": must be one of"
                                + " byte,date,date-time,double,float,int32,int64,password");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'a':{'type':'array'}        | [a].items: Required value: must be specified
                    'a':{}                      | [a].type: Required value: must not be empty for specified object fields
                    'b':{'type':'array','items':{}} | [b].items.type: Required value: must not be empty for specified array items
                    'kind':{'type':'integer'}   | [kind].type: Invalid value: "integer": must be string
                    'metadata':{'type':'object','properties':{'labels':{'type':'object'}}} | [metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified
                    'n':{'type':'object','x-kubernetes-embedded-resource':true} | [n].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields
                    'p':{'type':'integer','anyOf':[{'type':'integer'}]} | [p].anyOf[0].type: Forbidden: must be empty to be structural
                    'p':{'type':'integer','anyOf':[{'description':'x'}]} | [p].anyOf[0].description: Forbidden: must be empty to be structural
                    'p':{'type':'object','anyOf':[{'properties':{'z':{}}}]} | [p].properties[z]: Required value: because it is defined in spec.validation.openAPIV3Schema.properties[p].anyOf[0].properties[z]
                    'pat':{'type':'string','pattern':'('} | [pat].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`
                    's':{'type':'array','x-kubernetes-list-type':'set','items':{'type':'object'}} | [s].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set
                    'f':{'type':'string','default':3} | [f].default: Invalid value: "integer":  in body must be of type string: "integer"
                    'o':{'type':'object','default':{'x':1},'properties':{'y':{'type':'string'}}} | [o].default: Invalid value: {"x":1}: must not have unknown fields
                    'g':{'type':'integer','minimum':3,'default':1} | [g].default: Invalid value: 1:  in body should be greater than or equal to 3
                    'h':{'type':'object','default':{'y':3},'properties':{'y':{'type':'string'}}} | [h].default.y: Invalid value: "integer": y in body must be of type string: "integer"
                    'm':{'type':'object','x-kubernetes-map-type':'bad'} | [m].x-kubernetes-map-type: Unsupported value: "bad": supported values: "atomic", "granular"
                    'l':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],'items':{'type':'object','properties':{'k':{'type':'string'}}}} | [l].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property
                    'i':{'x-kubernetes-int-or-string':true,'x-kubernetes-preserve-unknown-fields':true} | [i].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true
                    'k':{'type':'array','items':{'type':'string'},'x-kubernetes-list-map-keys':['a']} | [k].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty
                    'w':{'type':'string','x-kubernetes-list-type':'set'} | [w].type: Invalid value: "string": must be array if x-kubernetes-list-type is specified
                    'j':{'type':'array','items':{'type':'string'},'uniqueItems':true} | [j].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic
                    'e':{'type':'object','properties':{'x':{'type':'string'}},'additionalProperties':{'type':'string'}} | [e].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive
                    'c':{'type':'foo'}          | [c].type: Unsupported value: "foo": supported values: "array", "boolean", "integer", "number", "object", "string"
                    'g':{'type':'string','$ref':'x'} | [g].$ref: Forbidden: $ref is not supported
                    'h':{'type':'array','items':[{'type':'string'}]} | [h].items: Forbidden: items must be a schema object and not an array
                    'm':{'type':'object','x-kubernetes-preserve-unknown-fields':false} | [m].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined
                    """)
    void saysWhyASchemaIsNotStructural(String property, String expected) {
        assertThat(schemaErrors("{'type':'object','properties':{" + property + "}}"))
                .containsExactly(ROOT + ".properties" + expected);
    }

    @Test
    void restrictsTheRoot() {
        assertThat(schemaErrors("{'type':'object','additionalProperties':{'type':'string'}}"))
                .containsExactly(
                        ROOT + ".additionalProperties: Forbidden: must not be used at the root");
        assertThat(schemaErrors("{'type':'object','nullable':true}"))
                .containsExactly(
                        ROOT + ".nullable: Forbidden: nullable cannot be true at the root");
    }

    @Test
    void keepsScopeAndNamesOfAnEstablishedKind() {
        var old =
                crd("'schema':{'openAPIV3Schema':{'type':'object'}}")
                        .with(
                                "status",
                                json(
                                        "{'storedVersions':['v0'],'conditions':[{'type':'Established',"
                                                + "'status':'True'}]}"));
        var changed = old.with("spec", old.object("spec").with("scope", Json.of("Cluster")));
        assertThat(CrdRules.validate(changed, old))
                .extracting(cause -> cause.field() + ": " + cause.message().split(";")[0])
                .containsExactly(
                        "spec.scope: Invalid value: \"Cluster\": field is immutable",
                        "status.storedVersions: Invalid value: [\"v0\"]: must have the storage version"
                                + " v1",
                        "status.storedVersions[0]: Invalid value: \"v0\": missing from spec.versions");
    }
}
