//! A source cut into chunks: one thread cuts, any number of them read what was cut into products.

use crate::barcode::Verdicts;
use crate::error::SourceError;
use crate::lines;
use crate::plan::Plan;
use crate::print;
use crate::print::Print;
use crate::print::Prints;
use crate::report::report_replaced;
use crate::rows::Mark;
use crate::rows::Row;
use crate::rows::RowBuffer;
use crate::rows::Rows;
use crate::seen::Met;
use crate::seen::Seen;
use crate::source::MissingSku;
use crate::source::SourceInfo;
use crate::table;
use crate::table::OriginCache;
use crate::tally::Tally;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_catalog::place::Columns;
use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

/// Products of a chunk: some milliseconds of work, and little enough memory to stay near the processor.
const PRODUCTS: usize = 32;
/// The same where chunks are remembered: one product that changed costs that all of its chunk are read again.
const PRODUCTS_REMEMBERED: usize = 4;
/// Bytes of text after which a chunk is full, however few products there are.
const BYTES: usize = 1 << 20;

/// Rows of whole products, one after the other.
#[derive(Debug, Default)]
pub struct Chunk(RowBuffer);

/// A source that is open. It is cut into chunks in the order of the file.
pub struct Source {
    rows: Rows,
    reader: Arc<Reader>,
    /// The first row of the next chunk.
    first: RowBuffer,
    /// The place before the next chunk.
    start: Mark,
    /// What the product of the last row is known by.
    key: String,
    /// Chunks of an earlier run; none where nobody remembers.
    prints: Option<Prints>,
    /// The chunk of the earlier run that stands at `start`, where that was looked for already.
    ahead: Option<usize>,
}

/// What was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A chunk; with what it is known by in a later run, where that was asked for and can be said.
    Chunk(Option<Print>),
    /// A chunk that was there in the earlier run.
    Known {
        /// Its number there.
        at: usize,
        /// The line it begins on now.
        line: u64,
    },
    /// There is no more.
    End,
}

/// Reads chunks of a source. It is the same for all threads.
#[derive(Debug)]
pub struct Reader(pub(crate) Kind);

/// How a source is read.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A table, row by row.
    Table { plan: Box<Plan>, verdicts: Verdicts, missing_sku: MissingSku },
    /// Our own catalog format.
    Lines { columns: Arc<Columns> },
}

/// What one thread keeps from chunk to chunk.
#[derive(Debug, Default)]
pub struct Hand {
    pub(crate) origins: OriginCache,
}

/// What a chunk holds, beside its products.
#[derive(Debug, Default)]
pub struct Contents {
    /// The SKUs and product keys in it, whatever became of their rows.
    pub met: Met,
    /// What is counted.
    pub tally: Tally,
}

impl Source {
    pub(crate) fn new(rows: Rows, reader: Kind) -> Self {
        Self {
            start: rows.mark(),
            rows,
            reader: Arc::new(Reader(reader)),
            first: RowBuffer::default(),
            key: String::new(),
            prints: None,
            ahead: None,
        }
    }

    /// Has chunks [known](Cut::Known) that an earlier run had too, and says what the others are known by. To be called
    /// before anything is cut, with the chunks of a run in which the source was [read the same way](Self::way).
    pub fn remember(&mut self, prints: Prints) {
        self.prints = Some(prints);
        self.rows.hold(self.start);
    }

    /// What decides how rows are read, beside the rows: the header, the profile, what the head says of barcodes.
    pub fn way(&self) -> String {
        match &self.reader.0 {
            Kind::Table { plan, verdicts, missing_sku } => {
                format!("{plan:?} {:?} {missing_sku:?}", verdicts.bad().collect::<Vec<_>>())
            }
            Kind::Lines { columns } => columns.file.to_string(),
        }
    }

    /// Cuts off the next chunk.
    ///
    /// # Errors
    /// That the file cannot be read on.
    pub fn cut(&mut self, chunk: &mut Chunk) -> Result<Cut, SourceError> {
        let line = self.start.line;
        if let Some(at) = self.known()? {
            return Ok(Cut::Known { at, line });
        }
        let most = if self.prints.is_some() { PRODUCTS_REMEMBERED } else { PRODUCTS };
        let rows = &mut chunk.0;
        rows.clear();
        mem::swap(rows, &mut self.first);
        let mut n_products = rows.len();
        let from = self.start;
        // What the product before the next row's is known by.
        let mut last = self.key.clone();
        loop {
            self.start = self.rows.mark();
            if !self.advance(rows)? {
                break;
            }
            let is_long = rows.n_bytes() >= BYTES;
            if !rows.last().is_some_and(|row| self.begins_product(row, is_long)) {
                continue;
            }
            // Where a chunk of the earlier run begins, this one ends: behind a change, all is as it was.
            self.ahead = if n_products > 0 { self.find(None)? } else { None };
            if is_long || n_products >= most || self.ahead.is_some() {
                rows.move_last(&mut self.first);
                break;
            }
            n_products += 1;
            last.clone_from(&self.key);
        }
        if rows.len() == 0 {
            return Ok(Cut::End);
        }
        let mut print = None;
        if let Some(prints) = &mut self.prints {
            prints.pass();
            // A quote that is never closed may be one day.
            if rows.rows().all(|row| row.damage.is_none()) {
                print = Print::new(self.rows.between(from, self.start), (from, self.start), &last);
            }
            self.rows.hold(self.start);
        }
        Ok(Cut::Chunk(print))
    }

    /// Steps over the next chunk, if it is one of the earlier run and what follows it belongs to none of its products.
    fn known(&mut self) -> Result<Option<usize>, SourceError> {
        let ahead = match self.ahead.take() {
            Some(at) => Some(at),
            None => self.find(None)?,
        };
        let Some((at, print)) = ahead.and_then(|at| Some((at, self.prints.as_ref()?.get(at)?))) else {
            return Ok(None);
        };
        let (start, length, n_lines, ends) = (self.start, print.length, print.n_lines, print.returns.1);
        let key = mem::replace(&mut self.key, print.last.clone());
        let first = mem::take(&mut self.first);
        self.rows.back_to(start);
        self.rows.step(length as usize, u64::from(n_lines), ends);
        self.start = self.rows.mark();
        let next = self.find(Some(at + 1))?;
        let mut is_apart = next == Some(at + 1);
        if !is_apart {
            let mut first = RowBuffer::default();
            is_apart = !self.advance(&mut first)? || first.last().is_some_and(|row| self.begins_product(row, false));
            self.first = first;
        }
        if is_apart {
            if let Some(prints) = &mut self.prints {
                prints.meet(at);
            }
            self.ahead = next;
            self.rows.hold(self.start);
            return Ok(Some(at));
        }
        (self.start, self.first, self.key) = (start, first, key);
        self.rows.back_to(start);
        if self.first.len() > 0 {
            // Behind its first row, as before.
            self.advance(&mut RowBuffer::default())?;
        }
        Ok(None)
    }

    /// The chunk of the earlier run that stands at `start`: `next`, before any other.
    fn find(&mut self, next: Option<usize>) -> Result<Option<usize>, SourceError> {
        let Some(prints) = self.prints.as_ref().filter(|prints| !prints.is_empty()) else { return Ok(None) };
        let why = |why| SourceError::unreadable(self.reader.file(), &why);
        let head = print::head(self.rows.peek(self.start, print::HEAD).map_err(why)?);
        let (start, rows) = (self.start, &mut self.rows);
        let mut trouble = None;
        let found = prints.find(head, next, |print| match rows.peek(start, print.length as usize + 1) {
            Ok(text) => print.begins(text, start),
            Err(unreadable) => {
                trouble.get_or_insert(unreadable);
                false
            }
        });
        trouble.map_or(Ok(found), |trouble| Err(why(trouble)))
    }

    /// What reads the chunks.
    pub fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader)
    }

    /// How it is being read.
    pub fn info(&self) -> SourceInfo {
        let encoding = self.rows.text().encoding().name();
        match &self.reader.0 {
            Kind::Table { plan, .. } => SourceInfo {
                file: plan.file.to_string(),
                profile: plan.profile.clone(),
                encoding,
                delimiter: Some(char::from(self.rows.delimiter())),
            },
            Kind::Lines { columns } => {
                SourceInfo { file: columns.file.to_string(), profile: "catalog".to_owned(), encoding, delimiter: None }
            }
        }
    }

    /// Reports what can be said only when all chunks were read; `tally` is that of all of them.
    pub fn report(&self, tally: &Tally, out: &mut Findings) {
        let file = match &self.reader.0 {
            Kind::Table { plan, .. } => {
                plan.report_end(tally, out);
                &plan.file
            }
            Kind::Lines { columns } => {
                lines::report_end(columns, tally, out);
                &columns.file
            }
        };
        report_replaced(self.rows.text(), file, self.rows.replaced_line(), out);
    }

    /// Its products one by one, for whoever has only one thread.
    pub fn products(self) -> Products {
        Products {
            source: self,
            chunk: Chunk::default(),
            hand: Hand::default(),
            seen: Seen::default(),
            tally: Tally::default(),
            ready: VecDeque::new(),
            is_over: false,
        }
    }

    fn advance(&mut self, rows: &mut RowBuffer) -> Result<bool, SourceError> {
        let more = match &self.reader.0 {
            Kind::Table { .. } => self.rows.next(rows),
            Kind::Lines { .. } => self.rows.next_line(rows),
        };
        more.map_err(|why| SourceError::unreadable(self.reader.file(), &why))
    }

    /// Whether a row may be the first of a chunk: nothing before it belongs to its product.
    fn begins_product(&mut self, row: Row<'_>, is_long: bool) -> bool {
        match &self.reader.0 {
            Kind::Table { plan, .. } => table::begins_product(plan, row, is_long, &mut self.key),
            Kind::Lines { .. } => true,
        }
    }
}

impl Reader {
    /// Reads a chunk, and hands each product over as soon as it is read. What is wrong with a row goes to `out`. A row or
    /// variant that an error is reported about is left out of its product; a product of which no variant is left is not
    /// delivered.
    ///
    /// A SKU or product key that an earlier chunk has is seen only when `seen` knows the earlier chunks. Who reads chunks
    /// without may find in [`Contents::met`] that one was there before, and has to read the chunk again.
    pub fn read(
        &self,
        chunk: &Chunk,
        seen: Option<&Seen>,
        hand: &mut Hand,
        out: &mut Findings,
        each: &mut dyn FnMut(Product),
    ) -> Contents {
        let mut contents = Contents::default();
        let (mut n_products, mut n_variants) = (0, 0);
        let mut counted = |product: Product| {
            n_products += 1;
            n_variants += product.variants.len() as u64;
            each(product);
        };
        match &self.0 {
            Kind::Table { plan, verdicts, missing_sku } => {
                table::read((plan, verdicts, *missing_sku), (&chunk.0, seen), hand, &mut contents, out, &mut counted);
            }
            Kind::Lines { columns } => lines::read(columns, (&chunk.0, seen), &mut contents, out, &mut counted),
        }
        (contents.tally.n_products, contents.tally.n_variants) = (n_products, n_variants);
        contents
    }

    fn file(&self) -> &str {
        match &self.0 {
            Kind::Table { plan, .. } => &plan.file,
            Kind::Lines { columns } => &columns.file,
        }
    }
}

/// The products of a source, one after the other.
pub struct Products {
    source: Source,
    chunk: Chunk,
    hand: Hand,
    seen: Seen,
    tally: Tally,
    ready: VecDeque<Product>,
    is_over: bool,
}

impl Products {
    /// The next product; `None` at the end. What is wrong with it was put into `out` by then, and what is wrong with
    /// products behind it may be as well.
    ///
    /// # Errors
    /// That the file cannot be read on.
    pub fn next(&mut self, out: &mut Findings) -> Result<Option<Product>, SourceError> {
        loop {
            if let Some(product) = self.ready.pop_front() {
                return Ok(Some(product));
            }
            if self.is_over {
                return Ok(None);
            }
            if let Cut::Chunk(_) = self.source.cut(&mut self.chunk)? {
                let ready = &mut self.ready;
                let mut each = |product| ready.push_back(product);
                let contents = self.source.reader.read(&self.chunk, Some(&self.seen), &mut self.hand, out, &mut each);
                self.seen.add(&contents.met);
                self.tally.add(&contents.tally);
            } else {
                self.is_over = true;
                self.source.report(&self.tally, out);
            }
        }
    }

    /// How the source is being read.
    pub fn info(&self) -> SourceInfo {
        self.source.info()
    }

    /// What was counted so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}
