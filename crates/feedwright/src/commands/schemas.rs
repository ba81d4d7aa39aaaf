//! Versions of requirement documents: what changed, and which SKUs that concerns.

use super::office::Office;
use super::wants_color;
use super::width;
use crate::Outcome;
use crate::arguments::DiffFormat;
use crate::arguments::SchemasDiffArguments;
use crate::arguments::SchemasPullArguments;
use crate::arguments::SellingArguments;
use crate::progress::Bar;
use anyhow::anyhow;
use feedwright_catalog::finding::FindingJson;
use feedwright_runner::config::COMMAND_LINE;
use feedwright_runner::config::ConfigFile;
use feedwright_runner::render;
use feedwright_runner::render::Style;
use feedwright_runner::requirements::Change;
use feedwright_runner::schemas;
use feedwright_runner::schemas::Checked;
use feedwright_runner::schemas::Compared;
use feedwright_runner::schemas::Impact;
use feedwright_runner::schemas::Question;
use feedwright_runner::schemas::State;
use feedwright_runner::schemas::Versions;
use feedwright_runner::setup;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::io::BufWriter;
use std::io::Write as _;
use std::path::PathBuf;
use std::thread;

/// Shows what changed between two versions of a channel's documents, and which SKUs of its catalog would now fail.
pub(crate) fn diff(arguments: &SchemasDiffArguments) -> anyhow::Result<Outcome> {
    let (file, folder) = match setup::read_config(arguments.config.as_deref())? {
        Some(found) => found,
        None if arguments.channel.contains('/') => {
            (ConfigFile { name: COMMAND_LINE.to_owned(), ..ConfigFile::default() }, PathBuf::new())
        }
        None => {
            return Err(anyhow!(
                "there is no {} here; write one, name one with --config, or give --channel as MARKETPLACE/SITE",
                setup::CONFIG
            ));
        }
    };
    let question = Question {
        file: &file,
        folder: &folder,
        channel: &arguments.channel,
        old: &arguments.old,
        new: &arguments.new,
        category: arguments.category.as_deref(),
    };
    let versions = Versions::find(&question).map_err(|why| anyhow!(why))?;
    let compared = versions.compare(&question).map_err(|why| anyhow!(why))?;
    let mut out = BufWriter::new(io::stdout().lock());
    // What changed is worth having even where the catalog cannot be read.
    super::unless_nobody_reads(match arguments.format {
        DiffFormat::Text => show(&compared, &mut out).map_err(anyhow::Error::from),
        DiffFormat::Json => list(&compared, &mut out),
    })?;
    super::unless_nobody_reads(out.flush().map_err(anyhow::Error::from))?;
    let bar = Bar::new(arguments.quiet);
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let impact = schemas::impact(&question, &versions, threads, &bar);
    bar.clear();
    let impact = impact.map_err(|why| anyhow!(why))?;
    super::unless_nobody_reads(match arguments.format {
        DiffFormat::Text => show_impact(&impact, arguments, &mut out).map_err(anyhow::Error::from),
        DiffFormat::Json => list_impact(&impact, &mut out),
    })?;
    super::unless_nobody_reads(out.flush().map_err(anyhow::Error::from))?;
    let fails = match &impact {
        Impact::Checked(checked) => checked.n_failing > 0,
        Impact::Skipped(_) => false,
    };
    let breaks = compared.values().any(Compared::breaks);
    Ok(if breaks || fails { Outcome::Blocked } else { Outcome::Fine })
}

/// Fetches a channel's documents, and shows what changed with them.
pub(crate) fn pull(arguments: &SchemasPullArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.config.as_deref())?;
    let about = SellingArguments {
        config: None,
        channel: vec![arguments.channel.clone()],
        lane: Vec::new(),
        threads: None,
        quiet: true,
    };
    let mut selling = office.selling(&about, None, None)?;
    let Some(shop) = selling.shops.pop() else {
        return Err(anyhow!("channel `{}` has nothing that is sent by API", arguments.channel));
    };
    let configured = shop.config.schemas_dir.as_ref().map(|folder| office.folder.join(folder));
    let Some(folder) = arguments.into.clone().or(configured) else {
        return Err(anyhow!(
            "say where documents are kept: set `channels.{}.schemas_dir`, or give --into",
            arguments.channel
        ));
    };
    let world = office.world(&arguments.wire)?;
    let wires = office.wires(vec![shop], &arguments.wire, &world)?;
    let Some((shop, wire)) = wires.first() else { return Ok(Outcome::Fine) };
    let Some(open) = shop.lanes.first() else { return Ok(Outcome::Fine) };
    let categories = if arguments.references { Vec::new() } else { schemas::wanted(open, &arguments.category) };
    if categories.is_empty() && !arguments.references {
        return Err(anyhow!(
            "the channel maps no category: name some, or add them to `channels.{}.categories`",
            arguments.channel
        ));
    }
    let stored = schemas::pull(open.marketplace.as_ref(), wire, &categories, &folder, world.clock.now())
        .map_err(|why| anyhow!(why))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for document in &stored {
        let state = match &document.state {
            State::New => "new".to_owned(),
            State::Unchanged => "unchanged".to_owned(),
            State::Changed(previous) => format!("changed; the version before is {}", previous.display()),
        };
        let version = document.version.as_deref().map(|version| format!(", version {version}")).unwrap_or_default();
        writeln!(out, "{}{version}: {state}", document.path.display())?;
    }
    let changed =
        schemas::changed(&office.file, &office.folder, &arguments.channel, &stored).map_err(|why| anyhow!(why))?;
    if !changed.is_empty() {
        writeln!(out)?;
        show(&changed, &mut out)?;
    }
    out.flush()?;
    Ok(if changed.values().any(Compared::breaks) { Outcome::Blocked } else { Outcome::Fine })
}

/// Most columns a path takes before what became of it.
const WIDEST: usize = 50;

fn show(compared: &BTreeMap<String, Compared>, out: &mut impl io::Write) -> io::Result<()> {
    for (at, (category, compared)) in compared.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match compared {
            Compared::OnlyOld => writeln!(out, "{category}: there is no new document; it is taken to be as before")?,
            Compared::OnlyNew => writeln!(out, "{category}: there is no old document to compare with")?,
            Compared::Changes(changes) => {
                let n_breaking = changes.iter().filter(|change| change.breaks).count();
                let (breaking, others) = changes.split_at(n_breaking);
                match (breaking.len(), others.len()) {
                    (0, 0) => writeln!(out, "{category}: no change")?,
                    (n_breaking, n_others) => {
                        writeln!(out, "{category}: {n_breaking} that may break a listing, {n_others} that cannot")?;
                    }
                }
                section("May break a listing that passed", breaking, out)?;
                section("Breaks none", others, out)?;
            }
        }
    }
    Ok(())
}

fn section(heading: &str, changes: &[Change], out: &mut impl io::Write) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    let name = |change: &Change| if change.path.is_empty() { "(listing)".to_owned() } else { change.path.clone() };
    let width = changes.iter().map(|change| name(change).chars().count()).max().unwrap_or_default().min(WIDEST);
    for change in changes {
        writeln!(out, "  {:<width$}  {change}", name(change))?;
    }
    Ok(())
}

fn show_impact(impact: &Impact, arguments: &SchemasDiffArguments, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out)?;
    let checked = match impact {
        Impact::Skipped(why) => return writeln!(out, "No catalog was checked: {why}."),
        Impact::Checked(checked) => checked,
    };
    let style = Style { color: wants_color(arguments.color), width: width() };
    render::render_findings(&checked.failing, style, out)?;
    let Checked { n_items, n_failing, n_passing, failing } = checked.as_ref();
    for source in &failing.summary.sources {
        writeln!(out, "read {} as {}", source.file, source.profile)?;
    }
    let skus = |n: u64| if n == 1 { "1 SKU".to_owned() } else { format!("{n} SKUs") };
    let passing = match n_passing {
        0 => String::new(),
        n => format!("; {} that fail now would pass", skus(*n)),
    };
    writeln!(out, "of {}, {} that pass now would fail{passing}", skus(*n_items), n_failing)
}

/// A line for programs.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    /// A change.
    Change {
        v: u8,
        category: &'a str,
        #[serde(flatten)]
        change: &'a Change,
    },
    /// A category that only one version has a document of.
    OnlyOld { v: u8, category: &'a str },
    /// The same.
    OnlyNew { v: u8, category: &'a str },
    /// What is found in a SKU that would now fail, as other reports have it.
    Finding { v: u8, finding: &'a FindingJson<'a> },
    /// What it means for the catalog.
    Catalog { v: u8, items: u64, failing: u64, passing: u64 },
    /// That no catalog was checked.
    Skipped { v: u8, reason: &'a str },
}

/// The version of the lines' form.
const FORM: u8 = 1;

fn list(compared: &BTreeMap<String, Compared>, out: &mut impl io::Write) -> anyhow::Result<()> {
    for (category, compared) in compared {
        match compared {
            Compared::OnlyOld => line(&Line::OnlyOld { v: FORM, category }, out)?,
            Compared::OnlyNew => line(&Line::OnlyNew { v: FORM, category }, out)?,
            Compared::Changes(changes) => {
                for change in changes {
                    line(&Line::Change { v: FORM, category, change }, out)?;
                }
            }
        }
    }
    Ok(())
}

fn list_impact(impact: &Impact, out: &mut impl io::Write) -> anyhow::Result<()> {
    match impact {
        Impact::Skipped(reason) => line(&Line::Skipped { v: FORM, reason }, out),
        Impact::Checked(checked) => {
            for finding in checked.failing.sorted.findings()? {
                line(&Line::Finding { v: FORM, finding: &FindingJson::from(&finding?) }, out)?;
            }
            let (items, failing, passing) = (checked.n_items, checked.n_failing, checked.n_passing);
            line(&Line::Catalog { v: FORM, items, failing, passing }, out)
        }
    }
}

fn line(line: &Line<'_>, out: &mut impl io::Write) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)?;
    Ok(())
}
