package dev.weir.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebConsoleTest {
    private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z.]+)'");

    private final WebConsole console = new WebConsole();

    private String text(String path) {
        return new String(console.page(path).orElseThrow().content(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "index.html,text/html",
        "app.js,text/javascript",
        "console.css,text/css",
        "icon.svg,image/svg+xml"
    })
    void eachFileHasItsMediaType(String path, String type) {
        assertThat(console.page(path).orElseThrow().mediaType()).startsWith(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "none.js",
                "../console/app.js",
                "/dev/weir/console/app.js",
                "WebConsole.class",
                "app.js/",
                "app.js%00"
            })
    void nothingElseInTheJarIsAPage(String path) {
        assertThat(console.page(path)).isEmpty();
    }

    @Test
    void everyModuleIsThereAndNoneMakesElementsFromText() {
        var modules = new LinkedHashSet<>(Set.of("app.js"));
        var left = new java.util.ArrayDeque<>(modules);
        while (!left.isEmpty()) {
            var source = text(left.remove());
            assertThat(source)
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(")
                    .doesNotContain("document.write", "https://");
            IMPORT.matcher(source)
                    .results()
                    .map(found -> found.group(1))
                    .filter(modules::add)
                    .forEach(left::add);
        }
        assertThat(modules).hasSize(14);
    }
}
