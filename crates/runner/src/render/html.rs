//! A page for people, complete in itself: no request leaves it, and what it shows can be filtered, sorted, copied and linked to.
//!
//! The page's frame is a Tera template; the findings follow as JSON that its script shows. Text from a catalog never becomes markup:
//! the template escapes, the JSON holds no `<`, the script sets text only, and a content security policy allows no other script.

use crate::render::ChannelSummary;
use crate::render::Run;
use crate::render::SourceSummary;
use crate::render::Summary;
use crate::render::counted;
use crate::render::thousands;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use serde::Serialize;
use serde::Serializer;
use serde::ser::Error as _;
use serde::ser::SerializeSeq;
use sha2::Digest;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::io;
use tera::Context;
use tera::Tera;

const TEMPLATE: &str = include_str!("../../../../templates/report/findings.html");
const STYLE: &str = include_str!("../../../../templates/report/findings.css");
const SCRIPT: &str = include_str!("../../../../templates/report/findings.js");

/// Findings on one page: what a browser on an ordinary laptop still filters at once.
const PAGE_LIMIT: u64 = 50_000;

/// Where the template wants the findings. Holds a character the template escapes everywhere else.
const DATA_HERE: &str = "<findings>";

pub(super) fn render(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    render_at_most(run, PAGE_LIMIT, out)
}

fn render_at_most(run: &Run, limit: u64, out: &mut dyn io::Write) -> io::Result<()> {
    let mut tera = Tera::default();
    tera.add_raw_template("findings.html", TEMPLATE).map_err(io::Error::other)?;
    let context = Context::from_serialize(&Page::new(&run.summary, limit)).map_err(io::Error::other)?;
    let page = tera.render("findings.html", &context).map_err(io::Error::other)?;
    let (head, tail) =
        page.split_once(DATA_HERE).ok_or_else(|| io::Error::other("the page has no place for findings"))?;
    out.write_all(head.as_bytes())?;
    let data = Data { rules: rules(&run.summary), findings: Rows { run, limit } };
    serde_json::to_writer(WithoutMarkup { out }, &data)?;
    out.write_all(tail.as_bytes())
}

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    style: &'a str,
    script: &'a str,
    style_hash: String,
    script_hash: String,
    data_here: &'a str,
    version: &'a str,
    headline: String,
    totals: Vec<Total>,
    channels: Vec<Channel<'a>>,
    has_catalog: bool,
    groups: Vec<Group<'a>>,
    codes: Vec<CodeTotal>,
    sources: Vec<Source<'a>>,
    changed: Vec<String>,
    notice: Option<String>,
}

#[derive(Serialize)]
struct Total {
    level: &'static str,
    count: String,
    text: String,
}

#[derive(Serialize)]
struct Channel<'a> {
    name: &'a str,
    site: &'a str,
    items: String,
    ready: String,
    blocked: String,
    left_out: String,
    /// Widths of the bar, out of 1000.
    ready_width: u64,
    blocked_width: u64,
    left_out_width: u64,
}

#[derive(Serialize)]
struct Group<'a> {
    level: String,
    code: String,
    summary: &'a str,
    channel: Option<&'a str>,
    count: String,
    link: String,
}

#[derive(Serialize)]
struct CodeTotal {
    code: String,
    count: String,
}

#[derive(Serialize)]
struct Source<'a> {
    file: &'a str,
    profile: &'a str,
    text: String,
}

impl<'a> Page<'a> {
    fn new(summary: &'a Summary, limit: u64) -> Self {
        let totals = [
            (Severity::Error, summary.n_errors),
            (Severity::Warning, summary.n_warnings),
            (Severity::Note, summary.n_notes),
        ];
        let mut codes = BTreeMap::<String, u64>::new();
        for entry in &summary.by_code {
            *codes.entry(entry.code.to_string()).or_default() += entry.count;
        }
        let n_findings = summary.n_findings();
        Self {
            style: STYLE,
            script: SCRIPT,
            style_hash: hash_source(STYLE),
            script_hash: hash_source(SCRIPT),
            data_here: DATA_HERE,
            version: env!("CARGO_PKG_VERSION"),
            headline: headline(summary),
            totals: totals
                .into_iter()
                .map(|(severity, count)| {
                    let (level, noun) = match severity {
                        Severity::Error => ("error", "error"),
                        Severity::Warning => ("warning", "warning"),
                        Severity::Note => ("note", "note"),
                    };
                    let text = if count == 1 { noun.to_owned() } else { format!("{noun}s") };
                    Total { level, count: thousands(count), text }
                })
                .collect(),
            channels: summary.channels.iter().map(Channel::new).collect(),
            has_catalog: summary.by_code.iter().any(|entry| entry.channel.is_none()),
            groups: summary
                .by_code
                .iter()
                .map(|entry| {
                    let code = entry.code.to_string();
                    let channel = entry.channel.as_deref();
                    let link = format!(
                        "#severity={}&code={}&channel={}",
                        entry.severity,
                        percent(&code),
                        percent(channel.unwrap_or("-"))
                    );
                    let summary = match entry.code {
                        Code::Ours(rule) => rule.summary,
                        Code::Theirs { .. } => "",
                    };
                    Group {
                        level: entry.severity.to_string(),
                        code,
                        summary,
                        channel,
                        count: thousands(entry.count),
                        link,
                    }
                })
                .collect(),
            codes: codes.into_iter().map(|(code, count)| CodeTotal { code, count: thousands(count) }).collect(),
            sources: summary.sources.iter().map(Source::new).collect(),
            changed: summary.levels.iter().map(|(code, level)| level_text(code, *level)).collect(),
            notice: (n_findings > limit).then(|| {
                format!(
                    "{} of {} findings are on this page: errors first, then warnings, then notes. {} are not; \
                     `feedwright check --format json` lists all.",
                    thousands(limit),
                    thousands(n_findings),
                    thousands(n_findings - limit)
                )
            }),
        }
    }
}

impl<'a> Channel<'a> {
    fn new(channel: &'a ChannelSummary) -> Self {
        let parts = [channel.n_ready, channel.n_blocked, channel.n_left_out];
        // A part that is there can be seen.
        let [ready_width, blocked_width, left_out_width] =
            parts.map(|part| if part == 0 { 0 } else { (part.saturating_mul(1000) / channel.n_items.max(1)).max(8) });
        let [ready, blocked, left_out] = parts.map(thousands);
        Self {
            name: &channel.name,
            site: &channel.site,
            items: thousands(channel.n_items),
            ready,
            blocked,
            left_out,
            ready_width,
            blocked_width,
            left_out_width,
        }
    }
}

impl<'a> Source<'a> {
    fn new(source: &'a SourceSummary) -> Self {
        let text = format!("{}, {}", counted(source.n_products, "product"), counted(source.n_variants, "variant"));
        Self { file: &source.file, profile: &source.profile, text }
    }
}

fn headline(summary: &Summary) -> String {
    if summary.n_findings() == 0 {
        return "Nothing to mend".to_owned();
    }
    let phrase = summary.blocked();
    let mut letters = phrase.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn level_text(code: &str, level: Option<Severity>) -> String {
    match level {
        Some(level) => format!("{code}: {level}"),
        None => format!("{code}: not looked for"),
    }
}

/// What the page's script reads.
#[derive(Serialize)]
struct Data<'a> {
    rules: BTreeMap<&'a str, RuleData<'a>>,
    findings: Rows<'a>,
}

#[derive(Serialize)]
struct RuleData<'a> {
    summary: &'a str,
    docs: &'a str,
}

fn rules(summary: &Summary) -> BTreeMap<&str, RuleData<'_>> {
    let rule = |code: &Code| match code {
        Code::Ours(rule) => Some((rule.code, RuleData { summary: rule.summary, docs: rule.docs })),
        Code::Theirs { .. } => None,
    };
    summary.by_code.iter().filter_map(|entry| rule(&entry.code)).collect()
}

/// The findings, each an array, read from the sorted entries while they are written.
struct Rows<'a> {
    run: &'a Run,
    limit: u64,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let all = [Severity::Error, Severity::Warning, Severity::Note];
        // In the order of the report; worst first only where not all of them fit.
        let is_complete = self.run.summary.n_findings() <= self.limit;
        let passes: Vec<&[Severity]> = if is_complete { vec![&all] } else { all.chunks(1).collect() };
        let mut left = self.limit;
        for severities in passes {
            for finding in self.run.sorted.findings().map_err(S::Error::custom)? {
                if left == 0 {
                    break;
                }
                let finding = finding.map_err(S::Error::custom)?;
                if severities.contains(&finding.severity) {
                    list.serialize_element(&row(&finding))?;
                    left -= 1;
                }
            }
        }
        list.end()
    }
}

/// The script reads these by position.
fn row(finding: &Finding) -> impl Serialize {
    let place = finding.place.as_ref();
    (
        finding.severity,
        &finding.code,
        finding.channel.as_deref(),
        finding.sku.as_ref().map(Sku::as_str),
        &finding.message,
        finding.help.as_deref(),
        finding.pointer.as_deref(),
        finding.keyword.as_deref(),
        place.map(|place| &*place.file),
        place.and_then(|place| place.line),
        place.and_then(|place| place.column.as_deref()),
    )
}

/// Writes JSON without the characters that could end the script element around it. In JSON they stand in texts only, where an escape
/// means the same.
struct WithoutMarkup<'a> {
    out: &'a mut dyn io::Write,
}

impl io::Write for WithoutMarkup<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            let (escape, plain): (&[u8], &[u8]) = match part {
                [plain @ .., b'<'] => (b"\\u003c", plain),
                [plain @ .., b'>'] => (b"\\u003e", plain),
                [plain @ .., b'&'] => (b"\\u0026", plain),
                plain => (b"", plain),
            };
            self.out.write_all(plain)?;
            self.out.write_all(escape)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A text as a part of a URL's fragment.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 0xF].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])));
        }
    }
    encoded
}

/// A text's hash as a content security policy names it.
fn hash_source(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut source = String::from("sha256-");
    for chunk in Sha256::digest(text).chunks(3) {
        let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = char::from(LETTERS[bits >> (18 - 6 * at) & 63]);
            source.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Entry;
    use crate::store::Store;
    use feedwright_catalog::rules;

    #[test]
    fn the_hash_is_written_as_browsers_write_it() {
        // `printf 'alert(1)' | openssl dgst -sha256 -binary | base64`
        assert_eq!(hash_source("alert(1)"), "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=");
    }

    #[test]
    fn a_page_that_cannot_hold_all_says_so_and_keeps_the_worst() {
        let mut store = Store::default();
        for n in 0..5 {
            store.add(&Entry::Finding(Finding::new(&rules::NOT_ACTIVE, format!("note {n}")))).unwrap();
            store.add(&Entry::Finding(Finding::new(&rules::MISSING_SKU, format!("error {n}")))).unwrap();
        }
        let mut run = Run { summary: Summary::default(), sorted: store.finish().unwrap() };
        run.summary.count(&run.sorted).unwrap();
        let mut page = Vec::new();
        render_at_most(&run, 6, &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("6 of 10 findings are on this page: errors first"));
        let shown = |text: &str| page.contains(&format!("\"{text}\""));
        assert!((0..5).all(|n| shown(&format!("error {n}"))));
        assert!(shown("note 0") && !shown("note 1"));
    }
}
