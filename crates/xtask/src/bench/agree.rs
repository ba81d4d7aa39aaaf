//! Whether two programs did the same: the same messages, and the same products refused. Otherwise their times say nothing.

use crate::bench::program::Program;
use crate::bench::stage::Stage;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;

/// How many messages are compared word by word. All are counted.
const COMPARED: usize = 1_000;

/// What a program made of a catalog.
#[derive(Debug)]
pub(crate) struct Made {
    /// How many messages.
    pub(crate) messages: u64,
    /// Their size.
    pub(crate) bytes: u64,
    /// The first of them.
    pub(crate) first: Vec<Value>,
    /// The SKUs of products that were not sent.
    pub(crate) refused: BTreeSet<String>,
    /// Digests of all files, by the manifest where there is one.
    pub(crate) digests: Vec<String>,
}

/// Compares what a program wrote with what we write.
pub(crate) fn with_ours(stage: &Stage, program: &Program, out: &Path) -> Result<()> {
    let ours = stage.reference(program.rows)?;
    let theirs =
        if matches!(program.kind, crate::bench::program::Kind::Ours { .. }) { made_by_us(out)? } else { made(out)? };
    compare(&ours, &theirs)
}

fn compare(ours: &Made, theirs: &Made) -> Result<()> {
    ensure!(!ours.refused.is_empty(), "nothing was refused, so it is not seen whether anything is checked");
    let only = |these: &Made, those: &Made| {
        these.refused.difference(&those.refused).take(3).cloned().collect::<Vec<_>>().join(", ")
    };
    ensure!(
        ours.refused == theirs.refused,
        "{} products are refused, {} by feedwright; only by one of them: {}",
        theirs.refused.len(),
        ours.refused.len(),
        [only(theirs, ours), only(ours, theirs)].concat()
    );
    ensure!(ours.messages == theirs.messages, "{} messages, {} by feedwright", theirs.messages, ours.messages);
    ensure!(ours.first.len() == theirs.first.len(), "fewer messages than counted");
    for (ours, theirs) in ours.first.iter().zip(&theirs.first) {
        if ours != theirs {
            bail!("another message than feedwright's:\n{theirs}\n{ours}");
        }
    }
    let both_have_digests = !ours.digests.is_empty() && !theirs.digests.is_empty();
    ensure!(!both_have_digests || ours.digests == theirs.digests, "the number of threads changed the output");
    Ok(())
}

/// What we made, by our manifest.
pub(crate) fn made_by_us(out: &Path) -> Result<Made> {
    let manifest = fs::read(out.join("manifest.json")).context("cannot read the manifest")?;
    let manifest: Value = serde_json::from_slice(&manifest)?;
    let files = manifest["channels"][0]["files"].as_array().context("the manifest lists no files")?;
    let sum = |key: &str| files.iter().filter_map(|file| file[key].as_u64()).sum::<u64>();
    let paths = files.iter().filter_map(|file| file["file"].as_str()).map(|file| out.join(file)).collect();
    let digests = files.iter().filter_map(|file| file["blake3"].as_str()).map(str::to_owned).collect();
    let mut refused = BTreeSet::new();
    let mut left_out = csv::Reader::from_path(out.join("left-out.csv")).context("cannot read what was left out")?;
    for row in left_out.records() {
        refused.insert(row?.get(1).context("a row of left-out.csv names no SKU")?.to_owned());
    }
    Ok(Made { messages: sum("records"), bytes: sum("bytes"), first: first(paths)?.0, refused, digests })
}

/// What a program made that writes files as those beside the generator do.
fn made(out: &Path) -> Result<Made> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(out)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    names.sort();
    let of = |prefix: &str| -> Vec<PathBuf> {
        let is_of = |path: &&PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
        names.iter().filter(is_of).cloned().collect()
    };
    let mut refused = BTreeSet::new();
    for path in of("refused-") {
        for line in BufReader::new(File::open(path)?).lines() {
            ensure!(refused.insert(line?), "a product is refused twice");
        }
    }
    let (first, messages) = first(of("messages-"))?;
    let bytes = of("messages-").iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum();
    Ok(Made { messages, bytes, first, refused, digests: Vec::new() })
}

/// The first messages of some files, and how many there are in all of them. A message is a line.
fn first(paths: Vec<PathBuf>) -> Result<(Vec<Value>, u64)> {
    let (mut first, mut n) = (Vec::new(), 0);
    for path in paths {
        let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        for line in BufReader::with_capacity(1 << 20, file).split(b'\n') {
            let line = line?;
            if !line.starts_with(b"{\"messageId\"") {
                continue;
            }
            n += 1;
            if first.len() < COMPARED {
                let text = line.strip_suffix(b",").unwrap_or(&line);
                let mut message = serde_json::from_slice(text).context("a message is not JSON")?;
                even(&mut message);
                first.push(message);
            }
        }
    }
    Ok((first, n))
}

/// Numbers are what they are worth: `17`, `17.0` and `1.7e1` are one. A message's place in its file is no part of it.
fn even(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.as_f64().into(),
        Value::Array(entries) => entries.iter_mut().for_each(even),
        Value::Object(members) => {
            members.remove("messageId");
            members.values_mut().for_each(even);
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(messages: &[&str], refused: &[&str]) -> Made {
        let parse = |text: &&str| {
            let mut value = serde_json::from_str(text).unwrap();
            even(&mut value);
            value
        };
        Made {
            messages: messages.len() as u64,
            bytes: 0,
            first: messages.iter().map(parse).collect(),
            refused: refused.iter().map(|sku| (*sku).to_owned()).collect(),
            digests: Vec::new(),
        }
    }

    #[test]
    fn how_a_number_is_written_and_where_a_message_stands_is_no_difference() {
        let ours = made_of(&[r#"{"messageId":1,"value":12.50}"#], &["B"]);
        let theirs = made_of(&[r#"{"value":1.25e1,"messageId":7}"#], &["B"]);
        compare(&ours, &theirs).unwrap();
    }

    #[test]
    fn another_value_another_count_and_another_refusal_are() {
        let ours = made_of(&[r#"{"value":12.5}"#], &["B"]);
        for (messages, refused) in [
            (&[r#"{"value":12.6}"#][..], &["B"][..]),
            (&[r#"{"value":12.5}"#, "{}"], &["B"]),
            (&[r#"{"value":12.5}"#], &["C"]),
            (&[r#"{"value":12.5}"#], &["B", "C"]),
        ] {
            compare(&ours, &made_of(messages, refused)).unwrap_err();
        }
    }
}
