//! What no schema says: prices, images, titles, identifiers, banned characters.
//!
//! Sources: Seller Central title policy (in force since 2025-01-21), modular titles (2026-07-27), bullet policy
//! (2024-08-15), image and GTIN rules; read 2026-11-23. Rules that rest on third-party accounts only are warnings.

use crate::profile::MAX_SKU;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::gtin::Gtin;
use feedwright_catalog::gtin::GtinProblem;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::scan::is_www;
use rust_decimal::Decimal;

/// Most characters of a title: title policy of 2025-01-21.
const MAX_TITLE: usize = 200;
/// Most characters of a title that is not split: modular titles, 2026-07-27.
const MAX_UNSPLIT_TITLE: usize = 75;
/// Refused in titles unless part of the brand: title policy.
const BANNED_IN_TITLE: &[char] = &['!', '$', '?', '_', '{', '}', '^', '¬', '¦'];
/// Allowed in titles only where they mean something: title policy.
const DOUBTFUL_IN_TITLE: &[char] = &['~', '#', '<', '>', '*'];
/// Refused in bullets: bullet policy, through third parties.
const BANNED_IN_BULLETS: &[char] = &['™', '®', '€', '…', '†', '‡', '¢', '£', '¥', '©', '±', '~'];
/// Words that do not count as repeated: articles, prepositions, conjunctions.
const FREE_WORDS: &[&str] = &[
    "a", "an", "the", "and", "or", "but", "nor", "for", "with", "of", "in", "on", "at", "by", "to", "from", "as",
    "per", "into", "over", "under", "without", "de", "la", "le", "les", "et", "du", "des", "en", "y", "el", "los",
    "con", "para", "und", "mit", "der", "die", "das", "für", "von", "e", "di", "il", "per",
];
/// Phrases that advertise: title policy.
const PROMOTIONS: &[&str] =
    &["free shipping", "best seller", "bestseller", "hot item", "100% quality guaranteed", "on sale", "money back"];
/// What people type when they have nothing to say: bullet policy.
const PLACEHOLDERS: &[&str] = &["n/a", "na", "tbd", "none", "not applicable", "copy pending", "-"];
/// Product types of media, which keep whole titles: modular titles, 2026-07-27.
const MEDIA: &[&str] =
    &["ABIS_BOOK", "ABIS_DVD", "ABIS_MUSIC", "ABIS_VIDEO", "PHYSICAL_MOVIE", "PHYSICAL_TV_SERIES", "VIDEO_DVD"];

/// Checks one message: `{ sku, operationType, attributes … }`. The category is known when its requirements are.
pub(crate) fn check(record: Ref<'_>, category: Option<&Category>, channel: &Channel, out: &mut Findings) {
    sku(record, out);
    let Some(attributes) = record.member("attributes") else { return };
    let message = Message { record, attributes: Attributes::of(attributes), category, channel };
    if record.member("operationType").and_then(Ref::as_text) == Some("UPDATE") {
        message.must_be_there(out);
    }
    message.title(out);
    message.bullets(out);
    message.prices(out);
    message.identifiers(out);
    message.texts(out);
}

/// The attributes that policies are about, found in one walk: a message has many others.
macro_rules! attributes {
    ($($name:ident)*) => {
        #[derive(Clone, Copy, Default)]
        struct Attributes<'a> {
            $($name: Option<Ref<'a>>,)*
        }

        impl<'a> Attributes<'a> {
            fn of(attributes: Ref<'a>) -> Self {
                let mut found = Self::default();
                for (name, node) in attributes.members() {
                    let place = match name {
                        $(stringify!($name) => &mut found.$name,)*
                        _ => continue,
                    };
                    // Of two with one name the first counts, as everywhere.
                    place.get_or_insert(node);
                }
                found
            }
        }
    };
}

attributes! {
    brand bullet_point externally_assigned_product_identifier generic_keyword item_name main_product_image_locator
    parentage_level product_description purchasable_offer skip_offer title_differentiation
}

/// The entries of a list attribute.
fn each(attribute: Option<Ref<'_>>) -> impl Iterator<Item = (usize, Ref<'_>)> {
    attribute.into_iter().flat_map(Ref::elements).enumerate()
}

/// The text of the first entry that has one.
fn first(attribute: Option<Ref<'_>>) -> Option<&str> {
    each(attribute).find_map(|(_, entry)| entry.member("value")?.as_text())
}

fn says(attribute: Option<Ref<'_>>, wanted: bool) -> bool {
    each(attribute).any(|(_, entry)| {
        let value = entry.member("value");
        value.is_some_and(|value| matches!(value.shape(), Shape::Leaf(Leaf::Bool(found)) if found == wanted))
    })
}

struct Message<'a> {
    record: Ref<'a>,
    attributes: Attributes<'a>,
    category: Option<&'a Category>,
    channel: &'a Channel,
}

impl Message<'_> {
    fn must_be_there(&self, out: &mut Findings) {
        let set = self.record.member("requirements").and_then(Ref::as_text).unwrap_or("LISTING");
        let is_parent = first(self.attributes.parentage_level) == Some("parent");
        if is_parent {
            return;
        }
        let sells = set != "LISTING_PRODUCT_ONLY" && !says(self.attributes.skip_offer, true);
        let has_price = each(self.attributes.purchasable_offer).any(|(_, offer)| amount(offer, "our_price").is_some());
        if sells && !has_price {
            out.push(
                Finding::new(&rules::MISSING_PRICE, "there is no price")
                    .help("a listing without a price is never shown for sale")
                    .pointer("/attributes/purchasable_offer/0/our_price/0/schedule/0/value_with_tax"),
            );
        }
        if set != "LISTING_OFFER_ONLY" && self.attributes.main_product_image_locator.is_none() {
            out.push(
                Finding::new(&rules::MISSING_MAIN_IMAGE, "there is no main image")
                    .help("a listing without a main image is kept out of search")
                    .pointer("/attributes/main_product_image_locator"),
            );
        }
    }

    fn title(&self, out: &mut Findings) {
        let brand = first(self.attributes.brand).unwrap_or_default();
        for (at, entry) in each(self.attributes.item_name) {
            let Some(title) = entry.member("value").and_then(Ref::as_text) else { continue };
            let pointer = || format!("/attributes/item_name/{at}/value");
            let length = title.chars().count();
            let schema_says = || {
                self.category
                    .and_then(|category| category.requirements.shape().get(["item_name", "value"]))
                    .and_then(|shape| shape.max_length)
                    .is_some_and(|most| usize::try_from(most).is_ok_and(|most| most <= MAX_TITLE))
            };
            if length > MAX_TITLE && !schema_says() {
                let message = format!("title has {length} characters, {MAX_TITLE} allowed");
                out.push(Finding::new(&rules::TITLE_TOO_LONG, message).help("shorten the title").pointer(pointer()));
            }
            self.title_split(length, &pointer, out);
            if holds_one_of(title, BANNED_IN_TITLE) || holds_one_of(title, DOUBTFUL_IN_TITLE) {
                characters(title, brand, &pointer, out);
            }
            if let Some((word, times)) = repeated(title) {
                out.push(
                    Finding::new(&rules::REPEATED_WORD, format!("title holds `{word}` {times} times, 2 allowed"))
                        .help(format!("leave `{word}` out where it repeats itself"))
                        .pointer(pointer()),
                );
            }
            if let Some(phrase) = promotion(title) {
                out.push(
                    Finding::new(&rules::PROMOTIONAL_TEXT, format!("title advertises: `{phrase}`"))
                        .help("say what the thing is; offers have their own fields")
                        .pointer(pointer()),
                );
            }
        }
    }

    fn title_split(&self, length: usize, pointer: &dyn Fn() -> String, out: &mut Findings) {
        if self.record.member("productType").and_then(Ref::as_text).is_some_and(|kind| MEDIA.contains(&kind)) {
            return;
        }
        let has_addition = self.attributes.title_differentiation.is_some();
        if has_addition && length > MAX_UNSPLIT_TITLE {
            out.push(
                Finding::new(
                    &rules::TITLE_TOO_LONG,
                    format!(
                        "title has {length} characters, {MAX_UNSPLIT_TITLE} allowed beside `title_differentiation`"
                    ),
                )
                .help("Amazon refuses the two together (code 100476): shorten the title, or leave the addition out")
                .pointer(pointer()),
            );
        } else if !has_addition && (MAX_UNSPLIT_TITLE + 1..=MAX_TITLE).contains(&length) {
            out.push(
                Finding::new(
                    &rules::TITLE_WILL_BE_SPLIT,
                    format!("title has {length} characters; beyond {MAX_UNSPLIT_TITLE} Amazon splits it by itself"),
                )
                .help(format!("keep the title within {MAX_UNSPLIT_TITLE} and put the rest into `title_addition`"))
                .pointer(pointer()),
            );
        }
    }

    fn bullets(&self, out: &mut Findings) {
        for (at, entry) in each(self.attributes.bullet_point) {
            let Some(bullet) = entry.member("value").and_then(Ref::as_text) else { continue };
            let mut warn = |rule, message: String, help: &str| {
                let mut finding =
                    Finding::new(rule, message).help(help).pointer(format!("/attributes/bullet_point/{at}/value"));
                finding.severity = Severity::Warning;
                out.push(finding);
            };
            if let Some(banned) = listed(bullet, BANNED_IN_BULLETS) {
                warn(&rules::BANNED_CHARACTER, format!("bullet holds {banned}"), "take them out of the bullet");
            }
            if !bullet.is_ascii() && bullet.chars().any(is_emoji) {
                warn(&rules::BANNED_CHARACTER, "bullet holds an emoji".to_owned(), "take it out of the bullet");
            }
            let said = bullet.trim();
            if PLACEHOLDERS.iter().any(|placeholder| said.eq_ignore_ascii_case(placeholder)) {
                let message = format!("bullet says nothing: `{said}`");
                warn(&rules::PROMOTIONAL_TEXT, message, "write a selling point, or leave the bullet out");
            }
        }
    }

    fn prices(&self, out: &mut Findings) {
        for (at, offer) in each(self.attributes.purchasable_offer) {
            let pointer = |list: &str| format!("/attributes/purchasable_offer/{at}/{list}/0/schedule/0/value_with_tax");
            if let Some(price) = amount(offer, "our_price") {
                if price <= Decimal::ZERO {
                    let message = format!("price is {price}");
                    let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, message).help("give a price above 0");
                    out.push(finding.pointer(pointer("our_price")));
                }
                let lowest = "minimum_seller_allowed_price";
                if let Some(floor) = amount(offer, lowest)
                    && floor > price
                {
                    out.push(
                        Finding::new(
                            &rules::PRICE_BELOW_FLOOR,
                            format!("price {price} is below its own lower bound {floor}"),
                        )
                        .help("raise the price or lower the bound (Amazon's code 18155)")
                        .pointer(pointer(lowest)),
                    );
                }
            }
            // The rule of the Japanese schema that forbids decimals is written so that it never fires.
            if self.channel.currency.minor_units() == 0 {
                for list in
                    ["our_price", "discounted_price", "minimum_seller_allowed_price", "maximum_seller_allowed_price"]
                {
                    if let Some(amount) = amount(offer, list)
                        && !amount.fract().is_zero()
                    {
                        let message = format!("{amount} has decimals, and {} has none", self.channel.currency.code());
                        out.push(
                            Finding::new(&rules::WRONG_PRECISION, message)
                                .help("write a whole amount")
                                .pointer(pointer(list)),
                        );
                    }
                }
            }
        }
    }

    fn identifiers(&self, out: &mut Findings) {
        for (at, entry) in each(self.attributes.externally_assigned_product_identifier) {
            let text = |name: &str| entry.member(name).and_then(Ref::as_text);
            let (Some(kind), Some(value)) = (text("type"), text("value")) else { continue };
            let mut error = |rule, message: String, help: &str| {
                let pointer = format!("/attributes/externally_assigned_product_identifier/{at}/value");
                let mut finding = Finding::new(rule, message).help(help).pointer(pointer);
                // In a feed the number is there to be sent: what a source only withholds is wrong here.
                finding.severity = Severity::Error;
                out.push(finding);
            };
            let lengths: &[usize] = match kind {
                "upc" => &[12],
                "ean" => &[8, 13],
                "gtin" => &[8, 12, 13, 14],
                // Numbers of one country's pharmacies and the like are not GTINs.
                _ => continue,
            };
            match Gtin::parse(value) {
                Ok(gtin) if !lengths.contains(&gtin.as_str().len()) => {
                    let message = format!("`{value}` has {} digits, and `{kind}` is said", gtin.as_str().len());
                    error(&rules::WRONG_FORMAT, message, "give the type that fits: `upc` 12, `ean` 8 or 13, `gtin` 14");
                }
                Ok(_) => {}
                Err(GtinProblem::Restricted(range)) => {
                    let message = format!("`{value}` is from a range for {}", range.as_str());
                    error(&rules::RESTRICTED_GTIN, message, "give the number GS1 assigned to the product");
                }
                Err(why @ GtinProblem::CheckDigit { .. }) => {
                    error(
                        &rules::BAD_CHECK_DIGIT,
                        format!("`{value}` {why}"),
                        "compare it with the barcode on the product",
                    );
                }
                Err(why @ GtinProblem::Suspect(_)) => {
                    error(
                        &rules::SUSPECT_GTIN,
                        format!("`{value}` {why}"),
                        "give the number GS1 assigned to the product",
                    );
                }
                Err(why) => error(&rules::WRONG_FORMAT, format!("`{value}` {why}"), "give the digits of the barcode"),
            }
        }
    }

    /// No HTML but line breaks, no address, no e-mail in any text of the product.
    fn texts(&self, out: &mut Findings) {
        let own = &self.attributes;
        for (name, attribute) in [
            ("item_name", own.item_name),
            ("title_differentiation", own.title_differentiation),
            ("bullet_point", own.bullet_point),
            ("product_description", own.product_description),
            ("generic_keyword", own.generic_keyword),
        ] {
            for (at, entry) in each(attribute) {
                let Some(text) = entry.member("value").and_then(Ref::as_text) else { continue };
                if let Some(found) = markup(text) {
                    out.push(
                        Finding::new(&rules::TEXT_WITH_MARKUP, format!("text holds {found}"))
                            .help("write plain words; only line breaks may be marked")
                            .pointer(format!("/attributes/{name}/{at}/value")),
                    );
                }
            }
        }
    }
}

/// The first amount of a list of prices.
fn amount(offer: Ref<'_>, list: &str) -> Option<Decimal> {
    let entry = offer.member(list)?.elements().next()?.member("schedule")?.elements().next()?;
    entry.member("value_with_tax")?.as_number()
}

/// Characters that a title holds outside the brand and that are refused or doubtful there.
fn characters(title: &str, brand: &str, pointer: &dyn Fn() -> String, out: &mut Findings) {
    let replaced = title.replace(brand, "");
    let outside_brand = if brand.is_empty() { title } else { replaced.as_str() };
    if let Some(banned) = listed(outside_brand, BANNED_IN_TITLE) {
        out.push(
            Finding::new(&rules::BANNED_CHARACTER, format!("title holds {banned}, allowed only in a brand"))
                .help("take them out of the title")
                .pointer(pointer()),
        );
    }
    if let Some(doubtful) = listed(outside_brand, DOUBTFUL_IN_TITLE) {
        let mut finding = Finding::new(&rules::BANNED_CHARACTER, format!("title holds {doubtful}"))
            .help("keep them only where they mean something, as in `Style #4301`")
            .pointer(pointer());
        finding.severity = Severity::Warning;
        out.push(finding);
    }
}

fn sku(record: Ref<'_>, out: &mut Findings) {
    let length = record.member("sku").and_then(Ref::as_text).map_or(0, |sku| sku.chars().count());
    if length > MAX_SKU {
        out.push(
            Finding::new(&rules::SKU_TOO_LONG, format!("SKU has {length} characters, {MAX_SKU} allowed"))
                .help("give the product a shorter SKU")
                .pointer("/sku"),
        );
    }
}

/// Which of the characters a text holds, each once, in backticks.
fn listed(text: &str, characters: &[char]) -> Option<String> {
    if !holds_one_of(text, characters) {
        return None;
    }
    let found: Vec<String> = characters.iter().filter(|c| text.contains(**c)).map(|c| format!("`{c}`")).collect();
    Some(found.join(", "))
}

fn holds_one_of(text: &str, characters: &[char]) -> bool {
    if text.is_ascii() {
        // Nearly all texts: without a branch inside, the compiler looks at many bytes at once.
        let bytes = text.as_bytes();
        let ascii = characters.iter().filter_map(|c| u8::try_from(*c).ok().filter(u8::is_ascii));
        let holds = |c: u8| bytes.iter().fold(false, |any, byte| any | u8::eq(byte, &c));
        return ascii.fold(false, |any, c| any | holds(c));
    }
    text.chars().any(|c| !c.is_ascii_alphanumeric() && c != ' ' && characters.contains(&c))
}

/// The first word that stands more than twice.
fn repeated(title: &str) -> Option<(String, usize)> {
    let is_between = |c: char| !c.is_alphanumeric() && c != '\'';
    let counts =
        |word: &str| word.chars().count() > 1 && word.chars().any(char::is_alphabetic) && !FREE_WORDS.contains(&word);
    if title.is_ascii() {
        // Nearly all titles: their words are compared where they stand.
        let is_between = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'\'';
        let words: Vec<&[u8]> = title.as_bytes().split(is_between).filter(|word| word.len() > 1).collect();
        return words.iter().enumerate().find_map(|(at, word)| {
            let is_same = |other: &&&[u8]| other.len() == word.len() && other.eq_ignore_ascii_case(word);
            // Of a word that was looked at before, fewer are left.
            let times = words.get(at..)?.iter().filter(is_same).count();
            let word = (times > 2).then(|| String::from_utf8_lossy(word).to_ascii_lowercase())?;
            counts(&word).then_some((word, times))
        });
    }
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower.split(is_between).filter(|word| counts(word)).collect();
    words.iter().find_map(|word| {
        let times = words.iter().filter(|other| *other == word).count();
        (times > 2).then(|| ((*word).to_owned(), times))
    })
}

/// The first phrase of an advertisement.
fn promotion(title: &str) -> Option<&'static str> {
    if !title.is_ascii() {
        let lower = title.to_lowercase();
        return PROMOTIONS.iter().copied().find(|phrase| lower.contains(phrase));
    }
    let title = title.as_bytes();
    let holds = |phrase: &&str| {
        let phrase = phrase.as_bytes();
        // The phrases begin with a letter or digit, whose other case differs in one bit.
        let first = phrase.first().map_or(0, |first| first | 0x20);
        let is_first = |byte: &u8| byte | 0x20 == first;
        if !title.iter().fold(false, |any, byte| any | is_first(byte)) {
            return false;
        }
        let is_there = |own: &[u8]| own.first().is_some_and(is_first) && own.eq_ignore_ascii_case(phrase);
        title.windows(phrase.len()).any(is_there)
    };
    PROMOTIONS.iter().copied().find(holds)
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x2600..=0x27BF | 0x1F1E6..=0x1F1FF)
}

/// HTML beyond line breaks, an address, or an e-mail.
fn markup(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(after) = memchr::memchr(b'<', rest.as_bytes()).and_then(|at| rest.get(at + 1..)) {
        let name: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!')).collect();
        let is_tag = name.trim_start_matches(['/', '!']).starts_with(|c: char| c.is_ascii_alphabetic());
        if is_tag && after.contains('>') && !name.trim_matches('/').eq_ignore_ascii_case("br") {
            return Some(format!("the HTML tag `<{name}>`"));
        }
        rest = after;
    }
    if !may_hold_address(text.as_bytes()) {
        return None;
    }
    let begins = |word: &str, with: &str| {
        word.as_bytes().get(..with.len()).is_some_and(|own| own.eq_ignore_ascii_case(with.as_bytes()))
    };
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '"')) {
        if ["http://", "https://", "www."].iter().any(|with| begins(word, with)) {
            return Some(format!("the address `{word}`"));
        }
        if let Some((name, host)) = word.split_once('@')
            && !name.is_empty()
            && host.split('.').filter(|part| !part.is_empty()).count() > 1
        {
            return Some("an e-mail address".to_owned());
        }
    }
    None
}

/// Whether a text holds what every address has: few do, and the rest need not be taken apart into words.
fn may_hold_address(text: &[u8]) -> bool {
    memchr::memchr3_iter(b'@', b':', b'.', text).any(|at| text.get(at) != Some(&b'.') || is_www(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_as_repeated_from_the_third_time_on() {
        assert_eq!(repeated("Mug Blue Mug"), None);
        assert_eq!(repeated("Mug, MUG and mug"), Some(("mug".to_owned(), 3)));
        assert_eq!(repeated("the the the"), None);
    }

    #[test]
    fn markup_is_what_a_buyer_would_not_read() {
        assert_eq!(markup("3 < 4 and 5 > 2, line<br/>break"), None);
        assert_eq!(markup("<b>Bold</b>"), Some("the HTML tag `<b>`".to_owned()));
        assert_eq!(markup("see www.example.com"), Some("the address `www.example.com`".to_owned()));
        assert_eq!(markup("write to shop@example.com"), Some("an e-mail address".to_owned()));
        assert_eq!(markup("Set @ home"), None);
        assert_eq!(markup("WWW.EXAMPLE.COM"), Some("the address `WWW.EXAMPLE.COM`".to_owned()));
        assert_eq!(markup("at 10:30, ratio 1:2"), None);
        assert_eq!(markup("look (HTTPS://x.example)"), Some("the address `HTTPS://x.example`".to_owned()));
    }

    #[test]
    fn what_advertises_is_found_in_any_case_and_script() {
        assert_eq!(promotion("Mug, FREE Shipping"), Some("free shipping"));
        assert_eq!(promotion("Größe 1: Best Seller"), Some("best seller"));
        assert_eq!(promotion("Best of sellers"), None);
        assert_eq!(promotion("free"), None);
        assert_eq!(repeated("Tässe Tasse tässe TÄSSE"), Some(("tässe".to_owned(), 3)));
        assert_eq!(repeated("Mug 12 12 12 for for for"), None);
    }
}
