//! What is wrong with the data, said so that a person can mend it. Findings are collected, never thrown.

use crate::place::Place;
use crate::rules;
use crate::sku::Sku;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The SKU is left out of the feed.
    Error,
    /// The SKU is sent; somebody should look.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A kind of defect we look for. Its `docs` are the user manual of the rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case name of the defect; the only identity a rule has.
    pub code: &'static str,
    /// The level it has unless the configuration says otherwise.
    pub severity: Severity,
    /// One line: what the defect is.
    pub summary: &'static str,
    /// Markdown with the sections *What it finds*, *Why it matters*, *Example*, *How to fix*.
    pub docs: &'static str,
}

/// Whose rule was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// One of ours.
    Ours(&'static Rule),
    /// A marketplace's own code, kept as it was sent.
    Theirs {
        /// Which marketplace said so.
        marketplace: Arc<str>,
        /// Its code, verbatim.
        code: Arc<str>,
    },
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(rule) => out.write_str(rule.code),
            Self::Theirs { marketplace, code } => write!(out, "{marketplace}({code})"),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        if let Some(rule) = rules::find(&text) {
            return Ok(Self::Ours(rule));
        }
        match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((marketplace, code)) => {
                Ok(Self::Theirs { marketplace: Arc::from(marketplace), code: Arc::from(code) })
            }
            None => Err(serde::de::Error::custom(format!("no rule is called `{text}`"))),
        }
    }
}

/// One thing that is wrong, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule was broken.
    pub code: Code,
    /// How much it weighs, after the configuration was heard.
    pub severity: Severity,
    /// What is wrong: a lower-case phrase with names in backticks and numbers in it.
    pub message: String,
    /// What to do: a command, naming the column where there is one.
    pub help: Option<String>,
    /// The marketplace it matters to; none when the catalog itself is wrong.
    pub marketplace: Option<Arc<str>>,
    /// The channel, as configured.
    pub channel: Option<Arc<str>>,
    /// The SKU it is about.
    pub sku: Option<Sku>,
    /// JSON Pointer into the listing, or into the document when the finding is about no SKU.
    pub pointer: Option<String>,
    /// The schema keyword that was broken, when a schema said so.
    pub keyword: Option<Cow<'static, str>>,
    /// Where to mend it.
    pub place: Option<Place>,
}

impl Finding {
    /// A finding of one of our rules at the rule's own level.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            code: Code::Ours(rule),
            severity: rule.severity,
            message: message.into(),
            help: None,
            marketplace: None,
            channel: None,
            sku: None,
            pointer: None,
            keyword: None,
            place: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// About this SKU.
    #[must_use]
    pub fn sku(mut self, sku: &Sku) -> Self {
        self.sku = Some(sku.clone());
        self
    }

    /// At this JSON Pointer.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Because of this schema keyword.
    #[must_use]
    pub fn keyword(mut self, keyword: impl Into<Cow<'static, str>>) -> Self {
        self.keyword = Some(keyword.into());
        self
    }

    /// To be mended here.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// What findings are ordered by: marketplace, channel, SKU, pointer, code, keyword, place, message.
    /// Never the order in which they were found, which depends on threads.
    #[expect(clippy::type_complexity, reason = "a sort key is a tuple, and naming it would hide the order")]
    pub fn order(
        &self,
    ) -> (Option<&str>, Option<&str>, Option<&str>, Option<&Place>, Option<&str>, String, Option<&str>, &str) {
        (
            self.marketplace.as_deref(),
            self.channel.as_deref(),
            self.sku.as_ref().map(Sku::as_str),
            // A finding without a SKU is ordered by its row, so that a report follows the file.
            if self.sku.is_none() { self.place.as_ref() } else { None },
            self.pointer.as_deref(),
            self.code.to_string(),
            self.keyword.as_deref(),
            &self.message,
        )
    }
}

/// The wire form of a finding: one JSON object, absent parts left out, `v` for the version of this form.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingJson<'a> {
    /// Version of this form.
    pub v: u8,
    /// The rule, or a marketplace's code as `marketplace(code)`.
    #[schemars(with = "String")]
    pub code: Code,
    /// Its weight.
    pub severity: Severity,
    /// What is wrong.
    pub message: Cow<'a, str>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub help: Option<Cow<'a, str>>,
    /// The marketplace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub marketplace: Option<Cow<'a, str>>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<Cow<'a, str>>,
    /// The SKU.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sku: Option<Cow<'a, str>>,
    /// JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pointer: Option<Cow<'a, str>>,
    /// Schema keyword.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub keyword: Option<Cow<'a, str>>,
    /// File.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<Cow<'a, str>>,
    /// 1-based line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// Column header or key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        Self {
            v: 1,
            code: finding.code.clone(),
            severity: finding.severity,
            message: Cow::Borrowed(&finding.message),
            help: finding.help.as_deref().map(Cow::Borrowed),
            marketplace: finding.marketplace.as_deref().map(Cow::Borrowed),
            channel: finding.channel.as_deref().map(Cow::Borrowed),
            sku: finding.sku.as_ref().map(|sku| Cow::Borrowed(sku.as_str())),
            pointer: finding.pointer.as_deref().map(Cow::Borrowed),
            keyword: finding.keyword.as_deref().map(Cow::Borrowed),
            file: place.map(|place| Cow::Borrowed(place.file.as_ref())),
            line: place.and_then(|place| place.line),
            column: place.and_then(|place| place.column.as_deref().map(Cow::Borrowed)),
        }
    }
}

impl TryFrom<FindingJson<'_>> for Finding {
    type Error = String;
    fn try_from(json: FindingJson<'_>) -> Result<Self, String> {
        Ok(Self {
            code: json.code,
            severity: json.severity,
            message: json.message.into_owned(),
            help: json.help.map(Cow::into_owned),
            marketplace: json.marketplace.as_deref().map(Arc::from),
            channel: json.channel.as_deref().map(Arc::from),
            sku: json.sku.map(|sku| Sku::parse(&sku).map_err(|problem| problem.to_string())).transpose()?,
            pointer: json.pointer.map(Cow::into_owned),
            keyword: json.keyword.map(|keyword| Cow::Owned(keyword.into_owned())),
            place: json.file.map(|file| Place {
                file: Arc::from(&*file),
                line: json.line,
                column: json.column.as_deref().map(Arc::from),
            }),
        })
    }
}

/// The levels the configuration gives to rules; `None` switches a rule off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(pub BTreeMap<&'static str, Option<Severity>>);

/// Where findings are collected.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    levels: Arc<Levels>,
    list: Vec<Finding>,
}

impl Findings {
    /// An empty collection that hears the configured levels.
    pub fn new(levels: Arc<Levels>) -> Self {
        Self { levels, list: Vec::new() }
    }

    /// Adds a finding at its configured level, or drops it when its rule is switched off.
    pub fn push(&mut self, mut finding: Finding) {
        if let Code::Ours(rule) = finding.code
            && let Some(level) = self.levels.0.get(rule.code)
        {
            match level {
                Some(severity) => finding.severity = *severity,
                None => return,
            }
        }
        shorten(&mut finding.message);
        if let Some(help) = &mut finding.help {
            shorten(help);
        }
        self.list.push(finding);
    }

    /// What was collected.
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// What was collected, to be completed in place (channel, SKU).
    pub fn list_mut(&mut self) -> &mut [Finding] {
        &mut self.list
    }

    /// How many there are: remember it to look at what came since with [`Findings::list`].
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Takes all findings out, and leaves the collection ready for more.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.list)
    }

    /// Whether any finding since `from` leaves its SKU out.
    pub fn blocked_since(&self, from: usize) -> bool {
        self.list.iter().skip(from).any(|finding| finding.severity == Severity::Error)
    }
}

/// Longest message in characters: names of somebody's data stand in it, and some of those have no end.
const LONGEST: usize = 2_000;

fn shorten(text: &mut String) {
    if text.len() <= LONGEST {
        return;
    }
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        let left = text.chars().count() - LONGEST;
        text.truncate(at);
        text.push_str(" … and ");
        text.push_str(&left.to_string());
        text.push_str(" more characters");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_survives_its_wire_form() {
        let finding = Finding::new(&rules::MISSING_SKU, "row has no SKU")
            .help("fill column \"SKU\"")
            .pointer("/attributes/brand")
            .keyword("required")
            .at(Place { file: Arc::from("mugs.csv"), line: Some(12), column: Some(Arc::from("SKU")) });
        let text = serde_json::to_string(&FindingJson::from(&finding)).unwrap();
        assert_eq!(
            text,
            r#"{"v":1,"code":"missing-sku","severity":"error","message":"row has no SKU","help":"fill column \"SKU\"","pointer":"/attributes/brand","keyword":"required","file":"mugs.csv","line":12,"column":"SKU"}"#
        );
        let back: FindingJson<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(Finding::try_from(back).unwrap(), finding);
    }

    #[test]
    fn a_message_has_an_end_whatever_the_data_says() {
        let mut findings = Findings::default();
        findings.push(Finding::new(&rules::MISSING_SKU, "é".repeat(2_010)));
        findings.push(Finding::new(&rules::MISSING_SKU, "é".repeat(2_000)));
        assert!(findings.list()[0].message.ends_with("é … and 10 more characters"));
        assert_eq!(findings.list()[1].message, "é".repeat(2_000));
    }

    #[test]
    fn the_configuration_decides_the_level() {
        let levels = Levels(BTreeMap::from([("missing-sku", Some(Severity::Warning)), ("duplicate-sku", None)]));
        let mut findings = Findings::new(Arc::new(levels));
        findings.push(Finding::new(&rules::MISSING_SKU, "a"));
        findings.push(Finding::new(&rules::DUPLICATE_SKU, "b"));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings.list()[0].severity, Severity::Warning);
        assert!(!findings.blocked_since(0));
    }
}
