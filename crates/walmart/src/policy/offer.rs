//! Prices, promotions, weights and stock by ship node.
//!
//! Promotions: the API reference of `PRICE_AND_PROMOTION`, read 2026-11-23. That a promotion begins more than four hours and
//! at most 365 days from now cannot be told here: nobody knows when the file will be sent.

use super::Part;
use super::finding;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Ref;
use jiff::SignedDuration;
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Longest promotion.
const LONGEST: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Decimals of a weight that are taken; the schema says three, and three were refused (68050064665065).
const WEIGHT_DECIMALS: u32 = 2;

/// A price of nothing sells nothing.
pub(super) fn price_is_above_zero(part: &Part<'_>, name: &str, out: &mut Findings) {
    let price = part.node.member(name).and_then(Ref::as_number);
    if price.is_some_and(|price| price <= Decimal::ZERO) {
        let message = format!("price is {}", price.unwrap_or_default());
        let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message).help("give a price above 0");
        out.push(finding.pointer(part.at(name)));
    }
}

/// The shipping weight's decimals.
pub(super) fn weight(part: &Part<'_>, out: &mut Findings) {
    const NAME: &str = "ShippingWeight";
    let Some(weight) = part.node.member(NAME).and_then(Ref::as_number) else { return };
    let decimals = weight.normalize().scale();
    if decimals > WEIGHT_DECIMALS {
        let message = format!("weight is {weight}, {WEIGHT_DECIMALS} decimals taken in practice");
        let help = "round the weight to hundredths of a pound";
        out.push(finding(&rules::WRONG_PRECISION, Severity::Warning, message, help, part.at(NAME)));
    }
}

/// A row of `PRICE_AND_PROMOTION`.
pub(super) fn promotion(row: &Part<'_>, out: &mut Findings) {
    price_is_above_zero(row, "price", out);
    let price = row.node.member("price").and_then(Ref::as_number);
    let Some(promotion) = row.node.member("promotionInformation") else {
        if row.node.member("price").is_none() {
            out.push(
                Finding::new(&rules::MISSING_PRICE, "there is no price")
                    .help("the row changes nothing without a price or a promotion")
                    .pointer(row.at("price")),
            );
        }
        return;
    };
    let at = |name: &str| row.at(&format!("promotionInformation/{name}"));
    let promoted = promotion.member("promotionPrice").and_then(Ref::as_number);
    if let (Some(price), Some(promoted)) = (price, promoted)
        && promoted >= price
    {
        let message = format!("promotion price is {promoted}, and the price {price}");
        let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message);
        out.push(finding.help("give a promotion price below the price").pointer(at("promotionPrice")));
    }
    let instant = |name: &str| promotion.member(name)?.as_text()?.parse::<Timestamp>().ok();
    if let (Some(start), Some(end)) = (instant("promotionPriceStartDateTime"), instant("promotionPriceEndDateTime")) {
        let pointer = at("promotionPriceEndDateTime");
        if end <= start {
            let message = format!("promotion ends at {end}, and begins at {start}");
            let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message);
            out.push(finding.help("give an end after the beginning").pointer(pointer));
        } else if end.duration_since(start) > LONGEST {
            let days = end.duration_since(start).as_hours() / 24;
            let message = format!("promotion lasts {days} days, 180 allowed");
            let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message);
            out.push(finding.help("end it earlier, or follow it by another").pointer(pointer));
        }
    }
}

/// A row of the older price feed.
pub(super) fn pricing(record: Ref<'_>, channel: &Channel, out: &mut Findings) {
    for (at, pricing) in record.member("pricing").into_iter().flat_map(Ref::elements).enumerate() {
        let pointer = |rest: &str| format!("/pricing/{at}/{rest}");
        let number = |path: &str| pricing.pointer(path).and_then(Ref::as_number);
        let current = number("/currentPrice/amount");
        if current.is_some_and(|price| price <= Decimal::ZERO) {
            let message = format!("price is {}", current.unwrap_or_default());
            let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message).help("give a price above 0");
            out.push(finding.pointer(pointer("currentPrice/amount")));
        }
        if let (Some(current), Some(comparison)) = (current, number("/comparisonPrice/amount"))
            && current >= comparison
        {
            let message = format!("price is {current}, and the price it is compared with {comparison}");
            let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message);
            out.push(finding.help("give a price below the other").pointer(pointer("currentPrice/amount")));
        }
        for name in ["currentPrice", "comparisonPrice"] {
            let currency = pricing.pointer(&format!("/{name}/currency")).and_then(Ref::as_text);
            if let Some(currency) = currency
                && currency != channel.currency.code()
            {
                let message = format!("price is in {currency}, the channel sells in {}", channel.currency);
                let finding = Finding::new(&rules::CURRENCY_MISMATCH, message);
                let help = format!("give the price in {}", channel.currency);
                out.push(finding.help(help).pointer(pointer(&format!("{name}/currency"))));
            }
        }
    }
}

/// A ship node stands once in a row: of two quantities nobody knows which holds.
pub(super) fn ship_nodes(record: Ref<'_>, out: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (at, entry) in record.member("shipNodes").into_iter().flat_map(Ref::elements).enumerate() {
        let Some(node) = entry.member("shipNode").and_then(Ref::as_text) else { continue };
        if !seen.insert(node) {
            out.push(
                Finding::new(&rules::DUPLICATE_VALUE, format!("ship node `{node}` stands in the row twice"))
                    .help("give one quantity for each ship node")
                    .pointer(format!("/shipNodes/{at}/shipNode")),
            );
        }
    }
}
