//! Our own catalog format: one product a line, as JSON.

use crate::close::drop_alike;
use crate::error::SourceError;
use crate::report::report_replaced;
use crate::seen::Seen;
use crate::source::Source;
use crate::source::SourceInfo;
use crate::text::Text;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Origin;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::json::ProductJson;
use feedwright_catalog::nearest::with_nearest;
use feedwright_catalog::place::Column;
use feedwright_catalog::place::Columns;
use feedwright_catalog::place::Level;
use feedwright_catalog::rules;
use memchr::memchr2;
use std::sync::Arc;

/// The most bytes of one line, in UTF-8.
const MAX_LINE: usize = 16 << 20;

/// The products of a catalog file.
pub(crate) struct Lines {
    file: String,
    columns: Arc<Columns>,
    text: Text,
    piece: String,
    at: usize,
    line: u64,
    after_return: bool,
    buffer: String,
    keys: Seen,
    skus: Seen,
    n_rows: u64,
    is_complete: bool,
    is_over: bool,
    /// The line of the first character that was no text.
    replaced_line: Option<u64>,
}

impl Lines {
    /// Lines of a text of which the first piece was already taken.
    pub(crate) fn new(file: &str, text: Text, piece: String) -> Self {
        let name = |known: &Known| {
            let column = Column { name: Arc::from(known.def().code), level: Level::Variant };
            (Field::Known(*known), column)
        };
        let columns = Columns { file: Arc::from(file), by_field: Known::all().iter().map(name).collect() };
        Self {
            file: file.to_owned(),
            columns: Arc::new(columns),
            text,
            piece,
            at: 0,
            line: 0,
            after_return: false,
            buffer: String::new(),
            keys: Seen::new(),
            skus: Seen::new(),
            n_rows: 0,
            is_complete: true,
            is_over: false,
            replaced_line: None,
        }
    }

    /// Reads the next line into `buffer`. `Some(true)` when it is whole, `Some(false)` when it is too long.
    fn advance(&mut self) -> Result<Option<bool>, SourceError> {
        self.buffer.clear();
        let mut fits = true;
        let mut has_any = false;
        loop {
            if self.at == self.piece.len() {
                self.at = 0;
                let more = self.text.read(&mut self.piece).map_err(|why| SourceError::unreadable(&self.file, &why))?;
                if !more {
                    self.line += u64::from(has_any);
                    return Ok(has_any.then_some(fits));
                }
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            // The second half of CRLF.
            if std::mem::take(&mut self.after_return) && rest.starts_with('\n') {
                self.at += 1;
                continue;
            }
            let end = memchr2(b'\n', b'\r', rest.as_bytes());
            let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            fits &= self.buffer.len() + part.len() <= MAX_LINE;
            if fits {
                self.buffer.push_str(part);
            }
            self.at += part.len();
            has_any = true;
            if end.is_some() {
                self.after_return = rest.as_bytes().get(part.len()) == Some(&b'\r');
                self.at += 1;
                self.line += 1;
                return Ok(Some(fits));
            }
        }
    }

    /// The product of the line in `buffer`.
    fn product(&mut self, out: &mut Findings) -> Option<Product> {
        let json: ProductJson = match serde_json::from_str(&self.buffer) {
            Ok(json) => json,
            Err(why) => {
                // Every line is a document of its own to the parser.
                let said = why.to_string();
                let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
                let message = format!("{} (column {})", with_nearest(what), why.column());
                self.unreadable(message, "mend the line; one product a line, without a comma behind it", out);
                return None;
            }
        };
        let origin = Origin { columns: Arc::clone(&self.columns), line: self.line };
        let n_variants = json.variants.len();
        let mut product = json.into_product(&origin, out)?;
        if let Some(first) = self.keys.insert(&product.key, self.line) {
            let message = format!("product `{}` stands on line {first} already; that line is used", product.key);
            self.unreadable(message, "give one of the two another `key`, or put their variants together", out);
            return None;
        }
        let skus = &mut self.skus;
        let line = self.line;
        product.variants.retain(|variant| {
            let Some(first) = skus.insert(&variant.sku.key(), line) else { return true };
            // Not marked with the SKU: that belongs to the other line, which is used.
            let message = format!("SKU `{}` stands on line {first} already; that one is used", variant.sku);
            out.push(
                Finding::new(&rules::DUPLICATE_SKU, message)
                    .help("give one of the two another `sku`")
                    .at(variant.origin.place_of(&Known::Sku.into())),
            );
            false
        });
        if n_variants > 1 {
            let axes = product.axes.clone();
            drop_alike(&mut product, &axes, out);
        }
        (!product.variants.is_empty()).then_some(product)
    }

    fn unreadable(&mut self, message: String, help: &str, out: &mut Findings) {
        self.is_complete = false;
        let place = Place { file: Arc::clone(&self.columns.file), line: Some(self.line), column: None };
        out.push(Finding::new(&rules::UNREADABLE_LINE, message).help(help).at(place));
    }

    fn report_end(&self, out: &mut Findings) {
        let place = |line| Place { file: Arc::clone(&self.columns.file), line, column: None };
        if self.n_rows == 0 {
            out.push(
                Finding::new(&rules::EMPTY_SOURCE, "the file has no products")
                    .help("write one product a line")
                    .at(place(Some(1))),
            );
        }
        report_replaced(&self.text, &self.columns.file, self.replaced_line, out);
    }
}

impl Source for Lines {
    fn next(&mut self, out: &mut Findings) -> Result<Option<Product>, SourceError> {
        while let Some(fits) = self.advance()? {
            if self.replaced_line.is_none()
                && self.text.n_replaced() > 0
                && self.buffer.contains(char::REPLACEMENT_CHARACTER)
            {
                self.replaced_line = Some(self.line);
            }
            if !fits {
                self.n_rows += 1;
                self.unreadable(
                    format!("the line has more than {MAX_LINE} bytes"),
                    "look for line breaks that were lost",
                    out,
                );
                continue;
            }
            if self.buffer.trim().is_empty() {
                continue;
            }
            self.n_rows += 1;
            if let Some(product) = self.product(out) {
                return Ok(Some(product));
            }
        }
        if !self.is_over {
            self.is_over = true;
            self.report_end(out);
        }
        Ok(None)
    }

    fn info(&self) -> SourceInfo {
        SourceInfo {
            file: self.file.clone(),
            profile: "catalog".to_owned(),
            encoding: self.text.encoding().name(),
            delimiter: None,
            n_rows: self.n_rows,
            is_complete: self.is_complete,
        }
    }
}
