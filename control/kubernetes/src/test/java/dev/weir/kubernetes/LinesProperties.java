package dev.weir.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class LinesProperties {
    @Property(tries = 200)
    void cutsWhereverTheStreamIsCut(
            @ForAll @Size(max = 6) List<@AlphaChars @StringLength(max = 10_000) String> lines,
            @ForAll @IntRange(min = 1, max = 9_000) int chunk)
            throws IOException {
        var text = String.join("\n", lines) + "\n";
        var found = new ArrayList<String>();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var reader = new Lines(new Chunked(new ByteArrayInputStream(bytes), chunk))) {
            for (var line = reader.next(); line != null; line = reader.next()) {
                found.add(new String(line, StandardCharsets.UTF_8));
            }
        }

        assertThat(found).isEqualTo(lines.stream().filter(line -> !line.isEmpty()).toList());
    }

    /// A stream that gives at most so many bytes at once.
    private static final class Chunked extends InputStream {
        private final InputStream in;
        private final int chunk;

        Chunked(InputStream in, int chunk) {
            this.in = in;
            this.chunk = chunk;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return in.read(buffer, offset, Math.min(length, chunk));
        }
    }
}
