package dev.weir.weave.hook;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The database behind a connection, as its JDBC URL says.
///
/// @param system the well-known name of the product
/// @param namespace the name of the database; null where the URL has none
/// @param address the host; null for one in this process
/// @param port 0 where it is not given
record Database(String system, @Nullable String namespace, @Nullable String address, int port) {
    private static final Database UNKNOWN = new Database("other_sql", null, null, 0);
    private static final Map<String, String> SYSTEMS =
            Map.ofEntries(
                    Map.entry("postgresql", "postgresql"),
                    Map.entry("mysql", "mysql"),
                    Map.entry("mariadb", "mariadb"),
                    Map.entry("sqlserver", "microsoft.sql_server"),
                    Map.entry("oracle", "oracle.db"),
                    Map.entry("db2", "ibm.db2"),
                    Map.entry("h2", "h2database"),
                    Map.entry("hsqldb", "hsqldb"),
                    Map.entry("derby", "derby"),
                    Map.entry("sqlite", "sqlite"),
                    Map.entry("sap", "sap.hana"),
                    Map.entry("clickhouse", "clickhouse"),
                    Map.entry("trino", "trino"),
                    Map.entry("informix-sqli", "ibm.informix"),
                    Map.entry("firebirdsql", "firebirdsql"));
    private static final WeakTable<Connection, Database> CONNECTIONS = new WeakTable<>();
    private static final Recent<String, Database> URLS = new Recent<>(64, Database::parse);

    static Database of(@Nullable Connection connection) {
        if (connection == null) {
            return UNKNOWN;
        }
        var known = CONNECTIONS.get(connection);
        if (known == null) {
            known = read(connection);
            CONNECTIONS.put(connection, known);
        }
        return known;
    }

    private static Database read(Connection connection) {
        try {
            var url = connection.getMetaData().getURL();
            return url == null ? UNKNOWN : URLS.of(url);
        } catch (SQLException e) {
            return UNKNOWN;
        }
    }

    /// Reads a URL; what it does not say stays unknown.
    static Database parse(String url) {
        var parts = url.split(":", 3);
        if (parts.length < 3 || !parts[0].equals("jdbc")) {
            return UNKNOWN;
        }
        var system = SYSTEMS.getOrDefault(parts[1], "other_sql");
        int host = parts[2].indexOf("//");
        if (host < 0) {
            host = parts[2].indexOf('@') - 1;
        }
        if (host < 0 || parts[2].startsWith("mem:") || parts[2].startsWith("file:")) {
            return new Database(system, first(parts[2], ";?"), null, 0);
        }
        return remote(system, parts[2].substring(host + 2));
    }

    private static Database remote(String system, String rest) {
        var authority = first(rest, "/;?,");
        var path = rest.substring(Math.min(rest.length(), authority.length() + 1));
        authority = authority.substring(authority.lastIndexOf('@') + 1);
        var namespace = rest.startsWith("/", first(rest, "/;?,").length()) ? first(path, ";?") : "";
        if (namespace.isEmpty()) {
            namespace = property(rest, "databaseName=");
        }
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']');
        return new Database(
                system,
                namespace.isEmpty() ? null : namespace,
                port ? authority.substring(0, colon) : authority,
                port ? Http.port(authority, colon + 1) : 0);
    }

    private static String property(String rest, String name) {
        int at = rest.indexOf(name);
        return at < 0 ? "" : first(rest.substring(at + name.length()), ";&");
    }

    private static String first(String text, String ends) {
        for (int i = 0; i < text.length(); i++) {
            if (ends.indexOf(text.charAt(i)) >= 0) {
                return text.substring(0, i);
            }
        }
        return text;
    }
}
