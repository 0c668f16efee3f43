// A shop's database by SQLite. `write FILE` makes it, `read FILE` opens what some other build made: both
// print what is in it at the end, which depends on nothing but the work done.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"

enum { CUSTOMERS = 500, ORDERS = 20000, LINES = 40000 };

static sqlite3 *db;

static void fail(const char *what) {
    printf("%s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql);
    return statement;
}

// Prints all rows of a query, or why it has none.
static void show(const char *sql) {
    sqlite3_stmt *statement;
    printf("-- %s\n", sql);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        printf("error: %s\n", sqlite3_errmsg(db));
        return;
    }
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const unsigned char *text = sqlite3_column_text(statement, i);
            printf("%s%s", i ? "|" : "", text ? (const char *)text : "null");
        }
        printf("\n");
    }
    if (code != SQLITE_DONE) printf("error %d: %s\n", sqlite3_extended_errcode(db), sqlite3_errmsg(db));
    sqlite3_finalize(statement);
}

static void open_file(const char *path) {
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) fail(path);
    run("PRAGMA foreign_keys = ON");
    // Every build sorts in files of its own in the same way, or none does.
    run("PRAGMA temp_store = MEMORY");
}

static uint32_t seed = 12345;

static uint32_t next(uint32_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

// A function of ours that SQLite calls.
static void cents(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    char text[32];
    sqlite3_int64 amount = sqlite3_value_int64(values[0]);
    snprintf(text, sizeof text, "%lld.%02lld", (long long)amount / 100, (long long)amount % 100);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static int by_length(void *none, int m, const void *a, int n, const void *b) {
    (void)none;
    if (m != n) return m - n;
    return memcmp(a, b, (size_t)n);
}

static void extend(void) {
    sqlite3_create_function(db, "cents", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, cents, NULL, NULL);
    sqlite3_create_collation(db, "length", SQLITE_UTF8, NULL, by_length);
}

static void insert_all(void) {
    run("BEGIN");
    sqlite3_stmt *customer = prepare("INSERT INTO customer(name, town, note) VALUES (?, ?, ?)");
    static const char *towns[] = {"Aarhus", "Köln", "Łódź", "東京", "Zürich", "", "O'Hare"};
    for (int i = 0; i < CUSTOMERS; i++) {
        char name[32];
        unsigned char blob[300];
        int size = (int)next(sizeof blob);
        for (int j = 0; j < size; j++) blob[j] = (unsigned char)next(256);
        snprintf(name, sizeof name, "customer %d", i);
        sqlite3_bind_text(customer, 1, name, -1, SQLITE_TRANSIENT);
        if (i % 7 == 5) sqlite3_bind_null(customer, 2);
        else sqlite3_bind_text(customer, 2, towns[i % 7], -1, SQLITE_STATIC);
        sqlite3_bind_blob(customer, 3, blob, size, SQLITE_TRANSIENT);
        if (sqlite3_step(customer) != SQLITE_DONE) fail("customer");
        sqlite3_reset(customer);
    }
    sqlite3_finalize(customer);
    run("COMMIT");

    sqlite3_stmt *order = prepare("INSERT INTO purchase(id, customer, day) VALUES (?, ?, ?)");
    sqlite3_stmt *line = prepare("INSERT INTO line(purchase, item, amount, weight) VALUES (?, ?, ?, ?)");
    int lines = 0;
    for (int i = 0; i < ORDERS; i++) {
        if (i % 1000 == 0) run("BEGIN IMMEDIATE");
        sqlite3_bind_int(order, 1, i * 3 + 1);
        sqlite3_bind_int(order, 2, (int)next(CUSTOMERS) + 1);
        sqlite3_bind_int(order, 3, 20000 + i / 55);
        if (sqlite3_step(order) != SQLITE_DONE) fail("order");
        sqlite3_reset(order);
        for (int n = (i + 1) * (LINES / ORDERS); lines < n; lines++) {
            char item[16];
            snprintf(item, sizeof item, "item-%u", next(300));
            sqlite3_bind_int(line, 1, i * 3 + 1);
            sqlite3_bind_text(line, 2, item, -1, SQLITE_TRANSIENT);
            sqlite3_bind_int64(line, 3, next(100000));
            sqlite3_bind_double(line, 4, next(8000) / 8.0);
            if (sqlite3_step(line) != SQLITE_DONE) fail("line");
            sqlite3_reset(line);
        }
        // The last thousand is taken back: what is in the file is from the others.
        if (i % 1000 == 999) run(i == ORDERS - 1 ? "ROLLBACK" : "COMMIT");
    }
    sqlite3_finalize(order);
    sqlite3_finalize(line);
}

static void change_all(void) {
    run("BEGIN");
    run("UPDATE line SET amount = amount * 2 WHERE item LIKE 'item-1%'");
    run("SAVEPOINT inner");
    run("DELETE FROM line");
    show("SELECT count(*) FROM line");
    run("ROLLBACK TO inner");
    run("DELETE FROM purchase WHERE day % 10 = 3");
    run("COMMIT");
    show("INSERT INTO purchase(id, customer, day) VALUES (1, 1, 1)");
    show("INSERT INTO purchase(id, customer, day) VALUES (2, 999999, 1)");
    show("INSERT INTO customer(name) VALUES (NULL)");
    show("SELECT nothing FROM customer");
    run("CREATE INDEX line_amount ON line(amount) WHERE amount > 150000");
    run("ANALYZE");
    run("ALTER TABLE customer ADD COLUMN level TEXT DEFAULT 'plain'");
    run("UPDATE customer SET level = 'gold' WHERE id IN (SELECT customer FROM purchase GROUP BY customer"
        " HAVING count(*) > 45)");
    run("INSERT INTO log(what) SELECT 'done ' || count(*) FROM line");
    run("VACUUM");
}

static void show_all(void) {
    show("PRAGMA integrity_check");
    show("PRAGMA foreign_key_check");
    show("SELECT count(*), count(town), sum(length(note)), sum(unicode(substr(hex(note), 3))) FROM customer");
    show("SELECT count(*), min(day), max(day), sum(customer * id) FROM purchase");
    show("SELECT count(*), sum(amount), sum(weight), avg(weight) FROM line");
    show("SELECT c.town, count(*), cents(sum(l.amount)), round(total(l.weight), 3) FROM customer c"
         " JOIN purchase p ON p.customer = c.id JOIN line l ON l.purchase = p.id"
         " GROUP BY c.town ORDER BY c.town COLLATE length");
    show("SELECT name, level, (SELECT count(*) FROM purchase WHERE customer = c.id) AS n FROM customer c"
         " ORDER BY n DESC, name COLLATE length LIMIT 5");
    show("WITH RECURSIVE days(d) AS (SELECT 20000 UNION ALL SELECT d + 40 FROM days WHERE d < 20350)"
         " SELECT d, date(d * 86400, 'unixepoch'), (SELECT group_concat(id, ' ') FROM"
         " (SELECT id FROM purchase WHERE day = d ORDER BY id LIMIT 4)) FROM days");
    show("SELECT item, amount, rank() OVER (ORDER BY amount DESC, item, rowid), sum(amount) OVER"
         " (ORDER BY amount DESC, item, rowid ROWS 2 PRECEDING) FROM line ORDER BY amount DESC, item, rowid LIMIT 6");
    show("SELECT printf('%08.3f %+d %x %s', 3.14159, 42, 255, quote('it''s')), 1.0 / 3, 9223372036854775807 + 1,"
         " -7 % 3, -7 / 2, 1e300 * 1e10, 0.1 + 0.2, CAST('12abc' AS INTEGER), upper('straße')");
    show("SELECT json_extract('{\"a\":[1,2,{\"b\":null}]}', '$.a[1]'), json_group_array(what) FROM log");
    show("SELECT DISTINCT typeof(v) FROM (SELECT amount AS v FROM line UNION ALL SELECT weight FROM line"
         " UNION ALL SELECT note FROM customer UNION ALL SELECT town FROM customer) ORDER BY 1");
    show("EXPLAIN QUERY PLAN SELECT * FROM line WHERE amount > 190000 ORDER BY amount");
    show("EXPLAIN QUERY PLAN SELECT * FROM customer c JOIN purchase p ON p.customer = c.id WHERE c.id = 7");
    show("SELECT name, type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1");
    show("PRAGMA page_count");
    show("PRAGMA freelist_count");
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    open_file(argv[2]);
    extend();
    if (strcmp(argv[1], "write") == 0) {
        run("PRAGMA page_size = 4096");
        run("PRAGMA cache_size = 60");  // Pages go to the file in the midst of a transaction.
        run("CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, town TEXT, note BLOB)");
        run("CREATE TABLE purchase(id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer, day INTEGER)");
        run("CREATE TABLE line(purchase INTEGER NOT NULL REFERENCES purchase ON DELETE CASCADE, item TEXT,"
            " amount INTEGER, weight REAL)");
        run("CREATE TABLE log(what TEXT)");
        run("CREATE INDEX purchase_customer ON purchase(customer, day)");
        run("CREATE INDEX line_purchase ON line(purchase)");
        run("CREATE INDEX line_item ON line(item, amount)");
        run("CREATE TRIGGER gone AFTER DELETE ON purchase WHEN old.id % 1000 = 1 BEGIN"
            " INSERT INTO log VALUES ('gone ' || old.id); END");
        insert_all();
        change_all();
        if (sqlite3_close(db) != SQLITE_OK) fail("close");
        open_file(argv[2]);
        extend();
    }
    show_all();
    if (sqlite3_close(db) != SQLITE_OK) fail("close");
    return 0;
}
