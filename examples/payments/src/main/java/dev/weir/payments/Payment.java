package dev.weir.payments;

/// A request to pay.
///
/// @param amount in minor units of the currency, above 0
/// @param currency ISO 4217
/// @param card a token that stands for the card, never its number
public record Payment(long amount, String currency, String merchant, String card) {
    /// The greatest length of a merchant's name and of a card's token.
    public static final int MAX_NAME = 100;

    /// Refuses amounts that are not above 0, and names that are empty or too long.
    public Payment {
        if (amount <= 0) {
            throw new IllegalArgumentException("amount: must be above 0, found " + amount);
        }
        requireName("currency", currency);
        requireName("merchant", merchant);
        requireName("card", card);
    }

    private static void requireName(String member, String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    member
                            + ": must have 1 to "
                            + MAX_NAME
                            + " characters, found "
                            + name.length());
        }
    }
}
