//! Shows what a category requires.

use super::documents;
use super::site;
use crate::Outcome;
use crate::arguments::ListFormat;
use crate::arguments::RequirementsArguments;
use anyhow::anyhow;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_runner::Category;
use feedwright_runner::marketplaces;
use feedwright_runner::requirements::FieldRow;
use feedwright_runner::requirements::Origin;
use feedwright_runner::requirements::Required;
use feedwright_runner::requirements::Scope;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use std::io;
use std::io::Write as _;

/// Shows the flat list of what a category requires.
pub(crate) fn show(arguments: &RequirementsArguments) -> anyhow::Result<Outcome> {
    let category = arguments.category.as_str();
    let (requirements, site) = match marketplaces::find(&arguments.channel) {
        Some(adapter) => {
            let site = site(adapter.profile, arguments.site.as_deref())?;
            let documents = documents(&arguments.schemas, adapter.profile, site.country, &arguments.category)?;
            let options = arguments.options.iter().cloned().collect();
            let opened =
                feedwright_runner::lint::open_site(adapter, site, documents, options).map_err(|why| anyhow!(why))?;
            (opened.category(&adapter.profile.feeds[0], category).map_err(|why| anyhow!("{why}"))?, site.id)
        }
        None => {
            let Some((file, folder)) = setup::read_config(arguments.config.as_deref())? else {
                let near = did_you_mean(&arguments.channel, marketplaces::ids());
                let known: Vec<&str> = marketplaces::ids().collect();
                return Err(anyhow!(
                    "`{}` is no marketplace ({}){near}, and there is no {} with a channel of that name",
                    arguments.channel,
                    known.join(", "),
                    setup::CONFIG
                ));
            };
            let overrides = Overrides {
                channels: vec![arguments.channel.clone()],
                schemas: arguments.schemas.single.iter().cloned().collect(),
                schemas_dir: arguments.schemas.folder.clone(),
                ..Overrides::default()
            };
            let channels = setup::channels(&file, &folder, &overrides)?;
            let channel =
                channels.open.first().ok_or_else(|| anyhow!("there is no channel `{}`", arguments.channel))?;
            let found = channel.marketplace.category(channel.feed, category).map_err(|why| anyhow!("{why}"))?;
            (found, channel.marketplace.channel().site.id)
        }
    };
    if arguments.explain_plan {
        let mut out = io::BufWriter::new(io::stdout().lock());
        writeln!(out, "{category} on {site}, from {}\n", origin(&requirements))?;
        super::checking::show(requirements.requirements.plan(Scope::Whole), &mut out)?;
        out.flush()?;
        return Ok(Outcome::Fine);
    }
    let rows = requirements.requirements.fields();
    let rows: Vec<&FieldRow> = rows.iter().filter(|row| !arguments.required || row.required != Required::No).collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        ListFormat::Table => {
            writeln!(out, "{category} on {site}, from {}\n", origin(&requirements))?;
            table(&rows, &requirements, &mut out)?;
            let unknown = requirements.requirements.unknown_keywords();
            if !unknown.is_empty() {
                writeln!(out, "\nNot understood in the document, and not checked: {}", unknown.join(", "))?;
            }
        }
        ListFormat::Json => {
            for row in rows {
                serde_json::to_writer(&mut out, row)?;
                writeln!(out)?;
            }
        }
        ListFormat::Csv => csv(&rows, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn origin(category: &Category) -> String {
    match category.requirements.origin() {
        Origin::Starter { written_on } => format!("our starter document of {written_on}, not the marketplace's own"),
        Origin::Given { name } => name.clone(),
    }
}

/// Most columns a path takes before what it is.
const WIDEST: usize = 50;

/// Values shown in a table before the rest is counted.
const SHOWN: usize = 6;

fn table(rows: &[&FieldRow], category: &Category, out: &mut impl io::Write) -> io::Result<()> {
    let mut heading = None;
    // A few paths are much longer than the others; they may stick out.
    let width = rows.iter().map(|row| row.path.len()).max().unwrap_or_default().min(WIDEST);
    for row in rows {
        let section = match &row.required {
            Required::Always => "Required",
            Required::When(_) => "Required under conditions",
            Required::No => "Optional",
        };
        if heading != Some(section) {
            if heading.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "{section}")?;
            heading = Some(section);
        }
        let kind = row.kind.map_or("", feedwright_runner::requirements::Kind::words);
        let many = if row.many { ", several" } else { "" };
        let title = row.title.as_deref().map_or_else(String::new, |title| format!("{title}, "));
        writeln!(out, "  {:<width$}  {title}{kind}{many}", row.path)?;
        let mut detail = |label: &str, text: &str| writeln!(out, "      {label:<8} {text}");
        if let Required::When(when) = &row.required {
            detail("when", when)?;
        }
        if let Some(from) = filled_by(row, category) {
            detail("from", &from)?;
        }
        if !row.limits.is_empty() {
            detail("limits", &row.limits)?;
        }
        if !row.units.is_empty() {
            detail("units", &short(&row.units))?;
        }
        if !row.allowed.is_empty() {
            detail(if row.open { "such as" } else { "one of" }, &short(&row.allowed))?;
        }
    }
    Ok(())
}

/// The fields of the catalog that fill an attribute.
fn filled_by(row: &FieldRow, category: &Category) -> Option<String> {
    let mut pointer = String::new();
    for key in category.plan.base() {
        pointer.push('/');
        pointer.push_str(key.as_str());
    }
    for name in row.path.split('.') {
        pointer.push('/');
        pointer.push_str(name);
    }
    let fields: Vec<String> =
        category.plan.rule_for(&pointer)?.fields().iter().map(|field| format!("`{field}`")).collect();
    (!fields.is_empty()).then(|| fields.join(", or "))
}

fn short(values: &[String]) -> String {
    let shown: Vec<&str> = values.iter().take(SHOWN).map(String::as_str).collect();
    match values.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} … and {more} more", shown.join(", ")),
    }
}

fn csv(rows: &[&FieldRow], out: &mut impl io::Write) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "path",
        "title",
        "required",
        "when",
        "kind",
        "several",
        "limits",
        "units",
        "allowed",
        "open",
        "description",
    ])?;
    for row in rows {
        let (required, when) = match &row.required {
            Required::Always => ("always", ""),
            Required::When(when) => ("when", when.as_str()),
            Required::No => ("no", ""),
        };
        writer.write_record([
            row.path.as_str(),
            row.title.as_deref().unwrap_or_default(),
            required,
            when,
            row.kind.map_or("", feedwright_runner::requirements::Kind::words),
            if row.many { "yes" } else { "no" },
            &row.limits,
            &row.units.join("|"),
            &row.allowed.join("|"),
            if row.open { "yes" } else { "no" },
            row.description.as_deref().unwrap_or_default(),
        ])?;
    }
    writer.flush()?;
    Ok(())
}
