//! Our own catalog format: one product a line, as JSON.

use crate::chunk::Contents;
use crate::close::drop_alike;
use crate::rows::MAX_ROW;
use crate::rows::Row;
use crate::rows::RowBuffer;
use crate::seen::Seen;
use crate::tally::Tally;
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
use std::sync::Arc;

/// What the fields of a file are called.
pub(crate) fn columns(file: &str) -> Columns {
    let name = |known: &Known| {
        let column = Column { name: Arc::from(known.def().code), level: Level::Variant };
        (Field::Known(*known), column)
    };
    Columns { file: Arc::from(file), by_field: Known::all().iter().map(name).collect() }
}

/// Reads lines.
pub(crate) fn read(
    columns: &Arc<Columns>,
    (rows, seen): (&RowBuffer, Option<&Seen>),
    contents: &mut Contents,
    out: &mut Findings,
    each: &mut dyn FnMut(Product),
) {
    let mut lines = Lines { columns, seen, contents };
    for row in rows.rows() {
        if row.damage.is_none() && row.text().trim().is_empty() {
            continue;
        }
        lines.contents.tally.n_rows += 1;
        if row.damage.is_some() {
            let message = format!("the line has more than {MAX_ROW} bytes");
            lines.unreadable(row, message, "look for line breaks that were lost", out);
        } else if let Some(product) = lines.product(row, out) {
            each(product);
        }
    }
}

/// Reports what can be said only when all lines were read.
pub(crate) fn report_end(columns: &Columns, tally: &Tally, out: &mut Findings) {
    if tally.n_rows == 0 {
        let place = Place { file: Arc::clone(&columns.file), line: Some(1), column: None };
        out.push(
            Finding::new(&rules::EMPTY_SOURCE, "the file has no products").help("write one product a line").at(place),
        );
    }
}

/// A file while its lines are read.
struct Lines<'a> {
    columns: &'a Arc<Columns>,
    seen: Option<&'a Seen>,
    contents: &'a mut Contents,
}

impl Lines<'_> {
    /// The product of a line.
    fn product(&mut self, row: Row<'_>, out: &mut Findings) -> Option<Product> {
        let json: ProductJson = match serde_json::from_str(row.text()) {
            Ok(json) => json,
            Err(why) => {
                // Every line is a document of its own to the parser.
                let said = why.to_string();
                let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
                let message = format!("{} (column {})", with_nearest(what), why.column());
                self.unreadable(row, message, "mend the line; one product a line, without a comma behind it", out);
                return None;
            }
        };
        let origin = Origin { columns: Arc::clone(self.columns), line: row.line };
        let n_variants = json.variants.len();
        let mut product = json.into_product(&origin, out)?;
        if let Some(first) = self.contents.met.key(self.seen, &product.key, row.line) {
            let message = format!("product `{}` stands on line {first} already; that line is used", product.key);
            self.unreadable(row, message, "give one of the two another `key`, or put their variants together", out);
            return None;
        }
        let (seen, met) = (self.seen, &mut self.contents.met);
        product.variants.retain(|variant| {
            let Some(first) = met.sku(seen, &variant.sku, row.line) else { return true };
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

    fn unreadable(&mut self, row: Row<'_>, message: String, help: &str, out: &mut Findings) {
        self.contents.tally.n_unreadable += 1;
        let place = Place { file: Arc::clone(&self.columns.file), line: Some(row.line), column: None };
        out.push(Finding::new(&rules::UNREADABLE_LINE, message).help(help).at(place));
    }
}
