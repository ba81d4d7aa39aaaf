//! The two layouts of tables, grouped and flat: rows into products.

use crate::barcode::Verdicts;
use crate::cell::has_control;
use crate::cell::short;
use crate::chunk::Contents;
use crate::chunk::Hand;
use crate::close::close;
use crate::error::SourceError;
use crate::family::Family;
use crate::header::handle;
use crate::plan::Plan;
use crate::profile::Layout;
use crate::rows::Damage;
use crate::rows::Row;
use crate::rows::RowBuffer;
use crate::rows::Rows;
use crate::seen::Seen;
use crate::source::MissingSku;
use crate::tally::Times;
use crate::target::Target;
use crate::variant::Shop;
use crate::variant::read_variant;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::rules;
use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use crate::family::OriginCache;

/// How much of the head is read to judge the barcode columns.
const AHEAD: usize = 4 << 20;

/// Reads the head of a table, as far as needed to judge its barcode columns, and goes back to its first row.
pub(crate) fn judge(rows: &mut Rows, plan: &Plan, out: &mut Findings) -> Result<Verdicts, SourceError> {
    let mut verdicts = Verdicts::new(plan);
    let first = rows.mark();
    rows.hold(first);
    let mut row = RowBuffer::default();
    let mut n_bytes = 0;
    while n_bytes < AHEAD && verdicts.wants_more() {
        row.clear();
        if !rows.next(&mut row).map_err(|why| SourceError::unreadable(&plan.file, &why))? {
            break;
        }
        n_bytes += row.n_bytes();
        if let Some(row) = row.last() {
            verdicts.look(plan, row);
        }
    }
    rows.back_to(first);
    rows.let_go();
    verdicts.report(plan, out);
    Ok(verdicts)
}

/// Whether a row begins a product, and none that is known by `last`. A chunk that is long already may end before a row that
/// belongs to no product, so that no file is held whole.
pub(crate) fn begins_product(plan: &Plan, row: Row<'_>, is_long: bool, last: &mut String) -> bool {
    let is_grouped = plan.layout == Layout::Grouped;
    let known = match (key(plan, row), row.damage) {
        (Some(key), None) => Some(key),
        (Some(key), Some(_)) if is_grouped => Some(key),
        (None, None) if is_grouped => title(plan, row).map(Cow::Owned),
        (_, Some(_)) => None,
        (None, None) => {
            if is_blank(row) {
                return false;
            }
            // A family of one.
            last.clear();
            last.push_str(own_sku(plan, row));
            return true;
        }
    };
    let Some(known) = known else { return is_long };
    if known == *last {
        return false;
    }
    last.clear();
    last.push_str(&known);
    true
}

/// Reads rows of whole products.
pub(crate) fn read(
    (plan, verdicts, missing_sku): (&Plan, &Verdicts, MissingSku),
    (rows, seen): (&RowBuffer, Option<&Seen>),
    hand: &mut Hand,
    contents: &mut Contents,
    out: &mut Findings,
    each: &mut dyn FnMut(Product),
) {
    contents.tally.unread.resize(plan.unread.len(), Times::default());
    let mut table =
        Table { plan, verdicts, missing_sku, seen, origins: &mut hand.origins, contents, each, family: None };
    for row in rows.rows() {
        table.take(row, out);
    }
    table.end(out);
}

/// A table while its rows are read.
struct Table<'a> {
    plan: &'a Plan,
    verdicts: &'a Verdicts,
    missing_sku: MissingSku,
    seen: Option<&'a Seen>,
    origins: &'a mut OriginCache,
    contents: &'a mut Contents,
    each: &'a mut dyn FnMut(Product),
    family: Option<Family<'a>>,
}

impl<'a> Table<'a> {
    fn take(&mut self, row: Row<'a>, out: &mut Findings) {
        self.contents.tally.n_rows += 1;
        if let Some(damage) = row.damage {
            self.take_damaged(row, damage, out);
            return;
        }
        if is_blank(row) {
            return;
        }
        self.plan.report_width(row, out);
        for (column, filled) in self.plan.unread.iter().zip(&mut self.contents.tally.unread) {
            if row.cell(column.at).is_some_and(|cell| !cell.trim().is_empty()) {
                filled.on(row.line);
            }
        }
        if has_control(row) {
            self.plan.report_controls(row, out);
        }
        match self.plan.layout {
            Layout::Grouped => self.take_grouped(row, out),
            Layout::Flat | Layout::Catalog => self.take_flat(row, out),
        }
    }

    /// The product before is complete.
    fn end(&mut self, out: &mut Findings) {
        if let Some(product) = self.family.take().and_then(|family| close(self.plan, family, out)) {
            (self.each)(product);
        }
    }

    fn take_grouped(&mut self, row: Row<'a>, out: &mut Findings) {
        // Shopify makes the handle from the title where there is none, and so does this.
        let Some(key) = key(self.plan, row).or_else(|| title(self.plan, row).map(Cow::Owned)) else {
            let (name, place) = self.key_column(row);
            let message = format!("column \"{name}\" is empty, so the row belongs to no product");
            let help = format!("fill in column \"{name}\", or remove the row");
            out.push(Finding::new(&rules::ORPHAN_ROW, message).help(help).at(place));
            return;
        };
        if let Some(family) = self.family.as_ref().filter(|family| family.has_key(&key)) {
            if family.is_broken {
                return;
            }
            family.check_repeats(self.plan, row, out);
            if is_variant(self.plan, row) {
                self.read_variant(row, out);
            } else {
                self.plan.report_strays(row, out);
            }
        } else if self.begin(&key, row, out) {
            // The first row is always a variant.
            self.read_variant(row, out);
        } else {
            return;
        }
        if let Some(family) = &mut self.family {
            family.read_images(self.plan, row, out);
        }
    }

    fn take_flat(&mut self, row: Row<'a>, out: &mut Findings) {
        match (key(self.plan, row), &self.family) {
            (Some(key), Some(family)) if family.has_key(&key) => family.check_repeats(self.plan, row, out),
            (Some(key), _) => {
                if !self.begin(&key, row, out) {
                    return;
                }
            }
            // A family of one.
            (None, _) => self.open(own_sku(self.plan, row), row, out),
        }
        self.read_variant(row, out);
        if let Some(family) = &mut self.family {
            family.read_images(self.plan, row, out);
        }
    }

    /// Begins a family, unless it was closed before: then the row is reported and left out.
    fn begin(&mut self, key: &str, row: Row<'a>, out: &mut Findings) -> bool {
        let Some(first) = self.contents.met.key(self.seen, key, row.line) else {
            self.open(key, row, out);
            return true;
        };
        self.end(out);
        self.contents.tally.n_unreadable += 1;
        let (name, place) = self.key_column(row);
        let message = format!("product `{}` began on line {first}, and other products stand between", short(key));
        let help = format!("sort the file by column \"{name}\", keeping the order of the rows within a product");
        out.push(Finding::new(&rules::SCATTERED_PRODUCT, message).help(help).at(place));
        false
    }

    fn open(&mut self, key: &str, row: Row<'a>, out: &mut Findings) {
        self.end(out);
        self.family = Some(Family::open(self.plan, key, row, self.origins, out));
    }

    fn take_damaged(&mut self, row: Row<'a>, damage: Damage, out: &mut Findings) {
        self.contents.tally.n_unreadable += 1;
        // The cells before the damage are there, perhaps the key's.
        let key = key(self.plan, row).filter(|key| self.family.as_ref().is_none_or(|family| !family.has_key(key)));
        let left_out = match &key {
            Some(key) if self.plan.layout == Layout::Grouped => format!("product `{}` is left out", short(key)),
            _ => "the row is left out".to_owned(),
        };
        self.plan.report_damage(row, damage, &left_out, out);
        // The further rows of the product would make another product of it.
        if let Some(key) = key.filter(|_| self.plan.layout == Layout::Grouped) {
            self.end(out);
            if self.contents.met.key(self.seen, &key, row.line).is_none() {
                let mut family = Family::open(self.plan, &key, Row::blank(row.line), self.origins, out);
                family.is_broken = true;
                self.family = Some(family);
            }
        }
    }

    fn read_variant(&mut self, row: Row<'a>, out: &mut Findings) {
        let Some(family) = &mut self.family else { return };
        let mut shop = Shop {
            plan: self.plan,
            verdicts: self.verdicts,
            missing_sku: self.missing_sku,
            seen: self.seen,
            met: &mut self.contents.met,
            tally: &mut self.contents.tally,
        };
        read_variant(&mut shop, family, row, out);
    }

    /// The key column's name, and its place in a row.
    fn key_column(&self, row: Row<'_>) -> (Arc<str>, Place) {
        match self.plan.key.and_then(|at| self.plan.columns.get(at)) {
            Some(column) => (Arc::clone(&column.name), self.plan.place(row.line, column)),
            None => (Arc::from("product_key"), self.plan.row(row.line)),
        }
    }
}

/// The cell of the product's key.
fn key<'r>(plan: &Plan, row: Row<'r>) -> Option<Cow<'r, str>> {
    plan.columns.get(plan.key?)?.cell(row)
}

/// A key made of the title.
fn title(plan: &Plan, row: Row<'_>) -> Option<String> {
    let key = handle(&plan.columns.get(plan.title?)?.cell(row)?);
    (!key.is_empty()).then_some(key)
}

/// What a family of one is known by.
fn own_sku<'r>(plan: &Plan, row: Row<'r>) -> &'r str {
    plan.sku.and_then(|at| plan.columns.get(at)?.guarded(row)).unwrap_or_default()
}

fn is_blank(row: Row<'_>) -> bool {
    row.cells().all(|cell| cell.trim().is_empty())
}

/// Whether a later row of a grouped product is a variant, perhaps with an image beside it.
fn is_variant(plan: &Plan, row: Row<'_>) -> bool {
    plan.columns.iter().any(|column| {
        let tells =
            matches!(column.target, Target::Sku | Target::Gtin | Target::OptionValue(_) | Target::Offer(Known::Price));
        tells && column.cell(row).is_some()
    })
}
