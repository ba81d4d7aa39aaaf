//! For people at a terminal: each finding with its place and what to do, then tables that add up.

use crate::render::Run;
use crate::render::Style;
use crate::render::Summary;
use crate::render::counted;
use crate::render::table::BLUE;
use crate::render::table::BOLD;
use crate::render::table::GREEN;
use crate::render::table::Side;
use crate::render::table::Table;
use crate::render::table::paint;
use crate::render::table::wrap;
use crate::render::thousands;
use crate::render::visible;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Code;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// A code with more findings than this on a channel is shown by example.
const GROUP_OVER: u64 = 20;

/// How many examples.
const EXAMPLES: u64 = 4;

pub(super) fn render(run: &Run, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    render_findings(run, style, out)?;
    write_summary(&run.summary, style, out)
}

pub(super) fn render_findings(run: &Run, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut n_shown = BTreeMap::<(Option<Arc<str>>, String), u64>::new();
    let mut explained = BTreeSet::new();
    for finding in run.sorted.findings()? {
        let finding = finding?;
        let code = finding.code.to_string();
        let total = run.summary.n_of(&finding.code, finding.channel.as_deref());
        let seen = n_shown.entry((finding.channel.clone(), code.clone())).or_default();
        *seen += 1;
        let is_grouped = total > GROUP_OVER;
        if is_grouped && *seen > EXAMPLES {
            continue;
        }
        write_finding(&finding, style, out)?;
        if run.summary.levels.contains_key(&code) && explained.insert(code.clone()) {
            write_detail(&level_note(&finding), "note: ", style, out)?;
        }
        if is_grouped && *seen == EXAMPLES {
            let more = thousands(total - EXAMPLES);
            let explain = match finding.code {
                Code::Ours(rule) => format!("feedwright explain {}; ", rule.code),
                Code::Theirs { .. } => String::new(),
            };
            writeln!(out, "   … and {more} more like this ({explain}--format json lists all)")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Why a finding has another level than its rule.
fn level_note(finding: &Finding) -> String {
    match finding.code {
        Code::Ours(rule) if rule.severity != finding.severity => {
            format!(
                "the configuration makes `{}` {}; by itself it is {}",
                rule.code,
                article(finding.severity),
                article(rule.severity)
            )
        }
        Code::Ours(_) | Code::Theirs { .. } => {
            format!("the configuration makes `{}` {}", finding.code, article(finding.severity))
        }
    }
}

fn article(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
        Severity::Note => "a note",
    }
}

/// One finding, as every text of ours shows it.
pub(crate) fn write_finding(finding: &Finding, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let label = format!("{}[{}]", finding.severity, visible(&finding.code.to_string()));
    let message = wrap(&visible(&finding.message), label.chars().count() + 2, style.width);
    let (label, message) = (paint(&label, color_of(finding.severity), style), paint(&message, BOLD, style));
    writeln!(out, "{label}: {message}")?;
    if let Some(place) = &finding.place {
        writeln!(out, "  {} {}", paint("-->", BLUE, style), visible(&place.to_string()))?;
    }
    let mut about = Vec::new();
    about.extend(finding.sku.as_ref().map(|sku| format!("sku {sku}")));
    about.extend(finding.channel.as_deref().or(finding.marketplace.as_deref()).map(ToOwned::to_owned));
    about.extend(finding.pointer.clone().filter(|pointer| !pointer.is_empty()));
    if !about.is_empty() {
        writeln!(out, "   {} {}", paint("=", BLUE, style), visible(&about.join(", ")))?;
    }
    if let Some(help) = &finding.help {
        write_detail(help, "help: ", style, out)?;
    }
    Ok(())
}

fn write_detail(text: &str, label: &str, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let text = wrap(&visible(text), 5 + label.len(), style.width);
    writeln!(out, "   {} {}{text}", paint("=", BLUE, style), paint(label, BOLD, style))
}

fn write_summary(summary: &Summary, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    if !summary.by_code.is_empty() {
        let mut table = Table::new(&[
            ("findings", Side::Right),
            ("level", Side::Left),
            ("code", Side::Left),
            ("channel", Side::Left),
            ("", Side::Left),
        ]);
        for entry in &summary.by_code {
            let what = match entry.code {
                Code::Ours(rule) => rule.summary.to_owned(),
                Code::Theirs { .. } => String::new(),
            };
            let channel =
                entry.channel.as_deref().unwrap_or(if summary.sources.is_empty() { "file" } else { "catalog" });
            table.row([
                thousands(entry.count),
                entry.severity.to_string(),
                entry.code.to_string(),
                channel.to_owned(),
                what,
            ]);
        }
        table.write(style, out)?;
        writeln!(out)?;
    }
    if !summary.channels.is_empty() {
        let mut table = Table::new(&[
            ("channel", Side::Left),
            ("site", Side::Left),
            ("items", Side::Right),
            ("ready", Side::Right),
            ("blocked", Side::Right),
            ("left out", Side::Right),
        ]);
        for channel in &summary.channels {
            let numbers = [channel.n_items, channel.n_ready, channel.n_blocked, channel.n_left_out].map(thousands);
            table.row([channel.name.clone(), channel.site.clone()].into_iter().chain(numbers));
        }
        table.write(style, out)?;
        writeln!(out)?;
    }
    for source in &summary.sources {
        let (products, variants) = (counted(source.n_products, "product"), counted(source.n_variants, "variant"));
        let (file, profile) = (visible(&source.file), visible(&source.profile));
        writeln!(out, "read {file} as {profile}: {products}, {variants}")?;
    }
    let off: Vec<&str> =
        summary.levels.iter().filter(|(_, level)| level.is_none()).map(|(code, _)| code.as_str()).collect();
    if !off.is_empty() {
        writeln!(out, "not looked for, as configured: {}", off.join(", "))?;
    }
    let n_left_out: u64 = summary.channels.iter().map(|channel| channel.n_left_out).sum();
    if n_left_out > 0 {
        writeln!(out, "left out: not meant for the channel, such as an inactive product; the notes say why")?;
    }
    writeln!(out, "{}", verdict(summary, style))
}

/// The last line: what it comes to.
fn verdict(summary: &Summary, style: Style) -> String {
    if summary.n_findings() == 0 {
        return paint("no findings", GREEN, style);
    }
    let counts = [
        (summary.n_errors, "error", Severity::Error),
        (summary.n_warnings, "warning", Severity::Warning),
        (summary.n_notes, "note", Severity::Note),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, noun, severity)| paint(&counted(count, noun), color_of(severity), style))
        .collect();
    format!("{}; {}", counts.join(", "), summary.blocked())
}

fn color_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    }
}
