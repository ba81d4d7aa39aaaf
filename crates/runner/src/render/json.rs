//! One finding a line, for programs; `schemas/finding.schema.json` describes a line.

use crate::render::Run;
use feedwright_catalog::finding::FindingJson;
use std::io;

pub(super) fn render(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in run.sorted.findings()? {
        serde_json::to_writer(&mut *out, &FindingJson::from(&finding?))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
