//! Where a rule's values go in one category: the way from where attributes stand down to a leaf.

use super::document::Form;
use super::document::Rule;
use super::document::WrittenAs;
use super::path::AttributePath;
use super::plan::Layout;
use crate::listing::Key;
use crate::listing::Leaf as Value;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Source;
use crate::listing::Twig;
use crate::requirements::Kind;
use crate::requirements::Scalar;
use crate::requirements::Shape;
use feedwright_catalog::Unit;

/// Where a value is put.
#[derive(Debug)]
pub(super) struct Target {
    /// From where attributes stand down to the leaf, which is the last step.
    pub(super) steps: Vec<Step>,
    /// What the leaf takes.
    pub(super) leaf: Leaf,
    /// The unit beside a measure's amount.
    pub(super) unit: Option<UnitPlace>,
    /// By step, what is put in at once where nothing stands there yet: everything from there down to the leaf. None where
    /// that is no more than the leaf, or where it has to be looked for on the way.
    twigs: Vec<Option<Twig>>,
}

/// One step towards the leaf.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: At,
    /// What stands there; `None` is the leaf itself.
    pub(super) container: Option<Container>,
    /// Whether nothing that is written earlier can stand there already, so that nobody has to look.
    pub(super) is_new: bool,
    /// The number of its place, where it has one: rules whose ways begin alike need not look for it one after the other.
    pub(super) place: Option<usize>,
}

#[derive(Debug)]
pub(super) enum At {
    Member(Key),
    /// A list position counted from 0.
    Entry(usize),
    /// The list position of the value at hand.
    Each,
}

#[derive(Debug)]
pub(super) enum Container {
    Array,
    /// An object, with the selectors it is made with.
    Object(Vec<(Key, String)>),
}

/// What a leaf takes.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) takes_text: bool,
    pub(super) takes_number: bool,
    pub(super) takes_bool: bool,
    /// The closed list of texts, if there is one.
    pub(super) allowed: Vec<String>,
}

/// Where a measure's unit is put, and which units are accepted.
#[derive(Debug)]
pub(super) struct UnitPlace {
    pub(super) key: Key,
    pub(super) accepted: Vec<(Unit, String)>,
}

impl Target {
    /// Puts a value where the way leads from `base`, making what does not stand there yet; `n` is its position in a list of
    /// several. Nothing is known to stand at steps that are new in a `blank` listing. Gives what holds the value; none where
    /// there is a value already: the first rule that fills a leaf wins, and the template says the order.
    pub(super) fn put(
        &self,
        listing: &mut Listing,
        (base, places): (NodeId, &mut [Option<NodeId>]),
        (n, is_blank): (usize, bool),
        value: Value<'_>,
        source: Source,
    ) -> Option<NodeId> {
        let mut node = base;
        for ((step, twig), at) in self.steps.iter().zip(&self.twigs).zip(0..) {
            let mut place = step.place.and_then(|place| places.get_mut(place));
            if let Some(Some(known)) = place {
                node = *known;
                continue;
            }
            let existing = if step.is_new && is_blank && n == 0 { None } else { step.find(listing, node, n) };
            if existing.is_some() && step.container.is_none() {
                return None;
            }
            if let Some(place) = &mut place {
                **place = existing.or_else(|| Some(listing.next()));
            }
            node = match (existing, twig) {
                (Some(node), _) => node,
                (None, Some(twig)) => return Some(listing.graft_twig(node, twig, value, source)),
                (None, None) => return grow(listing, node, self.steps.get(at..)?, value, source),
            };
        }
        None
    }
}

impl Step {
    fn find(&self, listing: &Listing, node: NodeId, n: usize) -> Option<NodeId> {
        match &self.at {
            At::Member(key) => listing.get(node, key),
            At::Entry(at) => listing.entry(node, *at),
            At::Each => listing.entry(node, n),
        }
    }

    /// Makes what stands there.
    fn make(&self, listing: &mut Listing, parent: NodeId, value: Value<'_>, source: Source) -> NodeId {
        let node = match (&self.at, &self.container) {
            (At::Member(key), None) => listing.add(parent, key, value, source),
            (At::Member(key), Some(Container::Array)) => listing.add_array(parent, key, source),
            (At::Member(key), Some(Container::Object(_))) => listing.add_object(parent, key, source),
            (At::Entry(_) | At::Each, None) => listing.push(parent, value, source),
            (At::Entry(_) | At::Each, Some(Container::Array)) => listing.push_array(parent, source),
            (At::Entry(_) | At::Each, Some(Container::Object(_))) => listing.push_object(parent, source),
        };
        if let Some(Container::Object(selectors)) = &self.container {
            for (key, value) in selectors {
                listing.add(node, key, Value::Text(value), Source::default());
            }
        }
        node
    }
}

/// Makes all steps, of which the first is not there. Gives what holds the leaf; none where an object is made with a value in
/// the leaf's place.
fn grow(listing: &mut Listing, parent: NodeId, steps: &[Step], value: Value<'_>, source: Source) -> Option<NodeId> {
    let (mut node, mut holder) = (parent, None);
    for (step, is_first) in steps.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
        let existing = if is_first { None } else { step.find(listing, node, 0) };
        holder = Some(node);
        node = match existing {
            Some(node) if step.container.is_some() => node,
            Some(_) => return None,
            None => step.make(listing, node, value, source),
        };
    }
    holder
}

fn twig(steps: &[Step]) -> Option<Twig> {
    let (first, others) = steps.split_first()?;
    if others.is_empty() {
        return None;
    }
    let is_member = matches!(first.at, At::Member(_));
    Twig::of(is_member, |listing, parent, source| grow(listing, parent, steps, Value::Null, source))
}

/// The rule's targets in this category; none when the category does not have them.
pub(super) fn targets(rule: &Rule, shape: &Shape, layout: &Layout) -> Vec<Target> {
    let is_each = matches!(rule.form, Form::Each(_));
    if rule.to.is_numbered() {
        return (1..)
            .map_while(|n| resolve(&rule.to.numbered(n), rule, shape, layout, false))
            // A list that goes on for ever would be a document about itself; no marketplace has a hundred images.
            .take(100)
            .collect();
    }
    resolve(&rule.to, rule, shape, layout, is_each).into_iter().collect()
}

fn resolve(path: &AttributePath, rule: &Rule, shape: &Shape, layout: &Layout, mut is_each: bool) -> Option<Target> {
    let mut steps: Vec<Step> = Vec::new();
    let mut here = shape;
    for step in &path.steps {
        here = here.properties.get(&step.name)?;
        let mut position = step.position;
        steps.push(Step {
            at: At::Member(Key::new(&step.name)),
            container: container(here, layout),
            is_new: false,
            place: None,
        });
        while let Some(items) = &here.items {
            here = items;
            let at = match position.take() {
                Some(position) => At::Entry(position as usize - 1),
                None if std::mem::take(&mut is_each) => At::Each,
                None => At::Entry(0),
            };
            steps.push(Step { at, container: container(here, layout), is_new: false, place: None });
        }
    }
    let holder = here;
    if let Some(name) = layout.leaves.iter().find(|name| holder.properties.contains_key(**name)) {
        here = &holder.properties[*name];
        steps.push(Step {
            at: At::Member(Key::new(name)),
            container: container(here, layout),
            is_new: false,
            place: None,
        });
    }
    let is_measure = matches!(&rule.form, Form::From { shape: WrittenAs::Measure, unit: None, .. });
    let unit = layout.units.iter().filter(|_| is_measure).find_map(|name| {
        let unit = holder.properties.get(*name)?;
        let accepted = texts(unit).filter_map(|name| Unit::parse(name).map(|unit| (unit, name.to_owned()))).collect();
        Some(UnitPlace { key: Key::new(name), accepted })
    });
    if is_measure && unit.is_none() {
        return None;
    }
    // A list position that nothing fills is a leaf that is a list: one value is written as its first entry.
    steps.last_mut()?.container = None;
    let twigs = (0..steps.len()).map(|from| twig(&steps[from..])).collect();
    Some(Target { steps, leaf: leaf(here), unit, twigs })
}

fn container(shape: &Shape, layout: &Layout) -> Option<Container> {
    if shape.items.is_some() {
        return Some(Container::Array);
    }
    if shape.properties.is_empty() {
        return None;
    }
    let selectors = layout.selectors.iter().filter(|(key, _)| shape.properties.contains_key(key.as_str()));
    Some(Container::Object(selectors.cloned().collect()))
}

fn leaf(shape: &Shape) -> Leaf {
    let takes = |kind| shape.kinds.is_empty() || shape.kinds.contains(&kind);
    Leaf {
        takes_text: takes(Kind::String),
        takes_number: takes(Kind::Number) || takes(Kind::Integer),
        takes_bool: takes(Kind::Boolean),
        allowed: if shape.open { Vec::new() } else { texts(shape).map(str::to_owned).collect() },
    }
}

fn texts(shape: &Shape) -> impl Iterator<Item = &str> {
    shape.allowed.iter().filter_map(|allowed| match allowed {
        Scalar::Text(text) => Some(text.as_str()),
        Scalar::Null | Scalar::Bool(_) | Scalar::Number(_) => None,
    })
}
