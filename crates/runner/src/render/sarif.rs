//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use crate::render::Run;
use crate::render::logical_name;
use blake3::Hasher;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use serde::Serialize;
use serde::Serializer;
use serde::ser::Error as _;
use serde::ser::SerializeSeq;
use std::collections::BTreeMap;
use std::io;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let codes: BTreeMap<String, &Code> =
        run.summary.by_code.iter().map(|entry| (entry.code.to_string(), &entry.code)).collect();
    let rules: Vec<RuleJson<'_>> = codes.iter().map(|(id, code)| RuleJson::new(id, code)).collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [RunJson {
            tool: Tool { driver: Driver { name: "Feedwright", semantic_version: env!("CARGO_PKG_VERSION"), rules } },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation { execution_successful: true }],
            results: Results { run, index },
        }],
    };
    serde_json::to_writer(&mut *out, &log)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [RunJson<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunJson<'a> {
    tool: Tool<'a>,
    column_kind: &'a str,
    invocations: [Invocation; 1],
    results: Results<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<RuleJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
}

impl<'a> RuleJson<'a> {
    fn new(id: &'a str, code: &Code) -> Self {
        match code {
            Code::Ours(rule) => Self {
                id,
                short_description: Some(Text { text: rule.summary }),
                help: Some(Help { text: rule.docs, markdown: rule.docs }),
                default_configuration: Some(Configuration { level: level(rule.severity) }),
            },
            Code::Theirs { .. } => Self { id, short_description: None, help: None, default_configuration: None },
        }
    }
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The results, read from the sorted entries while they are written.
struct Results<'a> {
    run: &'a Run,
    index: BTreeMap<&'a str, usize>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for finding in self.run.sorted.findings().map_err(S::Error::custom)? {
            let finding = finding.map_err(S::Error::custom)?;
            let id = finding.code.to_string();
            let text = match &finding.help {
                Some(help) => format!("{}\nhelp: {help}", finding.message),
                None => finding.message.clone(),
            };
            list.serialize_element(&ResultJson {
                rule_index: self.index.get(id.as_str()).copied(),
                rule_id: &id,
                level: level(finding.severity),
                message: Text { text: &text },
                locations: Location::of(&finding).into_iter().collect(),
                partial_fingerprints: Fingerprints { finding: fingerprint(&finding) },
                properties: Properties::of(&finding),
            })?;
        }
        list.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultJson<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<Physical>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
}

impl Location {
    /// Where a finding is; none when it has neither place nor SKU nor channel.
    fn of(finding: &Finding) -> Option<Self> {
        let physical_location = finding.place.as_ref().map(|place| Physical {
            artifact_location: Artifact { uri: uri(&place.file) },
            region: place.line.map(|start_line| Region { start_line }),
        });
        let logical_locations: Vec<Logical> =
            logical_name(finding).map(|fully_qualified_name| Logical { fully_qualified_name }).into_iter().collect();
        (physical_location.is_some() || !logical_locations.is_empty())
            .then_some(Self { physical_location, logical_locations })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "feedwright/v1")]
    finding: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marketplace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
}

impl<'a> Properties<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            help: finding.help.as_deref(),
            marketplace: finding.marketplace.as_deref(),
            channel: finding.channel.as_deref(),
            sku: finding.sku.as_ref().map(Sku::as_str),
            pointer: finding.pointer.as_deref(),
            keyword: finding.keyword.as_deref(),
            column: finding.place.as_ref().and_then(|place| place.column.as_deref()),
        }
    }
}

/// What makes a finding the same one in the next run, although rows moved and numbers in its message changed. Without a SKU there is
/// nothing but the place to tell two findings apart.
fn fingerprint(finding: &Finding) -> String {
    let code = finding.code.to_string();
    let mut parts = vec![
        finding.marketplace.as_deref(),
        finding.channel.as_deref(),
        finding.sku.as_ref().map(Sku::as_str),
        finding.pointer.as_deref(),
        Some(code.as_str()),
        finding.keyword.as_deref(),
    ];
    let line;
    if finding.sku.is_none()
        && let Some(place) = &finding.place
    {
        line = place.line.map(|line| line.to_string());
        parts.extend([Some(&*place.file), line.as_deref(), place.column.as_deref()]);
    }
    let mut digest = Hasher::new();
    for part in parts {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        match part {
            Some(text) => {
                digest.update(&[1]);
                digest.update(&(text.len() as u64).to_be_bytes());
                digest.update(text.as_bytes());
            }
            None => {
                digest.update(&[0]);
            }
        }
    }
    digest.finalize().to_string()
}

/// A file's name as a URI reference (RFC 3986): relative names stay relative.
fn uri(file: &str) -> String {
    let file = file.replace('\\', "/");
    let has_drive = matches!(file.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut uri = String::with_capacity(file.len() + 8);
    if has_drive {
        uri.push_str("file:///");
    } else if file.starts_with('/') {
        uri.push_str("file://");
    }
    for (at, byte) in file.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+;=@".contains(&byte);
        if is_plain || (has_drive && at == 1) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.extend([byte >> 4, byte & 0xF].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])));
        }
    }
    uri
}
