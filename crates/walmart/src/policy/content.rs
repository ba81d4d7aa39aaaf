//! Titles, texts and images: the product details policy of 2026-05-21. What it dislikes is a warning.

use super::Part;
use super::finding;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::scan::has_wide_space;
use feedwright_marketplace::scan::is_www;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most characters of a title. The schema takes 199.
const MAX_TITLE: usize = 150;
/// Fewest words of a description: the schema's remark `@minimumWordCount`.
const FEW_WORDS: usize = 60;
/// Words the policy asks for.
const ENOUGH_WORDS: usize = 150;
/// Most characters of a key feature. The schema takes 10,000.
const MAX_FEATURE: usize = 80;
/// Most key features.
const MAX_FEATURES: usize = 10;
/// Images the policy asks for.
const ENOUGH_IMAGES: usize = 4;
/// Phrases that advertise, and names of other shops.
const PROMOTIONS: &[&str] = &[
    "free shipping",
    "best seller",
    "bestseller",
    "hot sale",
    "on sale",
    "clearance",
    "money back",
    "100% guaranteed",
    "limited time",
    "walmart",
    "amazon",
    "ebay",
];
/// Letters in a title that is shouted; fewer are a model's name.
const SHOUTED: usize = 8;
/// Endings of files that are images to Walmart.
const IMAGES: &[&str] = &[".jpg", ".jpeg", ".png", ".bmp"];
/// Ports images are fetched from.
const PORTS: &[&str] = &["80", "443", "8080", "8443"];

/// A main image is needed to be shown at all. Where the document itself asks for one it is not said twice.
pub(super) fn main_image(product: &Part<'_>, shape: Option<&Shape>, out: &mut Findings) {
    const NAME: &str = "mainImageUrl";
    let is_said = shape.is_some_and(|shape| {
        shape.required.iter().any(|name| name == NAME)
            || shape.properties.get(NAME).is_none_or(|attribute| attribute.advice.is_some())
    });
    if !is_said && product.node.member(NAME).is_none() {
        out.push(
            Finding::new(&rules::MISSING_MAIN_IMAGE, "there is no main image")
                .help("an item without a main image is not shown")
                .pointer(product.at(NAME)),
        );
    }
}

/// The title.
pub(super) fn title(product: &Part<'_>, out: &mut Findings) {
    let Some(title) = product.text("productName") else { return };
    let mut warn = |rule, message: String, help: &str| {
        out.push(finding(rule, Severity::Warning, message, help, product.at("productName")));
    };
    let length = title.chars().count();
    if length > MAX_TITLE {
        let message = format!("title has {length} characters, {MAX_TITLE} allowed by policy");
        warn(&rules::TITLE_TOO_LONG, message, "shorten the title");
    }
    if !title.chars().any(char::is_lowercase) && title.chars().filter(|c| c.is_alphabetic()).count() >= SHOUTED {
        let message = "title is in capital letters throughout".to_owned();
        warn(&rules::WRONG_FORMAT, message, "write only the first letter of each word large");
    }
    if let Some(phrase) = advertises(title) {
        let message = format!("title advertises: `{phrase}`");
        warn(&rules::PROMOTIONAL_TEXT, message, "say what the thing is; promotions have a feed of their own");
    }
    if let Some(found) = markup(title) {
        let message = format!("title holds {found}");
        warn(&rules::TEXT_WITH_MARKUP, message, "write plain words");
    }
}

/// The description.
pub(super) fn description(product: &Part<'_>, out: &mut Findings) {
    let Some(text) = product.text("shortDescription") else { return };
    let pointer = || product.at("shortDescription");
    if let Some(found) = markup(text) {
        let message = format!("description holds {found}");
        let help = "write one paragraph of plain words";
        out.push(finding(&rules::TEXT_WITH_MARKUP, Severity::Warning, message, help, pointer()));
    }
    let words = count_words(text);
    let (severity, wanted) = match words {
        ..FEW_WORDS => (Severity::Warning, FEW_WORDS),
        FEW_WORDS..ENOUGH_WORDS => (Severity::Note, ENOUGH_WORDS),
        _ => return,
    };
    let message = format!("description has {words} words, {wanted} asked for");
    let help = "say more about the product, in one paragraph";
    out.push(finding(&rules::VALUE_TOO_SHORT, severity, message, help, pointer()));
}

/// The key features.
pub(super) fn key_features(product: &Part<'_>, out: &mut Findings) {
    const NAME: &str = "keyFeatures";
    let n_features = product.texts(NAME).count();
    if n_features > MAX_FEATURES {
        let message = format!("{n_features} key features, {MAX_FEATURES} allowed by policy");
        let help = "keep those that matter most";
        out.push(finding(&rules::TOO_MANY_VALUES, Severity::Warning, message, help, product.at(NAME)));
    }
    for (at, feature) in product.texts(NAME) {
        let length = feature.chars().count();
        if length > MAX_FEATURE {
            let message = format!("key feature has {length} characters, {MAX_FEATURE} allowed by policy");
            let help = "make it one short point";
            out.push(finding(&rules::VALUE_TOO_LONG, Severity::Warning, message, help, product.at_entry(NAME, at)));
        }
        if let Some(found) = markup(feature) {
            let message = format!("key feature holds {found}");
            let help = "write plain words";
            out.push(finding(&rules::TEXT_WITH_MARKUP, Severity::Warning, message, help, product.at_entry(NAME, at)));
        }
    }
}

/// Addresses of images. What cannot be loaded fails the item (`ERR_EXT_DATA_0101149`), which only a look at them can tell.
pub(super) fn images(product: &Part<'_>, out: &mut Findings) {
    const MAIN: &str = "mainImageUrl";
    const OTHERS: &str = "productSecondaryImageURL";
    let main = product.text(MAIN);
    let n_images = product.texts(OTHERS).count() + usize::from(main.is_some());
    if product.node.member("productName").is_some() && main.is_some() && n_images < ENOUGH_IMAGES {
        let images = if n_images == 1 { "image" } else { "images" };
        let message = format!("{n_images} {images}, {ENOUGH_IMAGES} asked for");
        let help = "give more images of the product";
        out.push(finding(&rules::TOO_FEW_VALUES, Severity::Note, message, help, product.at(OTHERS)));
    }
    // A shop writes all its addresses alike: what is wrong with one is said once.
    let mut problems: BTreeMap<Address, (String, String, usize)> = BTreeMap::new();
    let main = main.map(|url| (None, url));
    for (at, url) in main.into_iter().chain(product.texts(OTHERS).map(|(at, url)| (Some(at), url))) {
        if let Some((problem, message)) = image_problem(url) {
            let pointer = || at.map_or_else(|| product.at(MAIN), |at| product.at_entry(OTHERS, at));
            problems.entry(problem).or_insert_with(|| (pointer(), message, 0)).2 += 1;
        }
    }
    for (problem, (pointer, mut message, count)) in problems {
        if count > 1 {
            let _infallible = write!(message, "; it is the same with {count} of {n_images} images");
        }
        out.push(finding(&rules::WRONG_FORMAT, Severity::Warning, message, problem.help(), pointer));
    }
}

/// What is wrong with an image's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Address {
    Port,
    Ending,
    Query,
}

impl Address {
    fn help(self) -> &'static str {
        match self {
            Self::Port => "serve images at port 443",
            Self::Ending => "give the address of the image file itself",
            Self::Query => "give the address of the image file without what follows the `?`",
        }
    }
}

fn image_problem(url: &str) -> Option<(Address, String)> {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    if let Some((_, port)) = host.rsplit_once(':')
        && !PORTS.contains(&port)
    {
        let message = format!("image is at port {}, {} allowed", port.to_lowercase(), PORTS.join(", "));
        return Some((Address::Port, message));
    }
    let ends_in = |ending: &&str| {
        let at = address.len().checked_sub(ending.len());
        at.and_then(|at| address.as_bytes().get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
    };
    if !IMAGES.iter().any(ends_in) {
        let message = format!("address of the image does not end in {}", IMAGES.join(", "));
        return Some((Address::Ending, message));
    }
    query.map(|query| (Address::Query, format!("address of the image has a query: `?{query}`")))
}

/// The first of the phrases that stands in a text as words of its own.
fn advertises(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let begins_here = |at: usize, phrase: &str| {
        let may_begin = lower.as_bytes().get(at) == phrase.as_bytes().first();
        let behind = lower.get(at..).filter(|_| may_begin).and_then(|rest| rest.strip_prefix(phrase));
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
    };
    let mut found = PROMOTIONS.len();
    let mut was_in_word = false;
    for (at, c) in lower.char_indices() {
        let is_in_word = c.is_alphanumeric();
        if is_in_word && !was_in_word {
            let here = PROMOTIONS.iter().take(found).position(|phrase| begins_here(at, phrase));
            found = here.unwrap_or(found);
        }
        was_in_word = is_in_word;
    }
    PROMOTIONS.get(found).copied()
}

/// How many words a text has.
fn count_words(text: &str) -> usize {
    if has_wide_space(text) {
        return text.split_whitespace().count();
    }
    let bytes = text.as_bytes();
    let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    // Counted in bytes, some at a time: without a branch inside, the compiler looks at many at once.
    let begin = |(before, bytes): (&[u8], &[u8])| {
        let words = before.iter().zip(bytes).map(|(before, byte)| u8::from(is_space(before) & !is_space(byte)));
        usize::from(words.fold(0_u8, u8::wrapping_add))
    };
    let behind_space: usize = bytes.chunks(128).zip(bytes.get(1..).unwrap_or_default().chunks(128)).map(begin).sum();
    behind_space + usize::from(bytes.first().is_some_and(|first| !is_space(first)))
}

/// HTML or an address.
fn markup(text: &str) -> Option<String> {
    // Nearly every text has no mark of either, and is not taken apart.
    let bytes = text.as_bytes();
    let may_be_one = |at: usize| match bytes.get(at) {
        Some(b':') => bytes.get(at..).is_some_and(|rest| rest.starts_with(b"://")),
        Some(b'.') => is_www(bytes, at),
        _ => true,
    };
    if !memchr::memchr3_iter(b'<', b':', b'.', bytes).any(may_be_one) {
        return None;
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let name: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        if name.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()) && after.contains('>') {
            return Some(format!("the HTML tag `<{name}>`"));
        }
        rest = after;
    }
    text.split_whitespace().find_map(|word| {
        let lower = word.to_ascii_lowercase();
        let is_address = ["http://", "https://", "www."].iter().any(|start| lower.contains(start));
        is_address.then(|| format!("the address `{word}`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_a_file_at_a_port_walmart_reaches() {
        let problem = |url: &str| image_problem(url).map(|(_, message)| message);
        assert_eq!(problem("https://images.example.com/a/b.JPG"), None);
        assert_eq!(problem("https://images.example.com:8443/a.png"), None);
        assert_eq!(
            problem("https://images.example.com:9000/a.png").unwrap(),
            "image is at port 9000, 80, 443, 8080, 8443 allowed"
        );
        assert_eq!(
            problem("https://images.example.com/a.gif").unwrap(),
            "address of the image does not end in .jpg, .jpeg, .png, .bmp"
        );
        assert_eq!(
            problem("https://images.example.com/a.png?w=100").unwrap(),
            "address of the image has a query: `?w=100`"
        );
    }

    #[test]
    fn phrases_are_words_and_markup_is_no_mathematics() {
        assert_eq!(advertises("Mug, FREE shipping!"), Some("free shipping"));
        assert_eq!(advertises("walmart's best seller"), Some("best seller"));
        assert_eq!(advertises("amazonite bead, unlimited times"), None);
        assert_eq!(markup("3 < 4 > 2"), None);
        assert_eq!(markup("a <b>bold</b> word").unwrap(), "the HTML tag `<b>`");
        assert_eq!(markup("see www.example.com").unwrap(), "the address `www.example.com`");
        assert_eq!(markup("see HTTP://example.com now.").unwrap(), "the address `HTTP://example.com`");
        assert_eq!(markup("ratio 3://4. Done."), None);
        for text in
            [" one  two\u{2003}three\nfour ", " one  two three\nfour ", "one\u{a0}two é three \tf", "", " ", "a"]
        {
            assert_eq!(count_words(text), text.split_whitespace().count(), "{text}");
        }
    }
}
