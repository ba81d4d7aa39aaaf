//! Plain text from HTML, for targets that take none.

use crate::scan;

/// The text a reader of the HTML would see: tags gone, paragraphs and list entries on lines of their own, entities
/// decoded, runs of space folded. Text without a tag or entity comes back as it is, but for outer space.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = scan::split_once(rest, b'<') {
        text.push_str(before);
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            // A lone `<` is text.
            text.push('<');
            rest = after;
            continue;
        }
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, behind) = scan::split_once(after, b'>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        rest = behind;
        match name.as_str() {
            "script" | "style" if !tag.starts_with('/') => rest = after_closing(behind, &name),
            "br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "section" | "article" | "blockquote" => text.push('\n'),
            "td" | "th" => text.push(' '),
            _ => {}
        }
    }
    text.push_str(rest);
    fold(&htmlize::unescape(text))
}

fn after_closing<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

// One space between words, one line break between blocks.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(first);
        for word in words {
            out.push(' ');
            out.push_str(word);
        }
    }
    out
}

/// The text on one line, with one space between words.
pub(super) fn single_spaced(text: String) -> String {
    if is_single_spaced(&text) { text } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

fn is_single_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_line = |byte: u8| matches!(byte, b'\t'..=b'\r');
    let are_two = |(a, b): (&u8, &u8)| u8::from(*a == b' ') & u8::from(*b == b' ');
    let holds_two = || bytes.iter().zip(bytes.iter().skip(1)).map(are_two).fold(0, |any, two| any | two) == 1;
    !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && !holds_two()
        && scan::position(bytes, is_line).is_none()
        && !scan::has_wide_space(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reader_would_see_the_same() {
        let check = |html, expected| assert_eq!(plain_text(html), expected, "{html}");
        check("<p>Rich &amp; woody.</p>\n<p>Notes:<br/>Leaves</p>", "Rich & woody.\nNotes:\nLeaves");
        check("<ul><li>One</li><li>Two</li></ul>", "One\nTwo");
        check("a < b and 3<4", "a < b and 3<4");
        check("x<script>alert('<p>')</script>y<STYLE>p{}</STYLE >z", "xyz");
        check("<!-- <b>no</b> -->yes", "yes");
        check("caf&eacute;&nbsp; au&#32;lait", "café au lait");
        check("unclosed <b", "unclosed");
        check("  plain  text ", "plain text");
    }

    proptest! {
        #[test]
        fn single_spaced_text_is_words_with_a_space_between(text in "[a\u{e9}  \t\n\u{a0}\u{2003}–]{0,12}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(single_spaced(text.clone()), words.join(" "));
        }

        #[test]
        fn never_panics_and_leaves_no_tag_of_ours(html in "(<p>|</p>|<script>|&amp;|<|>|[a-zé ]|\n){0,40}") {
            let text = plain_text(&html);
            prop_assert!(!text.contains("<p>"));
        }
    }
}
