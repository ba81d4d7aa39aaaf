//! Which column feeds what, worked out once when a file is opened; rows are then read by position.

use crate::error::SourceError;
use crate::header::normalize;
use crate::lookup::Lookup;
use crate::profile::DecimalMark;
use crate::profile::Layout;
use crate::profile::Profile;
use crate::rows::Row;
use crate::source::SourceOptions;
use crate::target::N_OPTIONS;
use crate::target::Target;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::Scope;
use feedwright_catalog::Unit;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::field::Kind;
use feedwright_catalog::place;
use feedwright_catalog::place::Columns;
use feedwright_catalog::place::Level;
use feedwright_catalog::rules;
use feedwright_catalog::unit::Dimension;
use feedwright_catalog::value::Writing;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns of one file.
#[derive(Debug)]
pub(crate) struct Plan {
    /// As the user named it.
    pub(crate) file: Arc<str>,
    /// The profile's name.
    pub(crate) profile: String,
    pub(crate) layout: Layout,
    /// The line the header begins on.
    pub(crate) header_line: u64,
    /// How many columns the header has.
    pub(crate) n_columns: usize,
    /// The columns that are read, in the order of the file.
    pub(crate) columns: Vec<PlannedColumn>,
    /// The columns that are not, in the order of the file.
    pub(crate) unread: Vec<UnreadColumn>,
    /// For findings on values of the model.
    pub(crate) places: Arc<Columns>,
    pub(crate) key: Option<usize>,
    pub(crate) title: Option<usize>,
    pub(crate) sku: Option<usize>,
    pub(crate) tracker: Option<usize>,
    pub(crate) image_position: Option<usize>,
    pub(crate) option_names: [Option<usize>; N_OPTIONS],
    pub(crate) option_values: [Option<usize>; N_OPTIONS],
    /// Which field holds the values of an option of this (normalized) name.
    pub(crate) options: BTreeMap<String, Field>,
    pub(crate) axes: Vec<Field>,
    /// A SKU column's name for help texts, whether the file has it or not.
    pub(crate) sku_name: Arc<str>,
}

/// A column that is read.
#[derive(Debug)]
pub(crate) struct PlannedColumn {
    /// Which cell of the row, counted from 0.
    pub(crate) at: usize,
    /// The header as written.
    pub(crate) name: Arc<str>,
    pub(crate) target: Target,
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    /// Whether the profile says that every variant has its own.
    pub(crate) is_own: bool,
    pub(crate) writing: Writing,
    pub(crate) scope: Scope,
    /// Texts that mean an empty cell.
    pub(crate) blank: Vec<String>,
    /// The column that holds the unit of this one's measures.
    pub(crate) unit_from: Option<usize>,
}

/// A column that is not read.
#[derive(Debug)]
pub(crate) struct UnreadColumn {
    pub(crate) at: usize,
    pub(crate) name: Arc<str>,
}

impl Plan {
    /// Plans the columns of this header. Columns that say the same twice are reported.
    pub(crate) fn new(
        file: &str,
        header: Row<'_>,
        profile: &Profile,
        options: &SourceOptions,
        out: &mut Findings,
    ) -> Result<Self, SourceError> {
        let file: Arc<str> = Arc::from(file);
        let lookup = Lookup::new(profile);
        let mut plan = Self {
            file: Arc::clone(&file),
            profile: profile.name.clone(),
            layout: profile.layout,
            header_line: header.line,
            n_columns: header.len(),
            columns: Vec::new(),
            unread: Vec::new(),
            places: Arc::default(),
            key: None,
            title: None,
            sku: None,
            tracker: None,
            image_position: None,
            option_names: [None; N_OPTIONS],
            option_values: [None; N_OPTIONS],
            options: profile.options.iter().map(|(name, field)| (normalize(name), field.clone())).collect(),
            axes: profile.axes.clone(),
            sku_name: Arc::from("sku"),
        };
        let mut by_header: BTreeMap<String, Arc<str>> = BTreeMap::new();
        for (at, name) in header.cells().enumerate() {
            let normal = normalize(name);
            let name: Arc<str> = Arc::from(name.trim_start_matches('\u{FEFF}').trim());
            let duplicate = |message: String, out: &mut Findings| {
                let place = Place { file: Arc::clone(&file), line: Some(header.line), column: Some(Arc::clone(&name)) };
                out.push(
                    Finding::new(&rules::DUPLICATE_COLUMN, message)
                        .help(format!("rename or remove column {} of the file", at + 1))
                        .at(place),
                );
            };
            if !normal.is_empty() {
                if by_header.contains_key(&normal) {
                    duplicate(format!("column \"{name}\" stands twice in the header; the first is read"), out);
                    continue;
                }
                by_header.insert(normal.clone(), Arc::clone(&name));
            }
            if lookup.ignores(&normal) {
                continue;
            }
            let Some(column) = planned(at, &name, &normal, &lookup, profile, options) else {
                let name = if name.is_empty() { Arc::from(format!("(column {})", at + 1)) } else { name };
                plan.unread.push(UnreadColumn { at, name });
                continue;
            };
            let same = |other: &&PlannedColumn| other.target == column.target && other.scope == column.scope;
            if !column.target.takes_several()
                && let Some(other) = plan.columns.iter().find(same)
            {
                let other = &other.name;
                duplicate(
                    format!("columns \"{other}\" and \"{name}\" both feed `{}`; the first is read", column.target),
                    out,
                );
                continue;
            }
            plan.columns.push(column);
        }
        plan.resolve(profile);
        plan.refuse_unfit(header)?;
        Ok(plan)
    }

    /// The place of a column in a row.
    pub(crate) fn place(&self, line: u64, column: &PlannedColumn) -> Place {
        Place { file: Arc::clone(&self.file), line: Some(line), column: Some(Arc::clone(&column.name)) }
    }

    /// The place of a row.
    pub(crate) fn row(&self, line: u64) -> Place {
        Place { file: Arc::clone(&self.file), line: Some(line), column: None }
    }

    /// The header of a cell, whether its column is read or not.
    pub(crate) fn name(&self, at: usize) -> Option<Arc<str>> {
        let read = self.columns.iter().find(|column| column.at == at).map(|column| &column.name);
        read.or_else(|| self.unread.iter().find(|column| column.at == at).map(|column| &column.name)).cloned()
    }

    /// Fills in what columns know of each other.
    fn resolve(&mut self, profile: &Profile) {
        let find = |wanted: &Target| self.columns.iter().position(|column| column.target == *wanted);
        self.key = find(&Target::ProductKey);
        self.title = find(&Target::Content(Field::Known(feedwright_catalog::Known::Title)));
        self.sku = find(&Target::Sku);
        self.tracker = find(&Target::InventoryTracker);
        self.image_position = find(&Target::ImagePosition);
        for (slot, n) in (1_u8..).take(N_OPTIONS).enumerate() {
            self.option_names[slot] = find(&Target::OptionName(n));
            self.option_values[slot] = find(&Target::OptionValue(n));
        }
        let units: BTreeMap<Field, usize> = self
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| match &column.target {
                Target::UnitOf(field) => Some((field.clone(), at)),
                _ => None,
            })
            .collect();
        let mut by_field = BTreeMap::new();
        for column in &mut self.columns {
            if let Target::Content(field) = &column.target {
                column.unit_from = units.get(field).copied();
            }
            if let Some(field) = column.target.field() {
                let place = place::Column { name: Arc::clone(&column.name), level: column.level };
                by_field.entry(field).or_insert(place);
            }
        }
        // What a family differs by stands where its first option is named.
        if let Some(column) = self.option_names[0].and_then(|at| self.columns.get(at)) {
            let place = place::Column { name: Arc::clone(&column.name), level: place::Level::Product };
            by_field.insert(Field::Known(feedwright_catalog::Known::Axes), place);
        }
        self.places = Arc::new(Columns { file: Arc::clone(&self.file), by_field });
        let named = profile.header_of(&Target::Sku).unwrap_or("sku");
        self.sku_name = self.sku.map_or_else(|| Arc::from(named), |at| Arc::clone(&self.columns[at].name));
    }

    fn refuse_unfit(&self, header: Row<'_>) -> Result<(), SourceError> {
        let message = if self.columns.is_empty() {
            "it has none of the profile's columns".to_owned()
        } else if self.layout == Layout::Grouped && self.key.is_none() {
            "it has no column for the product's key".to_owned()
        } else {
            return Ok(());
        };
        let found: Vec<_> = header.cells().take(12).map(|cell| format!("\"{}\"", crate::cell::short(cell))).collect();
        let more = if header.len() > found.len() { " …" } else { "" };
        Err(SourceError::LacksColumn {
            file: self.file.to_string(),
            profile: self.profile.clone(),
            message,
            found: found.join(", ") + more,
        })
    }
}

fn planned(
    at: usize,
    name: &Arc<str>,
    normal: &str,
    lookup: &Lookup<'_>,
    profile: &Profile,
    options: &SourceOptions,
) -> Option<PlannedColumn> {
    let mut in_header = None;
    let (target, column) = lookup.column(normal).or_else(|| {
        // `item_weight (kg)`: the unit stands in the header.
        let (rest, unit) = normal.strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
        in_header = Unit::parse(unit);
        in_header?;
        lookup.column(rest.trim_end()).filter(|(target, _)| kind_of(target) == Kind::Measure)
    })?;
    let kind = kind_of(&target);
    let separator = options.decimal.unwrap_or(match profile.decimal {
        Some(DecimalMark::Comma) => DecimalSeparator::Comma,
        Some(DecimalMark::Point) | None => DecimalSeparator::Point,
    });
    let unit = column.unit.or(in_header).or_else(|| match dimension_of(&target)? {
        Dimension::Mass => options.weight_unit,
        Dimension::Length => options.length_unit,
        _ => None,
    });
    let level = column.level.filter(|_| target.has_level());
    // Rows that are complete in themselves have no options by number and no images to be ordered.
    if profile.layout == Layout::Flat
        && matches!(target, Target::OptionName(_) | Target::OptionValue(_) | Target::ImagePosition)
    {
        return None;
    }
    Some(PlannedColumn {
        at,
        name: Arc::clone(name),
        kind,
        level: level.unwrap_or_else(|| usual_level(profile.layout, &target)),
        is_own: level == Some(Level::Variant),
        writing: Writing { separator, currency: options.currency, unit, list: column.list },
        scope: Scope { locale: column.locale, ..Scope::default() },
        blank: column.blank.iter().chain(&profile.blank).map(|text| text.to_lowercase()).collect(),
        unit_from: None,
        target,
    })
}

fn kind_of(target: &Target) -> Kind {
    match target {
        Target::Content(field) => field.kind(),
        Target::Offer(known) | Target::Stock(known) => known.def().kind,
        Target::Cost => Kind::Money,
        Target::Image | Target::SwatchImage | Target::VariantImage => Kind::Url,
        Target::AdditionalImages => Kind::List,
        Target::ImagePosition => Kind::Integer,
        Target::Published | Target::GiftCard | Target::RequiresShipping => Kind::Bool,
        Target::ProductKey
        | Target::Sku
        | Target::Gtin
        | Target::Asin
        | Target::OptionName(_)
        | Target::OptionValue(_)
        | Target::Category(_)
        | Target::UnitOf(_)
        | Target::Status
        | Target::InventoryTracker
        | Target::SellWhenOutOfStock => Kind::Text,
    }
}

/// Guessed from the name, as the vocabulary names its measures by what they measure.
fn dimension_of(target: &Target) -> Option<Dimension> {
    let Target::Content(field) = target else { return None };
    if field.kind() != Kind::Measure {
        return None;
    }
    let code = field.to_string();
    if code.ends_with("weight") {
        Some(Dimension::Mass)
    } else if code.ends_with("length") || code.ends_with("width") || code.ends_with("height") {
        Some(Dimension::Length)
    } else {
        None
    }
}

/// The row a column is read from unless the profile says otherwise.
fn usual_level(layout: Layout, target: &Target) -> Level {
    match target {
        Target::ProductKey
        | Target::OptionName(_)
        | Target::Category(_)
        | Target::Status
        | Target::Published
        | Target::GiftCard => Level::Product,
        Target::Sku
        | Target::Gtin
        | Target::Asin
        | Target::Cost
        | Target::Offer(_)
        | Target::Stock(_)
        | Target::VariantImage
        | Target::OptionValue(_)
        | Target::UnitOf(_)
        | Target::RequiresShipping
        | Target::InventoryTracker
        | Target::SellWhenOutOfStock => Level::Variant,
        Target::Content(_) | Target::Image | Target::AdditionalImages | Target::SwatchImage | Target::ImagePosition => {
            match layout {
                Layout::Grouped => Level::Product,
                Layout::Flat | Layout::Catalog => Level::Variant,
            }
        }
    }
}
