package dev.weir.telemetry.otlp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Decodes header blocks (RFC 7541). A peer may use the usual 4,096 bytes of dynamic table until it
/// has read that we allow none; then it says so in its next block, and the table is gone.
final class HpackDecoder {
    private static final int USUAL_TABLE = 4096;
    private static final int ENTRY = 32;

    /// Appendix A, from index 1: name, then `|` and value where there is one.
    private static final List<Header> STATIC = table();

    private final int listLimit;
    private final List<Header> dynamic = new ArrayList<>();
    private int dynamicSize;
    private int dynamicLimit = USUAL_TABLE;

    private byte[] block = {};
    private int at;
    private int end;

    /// @param listLimit the most that the fields of one block may add up to, with 32 bytes for each
    HpackDecoder(int listLimit) {
        this.listLimit = listLimit;
    }

    /// The fields of one block, in order.
    List<Header> decode(byte[] bytes, int from, int to) throws Http2Exception {
        block = bytes;
        at = from;
        end = to;
        var headers = new ArrayList<Header>();
        int size = 0;
        while (at < end) {
            int first = block[at] & 0xff;
            if ((first & 0xe0) == 0x20) {
                resize(integer(5), headers.isEmpty());
                continue;
            }
            var header = field(first);
            size += size(header);
            if (size > listLimit) {
                throw new Http2Exception(
                        Http2Exception.ENHANCE_YOUR_CALM,
                        "header fields of more than " + listLimit + " bytes");
            }
            headers.add(header);
        }
        return headers;
    }

    private Header field(int first) throws Http2Exception {
        if ((first & 0x80) != 0) {
            return indexed(integer(7));
        }
        boolean keep = (first & 0x40) != 0;
        int index = integer(keep ? 6 : 4);
        var name = index == 0 ? text() : indexed(index).name();
        var header = new Header(name, text());
        if (keep) {
            add(header);
        }
        return header;
    }

    private Header indexed(int index) throws Http2Exception {
        if (index >= 1 && index <= STATIC.size()) {
            return STATIC.get(index - 1);
        }
        int behind = index - STATIC.size();
        if (behind < 1 || behind > dynamic.size()) {
            throw Http2Exception.compression("there is no header field " + index);
        }
        return dynamic.get(dynamic.size() - behind);
    }

    private void add(Header header) {
        dynamicSize += size(header);
        dynamic.add(header);
        evict();
    }

    private void resize(int limit, boolean atStart) throws Http2Exception {
        if (!atStart || limit > USUAL_TABLE) {
            throw Http2Exception.compression("a dynamic table of " + limit + " bytes");
        }
        dynamicLimit = limit;
        evict();
    }

    private void evict() {
        int gone = 0;
        while (dynamicSize > dynamicLimit) {
            dynamicSize -= size(dynamic.get(gone++));
        }
        dynamic.subList(0, gone).clear();
    }

    private static int size(Header header) {
        return header.name().length() + header.value().length() + ENTRY;
    }

    /// An integer with a prefix (§5.1).
    private int integer(int bits) throws Http2Exception {
        int mask = (1 << bits) - 1;
        int value = next() & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            int part = next();
            value += (part & 0x7f) << shift;
            if ((part & 0x80) == 0) {
                return value;
            }
        }
        throw Http2Exception.compression("an integer is too large");
    }

    private String text() throws Http2Exception {
        if (at >= end) {
            throw cut();
        }
        boolean huffman = (block[at] & 0x80) != 0;
        int length = integer(7);
        if (length > end - at) {
            throw cut();
        }
        int from = at;
        at += length;
        return huffman
                ? Huffman.decode(block, from, at)
                : new String(block, from, length, StandardCharsets.ISO_8859_1);
    }

    private int next() throws Http2Exception {
        if (at >= end) {
            throw cut();
        }
        return block[at++] & 0xff;
    }

    private static Http2Exception cut() {
        return Http2Exception.compression("a header block is cut short");
    }

    private static List<Header> table() {
        return """
        :authority
        :method|GET
        :method|POST
        :path|/
        :path|/index.html
        :scheme|http
        :scheme|https
        :status|200
        :status|204
        :status|206
        :status|304
        :status|400
        :status|404
        :status|500
        accept-charset
        accept-encoding|gzip, deflate
        accept-language
        accept-ranges
        accept
        access-control-allow-origin
        age
        allow
        authorization
        cache-control
        content-disposition
        content-encoding
        content-language
        content-length
        content-location
        content-range
        content-type
        cookie
        date
        etag
        expect
        expires
        from
        host
        if-match
        if-modified-since
        if-none-match
        if-range
        if-unmodified-since
        last-modified
        link
        location
        max-forwards
        proxy-authenticate
        proxy-authorization
        range
        referer
        refresh
        retry-after
        server
        set-cookie
        strict-transport-security
        transfer-encoding
        user-agent
        vary
        via
        www-authenticate\
        """
                .lines()
                .map(HpackDecoder::entry)
                .toList();
    }

    private static Header entry(String line) {
        int bar = line.indexOf('|');
        return bar < 0
                ? new Header(line, "")
                : new Header(line.substring(0, bar), line.substring(bar + 1));
    }
}
