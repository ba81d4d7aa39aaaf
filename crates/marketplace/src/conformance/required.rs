//! The law of required attributes: one that is left out is found once, at its pointer, and names the line and the column
//! to fill.

use super::altered::Change;
use super::case::Case;
use super::edit;
use super::mapping::leaves;
use super::mapping::names;
use super::mapping::nodes_below;
use super::sample::TABLE;
use super::subject::Checkup;
use super::subject::Role;
use super::subject::Subject;
use super::subject::matters;
use super::subject::said;
use crate::contract::Category;
use crate::contract::FamilyStyle;
use crate::listing::Ref;
use crate::requirements::Required;
use crate::requirements::Scope;
use crate::requirements::Shape;
use crate::template::AttributePath;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Product;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;
use std::collections::BTreeSet;

pub(super) fn cases(subject: &Subject, out: &mut Vec<Case>) {
    let about = subject.about();
    if let Err(why) = collect(subject, out) {
        out.push(Case::broken("check", format!("{about}: what is required can be told"), why));
    }
}

fn collect(subject: &Subject, out: &mut Vec<Case>) -> Result<(), String> {
    let about = subject.about();
    let category = subject.category()?;
    if category.scope != Some(Scope::Whole) {
        let name = format!("{about}: what is left out is found once, at its place");
        out.push(Case::skipped("check", name, "what this feed sends is not held to what the rest of a listing needs"));
        return Ok(());
    }
    // Variants differ in form only where one of them stands for the others.
    if matches!(subject.role, Role::Variant(at) if at > 0) && category.family != FamilyStyle::Led {
        return Ok(());
    }
    let whole = subject.check(subject.product(), &Change::Nothing)?;
    let base = base(&category);
    let root = whole.listing.root();
    let Some(part) = root.pointer(&base) else { return Err(format!("the record has nothing at {base}")) };
    let mut required = Vec::new();
    members(part, category.requirements.shape(), &mut base.clone(), &mut |pointer, always| {
        required.push((pointer.to_owned(), always));
    });
    for (pointer, always) in required {
        // What nothing says of the attribute itself may be asked for by a condition: leaving it out tells.
        let asked = asked(&category, &base, &pointer);
        let without = subject.check(subject.product(), &Change::Without(pointer.clone()))?;
        let is_asked = without.findings.iter().any(|finding| is_missing(finding, &asked));
        if !always && !is_asked {
            continue;
        }
        let of = subject.clone();
        let fields = feeding(&category, &base, &pointer);
        let product = emptied(subject, &fields);
        let by_cells = match &product {
            Some(product) => {
                let checkup = subject.check(product, &Change::Nothing)?;
                // The same cells may be why it is asked for: without a warranty nobody asks for its words.
                let is_asked = always || checkup.findings.iter().any(matters);
                is_asked && deepest_missing(&checkup, &pointer) == Some(&*pointer)
            }
            None => false,
        };
        if by_cells {
            let name = format!("{about}: leaving out {pointer} is found once, at its place");
            out.push(Case::new("check", name, move || by_emptied_cells(&of, &pointer, &asked, &fields)));
        } else {
            let name = format!("{about}: a record without {pointer} is found once, at its place");
            out.push(Case::new("check", name, move || by_change(&of, &pointer, &asked)));
        }
    }
    if subject.is_first_of_its_category() {
        not_asked(&about, &category, part, out);
    }
    for field in edit::filled(subject.product()) {
        let of = subject.clone();
        let name = format!("{about}: without `{field}` whatever is found names its line and column");
        let wanted = field.clone();
        out.push(Case::new("check", name, move || places_of(&of, &wanted)));
        let of = subject.clone();
        let name = format!("{about}: without `{field}` nothing is made up");
        out.push(Case::new("map", name, move || nothing_is_made_up(&of, &field)));
    }
    Ok(())
}

/// What the document asks for of other products than this one.
fn not_asked(about: &str, category: &Category, part: Ref<'_>, out: &mut Vec<Case>) {
    for row in category.requirements.fields() {
        let Required::When(when) = &row.required else { continue };
        // A list is looked at through its first entry.
        let is_there = row.path.split('.').try_fold(part, |node, name| {
            let mut node = node;
            while node.is_array() {
                node = node.elements().next()?;
            }
            node.member(name)
        });
        if is_there.is_none() {
            let name = format!("{about}: leaving out {} is found where {when}", row.path);
            out.push(Case::skipped("check", name, "the sample is no such product"));
        }
    }
}

/// Where attributes stand.
pub(super) fn base(category: &Category) -> String {
    let mut base = String::new();
    for key in category.plan.base() {
        base.push('/');
        base.push_str(&crate::listing::escape(key.as_str()));
    }
    base
}

/// Visits every named member below a node, and whether the document always asks for it where its object stands.
fn members(node: Ref<'_>, shape: &Shape, pointer: &mut String, visit: &mut impl FnMut(&str, bool)) {
    let is_object = node.is_object();
    nodes_below(node, pointer, &mut |pointer, child| {
        let below = match (is_object, &shape.items) {
            (true, _) => shape.properties.get(child.name()),
            (false, Some(items)) => Some(&**items),
            (false, None) => None,
        };
        if is_object {
            visit(pointer, shape.required.iter().any(|name| name == child.name()));
        }
        if let Some(below) = below {
            members(child, below, pointer, visit);
        }
    });
}

/// Where the lack of an attribute is reported: at itself, or at the first of those of which one is enough; of a group,
/// at each of those it must have.
fn asked(category: &Category, base: &str, pointer: &str) -> Asked {
    let below = pointer.strip_prefix(base).unwrap_or(pointer);
    let mut asked = BTreeSet::new();
    if let Some(shape) = category.requirements.shape().at_pointer(below) {
        in_group(shape, pointer, &mut asked);
    }
    if asked.len() > 1 {
        return Asked { times: asked.len(), pointers: asked };
    }
    asked.insert(pointer.to_owned());
    for group in category.plan.alternatives() {
        if group.iter().any(|other| format!("{base}{other}") == pointer) {
            asked.extend(group.first().map(|first| format!("{base}{first}")));
        }
    }
    Asked { pointers: asked, times: 1 }
}

/// What is asked for where this is missing.
fn in_group(shape: &Shape, pointer: &str, asked: &mut BTreeSet<String>) {
    if !shape.group || shape.required.is_empty() {
        asked.insert(pointer.to_owned());
        return;
    }
    for name in &shape.required {
        let below = format!("{pointer}/{}", crate::listing::escape(name));
        match shape.properties.get(name) {
            Some(member) => in_group(member, &below, asked),
            None => {
                asked.insert(below);
            }
        }
    }
}

/// Where the lack of an attribute may be reported, and how many findings there must be.
struct Asked {
    pointers: BTreeSet<String>,
    times: usize,
}

impl Asked {
    /// The findings that report it.
    fn found<'f>(&self, checkup: &'f Checkup, pointer: &str) -> Result<Vec<&'f Finding>, String> {
        let found: Vec<&Finding> = checkup.findings.iter().filter(|finding| is_missing(finding, self)).collect();
        let places: BTreeSet<&Option<String>> = found.iter().map(|finding| &finding.pointer).collect();
        if found.len() == self.times && places.len() == self.times {
            return Ok(found);
        }
        let findings = said(&checkup.findings);
        Err(format!("{} findings at {pointer}, {} expected:{findings}", found.len(), self.times))
    }
}

fn is_missing(finding: &Finding, asked: &Asked) -> bool {
    finding.code == Code::Ours(&rules::MISSING_REQUIRED_FIELD)
        && finding.pointer.as_ref().is_some_and(|pointer| asked.pointers.contains(pointer))
}

/// The fields of the rules that fill a pointer, or something above or below it.
pub(super) fn feeding(category: &Category, base: &str, pointer: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    for rule in category.plan.rules().filter(|rule| touches(&rule.to, base, pointer)) {
        for field in rule.fields() {
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        }
    }
    fields
}

pub(super) fn touches(path: &AttributePath, base: &str, pointer: &str) -> bool {
    pointer.strip_prefix(base).is_some_and(|below| path.touches(below.split('/').skip(1)))
}

/// The product with these cells empty; none when one of them cannot be, or none was filled.
fn emptied(subject: &Subject, fields: &[Field]) -> Option<Product> {
    let mut product = subject.product().clone();
    let cleared = fields.iter().map(|field| edit::clear(&mut product, field)).fold(false, |any, one| any | one);
    cleared.then_some(product)
}

/// The first node on the way to a pointer that is not there.
fn deepest_missing<'p>(checkup: &Checkup, pointer: &'p str) -> Option<&'p str> {
    let root = checkup.listing.root();
    let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1).chain([pointer.len()]);
    ends.filter_map(|end| pointer.get(..end)).find(|way| root.pointer(way).is_none())
}

fn by_emptied_cells(subject: &Subject, pointer: &str, asked: &Asked, fields: &[Field]) -> Result<(), String> {
    let product = emptied(subject, fields).ok_or("no cell can be emptied")?;
    let checkup = subject.check(&product, &Change::Nothing)?;
    let found = asked.found(&checkup, pointer)?;
    let category = subject.category()?;
    let base = base(&category);
    for one in found {
        let at = one.pointer.as_deref().unwrap_or_default();
        is_placed(subject, &product, one, &feeding(&category, &base, at))?;
    }
    // The same cells may feed other attributes: those may be found as well, and nothing else.
    for other in checkup.findings.iter().filter(|finding| matters(finding) && !is_missing(finding, asked)) {
        let pointer = other.pointer.as_deref().unwrap_or_default();
        let is_fed = feeding(&category, &base, pointer).iter().any(|field| fields.contains(field));
        if !is_fed && !fields.iter().any(|field| names(other, field)) {
            return Err(format!("this is about something else:{}", said([other])));
        }
    }
    Ok(())
}

fn by_change(subject: &Subject, pointer: &str, asked: &Asked) -> Result<(), String> {
    let checkup = subject.check(subject.product(), &Change::Without(pointer.to_owned()))?;
    let found = asked.found(&checkup, pointer)?;
    let category = subject.category()?;
    let base = base(&category);
    for other in checkup.findings.iter().filter(|finding| matters(finding) && !is_missing(finding, asked)) {
        if !is_due(other, pointer, &base) {
            return Err(format!("this is about something else:{}", said([other])));
        }
    }
    found.into_iter().try_for_each(|one| {
        let fields = feeding(&category, &base, one.pointer.as_deref().unwrap_or_default());
        is_placed(subject, subject.product(), one, &fields)
    })
}

/// Whether a finding may come with the lack of what stood at a pointer: conditions look at what is gone and ask for
/// other attributes, and policy may say the same of this one in its own words.
fn is_due(finding: &Finding, pointer: &str, base: &str) -> bool {
    let at = finding.pointer.as_deref().unwrap_or_default();
    let attribute = |pointer: &str| pointer.strip_prefix(base)?.split('/').nth(1).map(str::to_owned);
    let is_above = |one: &str, other: &str| other.strip_prefix(one).is_some_and(|rest| rest.starts_with('/'));
    let is_policy = finding.keyword.is_none();
    let is_same = at == pointer || is_above(at, pointer) || is_above(pointer, at);
    attribute(at) != attribute(pointer) || (is_policy && is_same)
}

/// Whether a finding names one of these fields' columns, on the line where it stands.
fn is_placed(subject: &Subject, product: &Product, finding: &Finding, fields: &[Field]) -> Result<(), String> {
    has_line(finding)?;
    if fields.is_empty() {
        // A constant or a setting: there is a row, and no column to blame.
        return Ok(());
    }
    let Some(field) = fields.iter().find(|field| names(finding, field)) else {
        let wanted: Vec<String> = fields.iter().map(ToString::to_string).collect();
        return Err(format!("column {} expected:{}", wanted.join(" or "), said([finding])));
    };
    let wanted = subject.line(product, field);
    match finding.place.as_ref().and_then(|place| place.line) {
        Some(line) if line == wanted => Ok(()),
        _ => Err(format!("line {wanted} expected:{}", said([finding]))),
    }
}

fn has_line(finding: &Finding) -> Result<(), String> {
    let place = finding.place.as_ref().filter(|place| &*place.file == TABLE && place.line.is_some());
    place.map(|_| ()).ok_or_else(|| format!("no line is named:{}", said([finding])))
}

/// What no rule wrote is there with every cell filled, too: the adapter does not make up for an empty one.
fn nothing_is_made_up(subject: &Subject, field: &Field) -> Result<(), String> {
    let category = subject.category()?;
    let unfounded = |checkup: &Checkup| {
        let mut found = BTreeSet::new();
        leaves(checkup.listing.root(), &mut String::new(), &mut |_, node| {
            if category.plan.rule(node.source()).is_none() {
                found.insert(format!("{} = {node:?}", node.name()));
            }
        });
        found
    };
    let mut product = subject.product().clone();
    edit::clear(&mut product, field);
    let before = unfounded(&subject.check(subject.product(), &Change::Nothing)?);
    let after = unfounded(&subject.check(&product, &Change::Nothing)?);
    let made_up: Vec<&str> = after.difference(&before).map(String::as_str).collect();
    if made_up.is_empty() { Ok(()) } else { Err(made_up.join(", ")) }
}

/// Whatever is found when a cell is empty names a line and, where fields feed the attribute, the column of one.
fn places_of(subject: &Subject, field: &Field) -> Result<(), String> {
    let mut product = subject.product().clone();
    edit::clear(&mut product, field);
    let checkup = subject.check(&product, &Change::Nothing)?;
    let category = subject.category()?;
    let base = base(&category);
    for finding in checkup.findings.iter().filter(|finding| matters(finding)) {
        has_line(finding)?;
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        let fields = feeding(&category, &base, pointer);
        if !fields.is_empty() && !fields.iter().any(|field| names(finding, field)) {
            return Err(format!("no column is named:{}", said([finding])));
        }
    }
    Ok(())
}
