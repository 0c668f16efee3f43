package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The examples of RFC 7541, Appendix C.
class HpackTest {
    private final HpackDecoder decoder = new HpackDecoder(32 << 10);

    private String decode(String hex) throws Http2Exception {
        var block = HexFormat.of().parseHex(hex.replace(" ", ""));
        var lines = new ArrayList<String>();
        for (var header : decoder.decode(block, 0, block.length)) {
            lines.add(header.name() + ": " + header.value());
        }
        return String.join("\n", lines);
    }

    @Test
    void decodesLiterals() throws Http2Exception {
        assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .isEqualTo("custom-key: custom-header");
        assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).isEqualTo(":path: /sample/path");
        assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
                .isEqualTo("password: secret");
        assertThat(decode("82")).isEqualTo(":method: GET");
    }

    @Test
    void decodesRequestsWithHuffmanAndATable() throws Http2Exception {
        assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .isEqualTo(":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com");
        assertThat(decode("8286 84be 5886 a8eb 1064 9cbf"))
                .isEqualTo(
                        ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n"
                                + "cache-control: no-cache");
        assertThat(decode("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
                .isEqualTo(
                        ":method: GET\n:scheme: https\n:path: /index.html\n"
                                + ":authority: www.example.com\ncustom-key: custom-value");
    }

    @Test
    void decodesAResponseWithHuffman() throws Http2Exception {
        assertThat(
                        decode(
                                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504"
                                        + "0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae"
                                        + "82ae 43d3"))
                .isEqualTo(
                        ":status: 302\ncache-control: private\n"
                                + "date: Mon, 21 Oct 2013 20:13:21 GMT\n"
                                + "location: https://www.example.com");
    }

    @Test
    void forgetsTheTableWhenItIsMadeSmaller() throws Http2Exception {
        decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572");
        assertThat(decode("be")).isEqualTo("custom-key: custom-header");
        assertThatThrownBy(() -> decode("20be")).isInstanceOf(Http2Exception.class);
    }

    @Test
    void refusesWhatTheRfcForbids() {
        for (var bad :
                List.of(
                        "80", // index 0
                        "ff ff ff ff ff 0f", // an integer beyond reason
                        "82 3f e1 1f", // a table size behind a field
                        "3f e2 1f", // more table than the limit
                        "00 85 f2 b2 4a 84 ff", // cut short
                        "00 81 ff 00", // padding of 8 bits
                        "00 84 ff ff ff ff 00", // the end of a string inside
                        "40 0a 63")) {
            assertThatThrownBy(() -> decode(bad)).as(bad).isInstanceOf(Http2Exception.class);
        }
    }

    @Test
    void decodesWhatItEncodes() throws Http2Exception {
        var headers =
                List.of(
                        new Header(":path", "/a"),
                        new Header("long", "x".repeat(20_000)),
                        new Header("authorization", "secret \u00fc"));
        var block = HpackEncoder.encode(headers);
        assertThat(decoder.decode(block, 0, block.length)).isEqualTo(headers);
    }

    @Test
    void boundsTheSizeOfAList() {
        var headers = new ArrayList<Header>();
        for (int i = 0; i < 1000; i++) {
            headers.add(new Header("name", "value"));
        }
        var block = HpackEncoder.encode(headers);
        assertThatThrownBy(() -> decoder.decode(block, 0, block.length))
                .isInstanceOf(Http2Exception.class);
    }
}
