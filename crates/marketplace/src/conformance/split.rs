//! Laws of files that come near their limits: each stays within them, and no record is lost or doubled.

use super::case::Case;
use super::output;
use super::output::File;
use super::output::Kin;
use super::stand::Stand;
use super::subject::said;
use crate::contract::Feed;
use crate::contract::Limit;
use crate::contract::Part;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use std::sync::Arc;

pub(super) fn cases(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    if stand.samples.is_empty() {
        return;
    }
    for (at, part) in feed.parts.iter().enumerate() {
        let tail = if part.id.is_empty() { String::new() } else { format!("-{}", part.id) };
        let about = format!("{}: {}{tail}", stand.about(), feed.id);
        let mut law = |what: &str, law: fn(&Stand, &'static Feed, usize) -> Result<(), String>| {
            let of = Arc::clone(stand);
            let name = format!("{about}: at, under and over its limit of {what} no record is lost or doubled");
            out.push(Case::new("split", name, move || law(&of, feed, at)));
        };
        law("records", by_records);
        law("bytes", by_bytes);
        let name = format!("{about}: at, under and over its limit of records in a call no record is lost or doubled");
        match part.max_batch {
            None => out.push(Case::skipped("split", name, "its files are no lists of calls")),
            Some(_) => law("records in a call", by_batch),
        }
    }
}

/// The part with other limits.
fn limited(part: &'static Part, max_records: Option<u64>, max_bytes: Option<u64>, max_batch: Option<u64>) -> Part {
    let limit = |given: &'static Limit, value: Option<u64>| Limit { value: value.unwrap_or(given.value), ..*given };
    Part {
        max_records: limit(&part.max_records, max_records),
        max_bytes: limit(&part.max_bytes, max_bytes),
        max_batch: part.max_batch.as_ref().map(|given| limit(given, max_batch)),
        ..*part
    }
}

fn by_records(stand: &Stand, feed: &'static Feed, at: usize) -> Result<(), String> {
    for (_, set) in output::sets(stand, feed)? {
        let part = &feed.parts[at];
        let whole = output::pack(stand, feed, at, part, &set)?;
        let all: u64 = whole.iter().map(|file| file.records).sum();
        let most = largest(stand, feed, at, &set, |file| file.records)?;
        for max in [all + 1, all, all.saturating_sub(1), most].into_iter().filter(|max| *max >= most && *max > 0) {
            let part = limited(part, Some(max), None, None);
            let files = output::pack(stand, feed, at, &part, &set)?;
            are_whole(stand, feed, at, &part, &set, &files, all)?;
            let is_one = files.len() <= 1;
            if is_one != (max >= all) {
                return Err(format!("{all} records, {max} allowed in a file, {} files", files.len()));
            }
        }
    }
    Ok(())
}

fn by_bytes(stand: &Stand, feed: &'static Feed, at: usize) -> Result<(), String> {
    for (_, set) in output::sets(stand, feed)? {
        let part = &feed.parts[at];
        let whole = output::pack(stand, feed, at, part, &set)?;
        let all: u64 = whole.iter().map(|file| file.records).sum();
        let size: u64 = whole.iter().map(|file| file.bytes.len() as u64).sum();
        let most = largest(stand, feed, at, &set, |file| file.bytes.len() as u64)?;
        // Records are counted so that they never come out too small; what is counted too much is this at most.
        let slack = 100 * (all + 2) + 1_000;
        for max in [size + slack, size, size.saturating_sub(1), most + slack] {
            let part = limited(part, None, Some(max), None);
            let Ok(files) = output::pack(stand, feed, at, &part, &set) else {
                // A product is never torn apart: with less room than the largest needs there is no file.
                if max >= most + slack {
                    return Err(format!("{max} bytes allowed, and a product of at most {most} fits into no file"));
                }
                continue;
            };
            are_whole(stand, feed, at, &part, &set, &files, all)?;
            if max < size && files.len() <= 1 && all > 0 {
                return Err(format!("{size} bytes, {max} allowed, one file"));
            }
        }
    }
    Ok(())
}

fn by_batch(stand: &Stand, feed: &'static Feed, at: usize) -> Result<(), String> {
    for (_, set) in output::sets(stand, feed)? {
        let part = &feed.parts[at];
        let whole = output::pack(stand, feed, at, part, &set)?;
        let all: u64 = whole.iter().map(|file| file.records).sum();
        for max in [all + 1, all, all.saturating_sub(1), 1].into_iter().filter(|max| *max > 0) {
            let part = limited(part, None, None, Some(max));
            let files = output::pack(stand, feed, at, &part, &set)?;
            are_whole(stand, feed, at, &part, &set, &files, all)?;
        }
    }
    Ok(())
}

/// The most of something that a product alone takes in a file.
fn largest(
    stand: &Stand,
    feed: &'static Feed,
    at: usize,
    set: &[Kin],
    measure: fn(&File) -> u64,
) -> Result<u64, String> {
    let mut most = 0;
    for kin in set {
        for file in output::pack(stand, feed, at, &feed.parts[at], std::slice::from_ref(kin))? {
            most = most.max(measure(&file));
        }
    }
    Ok(most)
}

fn are_whole(
    stand: &Stand,
    feed: &'static Feed,
    at: usize,
    part: &Part,
    set: &[Kin],
    files: &[File],
    all: u64,
) -> Result<(), String> {
    let counted: u64 = files.iter().map(|file| file.records).sum();
    if counted != all {
        return Err(format!("{all} records became {counted}"));
    }
    for file in files {
        if file.records > part.max_records.value || file.bytes.len() as u64 > part.max_bytes.value {
            return Err(format!(
                "a file of {} records and {} bytes is over its limits",
                file.records,
                file.bytes.len()
            ));
        }
        output::values(part, &file.bytes)?;
        let (findings, records) = output::lint(stand, feed, part, &file.bytes);
        let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        if !errors.is_empty() || records != file.records {
            return Err(format!("lint counts {records} of {} records{}", file.records, said(errors)));
        }
    }
    for record in set.iter().flat_map(|kin| &kin.records).map(|record| &record.bytes[at]) {
        let times: usize = files.iter().map(|file| times(&file.bytes, record)).sum();
        if !record.is_empty() && times != 1 {
            return Err(format!("a record stands {times} times: {}", String::from_utf8_lossy(record)));
        }
    }
    Ok(())
}

fn times(file: &[u8], record: &[u8]) -> usize {
    if record.is_empty() { 0 } else { file.windows(record.len()).filter(|window| *window == record).count() }
}
