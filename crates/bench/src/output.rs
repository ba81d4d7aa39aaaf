//! What a program leaves behind: its messages and the SKUs it refused, a file of each for every thread.

use crate::message::FOOTER;
use crate::message::HEADER;
use crate::rows;
use crate::rows::Row;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use clap::Args;
use csv::StringRecord;
use std::fs;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write as _;
use std::ops::Range;
use std::path::PathBuf;
use std::thread;

/// What a program is run over.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The catalog.
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: PathBuf,
    /// Where messages and refused SKUs go; an empty folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How many threads; each takes a part of the catalog and writes files of its own.
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: u64,
}

/// The files of one thread.
pub(crate) struct Output {
    messages: BufWriter<File>,
    refused: BufWriter<File>,
    n_messages: u64,
}

impl Output {
    fn create(arguments: &Arguments, part: usize) -> Result<Self> {
        let create = |name: &str| {
            let path = arguments.out.join(format!("{name}-{:02}", part + 1));
            File::create(&path).with_context(|| format!("cannot create {}", path.display()))
        };
        let mut messages = BufWriter::with_capacity(256 << 10, create("messages")?);
        messages.write_all(HEADER.as_bytes())?;
        Ok(Self { messages, refused: BufWriter::new(create("refused")?), n_messages: 0 })
    }

    /// Adds a message. `write` is given its number.
    pub(crate) fn message(&mut self, write: impl FnOnce(u64, &mut BufWriter<File>) -> Result<()>) -> Result<()> {
        if self.n_messages > 0 {
            self.messages.write_all(b",\n")?;
        }
        self.n_messages += 1;
        write(self.n_messages, &mut self.messages)
    }

    /// Remembers a product that is not sent.
    pub(crate) fn refuse(&mut self, sku: &str) -> Result<()> {
        writeln!(self.refused, "{sku}").context("cannot write what was refused")
    }

    fn finish(mut self) -> Result<()> {
        self.messages.write_all(FOOTER.as_bytes())?;
        self.messages.flush().context("cannot write the last messages")?;
        self.refused.flush().context("cannot write what was refused last")
    }
}

/// Gives every row of the catalog to a thread's own `work`, which `begin` makes.
pub(crate) fn for_each_row<W>(arguments: &Arguments, begin: impl Fn() -> W + Sync) -> Result<()>
where
    W: FnMut(&Row<'_>, &mut Output) -> Result<()>,
{
    fs::create_dir_all(&arguments.out).with_context(|| format!("cannot create {}", arguments.out.display()))?;
    let parts = rows::parts(&arguments.catalog, arguments.threads.max(1))?;
    let one = |at: usize, part: &Range<u64>| -> Result<()> {
        let mut table = rows::reader(&arguments.catalog, part)?;
        let mut output = Output::create(arguments, at)?;
        let mut work = begin();
        let mut record = StringRecord::new();
        while table.read_record(&mut record)? {
            work(&Row::of(&record)?, &mut output)?;
        }
        output.finish()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().enumerate().map(|(at, part)| scope.spawn(move || one(at, part))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })
}
