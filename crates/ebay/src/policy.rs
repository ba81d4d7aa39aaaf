//! What no schema says: prices, pictures, conditions, variants, and what each way of sending cannot carry.
//!
//! Sources: Sell Inventory API 1.18.5 (field texts, error list), Taxonomy API 1.1.1, Metadata API 1.13.0, the merchant
//! data guide; read 2026-11-25. What rests on accounts of others is a warning.

use crate::Ebay;
use crate::kind::Form;
use crate::kind::Kind;
use crate::kind::Way;
use crate::profile::MAX_ASPECT_NAME;
use crate::profile::MAX_ASPECTS;
use crate::profile::MAX_VARIANT_IMAGES;
use crate::profile::MAX_VARIANTS;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::decimal::parse_decimal;
use feedwright_catalog::gtin::Gtin;
use feedwright_catalog::gtin::GtinProblem;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::rows;
use feedwright_marketplace::xml;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Aspect values longer than this are refused by the text of the Inventory API, and taken in real answers.
const LONG_VALUE: usize = 50;
/// What separates axes and their values in a Seller Hub file.
const MARKS: &[char] = &[';', '|', '='];
/// Conditions for which a note is ignored: conditionDescription.
const NEW: &[&str] = &["NEW", "LIKE_NEW", "NEW_OTHER", "NEW_WITH_DEFECTS"];

/// Checks a record.
pub(crate) fn check(ebay: &Ebay, kind: Kind, category: &str, record: Ref<'_>, out: &mut Findings) {
    sku(record, out);
    match kind.form() {
        Form::Listing(way) => {
            let listing = Listing {
                record,
                product: record.member("item").and_then(|item| item.member("product")),
                is_family: record.member("family").is_some(),
            };
            if !listing.is_family {
                price(record, "/offer/pricingSummary/price/value", out);
                listing.quantity(way, out);
                listing.identifiers(out);
            }
            listing.images(out);
            listing.aspects(out);
            listing.condition(ebay, category, out);
            listing.family(out);
            match way {
                Way::Inventory => {}
                Way::Lms => {
                    listing.lost(out);
                    xml::unwritable(record, out);
                }
                Way::Fx => {
                    listing.lost(out);
                    listing.cells(out);
                }
            }
        }
        Form::Price => price(record, "/price/value", out),
        Form::Stock | Form::End | Form::Member => {}
    }
}

fn sku(record: Ref<'_>, out: &mut Findings) {
    let Some(sku) = record.member("sku").and_then(Ref::as_text) else { return };
    if !sku.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '/')) {
        let message = format!("SKU `{sku}` holds more than letters, digits and hyphens");
        let help = "eBay's text speaks of letters and digits (error 25707); hyphens are common and taken";
        out.push(warning(Finding::new(&rules::BAD_SKU, message).help(help).pointer("/sku")));
    }
}

fn price(record: Ref<'_>, pointer: &str, out: &mut Findings) {
    let price = record.pointer(pointer).and_then(Ref::as_text).map(|text| parse_decimal(text, DecimalSeparator::Point));
    // That it is missing, or no number, the requirements say.
    let Some(Ok(price)) = price else { return };
    if price <= Decimal::ZERO {
        out.push(
            Finding::new(&rules::VALUE_OUT_OF_RANGE, format!("price is {price}"))
                .help("give a price above 0 (error 25003)")
                .pointer(pointer),
        );
    }
}

struct Listing<'a> {
    record: Ref<'a>,
    /// What stands at `/item/product`.
    product: Option<Ref<'a>>,
    is_family: bool,
}

impl Listing<'_> {
    fn quantity(&self, way: Way, out: &mut Findings) {
        if self.record.pointer("/offer/availableQuantity").is_none() {
            let message = match way {
                Way::Inventory => "there is no quantity: the listing would be out of stock",
                Way::Lms | Way::Fx => "there is no quantity, and a listing needs one",
            };
            out.push(
                Finding::new(&rules::INCOMPLETE_OFFER, message)
                    .help("give a number of pieces; 0 is an answer too (error 25004)")
                    .pointer("/offer/availableQuantity"),
            );
        }
    }

    fn identifiers(&self, out: &mut Findings) {
        for (name, lengths) in [("upc", &[12][..]), ("ean", &[8, 13][..])] {
            let numbers = self.product.and_then(|product| product.member(name));
            let Some(number) = numbers.and_then(|numbers| numbers.elements().next()?.as_text()) else { continue };
            // The site's words for a number that does not exist are no number.
            if !number.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let (rule, message) = match Gtin::parse(number) {
                Ok(gtin) if lengths.contains(&gtin.as_str().len()) => continue,
                Ok(gtin) => (
                    &rules::WRONG_FORMAT,
                    format!("`{number}` has {} digits, and `{name}` is said", gtin.as_str().len()),
                ),
                Err(GtinProblem::Restricted(range)) => {
                    (&rules::RESTRICTED_GTIN, format!("`{number}` is from a range for {}", range.as_str()))
                }
                Err(why @ GtinProblem::CheckDigit { .. }) => (&rules::BAD_CHECK_DIGIT, format!("`{number}` {why}")),
                Err(why @ GtinProblem::Suspect(_)) => (&rules::SUSPECT_GTIN, format!("`{number}` {why}")),
                Err(why) => (&rules::WRONG_FORMAT, format!("`{number}` {why}")),
            };
            let mut finding = Finding::new(rule, message).help("compare it with the barcode on the product");
            // In a feed the number is there to be sent.
            finding.severity = Severity::Error;
            out.push(finding.pointer(format!("/item/product/{name}/0")));
        }
    }

    fn images(&self, out: &mut Findings) {
        if self.record.member("group").is_none() {
            return;
        }
        let images = self.product.and_then(|product| product.member("imageUrls")).map_or(0, Ref::len);
        if images > MAX_VARIANT_IMAGES {
            out.push(
                Finding::new(
                    &rules::TOO_MANY_VALUES,
                    format!("variant has {images} pictures, {MAX_VARIANT_IMAGES} allowed"),
                )
                .help("give the variant fewer pictures; the family may have 24")
                .pointer("/item/product/imageUrls"),
            );
        }
    }

    fn aspects(&self, out: &mut Findings) {
        let pointer = crate::family::ASPECTS;
        let Some(aspects) = self.product.and_then(|product| product.member("aspects")) else { return };
        if aspects.len() > MAX_ASPECTS {
            out.push(
                Finding::new(
                    &rules::TOO_MANY_VALUES,
                    format!("listing has {} aspects, {MAX_ASPECTS} allowed", aspects.len()),
                )
                .help("leave the least important ones out")
                .pointer(pointer),
            );
        }
        for (name, values) in aspects.members() {
            let length = name.chars().count();
            let here = || format!("{pointer}/{}", escape(name));
            if length as u64 > MAX_ASPECT_NAME {
                out.push(
                    Finding::new(
                        &rules::VALUE_TOO_LONG,
                        format!("aspect's name `{name}` has {length} characters, {MAX_ASPECT_NAME} allowed"),
                    )
                    .help("give it a shorter name")
                    .pointer(here()),
                );
            }
            for (at, value) in values.elements().enumerate() {
                let length = value.as_text().map_or(0, |text| text.chars().count());
                if (LONG_VALUE + 1..=65).contains(&length) {
                    let message = format!("value of `{name}` has {length} characters; eBay's text allows {LONG_VALUE}");
                    let help = "real categories allow 65; shorten it if eBay complains (error 25080)";
                    let finding = Finding::new(&rules::VALUE_TOO_LONG, message).help(help);
                    out.push(warning(finding.pointer(format!("{}/{at}", here()))));
                }
            }
        }
    }

    fn condition(&self, ebay: &Ebay, category: &str, out: &mut Findings) {
        let Some(condition) = self.record.pointer("/item/condition").and_then(Ref::as_text) else { return };
        if NEW.contains(&condition) && self.record.pointer("/item/conditionDescription").is_some() {
            let message = format!("a note on the condition is ignored where the condition is {condition}");
            let finding = Finding::new(&rules::ATTRIBUTE_NOT_APPLICABLE, message)
                .help("leave the note out, or say what is used about it")
                .pointer("/item/conditionDescription");
            out.push(warning(finding));
        }
        let (Some(known), Some(id)) = (ebay.taxonomy.conditions(category), condition_id(condition)) else { return };
        if known.ids.is_empty() || known.ids.contains(id) {
            return;
        }
        // Refurbished conditions are shown only to sellers who may use them: not listed is no proof.
        let is_hidden = id.starts_with("20");
        let finding = Finding::new(
            &rules::VALUE_NOT_ALLOWED,
            format!("category {category} does not take the condition {condition} ({id}){}", version(ebay)),
        )
        .help("give a condition the category takes (error 25021)")
        .pointer("/item/condition");
        out.push(if is_hidden { warning(finding) } else { finding });
    }

    fn family(&self, out: &mut Findings) {
        if !self.is_family {
            return;
        }
        let pointer = "/family/variesBy/specifications";
        let variants = self.record.pointer("/family/variantSKUs").map_or(0, Ref::len);
        if variants > MAX_VARIANTS {
            let message = format!("family has {variants} variants; others report {MAX_VARIANTS} as the most");
            let finding = Finding::new(&rules::TOO_MANY_VALUES, message).help("split the family at the source");
            out.push(warning(finding.pointer("/family/variantSKUs")));
        }
        let axes: Vec<Ref<'_>> = self.record.pointer(pointer).into_iter().flat_map(Ref::elements).collect();
        let mut names = BTreeSet::new();
        for (at, axis) in axes.iter().enumerate() {
            let name = axis.member("name").and_then(Ref::as_text).unwrap_or_default();
            if !names.insert(name) {
                out.push(
                    Finding::new(&rules::BAD_VARIANT_GROUP, format!("the variants differ by `{name}` twice"))
                        .help("let the variants of a family differ by each aspect once (error 21916585)")
                        .pointer(format!("{pointer}/{at}/name")),
                );
            }
        }
    }

    /// Aspects in which variants differ without being told apart by them have no place in files, where a variant says only
    /// what tells it apart.
    fn lost(&self, out: &mut Findings) {
        let names = |pointer: &str| self.record.pointer(pointer).into_iter().flat_map(Ref::elements);
        let axes: Vec<&str> =
            names("/family/variesBy/specifications").filter_map(|axis| axis.member("name")?.as_text()).collect();
        let mpn = self.record.pointer("/item/product/mpn").and_then(Ref::as_text);
        let is_told = |name: &&str| {
            // The part number has a place of its own in each variant.
            let value = self.record.pointer(&format!("{}/{}/0", crate::family::ASPECTS, escape(name)));
            axes.contains(name) || (mpn.is_some() && value.and_then(Ref::as_text) == mpn)
        };
        for name in names("/family/own").filter_map(Ref::as_text).filter(|name| !is_told(name)) {
            let finding = Finding::new(
                &rules::ATTRIBUTE_NOT_APPLICABLE,
                format!("`{name}` differs between the variants and does not tell them apart: it is left out"),
            )
            .help("send the family by the feed `inventory`, or give the family one value");
            out.push(warning(finding.pointer(format!("{}/{}", crate::family::ASPECTS, escape(name)))));
        }
    }

    /// What a Seller Hub file cannot carry: formulas, which the spreadsheet would run, and the marks that separate axes.
    fn cells(&self, out: &mut Findings) {
        let cells = ["/sku", "/item/product/title", "/item/product/subtitle", "/item/conditionDescription"];
        let aspects = self.record.pointer(crate::family::ASPECTS).into_iter().flat_map(Ref::members);
        let aspects = aspects.flat_map(|(name, values)| {
            (0..values.len()).map(move |at| format!("{}/{}/{at}", crate::family::ASPECTS, escape(name)))
        });
        for pointer in cells.into_iter().map(str::to_owned).chain(aspects) {
            let Some(text) = self.record.pointer(&pointer).and_then(Ref::as_text) else { continue };
            if rows::is_formula(text) {
                let message =
                    format!("`{}` begins like a spreadsheet formula", text.chars().take(20).collect::<String>());
                let finding = Finding::new(&rules::FORMULA_CELL, message).help("begin the text with something else");
                out.push(finding.pointer(pointer));
            }
        }
        let list = |pointer: &str| self.record.pointer(pointer).into_iter().flat_map(Ref::elements);
        let mut texts: Vec<(String, &str, &[char])> = Vec::new();
        for (at, axis) in list("/family/variesBy/specifications").enumerate() {
            if let Some(name) = axis.member("name").and_then(Ref::as_text) {
                texts.push((format!("/family/variesBy/specifications/{at}/name"), name, MARKS));
            }
            let values = axis.member("values").into_iter().flat_map(Ref::elements).filter_map(Ref::as_text).enumerate();
            texts.extend(
                values.map(|(n, text)| (format!("/family/variesBy/specifications/{at}/values/{n}"), text, MARKS)),
            );
        }
        let own = list("/axes").enumerate().filter_map(|(at, axis)| Some((at, axis.member("value")?.as_text()?)));
        texts.extend(own.map(|(at, text)| (format!("/axes/{at}/value"), text, MARKS)));
        for (name, values) in self.record.pointer(crate::family::ASPECTS).into_iter().flat_map(Ref::members) {
            let values = values.elements().filter_map(Ref::as_text).enumerate();
            texts.extend(
                values
                    .map(|(n, text)| (format!("{}/{}/{n}", crate::family::ASPECTS, escape(name)), text, &MARKS[1..2])),
            );
        }
        let images = list("/item/product/imageUrls").filter_map(Ref::as_text).enumerate();
        texts.extend(images.map(|(at, url)| (format!("/item/product/imageUrls/{at}"), url, &MARKS[1..2])));
        for (pointer, text, marks) in texts.into_iter().filter(|(_, text, marks)| text.contains(*marks)) {
            let marks: Vec<String> = marks.iter().map(|mark| format!("`{mark}`")).collect();
            out.push(
                Finding::new(
                    &rules::BANNED_CHARACTER,
                    format!("`{text}` holds one of {}, which separate values in a Seller Hub file", marks.join(", ")),
                )
                .help("write the value without them, or send the listing by another feed")
                .pointer(pointer),
            );
        }
    }
}

/// eBay's number of a condition: `ConditionEnum` of the Inventory API.
pub(crate) fn condition_id(condition: &str) -> Option<&'static str> {
    CONDITIONS.iter().find(|(name, _)| *name == condition).map(|(_, id)| *id)
}

/// The condition with this number.
pub(crate) fn condition_of(id: &str) -> Option<&'static str> {
    CONDITIONS.iter().find(|(_, known)| *known == id).map(|(name, _)| *name)
}

const CONDITIONS: &[(&str, &str)] = &[
    ("NEW", "1000"),
    ("NEW_OTHER", "1500"),
    ("NEW_WITH_DEFECTS", "1750"),
    ("CERTIFIED_REFURBISHED", "2000"),
    ("MANUFACTURER_REFURBISHED", "2000"),
    ("EXCELLENT_REFURBISHED", "2010"),
    ("VERY_GOOD_REFURBISHED", "2020"),
    ("GOOD_REFURBISHED", "2030"),
    ("SELLER_REFURBISHED", "2500"),
    ("LIKE_NEW", "2750"),
    ("PRE_OWNED_EXCELLENT", "2990"),
    ("USED_EXCELLENT", "3000"),
    ("PRE_OWNED_FAIR", "3010"),
    ("USED_VERY_GOOD", "4000"),
    ("USED_GOOD", "5000"),
    ("USED_ACCEPTABLE", "6000"),
    ("FOR_PARTS_OR_NOT_WORKING", "7000"),
];

fn version(ebay: &Ebay) -> String {
    ebay.taxonomy.version().map_or_else(String::new, |version| format!(", by tree version {version}"))
}

fn warning(mut finding: Finding) -> Finding {
    finding.severity = Severity::Warning;
    finding
}
