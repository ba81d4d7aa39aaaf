//! A plan as people and programs read it.

use super::Action;
use super::Change;
use super::Held;
use super::LanePlan;
use super::Plan;
use super::PlannedRow;
use super::Stop;
use crate::render::Style;
use crate::render::counted;
use crate::render::table::BOLD;
use crate::render::table::Side;
use crate::render::table::Table;
use crate::render::table::paint;
use crate::render::thousands;
use crate::render::visible;
use serde::Serialize;
use std::io;

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// For people: each action by example.
    Examples,
    /// For people: every SKU.
    All,
    /// For programs: every SKU, as one JSON object.
    Json,
}

/// How many SKUs of one action are shown by example.
const EXAMPLES: usize = 10;

/// How many SKUs that are held for one reason are named.
const HELD: usize = 3;

/// How many values of one SKU are shown by example.
const VALUES: usize = 4;

/// Longest value that is shown whole, in characters.
const LONGEST: usize = 48;

/// Writes a plan.
///
/// # Errors
/// That it cannot be written.
pub fn show(plan: &Plan, detail: Detail, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    if detail == Detail::Json {
        serde_json::to_writer_pretty(&mut *out, &PlanJson::new(plan))?;
        return writeln!(out);
    }
    for lane in &plan.lanes {
        write_lane(lane, detail, style, out)?;
    }
    write_blocked(plan, style, out)?;
    write_table(plan, style, out)?;
    for reason in &plan.left_out {
        writeln!(out, "{}", visible(reason))?;
    }
    if plan.n_known > 0 {
        let products = counted(plan.n_known, "product");
        writeln!(
            out,
            "{products} taken over from an earlier plan, as nothing about them changed (--fresh looks again)"
        )?;
    }
    for lane in &plan.lanes {
        for stop in &lane.accepted {
            writeln!(out, "accepted, {} of {}: {}", lane.lane.name(), lane.channel, visible(&stop.to_string()))?;
        }
        for stop in &lane.stops {
            writeln!(
                out,
                "{} {} of {} is held by {}\n  look at it, and if it is right say --accept {}",
                paint("stopped:", BOLD, style),
                lane.lane.name(),
                lane.channel,
                visible(&stop.to_string()),
                stop.guard.name()
            )?;
        }
    }
    let sent: usize = plan.lanes.iter().filter(|lane| !lane.is_stopped()).map(|lane| lane.rows.len()).sum();
    match (plan.is_empty(), sent as u64) {
        (true, _) => writeln!(out, "nothing to send"),
        (false, 0) => writeln!(out, "nothing would be sent until a person accepts what is stopped"),
        (false, sent) => writeln!(out, "{} to send", counted(sent, "record")),
    }
}

fn write_lane(lane: &LanePlan, detail: Detail, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    if lane.rows.is_empty() && lane.n_held() == 0 {
        return Ok(());
    }
    writeln!(out, "{}", paint(&format!("{}, {}", lane.channel, lane.lane.name()), BOLD, style))?;
    for action in Action::ALL {
        let rows: Vec<&PlannedRow> = lane.rows.iter().filter(|row| row.action == action).collect();
        let most = if detail == Detail::All { usize::MAX } else { EXAMPLES };
        for row in rows.iter().take(most) {
            write_row(row, detail, out)?;
        }
        if let Some(more) = rows.len().checked_sub(most).filter(|more| *more > 0) {
            writeln!(out, "  {:8}… and {} more (--all shows them)", action.name(), thousands(more as u64))?;
        }
    }
    for (held, skus) in &lane.held {
        let most = if detail == Detail::All { usize::MAX } else { HELD };
        let named: Vec<String> = skus.iter().take(most).map(|sku| visible(sku.as_str()).into_owned()).collect();
        let more = skus.len().saturating_sub(most);
        let more = if more > 0 { format!(" … and {} more", thousands(more as u64)) } else { String::new() };
        let count = thousands(skus.len() as u64);
        writeln!(out, "  held    {count} {}: {}{more}", held.phrase(skus.len()), named.join(", "))?;
    }
    writeln!(out)
}

fn write_row(row: &PlannedRow, detail: Detail, out: &mut dyn io::Write) -> io::Result<()> {
    let mut remarks = Vec::new();
    remarks.extend(row.again.map(|again| again.name().to_owned()));
    if !row.along.is_empty() {
        remarks.push(format!("with {}", row.along.join(" and ")));
    }
    let remarks = if remarks.is_empty() { String::new() } else { format!("  ({})", remarks.join(", ")) };
    writeln!(out, "  {:8}{}{remarks}", row.action.name(), visible(row.sku.as_str()))?;
    let most = if detail == Detail::All { usize::MAX } else { VALUES };
    for change in row.changes.iter().take(most) {
        writeln!(out, "          {}", visible(&line(change)))?;
    }
    match row.changes.len().checked_sub(most) {
        Some(more) if more > 0 => writeln!(out, "          … and {} more", counted(more as u64, "value")),
        _ => Ok(()),
    }
}

fn line(change: &Change) -> String {
    let shown = |value: &String| match value.chars().count() {
        ..=LONGEST => value.clone(),
        _ => value.chars().take(LONGEST).chain("…".chars()).collect(),
    };
    let pointer = change.pointer.trim_start_matches('/').replace('/', ".");
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{pointer}: {} → {}", shown(before), shown(after)),
        (None, Some(after)) => format!("{pointer}: + {}", shown(after)),
        (Some(before), None) => format!("{pointer}: - {}", shown(before)),
        (None, None) => pointer,
    }
}

/// What is blocked, by what blocks it; the places are the business of `check`.
fn write_blocked(plan: &Plan, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let errors = plan.run.summary.by_code.iter().filter(|entry| entry.severity == feedwright_catalog::Severity::Error);
    let mut table = Table::new(&[("blocked by", Side::Left), ("channel", Side::Left), ("findings", Side::Right)]);
    let mut is_any = false;
    for entry in errors {
        is_any = true;
        let channel = entry.channel.as_deref().unwrap_or("catalog");
        table.row([entry.code.to_string(), channel.to_owned(), thousands(entry.count)]);
    }
    if is_any {
        table.write(style, out)?;
        writeln!(out, "feedwright check shows each with its place and what to do")?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_table(plan: &Plan, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = Table::new(&[
        ("channel", Side::Left),
        ("lane", Side::Left),
        ("create", Side::Right),
        ("update", Side::Right),
        ("reprice", Side::Right),
        ("restock", Side::Right),
        ("retire", Side::Right),
        ("along", Side::Right),
        ("held", Side::Right),
        ("same", Side::Right),
        ("blocked", Side::Right),
    ]);
    for lane in &plan.lanes {
        let counts = lane.counts();
        let cell = |count: u64| if count == 0 { "-".to_owned() } else { thousands(count) };
        let actions = Action::ALL.iter().map(|action| cell(counts.get(action).copied().unwrap_or_default()));
        let rest = [lane.n_along, lane.n_held() as u64, lane.n_same, lane.n_blocked].map(cell);
        table.row([lane.channel.to_string(), lane.lane.name().to_owned()].into_iter().chain(actions).chain(rest));
    }
    table.write(style, out)?;
    writeln!(out)
}

#[derive(Serialize)]
struct PlanJson<'a> {
    v: u8,
    ledger: u64,
    lanes: Vec<LaneJson<'a>>,
    /// Products taken over from an earlier plan.
    taken_over: u64,
    left_out: &'a [String],
}

#[derive(Serialize)]
struct LaneJson<'a> {
    channel: &'a str,
    lane: &'static str,
    rows: &'a [PlannedRow],
    held: Vec<HeldJson<'a>>,
    along: u64,
    same: u64,
    blocked: u64,
    stopped: &'a [Stop],
    accepted: &'a [Stop],
}

#[derive(Serialize)]
struct HeldJson<'a> {
    why: Held,
    skus: &'a [feedwright_catalog::Sku],
}

impl<'a> PlanJson<'a> {
    fn new(plan: &'a Plan) -> Self {
        let lanes = plan.lanes.iter().map(|lane| LaneJson {
            channel: &lane.channel,
            lane: lane.lane.name(),
            rows: &lane.rows,
            held: lane.held.iter().map(|(why, skus)| HeldJson { why: *why, skus }).collect(),
            along: lane.n_along,
            same: lane.n_same,
            blocked: lane.n_blocked,
            stopped: &lane.stops,
            accepted: &lane.accepted,
        });
        Self { v: 1, ledger: plan.version, lanes: lanes.collect(), taken_over: plan.n_known, left_out: &plan.left_out }
    }
}
