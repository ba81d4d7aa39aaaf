//! Shows what a run found: pure functions from a [`Run`] to bytes, one file per format.
//!
//! A renderer streams: it goes through the sorted entries once or a few times and never holds them all. Totals come from the
//! [`Summary`], which [`Summary::count`] fills from the same entries, so that no two numbers of a report disagree.

mod github;
mod html;
mod json;
mod junit;
mod sarif;
pub(crate) mod table;
pub(crate) mod text;

use crate::store::Counted;
use crate::store::Sorted;
use crate::store::Standing;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Code;
use serde::Deserialize;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::str::FromStr;

/// What a run found: the entries, and what they add up to.
#[derive(Debug)]
pub struct Run {
    /// Totals and circumstances.
    pub summary: Summary,
    /// Every finding and outcome, in order.
    pub sorted: Sorted,
}

/// Totals and circumstances of a run. The numbers are filled by [`Summary::count`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The channels, in the order they are shown.
    pub channels: Vec<ChannelSummary>,
    /// What was read.
    pub sources: Vec<SourceSummary>,
    /// The rules whose level the configuration set; `None` for a rule it switched off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// How many errors there are.
    pub n_errors: u64,
    /// How many warnings.
    pub n_warnings: u64,
    /// How many notes.
    pub n_notes: u64,
    /// The findings by severity (worst first), then the most frequent code and channel first.
    pub by_code: Vec<CodeCount>,
}

/// One channel's totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSummary {
    /// The channel, as configured.
    pub name: String,
    /// Its marketplace.
    pub marketplace: String,
    /// The marketplace's site, such as `amazon.com`.
    pub site: String,
    /// SKUs looked at: ready, blocked and left out together.
    pub n_items: u64,
    /// SKUs in a feed file.
    pub n_ready: u64,
    /// SKUs kept back because of an error.
    pub n_blocked: u64,
    /// SKUs not meant for the channel.
    pub n_left_out: u64,
}

/// One source file, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSummary {
    /// The file as the user named it.
    pub file: String,
    /// The profile it was read with.
    pub profile: String,
    /// Products in it.
    pub n_products: u64,
    /// Variants in it.
    pub n_variants: u64,
}

/// How often a rule was broken on a channel, at one severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCount {
    /// The severity.
    pub severity: Severity,
    /// The rule, or a marketplace's code.
    pub code: Code,
    /// The channel; none when the catalog itself is wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<String>,
    /// How many findings.
    pub count: u64,
}

impl Summary {
    /// Fills every number from the entries of a run: totals, `by_code`, and the SKUs of each channel listed in `channels` (a
    /// channel that is missing there is added, without a site).
    pub fn count(&mut self, sorted: &Sorted) -> io::Result<()> {
        (self.n_errors, self.n_warnings, self.n_notes) = (0, 0, 0);
        for channel in &mut self.channels {
            (channel.n_items, channel.n_ready, channel.n_blocked, channel.n_left_out) = (0, 0, 0, 0);
        }
        let mut by_code = BTreeMap::<(Severity, String, Option<String>), (Code, u64)>::new();
        sorted.each_counted(&mut |entry| match entry {
            Counted::Finding { severity, channel, name, code } => {
                match severity {
                    Severity::Error => self.n_errors += 1,
                    Severity::Warning => self.n_warnings += 1,
                    Severity::Note => self.n_notes += 1,
                }
                let key = (severity, name.into_owned(), channel.map(Cow::into_owned));
                by_code.entry(key).or_insert((code, 0)).1 += 1;
            }
            Counted::Outcome { marketplace, channel, standing } => {
                let channel = self.channel_mut(&marketplace, &channel);
                channel.n_items += 1;
                match standing {
                    Standing::Ready => channel.n_ready += 1,
                    Standing::Blocked => channel.n_blocked += 1,
                    Standing::LeftOut => channel.n_left_out += 1,
                }
            }
        })?;
        self.by_code = by_code
            .into_iter()
            .map(|((severity, _, channel), (code, count))| CodeCount { severity, code, channel, count })
            .collect();
        // What there is most of first; a stable sort, so that equal counts stay in the order of their names.
        self.by_code.sort_by_key(|entry| (entry.severity, std::cmp::Reverse(entry.count)));
        Ok(())
    }

    /// What is kept back, in a phrase.
    fn blocked(&self) -> String {
        let n_channels = self.channels.iter().filter(|channel| channel.n_blocked > 0).count();
        let in_catalog = |entry: &&CodeCount| entry.severity == Severity::Error && entry.channel.is_none();
        let n_in_catalog: u64 = self.by_code.iter().filter(in_catalog).map(|entry| entry.count).sum();
        // Rows that never became a SKU stand in no channel's numbers.
        let rows = match n_in_catalog {
            _ if self.sources.is_empty() => None,
            0 => None,
            1 => Some("1 error keeps a row of the catalog from every channel".to_owned()),
            n => Some(format!("{} errors keep rows of the catalog from every channel", thousands(n))),
        };
        let skus = match (self.channels.iter().map(|channel| channel.n_blocked).sum(), n_channels) {
            (0, _) => "no SKU is blocked".to_owned(),
            (1, _) => "1 SKU is blocked".to_owned(),
            (n_blocked, 1) => format!("{} SKUs are blocked", thousands(n_blocked)),
            // A SKU on two channels is counted twice.
            (n_blocked, n_channels) => {
                format!("{} listings on {n_channels} channels are blocked", thousands(n_blocked))
            }
        };
        match rows {
            Some(rows) if n_channels == 0 => rows,
            Some(rows) => format!("{skus}; {rows}"),
            None => skus,
        }
    }

    /// Findings of all severities.
    pub fn n_findings(&self) -> u64 {
        self.n_errors + self.n_warnings + self.n_notes
    }

    /// How many findings a code has on a channel, at any severity.
    fn n_of(&self, code: &Code, channel: Option<&str>) -> u64 {
        self.by_code
            .iter()
            .filter(|entry| entry.code == *code && entry.channel.as_deref() == channel)
            .map(|entry| entry.count)
            .sum()
    }

    fn channel_mut(&mut self, marketplace: &str, name: &str) -> &mut ChannelSummary {
        let at = self.channels.iter().position(|channel| channel.name == name);
        let at = at.unwrap_or_else(|| {
            self.channels.push(ChannelSummary {
                name: name.to_owned(),
                marketplace: marketplace.to_owned(),
                ..ChannelSummary::default()
            });
            self.channels.len() - 1
        });
        &mut self.channels[at]
    }
}

/// The form a report takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Text,
    /// One finding a line, for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for build servers: a case per SKU.
    Junit,
    /// GitHub workflow annotations.
    Github,
    /// A page for people, complete in itself.
    Html,
}

impl Format {
    /// All formats, in the order they are shown.
    pub const ALL: [Self; 6] = [Self::Text, Self::Json, Self::Sarif, Self::Junit, Self::Github, Self::Html];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// No format has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    /// What was written.
    pub found: String,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        write!(out, "there is no format `{}`; there are {}", self.found, names.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| UnknownFormat { found: text.to_owned() })
    }
}

/// How the text format is laid out; the others take no notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// The columns of the terminal, at which long phrases are wrapped; 0 for no wrapping.
    pub width: usize,
}

/// Writes the report of a run.
pub fn render(run: &Run, format: Format, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(run, style, out),
        Format::Json => json::render(run, out),
        Format::Sarif => sarif::render(run, out),
        Format::Junit => junit::render(run, out),
        Format::Github => github::render(run, out),
        Format::Html => html::render(run, out),
    }
}

/// Writes the findings of a run for people, without what they add up to.
pub fn render_findings(run: &Run, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    text::render_findings(run, style, out)
}

/// The channel and the rest of the way to the value, as people write it: `amazon-us/MUG-1/attributes/brand`.
fn logical_name(finding: &Finding) -> Option<String> {
    let pointer = finding.pointer.as_deref().map(|pointer| pointer.trim_start_matches('/'));
    let parts = [
        finding.channel.as_deref().or(finding.marketplace.as_deref()),
        finding.sku.as_ref().map(feedwright_catalog::Sku::as_str),
        pointer,
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Whether a terminal or an XML file must not see this character: control characters, line breaks, and the marks that turn the
/// direction of writing.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A text with its hidden characters made visible: `\n`, `\u{1b}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A number with thousands separators: `1,234`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number and its noun: `1 error`, `1,234 errors`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}
