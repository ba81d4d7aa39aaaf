//! HTML made safe for a marketplace that takes it: what acts is taken out, links and images keep `https` addresses, and
//! inline styles keep what only concerns looks.
//!
//! The finished sanitiser decides. Pages are mostly plain, though: balanced elements without attributes, or with styles that
//! the page's own text has. Of these it is known beforehand what the sanitiser gives back, and a parser with all of a browser's
//! mercy is forty times the work. So such HTML is written out directly, and whatever is not that plain goes to the sanitiser.
//! A test holds the two against each other.

use crate::scan;
use ammonia::Builder;
use std::collections::BTreeSet;

/// Makes HTML safe.
#[derive(Debug)]
pub(super) struct Cleaner {
    sanitiser: Builder<'static>,
    /// The `style` attributes of a page's own text, with the space before them, and what is left of them.
    styles: Vec<(String, String)>,
}

impl Cleaner {
    /// For a page of which this is the text, and what is put into it.
    pub(super) fn new(page: &str) -> Self {
        let mut sanitiser = Builder::default();
        sanitiser
            .add_generic_attributes(["style"])
            .filter_style_properties(STYLES.iter().copied().collect())
            .url_schemes(["https"].into_iter().collect())
            .link_rel(None);
        let mut cleaner = Self { sanitiser, styles: Vec::new() };
        for written in style_attributes(page).collect::<BTreeSet<_>>() {
            // Which element it stands on makes no difference to a style.
            let cleaned = cleaner.by_sanitiser(&format!("<p{written}></p>"));
            if let Some(left) = cleaned.strip_prefix("<p").and_then(|rest| rest.strip_suffix("></p>")) {
                cleaner.styles.push((written, left.to_owned()));
            }
        }
        cleaner
    }

    /// The HTML without anything that acts.
    pub(super) fn clean(&self, html: &str) -> String {
        self.if_plain(html).unwrap_or_else(|| self.by_sanitiser(html))
    }

    pub(super) fn by_sanitiser(&self, html: &str) -> String {
        self.sanitiser.clean(html).to_string()
    }

    /// What the sanitiser would give back, if the HTML is so plain that this can be told.
    pub(super) fn if_plain(&self, html: &str) -> Option<String> {
        // A mark of the byte order at the beginning would be taken out.
        if html.starts_with('\u{feff}') {
            return None;
        }
        let (mut out, mut spot) = (String::with_capacity(html.len()), Spot::default());
        self.piece(html, &mut spot, &mut out)?;
        spot.open.is_empty().then_some(out)
    }

    /// The same of a piece of a page that begins at a spot, and ends where the spot is moved to.
    pub(super) fn piece(&self, html: &str, spot: &mut Spot, out: &mut String) -> Option<()> {
        let mut rest = html;
        loop {
            let holds = spot.holds();
            let (text, from_tag) = scan::split_once(rest, b'<').map_or((rest, None), |(text, tag)| (text, Some(tag)));
            if holds.text() {
                write_text(text, out)?;
            } else if text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t')) {
                out.push_str(text);
            } else {
                return None;
            }
            let Some(from_tag) = from_tag else { return Some(()) };
            let (tag, behind) = scan::split_once(from_tag, b'>')?;
            rest = behind;
            if let Some(name) = tag.strip_prefix('/') {
                let element = spot.open.pop().filter(|element| element.name == name)?;
                out.push_str("</");
                out.push_str(element.name);
                out.push('>');
                continue;
            }
            let name_ends = memchr::memchr(b' ', tag.as_bytes());
            let (name, style) = name_ends.and_then(|at| tag.split_at_checked(at)).unwrap_or((tag, ""));
            let element = element(name)?;
            let is_in_place = element.stands == holds || element.stands == Holds::Phrases && holds == Holds::Flow;
            // What is nested without end is for whoever knows to stop.
            if !is_in_place || spot.open.len() > DEEPEST {
                return None;
            }
            out.push('<');
            out.push_str(name);
            if !style.is_empty() {
                // They are few.
                out.push_str(self.styles.iter().find(|(written, _)| written == style).map(|(_, left)| left)?);
            }
            out.push('>');
            if element.holds != Holds::Nothing {
                spot.open.push(element);
            }
        }
    }
}

/// Where something stands in a page: within which elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    open: Vec<&'static Element>,
}

impl Spot {
    fn holds(&self) -> Holds {
        self.open.last().map_or(Holds::Flow, |element| element.holds)
    }

    /// Whether text stays here where it is put.
    pub(super) fn takes_text(&self) -> bool {
        self.holds().text()
    }

    /// Whether blocks, phrases and text stay here.
    pub(super) fn takes_blocks(&self) -> bool {
        self.holds() == Holds::Flow
    }

    /// Whether nothing is open.
    pub(super) fn is_outside(&self) -> bool {
        self.open.is_empty()
    }
}

/// Writes a value as the sanitiser writes its text, when it was escaped; nothing comes back where it may read another.
pub(super) fn write_value(value: &str, out: &mut String) -> Option<()> {
    let mut rest = value;
    loop {
        let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'\r' | b'\0' | 0xc2);
        let Some(at) = scan::position(rest.as_bytes(), is_special) else {
            out.push_str(rest);
            return Some(());
        };
        let (before, from) = rest.split_at_checked(at)?;
        out.push_str(before);
        let mut chars = from.chars();
        match chars.next()? {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\r' | '\0' => return None,
            // The first byte of a no-break space begins other characters too.
            c => out.push(c),
        }
        rest = chars.as_str();
    }
}

/// Elements within each other that are followed.
const DEEPEST: usize = 32;

/// An element that stays as it is where it stands in its place and is closed in its turn.
#[derive(Debug, PartialEq, Eq)]
struct Element {
    name: &'static str,
    /// What holds it.
    stands: Holds,
    /// What it holds.
    holds: Holds,
}

/// What may stand in an element without moving anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Blocks, phrases and text.
    Flow,
    /// Phrases and text.
    Phrases,
    /// Entries of a list.
    Entries,
    /// Groups of rows.
    Groups,
    /// Rows.
    Rows,
    /// Cells.
    Cells,
    /// Nothing at all.
    Nothing,
}

impl Holds {
    fn text(self) -> bool {
        matches!(self, Self::Flow | Self::Phrases)
    }
}

/// The element of a name. Many names have the same length: one comparison of numbers is cheaper than of texts.
fn element(name: &str) -> Option<&'static Element> {
    let number = number(name);
    let at = NUMBERS.iter().position(|known| *known == number)?;
    // None has more than eight bytes: of two with the same number and length the bytes are the same.
    ELEMENTS.get(at).filter(|element| element.name.len() == name.len())
}

/// The first eight bytes of a name.
const fn number(name: &str) -> u64 {
    let (bytes, mut number, mut at) = (name.as_bytes(), 0, 0);
    while at < bytes.len() && at < 8 {
        number = number << 8 | bytes[at] as u64;
        at += 1;
    }
    number
}

static NUMBERS: [u64; ELEMENTS.len()] = {
    let mut numbers = [0; ELEMENTS.len()];
    let mut at = 0;
    while at < numbers.len() {
        numbers[at] = number(ELEMENTS[at].name);
        at += 1;
    }
    numbers
};

const ELEMENTS: &[Element] = {
    const fn of(name: &'static str, stands: Holds, holds: Holds) -> Element {
        Element { name, stands, holds }
    }
    &[
        of("td", Holds::Cells, Holds::Flow),
        of("th", Holds::Cells, Holds::Flow),
        of("tr", Holds::Rows, Holds::Cells),
        of("li", Holds::Entries, Holds::Flow),
        of("p", Holds::Flow, Holds::Phrases),
        of("br", Holds::Phrases, Holds::Nothing),
        of("b", Holds::Phrases, Holds::Phrases),
        of("i", Holds::Phrases, Holds::Phrases),
        of("em", Holds::Phrases, Holds::Phrases),
        of("strong", Holds::Phrases, Holds::Phrases),
        of("span", Holds::Phrases, Holds::Phrases),
        of("div", Holds::Flow, Holds::Flow),
        of("h1", Holds::Flow, Holds::Phrases),
        of("h2", Holds::Flow, Holds::Phrases),
        of("h3", Holds::Flow, Holds::Phrases),
        of("h4", Holds::Flow, Holds::Phrases),
        of("ul", Holds::Flow, Holds::Entries),
        of("ol", Holds::Flow, Holds::Entries),
        of("table", Holds::Flow, Holds::Groups),
        of("thead", Holds::Groups, Holds::Rows),
        of("tbody", Holds::Groups, Holds::Rows),
    ]
};

/// Writes a text between tags as the sanitiser does; nothing comes back where it may read another text than stands there.
fn write_text(text: &str, out: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some((before, c, behind)) = split_at_special(rest) {
        out.push_str(before);
        rest = behind;
        match c {
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '&' => {
                let (written, after) = ENTITIES.iter().find_map(|(entity, c)| Some((c, rest.strip_prefix(entity)?)))?;
                out.push_str(written);
                rest = after;
            }
            // The end of a line in another form, or no character at all.
            _ => return None,
        }
    }
    out.push_str(rest);
    Some(())
}

/// What comes before the first character that is not written as it is, that character, and what comes behind it.
fn split_at_special(text: &str) -> Option<(&str, char, &str)> {
    let mut from = 0;
    loop {
        // The first byte of a no-break space begins other characters too.
        let is_special = |byte: u8| matches!(byte, b'&' | b'>' | b'\r' | b'\0' | 0xc2);
        let at = from + scan::position(text.as_bytes().get(from..)?, is_special)?;
        let (before, behind) = text.split_at_checked(at)?;
        let mut chars = behind.chars();
        let c = chars.next()?;
        if c.is_ascii() || c == '\u{a0}' {
            return Some((before, c, chars.as_str()));
        }
        from = at + c.len_utf8();
    }
}

/// Entities as pages and sanitisers write them, without the `&`, and how the sanitiser writes their character. A lone `&` is
/// one before a space.
const ENTITIES: &[(&str, &str)] = &[
    ("amp;", "&amp;"),
    ("lt;", "&lt;"),
    ("gt;", "&gt;"),
    ("quot;", "\""),
    ("#39;", "'"),
    ("#x27;", "'"),
    ("nbsp;", "&nbsp;"),
    (" ", "&amp; "),
];

/// The `style` attributes in a page's text that are plain text themselves, each with the space before it.
fn style_attributes(page: &str) -> impl Iterator<Item = String> {
    const BEGIN: &str = " style=\"";
    let values = page.split(BEGIN).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
    let is_plain = |value: &&str| !value.contains(['<', '>', '&', '{', '}', '\r', '\0']);
    values.filter(is_plain).map(|value| format!("{BEGIN}{value}\""))
}

/// Properties that only concern looks: nothing that fetches, floats over the page or hides.
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-radius",
    "border-top",
    "color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "width",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A page with a style that stays whole, one that is mended and one that goes.
    const PAGE: &str =
        "<p style=\"color: red\"><b style=\"margin:1px ;position:fixed\"><i style=\"top: 0\">{{ title }}";

    #[test]
    fn what_acts_is_taken_out() {
        let cleaner = Cleaner::new("");
        for (html, expected) in [
            ("<p onclick=\"x()\">a</p><script>b</script>", "<p>a</p>"),
            ("<a href=\"javascript:x()\">a</a>", "<a>a</a>"),
            ("<iframe src=\"https://x\"></iframe>b", "b"),
            ("<p style=\"color:red;position:fixed\">a</p>", "<p style=\"color:red\">a</p>"),
            ("<form><input></form>a < b", "a &lt; b"),
            ("<img src=\"http://x/a.jpg\"><img src=\"https://x/a.jpg\">", "<img><img src=\"https://x/a.jpg\">"),
        ] {
            assert_eq!(cleaner.clean(html), expected);
        }
    }

    #[test]
    fn plain_html_needs_no_sanitiser() {
        let cleaner = Cleaner::new(PAGE);
        for (html, expected) in [
            ("", ""),
            ("Salt & pepper, 5 > 4, &quot;caf\u{e9}&quot;\u{a0}", "Salt &amp; pepper, 5 &gt; 4, \"caf\u{e9}\"&nbsp;"),
            ("<p style=\"color: red\">a<br>b</p>", "<p style=\"color:red\">a<br>b</p>"),
            ("<ul>\n<li>a</li>\n</ul>", "<ul>\n<li>a</li>\n</ul>"),
            (
                "<table><tbody>\n<tr><td><p>a</p></td></tr></tbody></table>",
                "<table><tbody>\n<tr><td><p>a</p></td></tr></tbody></table>",
            ),
        ] {
            assert_eq!(cleaner.if_plain(html).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_a_browser_would_mend_goes_to_the_sanitiser() {
        let cleaner = Cleaner::new(PAGE);
        for html in [
            "<p>a<p>b</p></p>",
            "<p>a",
            "a</p>",
            "<b><i>a</b></i>",
            "<table>a</table>",
            "<li>a</li>",
            "AT&T",
            "&copy;",
            "a\r\nb",
            "a\0b",
            "\u{feff}a",
            "<!-- a -->",
            "<P>a</P>",
            "<p class=\"a\">b</p>",
            "<p style=\"color: blue\">a</p>",
            "<p\nstyle=\"color: red\">a</p>",
            "a <",
        ] {
            assert_eq!(cleaner.if_plain(html), None, "{html}");
        }
    }

    /// HTML as people write it, mostly balanced, and with anything in between.
    fn html() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            "[a-z &<>\"'\u{a0}é\n–\u{2003}]{0,8}",
            Just("&amp;&lt;&#39;&quot; & ".to_owned()),
            "\\PC{0,3}",
            Just("\u{feff}\0\r&copy".to_owned()),
        ];
        text.prop_recursive(6, 48, 4, |inside| {
            let name = prop::sample::select(ELEMENTS.iter().map(|element| element.name).collect::<Vec<_>>());
            let style = prop::sample::select(vec![
                "",
                "",
                " style=\"color: red\"",
                " style=\"margin:1px ;position:fixed\"",
                " style=\"top: 0\"",
                " style=\"color: blue\"",
                " onclick=\"x()\"",
            ]);
            let element = (name, style, inside.clone()).prop_map(|(name, style, inside)| match name {
                "br" => format!("<br{style}>{inside}"),
                name => format!("<{name}{style}>{inside}</{name}>"),
            });
            let table =
                inside.clone().prop_map(|cell| format!("<table><tbody>\n<tr><td>{cell}</td></tr></tbody></table>"));
            let list = prop::collection::vec(inside.clone(), 0..3).prop_map(|all| {
                let entries: Vec<String> = all.iter().map(|li| format!("<li>{li}</li>")).collect();
                format!("<ul> {}</ul>", entries.concat())
            });
            let many = prop::collection::vec(inside, 0..4).prop_map(|all| all.concat());
            prop_oneof![3 => element, 1 => table, 1 => list, 2 => many]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_written_directly_is_what_the_sanitiser_gives(html in html()) {
            let cleaner = Cleaner::new(PAGE);
            if let Some(plain) = cleaner.if_plain(&html) {
                prop_assert_eq!(plain, cleaner.by_sanitiser(&html), "{}", html);
            }
        }
    }
}
