//! `plan`, `apply`, `run`: what changed, looked at and sent.

use super::office;
use super::office::Office;
use super::office::Said;
use crate::Outcome;
use crate::arguments::AcceptArguments;
use crate::arguments::ApplyArguments;
use crate::arguments::PlanArguments;
use crate::arguments::RunArguments;
use crate::arguments::SellingArguments;
use crate::arguments::TextFormat;
use crate::arguments::WireArguments;
use crate::progress::Bar;
use anyhow::Context as _;
use anyhow::anyhow;
use feedwright_ledger::EntryKind;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_ledger::NewEntry;
use feedwright_ledger::Summary;
use feedwright_runner::memory::Keeping;
use feedwright_runner::plan;
use feedwright_runner::plan::Detail;
use feedwright_runner::plan::Held;
use feedwright_runner::plan::Plan;
use feedwright_runner::plan::Planning;
use feedwright_runner::plan::Saved;
use feedwright_runner::render::Style;
use feedwright_runner::render::counted;
use feedwright_runner::round::Made;
use feedwright_runner::round::Round;
use feedwright_runner::selling;
use feedwright_runner::send::Listener as _;
use feedwright_runner::send::Looked;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::json;
use std::fs;
use std::io;
use std::io::Write as _;

/// How long an unattended run leaves alone what a marketplace refused.
pub(crate) const REPEAT_AFTER: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn plan(arguments: &PlanArguments) -> anyhow::Result<Outcome> {
    let office = Office::open(arguments.selling.config.as_deref())?;
    let selling = office.selling(&arguments.selling, arguments.catalog.as_deref(), Some(&arguments.schemas))?;
    let empty = tempfile::tempdir()?;
    let existing = office.existing_ledger()?;
    // Where nothing was told, nothing is settled.
    let memory = existing.as_ref().map(|_| Keeping { is_fresh: arguments.fresh, ..selling.memory });
    let mut ledger = match existing {
        Some(ledger) => ledger,
        // Planning is looking: a ledger is made when something is sent.
        None => Ledger::open(&Location::File(empty.path().join(selling::LEDGER)))?,
    };
    let planning = Planning {
        shops: &selling.shops,
        sources: selling.sources,
        threads: office::threads(arguments.selling.threads),
        levels: selling.levels,
        now: Timestamp::now(),
        repeat_after: SignedDuration::ZERO,
        accepted: arguments.accept.accept.iter().copied().collect(),
        left_out: selling.left_out,
        memory,
        digests: arguments.save.is_some(),
    };
    let bar = Bar::new(arguments.selling.quiet);
    let made = plan::plan(planning, &mut ledger, &bar);
    bar.clear();
    let made = made?;
    let detail = match (arguments.format, arguments.all) {
        (TextFormat::Json, _) => Detail::Json,
        (TextFormat::Text, true) => Detail::All,
        (TextFormat::Text, false) => Detail::Examples,
    };
    super::unless_nobody_reads(show(&made, detail, arguments.color))?;
    if let Some(path) = &arguments.save {
        let saved = serde_json::to_vec_pretty(&Saved::new(&made))?;
        super::write_whole(path, |out| out.write_all(&saved))
            .with_context(|| format!("cannot write {}", path.display()))?;
        let mut ledger = office.ledger()?;
        let entry = NewEntry {
            kind: EntryKind::PlanSaved,
            channel: None,
            lane: None,
            who: Some(office::who(arguments.accept.who.as_deref())),
            detail: json!({ "records": made.n_rows() }),
        };
        ledger.note(&entry, Timestamp::now())?;
        if arguments.format == TextFormat::Text {
            writeln!(io::stdout(), "saved as {}; feedwright apply {0} sends it", path.display())?;
        }
    }
    Ok(if made.is_stopped() || is_blocked(&made) { Outcome::Blocked } else { Outcome::Fine })
}

pub(crate) fn apply(arguments: &ApplyArguments) -> anyhow::Result<Outcome> {
    let saved = match &arguments.plan {
        None => None,
        Some(path) => {
            let shown = path.display().to_string();
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
            Some(Saved::read(&text).map_err(|why| anyhow!("{shown} {why}"))?)
        }
    };
    let asked = Asked {
        selling: &arguments.selling,
        accept: Some(&arguments.accept),
        wire: &arguments.wire,
        wait: arguments.wait,
        saved,
        repeat_after: SignedDuration::ZERO,
        is_fresh: arguments.fresh,
        color: arguments.color,
    };
    asked.make()
}

pub(crate) fn run(arguments: &RunArguments) -> anyhow::Result<Outcome> {
    let asked = Asked {
        selling: &arguments.selling,
        accept: None,
        wire: &arguments.wire,
        wait: arguments.wait,
        saved: None,
        repeat_after: REPEAT_AFTER,
        is_fresh: arguments.fresh,
        color: arguments.color,
    };
    asked.make()
}

/// A round as it was asked for.
struct Asked<'a> {
    selling: &'a SellingArguments,
    accept: Option<&'a AcceptArguments>,
    wire: &'a WireArguments,
    wait: Option<SignedDuration>,
    saved: Option<Saved>,
    repeat_after: SignedDuration,
    is_fresh: bool,
    color: crate::arguments::Color,
}

impl Asked<'_> {
    fn make(self) -> anyhow::Result<Outcome> {
        let office = Office::open(self.selling.config.as_deref())?;
        let selling = match &self.saved {
            // A saved plan says itself what it is about.
            Some(saved) => {
                let about = SellingArguments {
                    config: None,
                    channel: saved.channels(),
                    lane: saved.lanes(),
                    threads: None,
                    quiet: true,
                };
                office.selling(&about, None, None)?
            }
            None => office.selling(self.selling, None, None)?,
        };
        let world = office.world(self.wire)?;
        let begun = world.clock.now();
        let columns = selling::columns(&selling.sources);
        let shops = office.wires(selling.shops, self.wire, &world)?;
        let open = || office.ledger();
        let round = Round {
            shops,
            sources: selling.sources,
            world: &world,
            open: &open,
            columns,
            threads: office::threads(self.selling.threads),
            levels: selling.levels,
            repeat_after: self.repeat_after,
            accepted: self.accept.iter().flat_map(|accept| accept.accept.iter().copied()).collect(),
            who: office::who(self.accept.and_then(|accept| accept.who.as_deref())),
            left_out: selling.left_out,
            memory: Some(Keeping { is_fresh: self.is_fresh, ..selling.memory }),
            wait_until: self.wait.map(|wait| world.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX)),
        };
        let bar = Bar::new(self.selling.quiet);
        let said = Said { is_quiet: self.selling.quiet };
        let color = self.color;
        let mut shown = Ok(());
        let made = round.make(self.saved.as_ref(), &bar, &said, &mut |plan| {
            bar.clear();
            shown = super::unless_nobody_reads(show(plan, Detail::Examples, color));
        });
        bar.clear();
        shown?;
        finish(&made?, begun, &mut Ledger::open(&office.location)?, &said)
    }
}

fn show(plan: &Plan, detail: Detail, color: crate::arguments::Color) -> anyhow::Result<()> {
    let style = Style { color: super::wants_color(color), width: super::width() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    plan::show(plan, detail, style, &mut out)?;
    out.flush()?;
    Ok(())
}

fn is_blocked(plan: &Plan) -> bool {
    plan.run.summary.n_errors > 0
}

/// Says what came of a round, and whether everything is well.
fn finish(made: &Made, begun: Timestamp, ledger: &mut Ledger, said: &Said) -> anyhow::Result<Outcome> {
    let mut is_failed = false;
    let mut is_unasked = false;
    let mut is_refused = false;
    for channel in &made.channels {
        if channel.sent.records > 0 || channel.looked.open > 0 {
            let open = match channel.looked.open {
                0 => String::new(),
                open => format!("; {open} waiting for verdicts: feedwright poll"),
            };
            let records = counted(channel.sent.records, "record");
            let submissions = counted(channel.sent.submissions, "submission");
            said.say(&format!("{}: sent {records} in {submissions}{open}", channel.name));
        }
        if let Some(why) = &channel.trouble {
            is_failed = true;
            writeln!(io::stderr(), "error: {}: {why}", channel.name)?;
        }
        if channel.looked.unasked > 0 {
            is_unasked = true;
            writeln!(io::stderr(), "{}", unasked(&channel.name, channel.looked))?;
        }
        let filter = Filter { channel: Some(channel.name.to_string()), ..Filter::default() };
        is_refused |= ledger.submissions(&filter)?.iter().any(|submission| is_refused_since(submission, begun));
    }
    if is_failed {
        return Err(anyhow!("not everything was sent"));
    }
    if is_unasked {
        return Err(anyhow!("not everything could be asked"));
    }
    // What was refused a while ago, and is left alone, is as blocked as it was then.
    let is_held = made.plan.lanes.iter().any(|lane| lane.held.contains_key(&Held::TooSoon));
    let is_blocked = made.plan.is_stopped() || is_blocked(&made.plan) || is_refused || is_held;
    Ok(if is_blocked { Outcome::Blocked } else { Outcome::Fine })
}

/// That a marketplace did not say how it stands.
pub(super) fn unasked(channel: &str, looked: Looked) -> String {
    let submissions = counted(looked.unasked, "submission");
    format!("error: {channel}: no answer about {submissions}; feedwright poll asks again")
}

/// Whether a marketplace has rejected something of a submission since then. It may have been sent long before.
pub(super) fn is_refused_since(submission: &Summary, begun: Timestamp) -> bool {
    let is_new = submission.begun_at >= begun || submission.ended_at.is_some_and(|ended| ended >= begun);
    is_new && submission.counts.rejected > 0
}
