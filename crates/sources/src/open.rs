//! Opens a source: finds out its encoding, its delimiter and its profile, and hands out its products.

use crate::chunk::Kind;
use crate::chunk::Source;
use crate::delimiter::find_delimiter;
use crate::delimiter::separator_line;
use crate::detect::detect;
use crate::error::SourceError;
use crate::lines;
use crate::plan::Plan;
use crate::profile::Delimiter;
use crate::profile::Layout;
use crate::profile::Profile;
use crate::rows::Damage;
use crate::rows::RowBuffer;
use crate::rows::Rows;
use crate::source::ProfileChoice;
use crate::source::SourceOptions;
use crate::table::judge;
use crate::text::Text;
use encoding_rs::Encoding;
use feedwright_catalog::Findings;
use feedwright_catalog::nearest::nearest;
use std::io::Read;
use std::sync::Arc;

/// Opens a source. `file` is its name in messages; nothing but `reader` is read.
pub fn open(
    file: &str,
    reader: Box<dyn Read + Send>,
    choice: &ProfileChoice,
    options: &SourceOptions,
    out: &mut Findings,
) -> Result<Source, SourceError> {
    let profile = match choice {
        ProfileChoice::Detect => None,
        ProfileChoice::Named(name) => Some(named(name)?),
        ProfileChoice::Own(profile) => Some(profile.as_ref()),
    };
    let encoding = match &options.encoding {
        Some(name) => {
            let unknown = || SourceError::UnknownEncoding { name: name.clone() };
            Some(Encoding::for_label(name.trim().as_bytes()).ok_or_else(unknown)?)
        }
        None => None,
    };
    let mut text = Text::open(file, reader, encoding)?;
    let mut head = String::new();
    text.read(&mut head).map_err(|why| SourceError::unreadable(file, &why))?;
    let layout = profile.map_or_else(|| layout_of(&head), |profile| profile.layout);
    if layout == Layout::Catalog {
        if head.trim_start().starts_with('[') {
            return Err(SourceError::NotJsonLines { file: file.to_owned() });
        }
        let columns = Arc::new(lines::columns(file));
        return Ok(Source::new(Rows::new(text, head, b'\n'), Kind::Lines { columns }));
    }
    open_table(file, text, head, profile, options, out)
}

fn named(name: &str) -> Result<&'static Profile, SourceError> {
    Profile::named(name).ok_or_else(|| {
        let known = || Profile::all().iter().map(|profile| profile.name.as_str());
        SourceError::UnknownProfile {
            name: name.to_owned(),
            known: known().map(str::to_owned).collect(),
            nearest: nearest(name, known()).map(str::to_owned),
        }
    })
}

/// JSON begins with a bracket, and no header of a table does.
fn layout_of(head: &str) -> Layout {
    if head.trim_start().starts_with(['{', '[']) { Layout::Catalog } else { Layout::Flat }
}

fn open_table(
    file: &str,
    text: Text,
    head: String,
    profile: Option<&Profile>,
    options: &SourceOptions,
    out: &mut Findings,
) -> Result<Source, SourceError> {
    let named = separator_line(&head);
    let delimiter = match (profile.and_then(|profile| profile.delimiter), named) {
        (Some(Delimiter::Comma), _) => b',',
        (Some(Delimiter::Semicolon), _) => b';',
        (Some(Delimiter::Tab), _) => b'\t',
        (Some(Delimiter::Pipe), _) => b'|',
        (None, Some((delimiter, _))) => delimiter,
        (None, None) => find_delimiter(&head, text.is_done()),
    };
    let mut rows = Rows::new(text, head, delimiter);
    let mut buffer = RowBuffer::default();
    for _ in 0..=usize::from(named.is_some()) {
        buffer.clear();
        rows.next(&mut buffer).map_err(|why| SourceError::unreadable(file, &why))?;
    }
    let header = buffer.last().unwrap_or_default();
    if header.cells().all(|cell| cell.trim().is_empty()) && header.damage.is_none() {
        return Err(SourceError::Empty { file: file.to_owned() });
    }
    if let Some(damage) = header.damage {
        let message = match damage {
            Damage::CellTooLong(_) | Damage::RowTooLong => {
                "it is too long: this is not a table with one header row".to_owned()
            }
            Damage::TooManyCells => "it has too many cells: look for line breaks that were lost".to_owned(),
            Damage::UnclosedQuote { line, .. } => format!("the quote opened on line {line} is never closed: close it"),
        };
        return Err(SourceError::BadHeader { file: file.to_owned(), message });
    }
    let profile = match profile {
        Some(profile) => profile,
        None => detect(file, header, Profile::all())?,
    };
    let plan = Plan::new(file, header, profile, options, out)?;
    let verdicts = judge(&mut rows, &plan, out)?;
    Ok(Source::new(rows, Kind::Table { plan: Box::new(plan), verdicts, missing_sku: options.missing_sku }))
}
