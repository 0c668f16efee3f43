package dev.weir.payments;

/// A terminal's answer to a payment.
public enum Decision {
    /// The payment is accepted.
    Approved,
    /// No policy says what may be accepted.
    NoPolicy,
    /// The currency is not the one of the limits.
    WrongCurrency,
    /// The merchant is blocked.
    MerchantBlocked,
    /// The amount is above the limit of one payment.
    OverPaymentLimit,
    /// The day's sum would go above its limit.
    OverDailyLimit,
    /// The card paid too often within the window.
    TooFrequent,
    /// All limits allow it, and the partner's policy does not.
    PartnerDeclined,
    /// The ledger has no account of the merchant.
    UnknownMerchant,
    /// The bank captures nothing, as it does not know the card or there is not enough on it.
    CardDeclined
}
