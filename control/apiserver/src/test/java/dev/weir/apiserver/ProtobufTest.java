package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProtobufTest {
    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static final String CONFIG_MAP = "6b387300 0a0f 0a02 7631 1209 436f6e6669674d6170 ";

    @Test
    void readsAndWritesTheEnvelope() {
        var bytes =
                "k8s\0\n\u000f\n\u0002v1\u0012\tConfigMap\u0012\u0000\u001a\u0000\"\u0000"
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(Protobuf.decode(bytes))
                .isEqualTo(json("{'kind':'ConfigMap','apiVersion':'v1','metadata':{}}"));
        assertThat(Protobuf.decode(Protobuf.encode(Protobuf.decode(bytes))))
                .isEqualTo(Protobuf.decode(bytes));
    }

    @Test
    void roundTripsADefinition() {
        var crd =
                BuiltIns.canonical(
                        BuiltInsTest.names("CustomResourceDefinition"),
                        json(
                                """
                                {'kind':'CustomResourceDefinition','apiVersion':'apiextensions.k8s.io/v1',
                                'metadata':{'name':'a','labels':{'x':'y'}},'spec':{'group':'g','names':{
                                'plural':'as','kind':'A'},'scope':'Cluster','versions':[{'name':'v1',
                                'served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',
                                'properties':{'m':{'additionalProperties':{'type':'integer','minimum':1.5,
                                'maximum':3,'maxLength':0}},'n':{'additionalProperties':true},
                                'o':{'additionalProperties':false},'l':{'items':{'enum':['a',1,null]},
                                'default':{'a':[1]}},'t':{'items':[{'type':'a'}]},
                                'd':{'dependencies':{'p':['q']}}}}}}]},'status':{'conditions':[{
                                'type':'Established','status':'True',
                                'lastTransitionTime':'2020-01-01T00:00:00Z'}],
                                'acceptedNames':{'plural':'as','kind':'A'},'storedVersions':['v1']}}\
                                """),
                        new java.util.ArrayList<>());
        assertThat(Protobuf.decode(Protobuf.encode(crd))).isEqualTo(crd);
    }

    @Test
    void roundTripsTimesAndBytes() {
        var lease =
                json(
                        "{'kind':'Lease','apiVersion':'coordination.k8s.io/v1','metadata':{"
                                + "'creationTimestamp':'2020-01-01T00:00:00Z'},'spec':{"
                                + "'holderIdentity':'','renewTime':'1969-12-31T23:59:59.000001Z',"
                                + "'leaseTransitions':0}}");
        assertThat(Protobuf.decode(Protobuf.encode(lease))).isEqualTo(lease);
        var secret =
                json(
                        "{'kind':'Secret','apiVersion':'v1','metadata':{'generation':-1},"
                                + "'data':{'a':'AP8=','b':''},'type':'Opaque'}");
        assertThat(Protobuf.decode(Protobuf.encode(secret))).isEqualTo(secret);
    }

    @Test
    void skipsUnknownFields() {
        var object = Protobuf.decode(hex(CONFIG_MAP + "120d 9a060141 a00605 ad0601020304"));
        assertThat(object).isEqualTo(json("{'kind':'ConfigMap','apiVersion':'v1','metadata':{}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "6b3873",
                "7b7d0000",
                "6b387300 ff",
                "6b387300 0a05",
                "6b387300 0a00",
                CONFIG_MAP + "12ffffffffffffffffff01",
                CONFIG_MAP + "1202 0a05",
                CONFIG_MAP + "1202 0801",
                CONFIG_MAP + "1201 0b",
                CONFIG_MAP + "1202 0008",
            })
    void refusesWhatIsMalformed(String digits) {
        assertThatThrownBy(() -> Protobuf.decode(hex(digits)))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.reason()).isEqualTo(Status.Reason.BadRequest));
    }

    @Test
    void refusesEndlessNesting() {
        var schema = new ProtoWriter();
        for (int i = 0; i < 5000; i++) {
            schema = new ProtoWriter().bytes(28, schema.toBytes());
        }
        var version =
                new ProtoWriter().bytes(4, new ProtoWriter().bytes(1, schema.toBytes()).toBytes());
        var spec = new ProtoWriter().bytes(7, version.toBytes());
        var meta =
                new ProtoWriter()
                        .string(1, "apiextensions.k8s.io/v1")
                        .string(2, "CustomResourceDefinition");
        var body =
                new ProtoWriter()
                        .raw(new byte[] {'k', '8', 's', 0})
                        .bytes(1, meta.toBytes())
                        .bytes(2, new ProtoWriter().bytes(2, spec.toBytes()).toBytes())
                        .toBytes();
        assertThatThrownBy(() -> Protobuf.decode(body)).hasMessageContaining("nested deeper than");
    }

    @Test
    void refusesToWriteCustomKinds() {
        assertThatThrownBy(() -> Protobuf.encode(json("{'kind':'T','apiVersion':'ex.io/v1'}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ex.io/v1 T");
    }
}
