//! The reference page of marketplaces: what each profile says of itself.

use super::NOTE;
use super::cell;
use feedwright_runner::Lane;
use feedwright_runner::Profile;
use feedwright_runner::Sending;
use feedwright_runner::marketplaces::MARKETPLACES;
use feedwright_runner::selling;

/// The page.
pub(super) fn page() -> String {
    let mut page = format!(
        "# Marketplaces\n\n{NOTE}\nWhat can be sold on where: the sites of each marketplace, the files it takes, and what only \
         it has to be told.\nA lane is carried by the first feed that names it, unless `feeds` of the channel says otherwise; \
         a limit is the\nmarketplace's own, with the day it was read. What is sent *by API* is planned and sent by \
         `feedwright apply`; what is sent\n*by hand* is written by `feedwright build`, and a person uploads it.\n"
    );
    for adapter in MARKETPLACES {
        page.push_str(&marketplace(adapter.profile));
    }
    page
}

fn marketplace(profile: &Profile) -> String {
    let mut page = format!("\n## {}\n\n`marketplace = \"{}\"`\n", profile.name, profile.id);
    match profile.api {
        Some(api) => {
            let names: Vec<String> = selling::signs_in_with(api).iter().map(|name| format!("`{name}`")).collect();
            page.extend([format!("\nSigns in with these `credentials`: {}.\n", names.join(", "))]);
        }
        None => page.push_str("\nNothing is sent by API: its files are uploaded by people.\n"),
    }
    page.push_str("\n| site | country | currency | languages |\n|---|---|---|---|\n");
    page.extend(profile.sites.iter().map(|site| {
        let languages = site.languages.join(", ");
        format!("| `{}` | {} | {} | {languages} |\n", site.id, site.country, site.currency)
    }));
    page.push_str("\n| feed | its own name | carries | sent | files | most in a file | read |\n");
    page.push_str("|---|---|---|---|---|---|---|\n");
    for feed in profile.feeds {
        for (at, part) in feed.parts.iter().enumerate() {
            let is_first = at == 0;
            let id = if is_first { format!("`{}`", feed.id) } else { String::new() };
            let name = if is_first { cell(feed.name) } else { String::new() };
            let lanes: Vec<&str> = feed.lanes.iter().copied().filter(|_| is_first).map(Lane::name).collect();
            let sent = if is_first { sent(&feed.sending) } else { String::new() };
            let part_id = if part.id.is_empty() { String::new() } else { format!("{} ", part.id) };
            let batch = part.max_batch.as_ref().map_or_else(String::new, |batch| format!(", {} a call", batch.value));
            page.extend([format!(
                "| {id} | {name} | {} | {sent} | {part_id}`.{}` | {} records, {} bytes{batch} | {} |\n",
                lanes.join(", "),
                part.extension,
                part.max_records.value,
                part.max_bytes.value,
                part.max_bytes.checked_on,
            )]);
        }
    }
    if !profile.options.is_empty() {
        page.push_str("\nUnder `options`; of several values the first holds when nothing is said:\n\n");
        page.push_str("| setting | takes | what it is |\n|---|---|---|\n");
        page.extend(profile.options.iter().map(|option| {
            let values: Vec<String> = option.values.iter().map(|value| format!("`{value}`")).collect();
            let takes = if values.is_empty() { "text".to_owned() } else { values.join(", ") };
            format!("| `{}` | {takes} | {} |\n", option.name, cell(option.docs))
        }));
    }
    if !profile.references.is_empty() {
        page.push_str("\nUnder `documents`:\n\n| document | what it is |\n|---|---|\n");
        let rows = profile.references.iter();
        page.extend(rows.map(|document| format!("| `{}` | {} |\n", document.name, cell(document.docs))));
    }
    page
}

/// How the files of a feed get there.
fn sent(sending: &Sending) -> String {
    match sending {
        Sending::ByHand => "by hand".to_owned(),
        Sending::ByApi { quota: Some(quota), .. } => {
            let minutes = quota.per.as_secs() / 60;
            let per = if minutes.is_multiple_of(60) { format!("{} h", minutes / 60) } else { format!("{minutes} min") };
            format!("by API, {} in {per}", quota.submissions)
        }
        Sending::ByApi { quota: None, .. } => "by API, call by call".to_owned(),
    }
}
