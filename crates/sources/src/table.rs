//! The two layouts of tables, grouped and flat, as a stream of products.

use crate::barcode::Verdicts;
use crate::cell::has_control;
use crate::cell::short;
use crate::close::close;
use crate::error::SourceError;
use crate::family::Family;
use crate::family::OriginCache;
use crate::header::handle;
use crate::plan::Plan;
use crate::profile::Layout;
use crate::report::report_replaced;
use crate::rows::Damage;
use crate::rows::Row;
use crate::rows::Rows;
use crate::seen::Seen;
use crate::source::MissingSku;
use crate::source::Source;
use crate::source::SourceInfo;
use crate::target::Target;
use crate::variant::Shop;
use crate::variant::read_variant;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::rules;
use std::collections::VecDeque;
use std::sync::Arc;

/// How much of the head is held to judge the barcode columns.
const AHEAD: usize = 4 << 20;

/// A table read row by row.
pub(crate) struct Table {
    rows: Rows,
    delimiter: u8,
    plan: Plan,
    missing_sku: MissingSku,
    verdicts: Verdicts,
    ahead: VecDeque<Row>,
    is_primed: bool,
    is_over: bool,
    row: Row,
    family: Option<Family>,
    ended: Option<Family>,
    origins: OriginCache,
    keys: Seen,
    skus: Seen,
    untracked: (u64, u64),
    n_rows: u64,
    is_complete: bool,
}

impl Table {
    /// A table of which the header was read.
    pub(crate) fn new(rows: Rows, delimiter: u8, plan: Plan, missing_sku: MissingSku) -> Self {
        Self {
            rows,
            delimiter,
            verdicts: Verdicts::new(&plan),
            plan,
            missing_sku,
            ahead: VecDeque::new(),
            is_primed: false,
            is_over: false,
            row: Row::default(),
            family: None,
            ended: None,
            origins: OriginCache::default(),
            keys: Seen::new(),
            skus: Seen::new(),
            untracked: (0, 0),
            n_rows: 0,
            is_complete: true,
        }
    }

    /// Reads the head, as far as needed to judge the barcode columns. The rows are kept for later.
    fn prime(&mut self, out: &mut Findings) -> Result<(), SourceError> {
        self.is_primed = true;
        let mut n_bytes = 0;
        while n_bytes < AHEAD && self.verdicts.wants_more() {
            let mut row = Row::default();
            if !self.read(&mut row)? {
                break;
            }
            n_bytes += row.text().len() + row.len() * size_of::<u32>();
            self.verdicts.look(&self.plan, &row);
            self.ahead.push_back(row);
        }
        self.verdicts.report(&self.plan, out);
        Ok(())
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        self.rows.next(row).map_err(|why| SourceError::unreadable(&self.plan.file, &why))
    }

    /// The next row into `self.row`.
    fn advance(&mut self) -> Result<bool, SourceError> {
        if let Some(row) = self.ahead.pop_front() {
            self.row = row;
            return Ok(true);
        }
        let mut row = std::mem::take(&mut self.row);
        let more = self.read(&mut row);
        self.row = row;
        more
    }

    /// Takes a row in. When it begins a product, the one before goes to `ended`.
    fn take(&mut self, row: &Row, out: &mut Findings) {
        self.n_rows += 1;
        if let Some(damage) = row.damage {
            self.take_damaged(row, damage, out);
            return;
        }
        if row.cells().all(|cell| cell.trim().is_empty()) {
            return;
        }
        self.plan.report_width(row, out);
        for column in &mut self.plan.unread {
            if row.cell(column.at).is_some_and(|cell| !cell.trim().is_empty()) {
                if column.n_filled == 0 {
                    column.first_line = row.line;
                }
                column.n_filled += 1;
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

    fn take_grouped(&mut self, row: &Row, out: &mut Findings) {
        // Shopify makes the handle from the title where there is none, and so does this.
        let Some(key) = self.key(row).or_else(|| self.title(row)) else {
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
            family.check_repeats(&self.plan, row, out);
            if is_variant(&self.plan, row) {
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
            family.read_images(&self.plan, row, out);
        }
    }

    fn take_flat(&mut self, row: &Row, out: &mut Findings) {
        let key = self.key(row);
        match (&key, &self.family) {
            (Some(key), Some(family)) if family.has_key(key) => family.check_repeats(&self.plan, row, out),
            (Some(key), _) => {
                if !self.begin(key, row, out) {
                    return;
                }
            }
            (None, _) => {
                // A family of one, known by its SKU.
                let sku = self.plan.sku.and_then(|at| self.plan.columns.get(at)?.guarded(row));
                let sku = sku.unwrap_or_default().to_owned();
                self.open(&sku, row, out);
            }
        }
        self.read_variant(row, out);
        if let Some(family) = &mut self.family {
            family.read_images(&self.plan, row, out);
        }
    }

    /// Begins a family, unless it was closed before: then the row is reported and left out.
    fn begin(&mut self, key: &str, row: &Row, out: &mut Findings) -> bool {
        let Some(first) = self.keys.insert(key, row.line) else {
            self.open(key, row, out);
            return true;
        };
        self.is_complete = false;
        let (name, place) = self.key_column(row);
        let message = format!("product `{}` began on line {first}, and other products stand between", short(key));
        let help = format!("sort the file by column \"{name}\", keeping the order of the rows within a product");
        out.push(Finding::new(&rules::SCATTERED_PRODUCT, message).help(help).at(place));
        false
    }

    fn open(&mut self, key: &str, row: &Row, out: &mut Findings) {
        let family = Family::open(&self.plan, key, row, &mut self.origins, out);
        self.ended = self.family.replace(family);
    }

    fn take_damaged(&mut self, row: &Row, damage: Damage, out: &mut Findings) {
        self.is_complete = false;
        // The cells before the damage are there, perhaps the key's.
        let key = self.key(row).filter(|key| self.family.as_ref().is_none_or(|family| !family.has_key(key)));
        let left_out = match &key {
            Some(key) if self.plan.layout == Layout::Grouped => format!("product `{}` is left out", short(key)),
            _ => "the row is left out".to_owned(),
        };
        self.plan.report_damage(row, damage, &left_out, out);
        // The further rows of the product would make another product of it.
        if let Some(key) = key.filter(|_| self.plan.layout == Layout::Grouped)
            && self.keys.insert(&key, row.line).is_none()
        {
            let mut nothing = Row::default();
            nothing.line = row.line;
            let mut family = Family::open(&self.plan, &key, &nothing, &mut self.origins, out);
            family.is_broken = true;
            self.ended = self.family.replace(family);
        }
    }

    fn read_variant(&mut self, row: &Row, out: &mut Findings) {
        let Some(family) = &mut self.family else { return };
        let mut shop = Shop {
            plan: &self.plan,
            verdicts: &self.verdicts,
            missing_sku: self.missing_sku,
            skus: &mut self.skus,
            untracked: &mut self.untracked,
        };
        read_variant(&mut shop, family, row, out);
    }

    fn key(&self, row: &Row) -> Option<String> {
        let column = self.plan.columns.get(self.plan.key?)?;
        column.cell(row).map(std::borrow::Cow::into_owned)
    }

    fn title(&self, row: &Row) -> Option<String> {
        let column = self.plan.columns.get(self.plan.title?)?;
        let key = handle(&column.cell(row)?);
        (!key.is_empty()).then_some(key)
    }

    /// The key column's name, and its place in a row.
    fn key_column(&self, row: &Row) -> (Arc<str>, Place) {
        match self.plan.key.and_then(|at| self.plan.columns.get(at)) {
            Some(column) => (Arc::clone(&column.name), self.plan.place(row.line, column)),
            None => (Arc::from("product_key"), self.plan.row(row.line)),
        }
    }

    /// What can be said only when all rows were read.
    fn report_end(&mut self, out: &mut Findings) {
        let plan = &self.plan;
        if self.n_rows == 0 {
            let finding = Finding::new(&rules::EMPTY_SOURCE, "the file has a header and no rows");
            out.push(finding.help("export it again, with products").at(plan.row(plan.header_line)));
        }
        report_replaced(self.rows.text(), &plan.file, self.rows.replaced_line(), out);
        plan.report_untracked(self.untracked.0, self.untracked.1, out);
        plan.report_unread(out);
    }
}

impl Source for Table {
    fn next(&mut self, out: &mut Findings) -> Result<Option<Product>, SourceError> {
        if !self.is_primed {
            self.prime(out)?;
        }
        while self.advance()? {
            let row = std::mem::take(&mut self.row);
            self.take(&row, out);
            self.row = row;
            if let Some(family) = self.ended.take()
                && let Some(product) = close(&self.plan, family, out)
            {
                return Ok(Some(product));
            }
        }
        if let Some(family) = self.family.take()
            && let Some(product) = close(&self.plan, family, out)
        {
            return Ok(Some(product));
        }
        if !self.is_over {
            self.is_over = true;
            self.report_end(out);
        }
        Ok(None)
    }

    fn info(&self) -> SourceInfo {
        SourceInfo {
            file: self.plan.file.to_string(),
            profile: self.plan.profile.clone(),
            encoding: self.rows.text().encoding().name(),
            delimiter: Some(char::from(self.delimiter)),
            n_rows: self.n_rows,
            is_complete: self.is_complete,
        }
    }
}

/// Whether a later row of a grouped product is a variant, perhaps with an image beside it.
fn is_variant(plan: &Plan, row: &Row) -> bool {
    plan.columns.iter().any(|column| {
        let tells =
            matches!(column.target, Target::Sku | Target::Gtin | Target::OptionValue(_) | Target::Offer(Known::Price));
        tells && column.cell(row).is_some()
    })
}
