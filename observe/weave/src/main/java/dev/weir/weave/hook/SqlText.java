package dev.weir.weave.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What may be told of an SQL text: itself with `?` in the place of every literal, and a summary of
/// operations and their targets, as the semantic conventions for databases describe them.
///
/// The reader knows tokens, not grammar: it cannot fail, and where a dialect surprises it, the
/// summary says less.
///
/// @param sanitized the text without literals
/// @param summary operations and targets, at most 255 characters; empty where there are none
/// @param operation the only operation; null where there are several, or none
/// @param target the only target; null where there are several, or none
record SqlText(
        String sanitized, String summary, @Nullable String operation, @Nullable String target) {
    private static final int SUMMARY_LIMIT = 255;

    /// Longer texts are read each time: some carry megabytes of literals.
    private static final int LONGEST_KEPT = 4_000;

    private static final Recent<String, SqlText> KNOWN =
            new Recent<>(1024, sql -> new Reader(sql).read());

    /// The text that was read before, or a new one.
    static SqlText of(String sql) {
        return sql.length() > LONGEST_KEPT ? new Reader(sql).read() : KNOWN.of(sql);
    }

    private static final class Reader {
        private static final Set<String> OPERATIONS =
                Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL", "TRUNCATE", "EXEC");
        private static final Set<String> DEFINITIONS = Set.of("CREATE", "ALTER", "DROP");
        private static final Set<String> THINGS =
                Set.of("TABLE", "INDEX", "VIEW", "SCHEMA", "DATABASE", "SEQUENCE", "PROCEDURE");
        private static final Set<String> FILLERS =
                Set.of("IF", "NOT", "EXISTS", "ONLY", "UNIQUE", "OR", "REPLACE", "TEMPORARY");
        private static final Set<String> BEFORE_TARGET = Set.of("FROM", "JOIN", "INTO");

        private final String sql;
        private final StringBuilder out;
        private final List<String> summary = new ArrayList<>();
        private final List<String> operations = new ArrayList<>();
        private final List<String> targets = new ArrayList<>();
        private int at;
        private boolean expectsTarget;
        private boolean list;
        private boolean defines;
        private String before = "";

        Reader(String sql) {
            this.sql = sql;
            out = new StringBuilder(sql.length());
        }

        SqlText read() {
            while (at < sql.length()) {
                token(sql.charAt(at));
            }
            var text = String.join(" ", summary);
            return new SqlText(
                    out.toString(),
                    text.length() <= SUMMARY_LIMIT ? text : cut(text),
                    operations.size() == 1 ? operations.getFirst() : null,
                    targets.size() == 1 ? targets.getFirst() : null);
        }

        private static String cut(String text) {
            int end = text.lastIndexOf(' ', SUMMARY_LIMIT);
            return text.substring(0, end < 0 ? SUMMARY_LIMIT : end);
        }

        private void token(char c) {
            // Some dialects write strings in double quotes, others names.
            if (c == '\'' || c == '"' && !expectsTarget) {
                literal(quoted(c));
            } else if (c == '"' || c == '`') {
                int end = quoted(c);
                var name = sql.substring(at, end);
                out.append(name);
                at = end;
                word(name, true);
            } else if (c == '$' && dollarQuote() > 0) {
                literal(dollarQuote());
            } else if (comment(c)) {
                return;
            } else if (Character.isDigit(c)) {
                literal(number());
            } else if (Character.isUnicodeIdentifierStart(c) || c == '_' || c == '@' || c == '#') {
                int end = name();
                var name = sql.substring(at, end);
                out.append(name);
                at = end;
                word(name, false);
            } else {
                symbol(c);
            }
        }

        private void literal(int end) {
            out.append('?');
            at = end;
            expectsTarget = false;
        }

        private void symbol(char c) {
            out.append(c);
            at++;
            if (c == ',' && list) {
                expectsTarget = true;
            } else if (c == '(' || c == ')' || c == '=') {
                expectsTarget = false;
                list = false;
            }
        }

        /// Behind the quoted text that begins here; a doubled quote does not end it.
        private int quoted(char quote) {
            int end = at + 1;
            while (end < sql.length()) {
                if (sql.charAt(end++) == quote) {
                    if (end >= sql.length() || sql.charAt(end) != quote) {
                        return end;
                    }
                    end++;
                }
            }
            return end;
        }

        /// Behind PostgreSQL's `$tag$...$tag$`; 0 where there is none.
        private int dollarQuote() {
            int end = at + 1;
            while (end < sql.length()
                    && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
                end++;
            }
            if (end >= sql.length()
                    || sql.charAt(end) != '$'
                    || Character.isDigit(sql.charAt(at + 1))) {
                return 0;
            }
            var tag = sql.substring(at, end + 1);
            int close = sql.indexOf(tag, end + 1);
            return close < 0 ? sql.length() : close + tag.length();
        }

        private boolean comment(char c) {
            int end = -1;
            if (c == '-' && sql.startsWith("--", at)) {
                end = sql.indexOf('\n', at);
            } else if (c == '/' && sql.startsWith("/*", at)) {
                end = sql.indexOf("*/", at + 2);
                end = end < 0 ? end : end + 2;
            } else {
                return false;
            }
            at = end < 0 ? sql.length() : end;
            return true;
        }

        private int number() {
            int end = at;
            while (end < sql.length()
                    && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '.')) {
                end++;
            }
            return end;
        }

        private int name() {
            int end = at + 1;
            while (end < sql.length() && partOfName(sql.charAt(end))) {
                end++;
            }
            return end;
        }

        private static boolean partOfName(char c) {
            return Character.isUnicodeIdentifierPart(c) || c == '.' || c == '$' || c == '#';
        }

        private void word(String name, boolean quoted) {
            var word = quoted ? "" : name.toUpperCase(Locale.ROOT);
            if (OPERATIONS.contains(word) && !before.equals("FOR") && !before.equals("ON")) {
                operation(word);
                expectsTarget = word.equals("UPDATE") || word.equals("CALL") || word.equals("EXEC");
            } else if (DEFINITIONS.contains(word) && summary.isEmpty()) {
                operation(word);
                defines = true;
            } else if (defines && THINGS.contains(word)) {
                summary.add(word);
                defines = false;
                expectsTarget = true;
            } else if (before.equals("TRUNCATE") && word.equals("TABLE")) {
                expectsTarget = true;
            } else if (BEFORE_TARGET.contains(word)) {
                expectsTarget = true;
                list = word.equals("FROM");
            } else if (expectsTarget && !FILLERS.contains(word)) {
                target(name);
            } else if (word.equals("WHERE") || word.equals("SET") || word.equals("VALUES")) {
                list = false;
            }
            before = word;
        }

        private void operation(String word) {
            summary.add(word);
            operations.add(word);
            list = false;
        }

        private void target(String name) {
            if (!targets.contains(name)) {
                targets.add(name);
            }
            summary.add(name);
            expectsTarget = false;
        }
    }
}
