//! The columns of a flat file, and the values of a listing by the column they stand in.

use super::ACTION;
use super::PRODUCT_TYPE;
use super::SKU;
use feedwright_catalog::Finding;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::Shape as Node;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::requirements::Scalar;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::template::AttributePath;
use feedwright_marketplace::template::Form;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Rule;
use feedwright_marketplace::template::Step;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Members of an entry that stand in its column's name, in this order.
const SELECTORS: &[&str] = &["marketplace_id", "language_tag", "audience"];
/// The member of an entry that no column names: the marketplace has one currency.
const CURRENCY: &str = "currency";
/// Most columns for one list: as many as there are bullet points.
const MOST: u64 = 10;

/// The columns of one file.
#[derive(Debug, Default)]
pub(super) struct Columns {
    paths: Vec<String>,
    labels: Vec<String>,
    by_path: BTreeMap<String, usize>,
    /// What a column's name may leave out.
    implied: Vec<String>,
}

impl Columns {
    /// Those of the seller's own template. It leaves out selectors that its site has one value of only, and not always
    /// the same.
    pub(super) fn given(paths: &[String], layout: &Layout) -> Self {
        let mut columns = Self::default();
        for path in paths {
            columns.by_path.entry(path.clone()).or_insert(columns.paths.len());
            columns.paths.push(path.clone());
            columns.labels.push(String::new());
        }
        columns.implied = layout
            .selectors
            .iter()
            .filter(|(name, _)| is_selector(name.as_str()))
            .map(|(name, value)| format!("[{}={value}]", name.as_str()))
            .collect();
        columns
    }

    /// Those that the channel's template can fill, in its order.
    pub(super) fn of(category: &Category, layout: &Layout) -> Self {
        let mut columns = Self::default();
        for (path, label) in [(SKU, "SKU"), (PRODUCT_TYPE, "Product type"), (ACTION, "Action")] {
            columns.add(path.to_owned(), label.to_owned());
        }
        let shape = category.requirements.shape();
        for rule in category.plan.rules() {
            if !rule.to.is_numbered() {
                columns.rule(&rule.to, rule, shape, layout);
                continue;
            }
            let targets = (1..).map(|n| rule.to.numbered(n));
            let is_there = |to: &AttributePath| to.steps.first().is_some_and(|step| shape.get([&*step.name]).is_some());
            for to in targets.take_while(is_there) {
                columns.rule(&to, rule, shape, layout);
            }
        }
        columns
    }

    fn rule(&mut self, to: &AttributePath, rule: &Rule, shape: &Shape, layout: &Layout) {
        let Some((first, rest)) = to.steps.split_first() else { return };
        let Some(attribute) = shape.properties.get(&first.name) else { return };
        let label = attribute.title.clone().unwrap_or_else(|| first.name.clone());
        let pen = Pen { rule, layout };
        let Some(entry) = &attribute.items else {
            pen.inside(self, Place { shape: attribute, path: first.name.clone(), label, level: Level::Below }, rest);
            return;
        };
        let is_list = matches!(rule.form, Form::Each(_)) && !rule.to.is_numbered();
        let most = attribute.max_unique_items.or(attribute.max_items).unwrap_or(MOST).min(MOST);
        let (from, to) = match first.position {
            Some(position) => (u64::from(position), u64::from(position)),
            None if is_list => (1, most),
            None => (1, 1),
        };
        for n in from..=to {
            let mut path = first.name.clone();
            for (name, value) in &layout.selectors {
                if is_selector(name.as_str()) && entry.properties.contains_key(name.as_str()) {
                    push(&mut path, format_args!("[{}={value}]", name.as_str()));
                }
            }
            push(&mut path, format_args!("#{n}"));
            let label = if to > from { format!("{label} {n}") } else { label.clone() };
            pen.inside(self, Place { shape: entry, path, label, level: Level::Entry }, rest);
        }
    }

    fn add(&mut self, path: String, label: String) {
        if !self.by_path.contains_key(&path) {
            self.by_path.insert(path.clone(), self.paths.len());
            self.paths.push(path);
            self.labels.push(label);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Their names, in order.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What people read above them.
    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The column with this path.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        if let Some(at) = self.by_path.get(path) {
            return Some(*at);
        }
        let mut path = path.to_owned();
        self.implied.iter().find_map(|implied| {
            path = path.replacen(implied, "", 1);
            self.by_path.get(&path).copied()
        })
    }

    /// The finding of a value that has no column.
    pub(super) fn without(&self, path: &str) -> Finding {
        let attribute = path.split(['[', '#', '.']).next().unwrap_or_default();
        let is_known = self.paths.iter().any(|own| own.split(['[', '#', '.']).next() == Some(attribute));
        let rule = if is_known { &rules::TOO_MANY_VALUES } else { &rules::UNKNOWN_ATTRIBUTE };
        Finding::new(rule, format!("the flat file has no column `{path}`"))
            .help("leave the value out, or give a `flat_template` that has the column")
    }
}

/// A place that columns are worked out for.
struct Place<'a> {
    shape: &'a Shape,
    path: String,
    label: String,
    level: Level,
}

/// Whether a place is an attribute's own entry, whose selectors stand in the column's name, or further below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Entry,
    Below,
}

/// Works out the columns of a rule.
struct Pen<'a> {
    rule: &'a Rule,
    layout: &'a Layout,
}

impl Pen<'_> {
    /// The columns of a place that a path leads further from, or ends at.
    fn inside(&self, columns: &mut Columns, place: Place<'_>, rest: &[Step]) {
        let Place { shape, path, label, level } = place;
        if let Some(entry) = &shape.items {
            let path = format!("{path}#1");
            self.inside(columns, Place { shape: entry, path, label, level }, rest);
            return;
        }
        if shape.properties.is_empty() {
            columns.add(path, label);
            return;
        }
        let known =
            |names: &'static [&'static str]| names.iter().copied().filter(|name| shape.properties.contains_key(*name));
        let mut wanted: Vec<&str> = Vec::new();
        match rest.first() {
            Some(step) => wanted.push(&step.name),
            None => {
                wanted.extend(known(self.layout.leaves).next());
                if matches!(self.rule.form, Form::From { .. }) {
                    wanted.extend(known(self.layout.units));
                }
            }
        }
        if level == Level::Below {
            // The template puts them into every object that knows them.
            wanted.extend(self.layout.selectors.iter().map(|(name, _)| name.as_str()));
        }
        let rest = rest.get(1..).unwrap_or_default();
        for name in wanted {
            let Some(member) = shape.properties.get(name) else { continue };
            let is_value = self.layout.leaves.contains(&name) || member.items.is_some();
            let label = match &member.title {
                Some(title) if *title != label => format!("{label}: {title}"),
                None if !is_value => format!("{label}: {}", name.replace('_', " ")),
                Some(_) | None => label.clone(),
            };
            let path = format!("{path}.{name}");
            self.inside(columns, Place { shape: member, path, label, level: Level::Below }, rest);
        }
    }
}

/// Whether a member of an entry is told by the column, or by the site alone.
pub(super) fn is_implied(name: &str) -> bool {
    is_selector(name) || name == CURRENCY
}

/// Whether a member of an entry stands in its column's name.
fn is_selector(name: &str) -> bool {
    SELECTORS.contains(&name)
}

/// A value and the column it belongs into.
pub(super) struct Cell<'a> {
    pub(super) path: String,
    /// From where attributes stand.
    pub(super) pointer: String,
    pub(super) node: Ref<'a>,
    pub(super) shape: Option<&'a Shape>,
}

/// The values of a listing's attributes.
pub(super) fn cells<'a>(attributes: Ref<'a>, shape: &'a Shape, channel: &Channel) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    for (name, node) in attributes.members() {
        let shape = shape.properties.get(name);
        let pointer = format!("/{}", escape(name));
        if !node.is_array() {
            collect(node, shape, name.to_owned(), pointer, &mut cells);
            continue;
        }
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for (at, entry) in node.elements().enumerate() {
            let mut path = name.to_owned();
            for selector in SELECTORS {
                if let Some(value) = entry.member(selector).and_then(Ref::as_text) {
                    push(&mut path, format_args!("[{selector}={value}]"));
                }
            }
            let count = counts.entry(path.clone()).or_default();
            *count += 1;
            push(&mut path, format_args!("#{count}"));
            let shape = shape.and_then(|shape| shape.items.as_deref());
            let pointer = format!("{pointer}/{at}");
            if !entry.is_object() {
                collect(entry, shape, path, pointer, &mut cells);
                continue;
            }
            for (name, member) in entry.members() {
                let is_implied = name == CURRENCY && member.as_text() == Some(channel.currency.code());
                if is_implied || (is_selector(name) && member.as_text().is_some()) {
                    continue;
                }
                let shape = shape.and_then(|shape| shape.properties.get(name));
                let pointer = format!("{pointer}/{}", escape(name));
                collect(member, shape, format!("{path}.{name}"), pointer, &mut cells);
            }
        }
    }
    cells
}

fn collect<'a>(node: Ref<'a>, shape: Option<&'a Shape>, path: String, pointer: String, out: &mut Vec<Cell<'a>>) {
    match node.shape() {
        Node::Leaf(_) => out.push(Cell { path, pointer, node, shape }),
        Node::Array => {
            let shape = shape.and_then(|shape| shape.items.as_deref());
            for (at, entry) in node.elements().enumerate() {
                collect(entry, shape, format!("{path}#{}", at + 1), format!("{pointer}/{at}"), out);
            }
        }
        Node::Object => {
            for (name, member) in node.members() {
                let shape = shape.and_then(|shape| shape.properties.get(name));
                collect(member, shape, format!("{path}.{name}"), format!("{pointer}/{}", escape(name)), out);
            }
        }
    }
}

/// What the document calls a value.
pub(super) fn label<'a>(cell: &Cell<'a>, value: &str) -> Option<&'a str> {
    let shape = cell.shape?;
    let at = shape.allowed.iter().position(|allowed| is(allowed, value))?;
    shape.names.get(at).map(String::as_str)
}

/// The value that the document calls so; none where it is a value as it stands.
pub(super) fn value_of<'a>(shape: &'a Shape, label: &str) -> Option<&'a Scalar> {
    if shape.allowed.iter().any(|allowed| is(allowed, label)) {
        return None;
    }
    let at = shape.names.iter().position(|name| name == label)?;
    shape.allowed.get(at)
}

fn is(allowed: &Scalar, value: &str) -> bool {
    match allowed {
        Scalar::Text(text) => text == value,
        Scalar::Bool(own) => value == if *own { "true" } else { "false" },
        Scalar::Number(number) => number.to_string() == value,
        Scalar::Null => false,
    }
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(more);
    debug_assert!(written.is_ok(), "writing into a text cannot fail");
}
