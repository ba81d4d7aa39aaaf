//! `poll`, `status`, `ledger forget`: what was sent, and how it fares.

use super::office;
use super::office::Office;
use super::office::Said;
use super::plan::is_refused_since;
use super::plan::unasked;
use crate::Outcome;
use crate::arguments::ForgetArguments;
use crate::arguments::PollArguments;
use crate::arguments::StatusArguments;
use crate::arguments::TextFormat;
use anyhow::anyhow;
use feedwright_catalog::Sku;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_ledger::State;
use feedwright_ledger::Which;
use feedwright_runner::render::Style;
use feedwright_runner::selling;
use feedwright_runner::send::Leases;
use feedwright_runner::send::Listener as _;
use feedwright_runner::send::Means;
use feedwright_runner::send::Sender;
use feedwright_runner::status;
use jiff::Timestamp;
use std::io;
use std::io::Write as _;
use std::thread;

pub(crate) fn poll(arguments: &PollArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.selling.config.as_deref())?;
    let selling = office.selling(&arguments.selling, None, None)?;
    let said = Said { is_quiet: arguments.selling.quiet };
    if office.existing_ledger()?.is_none() {
        said.say("nothing was sent yet");
        return Ok(Outcome::Fine);
    }
    let world = office.world(&arguments.wire)?;
    let begun = world.clock.now();
    let columns = selling::columns(&selling.sources);
    let shops = office.wires(selling.shops, &arguments.wire, &world)?;
    let until = arguments.wait.map(|wait| begun.saturating_add(wait).unwrap_or(Timestamp::MAX));
    let leases = Leases::new();
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = shops
            .iter()
            .map(|(shop, wire)| {
                let (world, leases, columns, said, office) = (&world, &leases, &columns, &said, &office);
                scope.spawn(move || {
                    let ledger = office.ledger()?;
                    let means = Means { world, leases, columns, listener: said };
                    let mut sender = Sender::new(shop, wire, means, ledger, "poll");
                    let looked = sender.look(arguments.now)?;
                    match until {
                        Some(until) if looked.open > 0 => sender.wait(Some(until)),
                        Some(_) | None => Ok(looked),
                    }
                })
            })
            .collect();
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
    });
    let mut is_failed = false;
    for ((shop, _), result) in shops.iter().zip(results) {
        match result.map_err(|_| anyhow!("a thread stopped by itself; this is a mistake in feedwright"))? {
            Ok(looked) if looked.open > 0 => {
                if looked.unasked > 0 {
                    is_failed = true;
                    writeln!(io::stderr(), "{}", unasked(&shop.name, looked))?;
                }
                let again = looked.again.map(|again| format!("; next at {}", again.strftime("%Y-%m-%d %H:%M:%S UTC")));
                said.say(&format!("{}: {} still open{}", shop.name, looked.open, again.unwrap_or_default()));
            }
            Ok(looked) if looked.settled == 0 => said.say(&format!("{}: nothing is open", shop.name)),
            Ok(_) => {}
            Err(why) => {
                is_failed = true;
                writeln!(io::stderr(), "error: {}: {why}", shop.name)?;
            }
        }
    }
    if is_failed {
        return Err(anyhow!("not everything could be asked"));
    }
    let mut ledger = office.ledger()?;
    let settled = ledger.submissions(&Filter::default())?;
    Ok(if settled.iter().any(|submission| is_refused_since(submission, begun)) {
        Outcome::Blocked
    } else {
        Outcome::Fine
    })
}

pub(crate) fn status(arguments: &StatusArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.config.as_deref())?;
    let submissions = match office.existing_ledger()? {
        None => Vec::new(),
        Some(mut ledger) => {
            let states = if arguments.open { vec![State::Sending, State::Queued] } else { Vec::new() };
            let filter =
                Filter { channel: arguments.channel.clone(), states, limit: Some(arguments.last), ..Filter::default() };
            with_findings(&mut ledger, &filter, arguments.findings)?
        }
    };
    let style = Style { color: super::wants_color(arguments.color), width: super::width() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = match arguments.format {
        TextFormat::Text => status::text(&submissions, Timestamp::now(), style, &mut out),
        TextFormat::Json => status::json(&submissions, Timestamp::now(), &mut out),
    };
    super::unless_nobody_reads(written.and_then(|()| out.flush()).map_err(anyhow::Error::from))?;
    Ok(Outcome::Fine)
}

fn with_findings(ledger: &mut Ledger, filter: &Filter, wants: bool) -> anyhow::Result<Vec<status::Shown>> {
    let submissions = ledger.submissions(filter)?;
    let shown = submissions.into_iter().map(|summary| {
        let findings = if wants { ledger.findings_of(summary.id)? } else { Vec::new() };
        Ok(status::Shown { summary, findings })
    });
    shown.collect()
}

pub(crate) fn forget(arguments: &ForgetArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.config.as_deref())?;
    if !office.file.config.channels.contains_key(&arguments.channel) {
        return Err(anyhow!("the configuration has no channel `{}`", arguments.channel));
    }
    let Some(mut ledger) = office.existing_ledger()? else {
        return Err(anyhow!("there is no ledger yet: nothing was sent"));
    };
    let skus = arguments.sku.iter().map(|sku| Sku::parse(sku).map_err(|why| anyhow!("`{sku}`: {why}")));
    let skus = skus.collect::<Result<Vec<_>, _>>()?;
    let which = if arguments.all { Which::All } else { Which::These(&skus) };
    let who = office::who(arguments.who.as_deref());
    let forgotten = ledger.forget(&arguments.channel, which, &who, Timestamp::now())?;
    let records = feedwright_runner::render::counted(forgotten, "SKU");
    writeln!(io::stdout(), "forgot {records} of {}; the next plan tells them anew", arguments.channel)?;
    Ok(Outcome::Fine)
}
