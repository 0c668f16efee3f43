package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected texts are the answers of kube-apiserver 1.34 to the same schema and objects.
final class SchemaRulesTest {
    private static final Schema SCHEMA =
            Schema.of(
                    json(
                            """
                            {'type':'object','required':['spec'],'properties':{'spec':{'type':'object',
                            'required':['need'],'properties':{'need':{'type':'string'},
                            'i':{'type':'integer','minimum':1,'maximum':9,'multipleOf':2},
                            'n':{'type':'number','exclusiveMinimum':true,'minimum':1.5,
                              'maximum':100000000000,'exclusiveMaximum':true},
                            's':{'type':'string','minLength':2,'maxLength':3,'pattern':'^a+$'},
                            'e':{'type':'string','enum':['a','b']},
                            'ei':{'type':'integer','enum':[1,2]},
                            'l':{'type':'array','minItems':1,'maxItems':2,'items':{'type':'string'}},
                            'set':{'type':'array','x-kubernetes-list-type':'set','items':{'type':'string'}},
                            'map':{'type':'array','x-kubernetes-list-type':'map',
                              'x-kubernetes-list-map-keys':['k'],'items':{'type':'object','required':['k'],
                              'properties':{'k':{'type':'string'},'v':{'type':'string'}}}},
                            'm':{'type':'object','minProperties':1,'maxProperties':1,
                              'additionalProperties':{'type':'integer'}},
                            'b':{'type':'boolean'},'ios':{'x-kubernetes-int-or-string':true},
                            'dt':{'type':'string','format':'date-time'},
                            'date':{'type':'string','format':'date'},
                            'by':{'type':'string','format':'byte'},
                            'uuid':{'type':'string','format':'uuid'},
                            'dur':{'type':'string','format':'duration'},
                            'ip':{'type':'string','format':'ipv4'},
                            'nul':{'type':'string','nullable':true},
                            'def':{'type':'string','default':'dd'},
                            'any':{'type':'integer','anyOf':[{'minimum':5},{'maximum':2}]},
                            'one':{'type':'integer','oneOf':[{'minimum':5},{'minimum':7}]},
                            'all':{'type':'integer','allOf':[{'minimum':5},{'minimum':7}]},
                            'not':{'type':'integer','not':{'minimum':5}},
                            'o':{'type':'object','properties':{'a':{'type':'string'},
                              'd':{'type':'integer','default':3}}},
                            'emb':{'type':'object','x-kubernetes-embedded-resource':true,
                              'x-kubernetes-preserve-unknown-fields':true}}},
                            'status':{'type':'object','properties':{'x':{'type':'string'}}}}}\
                            """));

    private static List<String> errors(Json.Obj object) {
        return SchemaRules.validate(SCHEMA, object, "").stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static List<String> specErrors(String member) {
        return errors(json("{'spec':{'need':'y'," + member + "}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'i':0       | spec.i: Invalid value: 0: spec.i in body should be greater than or equal to 1
                    'i':3       | spec.i: Invalid value: 3: spec.i in body should be a multiple of 2
                    'i':'x'     | spec.i: Invalid value: "string": spec.i in body must be of type integer: "string"
                    'n':1.5     | spec.n: Invalid value: 1.5: spec.n in body should be greater than 1.5
                    'n':100000000000 | spec.n: Invalid value: 100000000000: spec.n in body should be less than 100000000000
                    'n':'x'     | spec.n: Invalid value: "string": spec.n in body must be of type number: "string"
                    's':'aaaa'  | spec.s: Too long: may not be more than 3 bytes
                    's':'ab'    | spec.s: Invalid value: "ab": spec.s in body should match '^a+$'
                    's':3       | spec.s: Invalid value: "integer": spec.s in body must be of type string: "integer"
                    's':[1]     | spec.s: Invalid value: "array": spec.s in body must be of type string: "array"
                    's':{'a':1} | spec.s: Invalid value: "object": spec.s in body must be of type string: "object"
                    'e':'c'     | spec.e: Unsupported value: "c": supported values: "a", "b"
                    'ei':3      | spec.ei: Unsupported value: 3: supported values: "1", "2"
                    'l':[]      | spec.l: Invalid value: 0: spec.l in body should have at least 1 items
                    'l':['a','b','c'] | spec.l: Too many: 3: must have at most 2 items
                    'l':['a',3] | spec.l[1]: Invalid value: "integer": spec.l[1] in body must be of type string: "integer"
                    'l':[null]  | spec.l[0]: Invalid value: "null": spec.l[0] in body must be of type string: "null"
                    'set':['a','b','a'] | spec.set[2]: Duplicate value: "a"
                    'map':[{'k':'a'},{'k':'a'}] | spec.map[1]: Duplicate value: {"k":"a"}
                    'map':[{'v':'a'}] | spec.map[0].k: Required value
                    'm':{}      | spec.m: Invalid value: 0: spec.m in body should have at least 1 properties
                    'm':{'a':1,'b':2} | spec.m: Too many: 2: must have at most 1 item
                    'm':{'a':'x'} | spec.m.a: Invalid value: "string": spec.m.a in body must be of type integer: "string"
                    'b':'true'  | spec.b: Invalid value: "string": spec.b in body must be of type boolean: "string"
                    'ios':true  | spec.ios: Invalid value: "boolean": spec.ios in body must be of type integer,string: "boolean"
                    'ios':1.5   | spec.ios: Invalid value: "number": spec.ios in body must be of type integer,string: "number"
                    'dt':'x'    | spec.dt: Invalid value: "x": spec.dt in body must be of type date-time: "x"
                    'date':'x'  | spec.date: Invalid value: "x": spec.date in body must be of type date: "x"
                    'by':'%%'   | spec.by: Invalid value: "%%": spec.by in body must be of type byte: "%%"
                    'uuid':'x'  | spec.uuid: Invalid value: "x": spec.uuid in body must be of type uuid: "x"
                    'dur':'x'   | spec.dur: Invalid value: "x": spec.dur in body must be of type duration: "x"
                    'ip':'x'    | spec.ip: Invalid value: "x": spec.ip in body must be of type ipv4: "x"
                    'one':8     | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives
                    'not':6     | <nil>: Invalid value: "": "spec.not" must not validate the schema (not)
                    'o':[]      | spec.o: Invalid value: "array": spec.o in body must be of type object: "array"
                    """)
    void saysWhatKubernetesSays(String member, String expected) {
        assertThat(specErrors(member)).containsExactly(expected);
    }

    @Test
    void saysAllThatIsWrong() {
        assertThat(errors(json("{}"))).containsExactly("spec: Required value");
        assertThat(errors(json("{'spec':{}}"))).containsExactly("spec.need: Required value");
        assertThat(specErrors("'i':2.5"))
                .containsExactly(
                        "spec.i: Invalid value: \"number\": spec.i in body must be of type integer:"
                                + " \"number\"",
                        "spec.i: Invalid value: 2.5: spec.i in body should be a multiple of 2");
        assertThat(specErrors("'any':3"))
                .containsExactly(
                        "<nil>: Invalid value: \"\": \"spec.any\" must validate at least one schema"
                                + " (anyOf)",
                        "spec.any: Invalid value: 3: spec.any in body should be greater than or"
                                + " equal to 5");
        assertThat(specErrors("'all':6"))
                .containsExactly(
                        "spec.all: Invalid value: 6: spec.all in body should be greater than or"
                                + " equal to 7",
                        "<nil>: Invalid value: \"\": \"spec.all\" must validate all the schemas"
                                + " (allOf)");
        assertThat(specErrors("'emb':{}"))
                .containsExactly(
                        "spec.emb.apiVersion: Required value", "spec.emb.kind: Required value");
        assertThat(SchemaRules.validate(SCHEMA, json("{'spec':3}"), ""))
                .extracting(dev.weir.resource.Status.Cause::reason)
                .containsExactly("FieldValueTypeInvalid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'i':2.0
                    'ios':'50%'
                    'ios':7
                    'nul':null
                    'dt':'2020-01-01T00:00:00Z'
                    'dur':'22 ns'
                    'dur':'1h30m'
                    'uuid':'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'
                    'emb':{'apiVersion':'v1','kind':'X','other':1}
                    """)
    void acceptsWhatFits(String member) {
        assertThat(specErrors(member)).isEmpty();
    }

    @Test
    void fillsDefaultsIn() {
        assertThat(SchemaRules.withDefaults(SCHEMA, json("{'spec':{'def':null,'o':{},'i':null}}")))
                .isEqualTo(json("{'spec':{'def':'dd','o':{'d':3}}}"));
        assertThat(SchemaRules.withDefaults(SCHEMA, json("{'spec':{'def':'x','nul':null}}")))
                .isEqualTo(json("{'spec':{'def':'x','nul':null}}"));
    }

    @Test
    void prunesWhatTheSchemaDoesNotKnow() {
        var unknown = new ArrayList<String>();
        var pruned =
                SchemaRules.prune(
                        SCHEMA,
                        json(
                                "{'kind':'T','metadata':{'name':'a'},'spec':{'zz':1,'o':{'q':1},"
                                        + "'map':[{'k':'a','x':1}],'emb':{'kind':'K','z':1}},"
                                        + "'extra':{}}"),
                        unknown);
        assertThat(pruned)
                .isEqualTo(
                        json(
                                "{'kind':'T','metadata':{'name':'a'},'spec':{'o':{},"
                                        + "'map':[{'k':'a'}],'emb':{'kind':'K','z':1}}}"));
        assertThat(unknown).containsExactly("extra", "spec.map[0].x", "spec.o.q", "spec.zz");
    }
}
