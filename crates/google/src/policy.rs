//! What no schema says: numbers, prices, titles, addresses of images.
//!
//! Sources: the attribute pages named in schemas/google and its README; read 2026-11-25. What Google only dislikes is a
//! warning.

use crate::encode::needs_quotes;
use crate::profile;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::gtin::Gtin;
use feedwright_catalog::gtin::GtinProblem;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::xml;
use rust_decimal::Decimal;

/// Words that advertise, in titles and descriptions of any case.
const PROMOTIONS: &[&str] = &["free shipping", "best price", "buy now", "sale!", "100% guaranteed", "limited time"];

/// Checks a record of a feed.
pub(crate) fn check(feed: &str, record: Ref<'_>, out: &mut Findings) {
    prices(record, out);
    if feed == profile::PRICE || feed == profile::STOCK {
        return;
    }
    number(record, out);
    title(record, out);
    if feed == profile::RSS {
        xml::unwritable(record, out);
    } else {
        entries(record, out);
    }
}

/// Entries of lists that a cell cannot hold: quotes stand around what has a comma in it, and how a quote is written
/// inside them Google does not say.
fn entries(record: Ref<'_>, out: &mut Findings) {
    for (name, list) in record.members() {
        for (at, entry) in list.elements().enumerate() {
            let Some(text) = entry.as_text().filter(|text| text.contains('"') && needs_quotes(text)) else { continue };
            let message = format!("entry {} of `{name}` holds both commas and quotes: `{text}`", at + 1);
            let finding = Finding::new(&rules::BANNED_CHARACTER, message);
            let help = "write it without one of the two, or send the feed `products_rss`";
            out.push(finding.help(help).pointer(format!("/{name}/{at}")));
        }
    }
}

fn prices(record: Ref<'_>, out: &mut Findings) {
    let amount = |name: &str| record.pointer(&format!("/{name}/value")).and_then(Ref::as_number);
    if let Some(price) = amount("price").filter(Decimal::is_zero) {
        out.push(
            Finding::new(&rules::VALUE_OUT_OF_RANGE, format!("price is {price}"))
                .help("give a price above 0")
                .pointer("/price/value"),
        );
    }
    if let (Some(price), Some(sale)) = (amount("price"), amount("sale_price"))
        && sale >= price
        && price > Decimal::ZERO
    {
        out.push(
            Finding::new(&rules::VALUE_OUT_OF_RANGE, format!("sale price {sale} is not below the price {price}"))
                .help("lower the sale price, or leave it out")
                .pointer("/sale_price/value"),
        );
    }
}

fn number(record: Ref<'_>, out: &mut Findings) {
    let text = |name: &str| record.member(name).and_then(Ref::as_text);
    let Some(gtin) = text("gtin") else {
        let is_known = text("mpn").is_some() && text("brand").is_some();
        if !is_known && text("identifier_exists") != Some("no") {
            let finding = Finding::new(&rules::MISSING_GTIN, "there is no barcode number, nor brand and part number")
                .help("give one of the two, or claim that there is none: `gtin_exempt`")
                .pointer("/gtin");
            out.push(warning(finding));
        }
        return;
    };
    let (rule, message) = match Gtin::parse(gtin) {
        Err(GtinProblem::Restricted(range)) => {
            (&rules::RESTRICTED_GTIN, format!("`{gtin}` is from a range for {}", range.as_str()))
        }
        Err(why @ GtinProblem::CheckDigit { .. }) => (&rules::BAD_CHECK_DIGIT, format!("`{gtin}` {why}")),
        Err(why @ GtinProblem::Suspect(_)) => (&rules::SUSPECT_GTIN, format!("`{gtin}` {why}")),
        // The schema asks for digits.
        Ok(_) | Err(_) => return,
    };
    let mut finding = Finding::new(rule, message).help("compare it with the barcode on the product").pointer("/gtin");
    // In a feed the number is there to be sent.
    finding.severity = Severity::Error;
    out.push(finding);
}

fn title(record: Ref<'_>, out: &mut Findings) {
    for name in ["title", "description"] {
        let Some(text) = record.member(name).and_then(Ref::as_text) else { continue };
        let lower = text.to_lowercase();
        if let Some(phrase) = PROMOTIONS.iter().find(|phrase| lower.contains(**phrase)) {
            let finding = Finding::new(&rules::PROMOTIONAL_TEXT, format!("{name} advertises: `{phrase}`"))
                .help("say what the thing is; offers have attributes of their own");
            out.push(warning(finding.pointer(format!("/{name}"))));
        }
    }
    let Some(title) = record.member("title").and_then(Ref::as_text) else { return };
    let letters = || title.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 10 && letters().all(char::is_uppercase) {
        let finding = Finding::new(&rules::PROMOTIONAL_TEXT, "title is written in capital letters")
            .help("write it as a sentence is written");
        out.push(warning(finding.pointer("/title")));
    }
}

fn warning(mut finding: Finding) -> Finding {
    finding.severity = Severity::Warning;
    finding
}
