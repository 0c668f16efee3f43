package dev.weir.weave.hook;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT * FROM songs | SELECT songs
                    select a, b from songs s, artists where s.id = 5 | SELECT songs artists
                    INSERT INTO shipping (a) SELECT id FROM orders | INSERT shipping SELECT orders
                    SELECT * FROM (SELECT * FROM orders) o JOIN "my table" t ON 1=1 | SELECT SELECT orders "my table"
                    UPDATE owner SET name = 'x' WHERE id IN (1,2) | UPDATE owner
                    DELETE FROM app.visit WHERE day < DATE '2026-01-01' | DELETE app.visit
                    CREATE TABLE IF NOT EXISTS item (id INT) | CREATE TABLE item
                    DROP INDEX i | DROP INDEX i
                    CALL settle(1) | CALL settle
                    SELECT id FROM t FOR UPDATE | SELECT t
                    MERGE INTO t USING s ON t.id = s.id | MERGE t
                    TRUNCATE TABLE t | TRUNCATE t
                    WITH x AS (SELECT 1 FROM a) SELECT * FROM x | SELECT a SELECT x
                    COMMIT |
                    """)
    void saysWhatIsDoneAndToWhat(String sql, String summary) {
        assertThat(SqlText.of(sql).summary()).isEqualTo(summary == null ? "" : summary);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    SELECT 'it''s' , 1.5e3, x1 FROM t | SELECT ? , ?, x1 FROM t
                    SELECT $tag$secret$tag$, $1 FROM t | SELECT ?, $? FROM t
                    SELECT 1 -- secret | SELECT ?{space}
                    SELECT /* secret */ 0x1F | SELECT  ?
                    SELECT "secret" FROM "names" | SELECT ? FROM "names"
                    SELECT 'never closed | SELECT ?
                    """)
    void leavesNoLiteral(String sql, String text) {
        assertThat(SqlText.of(sql).sanitized()).isEqualTo(text.replace("{space}", " "));
    }

    @Property
    void readsAnything(
            @ForAll
                    @StringLength(max = 60)
                    @Chars({'\'', '"', '$', '-', '/', '*', 'a', ' ', '1', ','})
                    String sql) {
        var text = SqlText.of(sql);
        assertThat(text.sanitized()).doesNotContain("'");
        assertThat(text.summary().length()).isLessThanOrEqualTo(255);
    }
}
