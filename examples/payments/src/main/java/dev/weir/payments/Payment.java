package dev.weir.payments;

/// A request to pay.
///
/// @param amount in minor units of the currency, above 0
/// @param currency ISO 4217
/// @param card a token that stands for the card, never its number
public record Payment(long amount, String currency, String merchant, String card) {
    /// Refuses amounts that are not above 0 and empty names.
    public Payment {
        if (amount <= 0) {
            throw new IllegalArgumentException("amount: must be above 0, found " + amount);
        }
        if (currency.isEmpty() || merchant.isEmpty() || card.isEmpty()) {
            throw new IllegalArgumentException("currency, merchant and card must not be empty");
        }
    }
}
