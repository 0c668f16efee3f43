package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static dev.weir.apiserver.BuiltInsTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.resource.Json;
import dev.weir.resource.Patch;
import dev.weir.resource.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatchesTest {
    private static final String REFUSED =
            "the server rejected our request due to an error in our request";

    private static Json.Obj apply(Patch.Type type, String current, String patch, Schema schema) {
        return Patches.apply(type, json(current), Json.parse(patch.replace('\'', '"')), schema);
    }

    /// RFC 6902, appendix A, as far as its documents are objects.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'foo':'bar'}            | [{'op':'add','path':'/baz','value':'qux'}]   | {'foo':'bar','baz':'qux'}
                    {'foo':['bar','baz']}    | [{'op':'add','path':'/foo/1','value':'qux'}] | {'foo':['bar','qux','baz']}
                    {'baz':'qux','foo':'bar'} | [{'op':'remove','path':'/baz'}]             | {'foo':'bar'}
                    {'foo':['bar','qux','baz']} | [{'op':'remove','path':'/foo/1'}]         | {'foo':['bar','baz']}
                    {'baz':'qux','foo':'bar'} | [{'op':'replace','path':'/baz','value':'boo'}] | {'baz':'boo','foo':'bar'}
                    {'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}} | [{'op':'move','from':'/foo/waldo','path':'/qux/thud'}] | {'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}
                    {'foo':['all','grass','cows','eat']} | [{'op':'move','from':'/foo/1','path':'/foo/3'}] | {'foo':['all','cows','eat','grass']}
                    {'baz':'qux','foo':['a',2,'c']} | [{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2}] | {'baz':'qux','foo':['a',2,'c']}
                    {'foo':'bar'}            | [{'op':'add','path':'/child','value':{'grandchild':{}}}] | {'foo':'bar','child':{'grandchild':{}}}
                    {'foo':'bar'}            | [{'op':'add','path':'/baz','value':'qux','xyz':123}] | {'foo':'bar','baz':'qux'}
                    {'/':9,'~1':10}          | [{'op':'test','path':'/~01','value':10}]     | {'/':9,'~1':10}
                    {'foo':['bar']}          | [{'op':'add','path':'/foo/-','value':['abc','def']}] | {'foo':['bar',['abc','def']]}
                    {'a':{'b':1}}            | [{'op':'copy','from':'/a/b','path':'/a/c'}]  | {'a':{'b':1,'c':1}}
                    {'a':[1,2]}              | [{'op':'add','path':'/a/-1','value':3}]      | {'a':[1,2,3]}
                    {'a':1}                  | [{'op':'replace','path':'/b','value':2}]     | {'a':1,'b':2}
                    {'a':1}                  | [{'op':'test','path':'/b','value':null}]     | {'a':1}
                    {'a':1}                  | [{'op':'replace','path':'','value':{}}]      | {}
                    {'a':1}                  | []                                           | {'a':1}
                    """)
    void appliesJsonPatches(String current, String patch, String expected) {
        assertThat(apply(Patch.Type.Json, current, patch, Schema.ANY)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [{'op':'test','path':'/baz','value':'bar'}]
                    [{'op':'test','path':'/~01','value':'10'}]
                    [{'op':'add','path':'/none/bat','value':'qux'}]
                    [{'op':'remove','path':'/none'}]
                    [{'op':'bad','path':'/baz','value':'q'}]
                    [{'path':'/baz','value':'q'}]
                    [{'op':'add','value':'q'}]
                    [{'op':'add','path':'','value':{}}]
                    [{'op':'add','path':'/list/5','value':'q'}]
                    [{'op':'add','path':'/list/x','value':'q'}]
                    [{'op':'remove','path':'/list/2'}]
                    [{'op':'move','from':'/none','path':'/baz'}]
                    [{'op':'add','path':'/baz/x','value':'q'}]
                    """)
    void refusesJsonPatchesThatDoNotFit(String patch) {
        assertThatThrownBy(() ->
                        apply(Patch.Type.Json, "{'baz':'qux','list':[1,2]}", patch, Schema.ANY))
                .hasMessage(REFUSED);
    }

    /// RFC 7386, appendix A, as far as its documents are objects.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'a':'b'}       | {'a':'c'}            | {'a':'c'}
                    {'a':'b'}       | {'b':'c'}            | {'a':'b','b':'c'}
                    {'a':'b'}       | {'a':null}           | {}
                    {'a':'b','b':'c'} | {'a':null}         | {'b':'c'}
                    {'a':['b']}     | {'a':'c'}            | {'a':'c'}
                    {'a':'c'}       | {'a':['b']}          | {'a':['b']}
                    {'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}
                    {'a':[{'b':'c'}]} | {'a':[1]}          | {'a':[1]}
                    {'e':null}      | {'a':1}              | {'e':null,'a':1}
                    {}              | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}
                    """)
    void mergesAsRfc7386Says(String current, String patch, String expected) {
        assertThat(apply(Patch.Type.Merge, current, patch, Schema.ANY)).isEqualTo(json(expected));
    }

    @Test
    void refusesPatchesOfTheWrongType() {
        assertThatThrownBy(() -> apply(Patch.Type.Json, "{}", "{}", Schema.ANY))
                .hasMessage(
                        "error decoding patch: json: cannot unmarshal object into Go value of type"
                                + " []handlers.jsonPatchOp");
        assertThatThrownBy(() -> apply(Patch.Type.Json, "{}", "[3]", Schema.ANY))
                .hasMessage(
                        "error decoding patch: json: cannot unmarshal number into Go value of type"
                                + " handlers.jsonPatchOp");
        assertThatThrownBy(() -> apply(Patch.Type.Merge, "{}", "[]", Schema.ANY))
                .hasMessage(
                        "error decoding patch: json: cannot unmarshal array into Go value of type"
                                + " map[string]interface {}");
        assertThatThrownBy(() -> apply(Patch.Type.Merge, "{}", "null", Schema.ANY))
                .hasMessage("Invalid JSON Patch");
        assertThatThrownBy(() -> apply(Patch.Type.StrategicMerge, "{}", "3", Schema.ANY))
                .hasMessage(
                        "json: cannot unmarshal number into Go value of type"
                                + " map[string]interface {}");
        assertThatThrownBy(() -> apply(Patch.Type.Apply, "{}", "{}", Schema.ANY))
                .hasMessageContaining("unknown format");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'data':{'a':'1','b':'2'}} | {'data':{'a':null,'c':'3'}}            | {'data':{'b':'2','c':'3'}}
                    {'data':{'a':'1'}}         | {'data':{'$patch':'replace','q':'1'}}  | {'data':{'q':'1'}}
                    {'data':{'a':'1'}}         | {'data':{'$patch':'delete'}}           | {'data':{}}
                    {'data':{'a':'1'}}         | {'data':null}                          | {}
                    {'data':{'a':'1'}}         | null                                   | {'data':{'a':'1'}}
                    {'data':{'a':'1','b':'2'}} | {'data':{'$retainKeys':['a']}}         | {'data':{'a':'1'}}
                    {}                         | {'data':{'$retainKeys':['a'],'a':'1','b':null}} | {'data':{'a':'1'}}
                    {'metadata':{'finalizers':['a','b']}} | {'metadata':{'finalizers':['c','b']}} | {'metadata':{'finalizers':['c','a','b']}}
                    {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}} | {'metadata':{'finalizers':['b']}}
                    {'metadata':{'finalizers':['c','d']}} | {'metadata':{'$setElementOrder/finalizers':['d','c'],'finalizers':['d']}} | {'metadata':{'finalizers':['d','c']}}
                    {'metadata':{'ownerReferences':[{'uid':'1','name':'a'},{'uid':'2','name':'b'}]}} | {'metadata':{'ownerReferences':[{'uid':'2','name':'c'},{'uid':'3'}]}} | {'metadata':{'ownerReferences':[{'uid':'1','name':'a'},{'uid':'2','name':'c'},{'uid':'3'}]}}
                    {'metadata':{'ownerReferences':[{'uid':'1'},{'uid':'2'}]}} | {'metadata':{'ownerReferences':[{'$patch':'delete','uid':'1'}]}} | {'metadata':{'ownerReferences':[{'uid':'2'}]}}
                    {'metadata':{'ownerReferences':[{'uid':'1'},{'uid':'2'}]}} | {'metadata':{'ownerReferences':[{'uid':'3'},{'$patch':'replace'}]}} | {'metadata':{'ownerReferences':[{'uid':'3'}]}}
                    {'metadata':{'ownerReferences':[{'uid':'1'},{'uid':'2'}]}} | {'metadata':{'$setElementOrder/ownerReferences':[{'uid':'2'},{'uid':'1'}]}} | {'metadata':{'ownerReferences':[{'uid':'2'},{'uid':'1'}]}}
                    {'imagePullSecrets':[{'name':'a'}]} | {'imagePullSecrets':[{'name':'b'}]} | {'imagePullSecrets':[{'name':'b'}]}
                    {}                         | {'metadata':{'ownerReferences':[{'$patch':'delete','uid':'1'}]}} | {'metadata':{'ownerReferences':[]}}
                    """)
    void mergesByTheKeysOfTheTable(String current, String patch, String expected) {
        var schema = BuiltIns.find(names("ServiceAccount")).orElseThrow().schema();
        assertThat(apply(Patch.Type.StrategicMerge, current, patch, schema))
                .isEqualTo(json(expected));
    }

    @Test
    void refusesBadDirectives() {
        var schema = BuiltIns.find(names("ConfigMap")).orElseThrow().schema();
        assertThatThrownBy(() ->
                        apply(
                                Patch.Type.StrategicMerge,
                                "{'data':{}}",
                                "{'data':{'$patch':'bad'}}",
                                schema))
                .hasMessage("unknown patch type: bad in map: map[$patch:bad]");
        assertThatThrownBy(() ->
                        apply(
                                Patch.Type.StrategicMerge,
                                "{'metadata':{}}",
                                "{'metadata':{'$setElementOrder/ownerReferences':[{'uid':'q'}],"
                                        + "'ownerReferences':[{'uid':'z'}]}}",
                                schema))
                .hasMessage(
                        "The order in patch list:\n[map[uid:z]]\n doesn't match $setElementOrder"
                                + " list:\n[map[uid:q]]\n");
    }
}
