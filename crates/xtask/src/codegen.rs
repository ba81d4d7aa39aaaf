//! Files made from the code: JSON Schemas of our formats, and the reference pages of rules and fields.

mod marketplaces;

use crate::shell::root;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use feedwright_catalog::field::Group;
use feedwright_catalog::field::Kind;
use feedwright_catalog::field::VOCABULARY;
use feedwright_catalog::finding::FindingJson;
use feedwright_catalog::rules::RULES;
use schemars::Schema;
use std::fs;

struct Generated {
    path: &'static str,
    text: String,
}

/// Writes every generated file.
pub(crate) fn write() -> Result<()> {
    for file in all()? {
        let path = root().join(file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        fs::write(&path, file.text).with_context(|| format!("cannot write {}", file.path))?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

/// Fails when a generated file is not what the code says.
pub(crate) fn check() -> Result<()> {
    let files = all()?;
    let n_files = files.len();
    let is_stale = |file: &Generated| fs::read_to_string(root().join(file.path)).map_or(true, |text| text != file.text);
    let stale: Vec<&str> = files.into_iter().filter(is_stale).map(|file| file.path).collect();
    if stale.is_empty() {
        println!("{n_files} generated files are up to date");
        return Ok(());
    }
    bail!("not what the code says: {}; run `cargo xtask codegen` and look at the difference", stale.join(", "));
}

fn all() -> Result<Vec<Generated>> {
    Ok(vec![
        schema("schemas/catalog.schema.json", &feedwright_catalog::json::schema())?,
        schema("schemas/config.schema.json", &feedwright_runner::config::schema())?,
        schema("schemas/finding.schema.json", &schemars::schema_for!(FindingJson<'static>))?,
        schema("schemas/profile.schema.json", &feedwright_sources::profile::schema())?,
        Generated { path: "docs/fields.md", text: fields() },
        Generated { path: "docs/marketplaces.md", text: marketplaces::page() },
        Generated { path: "docs/rules.md", text: rules() },
    ])
}

fn schema(path: &'static str, schema: &Schema) -> Result<Generated> {
    let mut text = serde_json::to_string_pretty(schema).with_context(|| format!("cannot make {path}"))?;
    text.push('\n');
    Ok(Generated { path, text })
}

const NOTE: &str = "<!-- Written by `cargo xtask codegen`. -->\n";

fn rules() -> String {
    let mut page = format!(
        "# Rules\n\n{NOTE}\nWhat Feedwright looks for. `feedwright explain CODE` shows a rule's page; `[rules]` in the \
         configuration\nchanges its level.\n\n| rule | level | what it finds |\n|---|---|---|\n"
    );
    page.extend(RULES.iter().map(|rule| {
        let (code, level, summary) = (rule.code, rule.severity, cell(rule.summary));
        format!("| [`{code}`](rules/{code}.md) | {level} | {summary} |\n")
    }));
    page
}

fn fields() -> String {
    let mut page = format!(
        "# Fields\n\n{NOTE}\nWhat a catalog can say about a product. Columns are read into these fields, and templates fill \
         a marketplace's\nattributes from them. A field of your own is called `custom.` and a name you choose; it is text \
         unless the source\nsays more.\n"
    );
    for group in [Group::Identity, Group::Family, Group::Content, Group::Offer, Group::Stock, Group::Media] {
        page.extend(["\n## ", title(group), "\n\n| field | type | what it means |\n|---|---|---|\n"]);
        let fields = VOCABULARY.iter().filter(|field| field.group == group);
        page.extend(
            fields.map(|field| format!("| `{}` | {} | {} |\n", field.code, kind(field.kind), cell(field.docs))),
        );
    }
    page
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Content => "What it is",
        Group::Identity => "Numbers it is known by",
        Group::Offer => "Prices",
        Group::Stock => "Stock",
        Group::Media => "Images",
        Group::Family => "Its place in the catalog",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Html => "text, may hold HTML",
        Kind::Url => "http or https address",
        Kind::Bool => "yes or no",
        Kind::Integer => "whole number",
        Kind::Decimal => "number",
        Kind::Measure => "number with a unit",
        Kind::Money => "amount with a currency",
        Kind::Date => "date",
        Kind::Instant => "point in time",
        Kind::Country => "country",
        Kind::List => "list of texts",
    }
}

/// Text inside a table of Markdown.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
