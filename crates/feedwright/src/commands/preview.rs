//! `preview`: what a marketplace would say to listings, without making them.

use super::office;
use super::office::Office;
use crate::Outcome;
use crate::arguments::PreviewArguments;
use crate::arguments::SellingArguments;
use crate::arguments::TextFormat;
use crate::progress::Bar;
use anyhow::anyhow;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::FindingJson;
use feedwright_ledger::Outcome as Verdict;
use feedwright_runner::Lane;
use feedwright_runner::preview;
use feedwright_runner::preview::Previewed;
use feedwright_runner::preview::Previewing;
use feedwright_runner::render::Style;
use feedwright_runner::selling;
use serde_json::json;
use std::collections::BTreeSet;
use std::io;
use std::io::Write as _;

pub(crate) fn preview(arguments: &PreviewArguments) -> anyhow::Result<Outcome> {
    let skus = arguments.skus.iter().map(|sku| Sku::parse(sku).map_err(|why| anyhow!("`{sku}`: {why}")));
    let skus = skus.collect::<anyhow::Result<Vec<_>>>()?;
    let office = Office::open(arguments.config.as_deref())?;
    let about = SellingArguments {
        config: None,
        channel: arguments.channel.clone(),
        lane: vec![Lane::Content],
        threads: arguments.threads,
        quiet: arguments.quiet,
    };
    let selling = office.selling(&about, None, None)?;
    let columns = selling::columns(&selling.sources);
    let world = office.world(&arguments.wire)?;
    let shops = office.wires(selling.shops, &arguments.wire, &world)?;
    let bar = Bar::new(arguments.quiet);
    let told = preview::preview(
        Previewing {
            shops: &shops,
            sources: selling.sources,
            skus: skus.iter().map(Sku::key).collect(),
            most: if skus.is_empty() { usize::from(arguments.limit) } else { usize::MAX },
            columns: &columns,
            threads: office::threads(arguments.threads),
            levels: selling.levels,
        },
        &bar,
    );
    bar.clear();
    let told = told?;
    if told.channels.iter().all(|channel| channel.feed.is_none()) {
        return Err(anyhow!("none of the channels is of a marketplace that says beforehand what it would say"));
    }
    let silent = silent(&skus, &told);
    let written = match arguments.format {
        TextFormat::Json => write_json(&told, &silent),
        TextFormat::Text => {
            let style = Style { color: super::wants_color(arguments.color), width: super::width() };
            let mut out = io::BufWriter::new(io::stdout().lock());
            preview::tell(&told, &silent, style, &mut out).and_then(|()| out.flush())
        }
    };
    super::unless_nobody_reads(written.map_err(anyhow::Error::from))?;
    let is_refused = told.channels.iter().flat_map(|channel| &channel.verdicts).any(|v| v.outcome != Verdict::Accepted);
    Ok(if is_refused || !silent.is_empty() { Outcome::Blocked } else { Outcome::Fine })
}

/// SKUs that were named and that nobody was asked about: they are in no source, or our own check blocks them.
fn silent<'a>(skus: &'a [Sku], told: &Previewed) -> Vec<&'a Sku> {
    let asked: BTreeSet<String> =
        told.channels.iter().flat_map(|channel| &channel.verdicts).map(|verdict| verdict.sku.key()).collect();
    skus.iter().filter(|sku| !asked.contains(&sku.key())).collect()
}

fn write_json(told: &Previewed, silent: &[&Sku]) -> io::Result<()> {
    let channels = told.channels.iter().map(|channel| {
        let verdicts = channel.verdicts.iter().map(|v| json!({ "sku": v.sku, "outcome": v.outcome.to_string() }));
        json!({
            "channel": channel.name,
            "feed": channel.feed.map(|feed| feed.id),
            "verdicts": verdicts.collect::<Vec<_>>(),
            "findings": channel.findings.iter().map(FindingJson::from).collect::<Vec<_>>(),
            "not_asked": channel.n_not_asked,
        })
    });
    let told = json!({ "channels": channels.collect::<Vec<_>>(), "blocked_here": silent });
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &told)?;
    writeln!(out)
}
