//! Proposes a marketplace's categories for those of the catalog.

use crate::Outcome;
use crate::arguments::ListFormat;
use crate::arguments::SuggestArguments;
use anyhow::anyhow;
use feedwright_catalog::Findings;
use feedwright_runner::channel::OpenChannel;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::suggest::Index;
use feedwright_runner::suggest::Suggestion;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Write as _;

/// What a proposal says, for programs.
#[derive(Serialize)]
struct Row<'a> {
    catalog_category: &'a str,
    products: u64,
    category: &'a str,
    path: String,
    score: u32,
}

/// Shows proposals; nothing is changed.
pub(crate) fn suggest(arguments: &SuggestArguments) -> anyhow::Result<Outcome> {
    let Some((file, folder)) = setup::read_config(arguments.config.as_deref())? else {
        return Err(anyhow!("there is no {} here; name one with --config", setup::CONFIG));
    };
    let overrides = Overrides { channels: vec![arguments.channel.clone()], ..Overrides::default() };
    let channels = setup::channels(&file, &folder, &overrides)?;
    let channel = channels.open.first().ok_or_else(|| anyhow!("there is no channel `{}`", arguments.channel))?;
    let wanted: BTreeMap<String, u64> = if arguments.name.is_empty() {
        let sources = setup::sources(&file, &folder, &overrides)?;
        unmapped(channel, sources.iter().filter(|source| channel.sells(&source.name)))?
    } else {
        arguments.name.iter().map(|name| (name.clone(), 0)).collect()
    };
    let taxonomy = channel.marketplace.taxonomy();
    let index = Index::new(&taxonomy);
    let found = wanted.iter().map(|(path, count)| {
        let proposals = index.suggest(path, usize::from(arguments.most));
        (path.as_str(), *count, proposals)
    });
    let found: Vec<(&str, u64, Vec<Suggestion<'_>>)> = found.collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        ListFormat::Table => table(&found, channel, taxonomy.len(), &mut out)?,
        ListFormat::Json => {
            for row in rows(&found) {
                serde_json::to_writer(&mut out, &row)?;
                writeln!(out)?;
            }
        }
        ListFormat::Csv => {
            let mut writer = csv::Writer::from_writer(&mut out);
            for row in rows(&found) {
                writer.serialize(row)?;
            }
            writer.flush()?;
        }
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The categories of the catalog that the channel has no counterpart for, and how many products are in each.
fn unmapped<'a>(
    channel: &OpenChannel,
    sources: impl Iterator<Item = &'a feedwright_runner::pipeline::SourceJob>,
) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for source in sources {
        let file = fs::File::open(&source.path).map_err(|why| anyhow!("cannot read {}: {why}", source.shown))?;
        // What is wrong with the catalog is for `check` to say.
        let mut findings = Findings::default();
        let mut products = feedwright_runner::open_source(source, Box::new(file), &mut findings)?;
        while let Some(product) = products.next(&mut findings)? {
            if channel.mapped(&product.categories).is_none()
                && let Some(category) = product.categories.first()
            {
                *counts.entry(category.path.to_string()).or_default() += 1;
            }
            findings.take();
        }
    }
    Ok(counts)
}

fn rows<'a>(found: &'a [(&str, u64, Vec<Suggestion<'_>>)]) -> impl Iterator<Item = Row<'a>> {
    found.iter().flat_map(|(path, products, proposals)| {
        proposals.iter().map(|proposal| Row {
            catalog_category: path,
            products: *products,
            category: &proposal.entry.id,
            path: proposal.entry.path.join(" > "),
            score: proposal.score,
        })
    })
}

fn table(
    found: &[(&str, u64, Vec<Suggestion<'_>>)],
    channel: &OpenChannel,
    n_categories: usize,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let name = &channel.marketplace.channel().name;
    if found.is_empty() {
        return writeln!(out, "Every category of the catalog has a counterpart on {name}.");
    }
    for (path, products, proposals) in found {
        match products {
            0 => writeln!(out, "{path}")?,
            1 => writeln!(out, "{path}  (1 product)")?,
            n => writeln!(out, "{path}  ({n} products)")?,
        }
        if proposals.is_empty() {
            writeln!(out, "      nothing has words in common with it")?;
        }
        for Suggestion { entry, score } in proposals {
            let way = entry.path.join(" > ");
            let way = if way == entry.id { String::new() } else { format!("  {way}") };
            writeln!(out, "  {score:>3}  {}{way}", entry.id)?;
        }
    }
    writeln!(
        out,
        "\nLooked through {n_categories} categories of {}. Take one over by hand: `\"CATALOG CATEGORY\" = \"…\"` under \
         [channels.{name}.categories].",
        channel.marketplace.profile().name
    )
}
