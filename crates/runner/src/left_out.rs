//! The list of what a build left out and why: a table people open in a spreadsheet.

use crate::pipeline::RunError;
use crate::publish::FileEntry;
use crate::publish::LEFT_OUT;
use crate::publish::OutDir;
use crate::store::Sorted;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;

/// Writes the list: a row for every finding that kept something out, in order.
pub(crate) fn write(sorted: &Sorted, out: &mut OutDir) -> Result<Option<FileEntry>, RunError> {
    let mut file = None;
    let mut row = Vec::new();
    for finding in sorted.findings().map_err(RunError::Findings)? {
        let finding = finding.map_err(RunError::Findings)?;
        if !keeps_out(&finding) {
            continue;
        }
        if file.is_none() {
            let mut begun = out.create(LEFT_OUT)?;
            let header = ["channel", "sku", "code", "message", "help", "file", "line", "column", "pointer"];
            begun.write(&line(&header, &mut row))?;
            file = Some(begun);
        }
        let place = finding.place.as_ref();
        let number = place.and_then(|place| place.line).map(|line| line.to_string());
        let code = finding.code.to_string();
        let cells = [
            finding.channel.as_deref().unwrap_or_default(),
            finding.sku.as_ref().map_or("", Sku::as_str),
            &code,
            &finding.message,
            finding.help.as_deref().unwrap_or_default(),
            place.map_or("", |place| &place.file),
            number.as_deref().unwrap_or_default(),
            place.and_then(|place| place.column.as_deref()).unwrap_or_default(),
            finding.pointer.as_deref().unwrap_or_default(),
        ];
        if let Some(file) = &mut file {
            file.write_record(&line(&cells, &mut row))?;
        }
    }
    Ok(file.map(|file| out.close(file)).transpose()?)
}

fn keeps_out(finding: &Finding) -> bool {
    let left_out = [&rules::NOT_ACTIVE, &rules::NOT_SELLABLE, &rules::STILL_ACTIVE];
    let is_left_out = left_out.iter().any(|rule| finding.code == Code::Ours(rule));
    finding.severity == Severity::Error || is_left_out
}

fn line(cells: &[&str], row: &mut Vec<u8>) -> Vec<u8> {
    row.clear();
    let mut writer = csv::Writer::from_writer(std::mem::take(row));
    let written = writer.write_record(cells);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    writer.into_inner().unwrap_or_default()
}
