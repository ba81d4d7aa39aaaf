//! Headers as people write them, made comparable, and header patterns with named gaps.

use unicode_normalization::UnicodeNormalization as _;

/// Without byte order mark and outer space, NFC, lower case, runs of space as one.
pub(crate) fn normalize(header: &str) -> String {
    let text: String = header.trim_start_matches('\u{FEFF}').nfc().flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name for a field of the seller's own: lower-case letters and digits, joined by `_`.
pub(crate) fn slug(text: &str) -> String {
    join_words(text, '_')
}

/// A piece of a product key or SKU: lower-case letters and digits, joined by `-`.
pub(crate) fn handle(text: &str) -> String {
    join_words(text, '-')
}

fn join_words(text: &str, joint: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(joint) {
            out.push(joint);
        }
    }
    out.truncate(out.trim_end_matches(joint).len());
    out
}

/// Whether a normalized header fits a pattern such as `{label} (product.metafields.{namespace}.{key})`,
/// and what stands in its gaps. A gap holds one character at least; the last gap is the longest.
pub(crate) fn match_pattern<'a, 'b>(pattern: &'a str, header: &'b str) -> Option<Vec<(&'a str, &'b str)>> {
    let mut gaps = Vec::new();
    let mut pattern = pattern;
    let mut header = header;
    loop {
        let Some((literal, rest)) = pattern.split_once('{') else {
            return (pattern == header).then_some(gaps);
        };
        header = header.strip_prefix(literal)?;
        let (name, rest) = rest.split_once('}')?;
        let stop = rest.split('{').next().unwrap_or_default();
        let end = if rest == stop {
            // The last gap: what follows it must end the header.
            header.len().checked_sub(stop.len()).filter(|_| header.ends_with(stop))?
        } else {
            header.find(stop).filter(|_| !stop.is_empty())?
        };
        let (value, behind) = header.split_at_checked(end)?;
        if value.is_empty() {
            return None;
        }
        gaps.push((name, value));
        (pattern, header) = (rest, behind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_as_people_read_them() {
        assert_eq!(normalize("\u{FEFF}  Variant   SKU "), "variant sku");
        assert_eq!(normalize("Gro\u{308}\u{DF}e"), "größe");
        assert_eq!(slug(" Frame / Size (cm) "), "frame_size_cm");
        assert_eq!(handle("Größe: L/XL"), "größe-l-xl");
    }

    #[test]
    fn patterns_have_named_gaps() {
        let pattern = "{label} (product.metafields.{namespace}.{key})";
        assert_eq!(
            match_pattern(pattern, "färg (product.metafields.shopify.color-pattern)"),
            Some(vec![("label", "färg"), ("namespace", "shopify"), ("key", "color-pattern")])
        );
        assert_eq!(match_pattern(pattern, "color (variant.metafields.a.b)"), None);
        assert_eq!(match_pattern(pattern, "(product.metafields.a.b)"), None);
        assert_eq!(match_pattern("bullet {n}", "bullet 12"), Some(vec![("n", "12")]));
        assert_eq!(match_pattern("title", "title"), Some(vec![]));
    }
}
