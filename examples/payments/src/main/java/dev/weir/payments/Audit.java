package dev.weir.payments;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;

/// Counts the money, while payments go on. Thread-safe.
///
/// @param bank the URL of the bank
record Audit(Ledger ledger, HttpClient http, String bank) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// What the bank has.
    ///
    /// @param captured for the merchants of the ledger
    /// @param cards left on all cards
    /// @param issued what was on all cards at first
    record Holdings(long captured, long cards, long issued) {
        static Holdings parse(byte[] json) throws JsonException {
            var answer = Json.parse(json).asObject();
            return new Holdings(
                    answer.integer("captured", -1),
                    answer.integer("cards", -1),
                    answer.integer("issued", -1));
        }
    }

    /// Counts it.
    ///
    /// A payment is reserved before it is captured, and stays so until it is settled. So what was
    /// settled before the bank is asked has been captured by then, and what is captured then is
    /// reserved or settled afterwards; at rest all three are one.
    ///
    /// @throws IOException when the bank or the ledger does not answer
    Balance.Status count() throws IOException, InterruptedException {
        try {
            long before = ledger.totals().settled();
            var bank = holdings();
            var after = ledger.totals();
            return judge(before, bank, after);
        } catch (SQLException e) {
            throw new IOException("the ledger does not answer: " + e.getMessage(), e);
        }
    }

    /// The ledger's name.
    ///
    /// @throws IOException when it does not answer
    String ledgerName() throws IOException {
        try {
            return ledger.name();
        } catch (SQLException e) {
            throw new IOException("the ledger does not answer: " + e.getMessage(), e);
        }
    }

    static Balance.Status judge(long settledBefore, Holdings bank, Ledger.Totals after) {
        boolean conserved =
                bank.captured + bank.cards == bank.issued
                        && settledBefore <= bank.captured
                        && bank.captured <= after.settled() + after.reserved();
        return new Balance.Status(
                after.reserved(),
                bank.captured,
                settledBefore,
                Math.max(0, bank.captured - settledBefore),
                conserved);
    }

    private Holdings holdings() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(bank + "/balance")).timeout(PATIENCE);
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        try {
            if (answer.statusCode() == 200) {
                return Holdings.parse(answer.body());
            }
        } catch (JsonException e) {
            throw new IOException("the bank's balance is no JSON: " + e.getMessage(), e);
        }
        throw new IOException("the bank answers " + answer.statusCode());
    }
}
