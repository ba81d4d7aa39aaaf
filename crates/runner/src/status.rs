//! What was sent and how it fares, as people and programs read it.

use crate::render::Style;
use crate::render::table::Side;
use crate::render::table::Table;
use crate::render::text::write_finding;
use crate::render::thousands;
use feedwright_catalog::Finding;
use feedwright_ledger::Summary;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::json;
use std::io;

/// A submission, and what was found wrong with it where that is wanted.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The submission.
    pub summary: Summary,
    /// What the marketplace found.
    pub findings: Vec<Finding>,
}

/// For people, newest first.
///
/// # Errors
/// That it cannot be written.
pub fn text(submissions: &[Shown], now: Timestamp, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    if submissions.is_empty() {
        return writeln!(out, "nothing was sent");
    }
    for finding in submissions.iter().flat_map(|shown| &shown.findings) {
        write_finding(finding, style, out)?;
        writeln!(out)?;
    }
    let mut table = Table::new(&[
        ("no.", Side::Right),
        ("channel", Side::Left),
        ("lane", Side::Left),
        ("state", Side::Left),
        ("begun (UTC)", Side::Left),
        ("waited", Side::Right),
        ("records", Side::Right),
        ("accepted", Side::Right),
        ("rejected", Side::Right),
        ("failed", Side::Right),
        ("pending", Side::Right),
        ("unknown", Side::Right),
    ]);
    for Shown { summary, .. } in submissions {
        let counts = summary.counts;
        let cell = |count: u64| if count == 0 { "-".to_owned() } else { thousands(count) };
        let numbers = [counts.accepted, counts.rejected, counts.failed, counts.pending, counts.unknown].map(cell);
        let cells = [
            summary.id.to_string(),
            summary.channel.clone(),
            summary.lane.name().to_owned(),
            summary.state.to_string(),
            summary.begun_at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            time(summary.waited(now)),
            thousands(summary.n_rows),
        ];
        table.row(cells.into_iter().chain(numbers));
    }
    table.write(style, out)?;
    for Shown { summary, .. } in submissions {
        if let Some(why) = &summary.why {
            writeln!(out, "{}: {}", summary.id, crate::render::visible(why))?;
        }
    }
    let open = submissions.iter().filter(|shown| shown.summary.state.is_open());
    match open.filter_map(|shown| shown.summary.next_look).min() {
        Some(next) if next > now => {
            writeln!(out, "next look {}; feedwright poll --now asks at once", next.strftime("%Y-%m-%d %H:%M:%S UTC"))
        }
        Some(_) => writeln!(out, "something is due: feedwright poll"),
        None => Ok(()),
    }
}

/// For programs.
///
/// # Errors
/// That it cannot be written.
pub fn json(submissions: &[Shown], now: Timestamp, out: &mut dyn io::Write) -> io::Result<()> {
    let submissions: Vec<_> = submissions
        .iter()
        .map(|Shown { summary, findings }| {
            let findings: Vec<_> = findings.iter().map(feedwright_catalog::finding::FindingJson::from).collect();
            json!({
                "id": summary.id.0,
                "channel": summary.channel,
                "lane": summary.lane.name(),
                "feed": summary.feed,
                "state": summary.state.name(),
                "receipt": summary.receipt,
                "begun_at": summary.begun_at.to_string(),
                "ended_at": summary.ended_at.map(|at| at.to_string()),
                "next_look": summary.next_look.map(|at| at.to_string()),
                "waited_seconds": summary.waited(now).as_secs(),
                "why": summary.why,
                "records": summary.n_rows,
                "accepted": summary.counts.accepted,
                "rejected": summary.counts.rejected,
                "failed": summary.counts.failed,
                "pending": summary.counts.pending,
                "unknown": summary.counts.unknown,
                "findings": findings,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "v": 1, "submissions": submissions }))?;
    writeln!(out)
}

/// A time as it is read at a glance.
fn time(span: SignedDuration) -> String {
    let seconds = span.as_secs();
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d", seconds / 86_400),
    }
}
