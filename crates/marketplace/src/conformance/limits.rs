//! The law of limits: one over a limit of the document is found once, under the right rule and in the right column, and
//! the limit itself is not found.

use super::altered::Change;
use super::case::Case;
use super::edit;
use super::edit::New;
use super::mapping::names;
use super::mapping::nodes_below;
use super::required::base;
use super::subject::Role;
use super::subject::Subject;
use super::subject::said;
use crate::contract::Category;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape as NodeShape;
use crate::requirements::Kind;
use crate::requirements::Scalar;
use crate::requirements::Shape;
use crate::template::Form;
use crate::template::Rule;
use crate::template::WrittenAs;
use feedwright_catalog::Finding;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;
use rust_decimal::Decimal;

/// A limit, with what is just over it and what is just within.
#[derive(Clone, Debug)]
struct Limit {
    /// The document's keyword.
    keyword: &'static str,
    /// What it says, for the trial's name.
    says: String,
    /// The rule of ours that is broken.
    rule: &'static feedwright_catalog::Rule,
    over: Try,
    within: Option<Try>,
}

/// What is written instead.
#[derive(Clone, Debug)]
enum Try {
    Leaf(New),
    Times(usize),
}

/// Texts and lists longer than this are not made: some limits are no more than a word for "long".
const LONGEST: u64 = 200_000;
const MOST_ENTRIES: u64 = 500;

pub(super) fn cases(subject: &Subject, out: &mut Vec<Case>) {
    // Variants of a family are alike, and so are their limits.
    if matches!(subject.role, Role::Variant(at) if at > 0) {
        return;
    }
    if let Err(why) = collect(subject, out) {
        out.push(Case::broken("check", format!("{}: its limits can be told", subject.about()), why));
    }
}

fn collect(subject: &Subject, out: &mut Vec<Case>) -> Result<(), String> {
    let category = subject.category()?;
    if category.scope.is_none() {
        return Ok(());
    }
    let whole = subject.check(subject.product(), &Change::Nothing)?;
    let mut base = base(&category);
    let Some(part) = whole.listing.root().pointer(&base) else { return Ok(()) };
    let mut found = Vec::new();
    limited(part, category.requirements.shape(), &category, &mut base, &mut found);
    for (pointer, limit) in found {
        let name = format!("{}: one over {} of {pointer} is found once, the limit is not", subject.about(), limit.says);
        if let Some(reason) = too_much(&limit) {
            out.push(Case::skipped("check", name, reason));
            continue;
        }
        let of = subject.clone();
        out.push(Case::new("check", name, move || holds(&of, &pointer, &limit)));
    }
    Ok(())
}

fn too_much(limit: &Limit) -> Option<&'static str> {
    match &limit.over {
        Try::Leaf(New::Text(text)) if text.is_empty() && limit.within.is_none() => {
            Some("a text that long is never written")
        }
        Try::Times(0) => Some("a list that long is never written"),
        Try::Leaf(_) | Try::Times(_) => None,
    }
}

/// Every limit of a node that a field feeds, and of those below it.
fn limited(node: Ref<'_>, shape: &Shape, category: &Category, pointer: &mut String, out: &mut Vec<(String, Limit)>) {
    let rule = category.plan.rule(node.source());
    if rule.is_some_and(|rule| !rule.fields().is_empty()) {
        let limits = match node.shape() {
            NodeShape::Leaf(Leaf::Text(_)) => text_limits(shape),
            NodeShape::Leaf(Leaf::Number(number)) => number_limits(shape, number),
            NodeShape::Leaf(Leaf::Null | Leaf::Bool(_) | Leaf::BigNumber(_)) | NodeShape::Object => Vec::new(),
            NodeShape::Array => list_limits(shape, node),
        };
        out.extend(limits.into_iter().map(|limit| (pointer.clone(), limit)));
    }
    nodes_below(node, pointer, &mut |pointer, child| {
        let below = if node.is_array() { shape.items.as_deref() } else { shape.properties.get(child.name()) };
        // Entries of a list are alike: the first is enough.
        let is_further = node.is_array() && !pointer.ends_with("/0");
        if let (Some(below), false) = (below, is_further) {
            limited(child, below, category, pointer, out);
        }
    });
}

fn text_limits(shape: &Shape) -> Vec<Limit> {
    let mut limits = Vec::new();
    let text = |letter: char, times: u64| {
        let times = usize::try_from(times).ok().filter(|_| times <= LONGEST);
        times.map(|times| Try::Leaf(New::Text(std::iter::repeat_n(letter, times).collect())))
    };
    let too_long = || Try::Leaf(New::Text(String::new()));
    if let Some(most) = shape.max_length {
        limits.push(Limit {
            keyword: "maxLength",
            says: format!("{most} characters"),
            rule: &rules::VALUE_TOO_LONG,
            over: text('x', most + 1).unwrap_or_else(too_long),
            within: text('x', most),
        });
    }
    if let Some(least) = shape.min_length.filter(|least| *least > 0) {
        limits.push(Limit {
            keyword: "minLength",
            says: format!("at least {least} characters"),
            rule: &rules::VALUE_TOO_SHORT,
            over: text('x', least - 1).unwrap_or_else(too_long),
            within: text('x', least),
        });
    }
    if let Some(most) = shape.max_bytes {
        // Two bytes a letter, so that characters cannot be mistaken for bytes.
        limits.push(Limit {
            keyword: "maxUtf8ByteLength",
            says: format!("{most} bytes"),
            rule: &rules::VALUE_TOO_LONG,
            over: text('é', most / 2 + 1).unwrap_or_else(too_long),
            within: text('é', most / 2),
        });
    }
    let are_texts = shape.allowed.iter().all(|allowed| matches!(allowed, Scalar::Text(_)));
    if !shape.allowed.is_empty() && are_texts && !shape.open {
        limits.push(Limit {
            keyword: "enum",
            says: "the allowed values".to_owned(),
            rule: &rules::VALUE_NOT_ALLOWED,
            over: Try::Leaf(New::Text("none of those".to_owned())),
            within: None,
        });
    }
    limits
}

fn number_limits(shape: &Shape, now: Decimal) -> Vec<Limit> {
    let is_whole = shape.kinds.contains(&Kind::Integer) && !shape.kinds.contains(&Kind::Number);
    let step = shape.multiple_of.unwrap_or(if is_whole { Decimal::ONE } else { Decimal::new(1, 2) });
    let number = |number: Decimal| Try::Leaf(New::Number(number));
    let limit = |keyword, says, over: Option<Decimal>, within: Option<Decimal>| {
        let rule = &rules::VALUE_OUT_OF_RANGE;
        over.map(|over| Limit { keyword, says, rule, over: number(over), within: within.map(number) })
    };
    let mut limits = Vec::new();
    if let Some(least) = shape.minimum {
        limits.extend(limit("minimum", format!("at least {least}"), least.checked_sub(step), Some(least)));
    }
    if let Some(most) = shape.maximum {
        limits.extend(limit("maximum", format!("at most {most}"), most.checked_add(step), Some(most)));
    }
    if let Some(above) = shape.exclusive_minimum {
        limits.extend(limit("exclusiveMinimum", format!("more than {above}"), Some(above), above.checked_add(step)));
    }
    if let Some(below) = shape.exclusive_maximum {
        limits.extend(limit("exclusiveMaximum", format!("less than {below}"), Some(below), below.checked_sub(step)));
    }
    if let Some(step) = shape.multiple_of {
        limits.push(Limit {
            keyword: "multipleOf",
            says: format!("multiples of {step}"),
            rule: &rules::WRONG_PRECISION,
            over: number(now - now % step + step / Decimal::TEN),
            within: Some(number(now - now % step + step)),
        });
    }
    limits
}

fn list_limits(shape: &Shape, node: Ref<'_>) -> Vec<Limit> {
    let mut limits = Vec::new();
    let times = |times: u64| usize::try_from(times).ok().filter(|_| times <= MOST_ENTRIES).map(Try::Times);
    for (keyword, most) in [("maxItems", shape.max_items), ("maxUniqueItems", shape.max_unique_items)] {
        if let (Some(most), false) = (most, node.is_empty()) {
            limits.push(Limit {
                keyword,
                says: format!("{most} values ({keyword})"),
                rule: &rules::TOO_MANY_VALUES,
                over: times(most + 1).unwrap_or(Try::Times(0)),
                within: times(most),
            });
        }
    }
    limits
}

fn holds(subject: &Subject, pointer: &str, limit: &Limit) -> Result<(), String> {
    let category = subject.category()?;
    let whole = subject.check(subject.product(), &Change::Nothing)?;
    let node = whole.listing.root().pointer(pointer).ok_or("it is not there")?;
    let rule = category.plan.rule(node.source()).ok_or("it has no rule")?;
    let (findings, all) = findings(subject, pointer, node, rule, limit, &limit.over)?;
    let [one] = findings.as_slice() else {
        return Err(format!("{} findings of {}, 1 expected:{}", findings.len(), limit.keyword, said(&all)));
    };
    if one.code != Code::Ours(limit.rule) {
        return Err(format!("{} expected:{}", limit.rule.code, said([one])));
    }
    if one.place.as_ref().is_none_or(|place| place.line.is_none()) {
        return Err(format!("no line is named:{}", said([one])));
    }
    if !rule.fields().iter().any(|field| names(one, field)) {
        return Err(format!("no column is named:{}", said([one])));
    }
    let Some(within) = &limit.within else { return Ok(()) };
    let (findings, _) = self::findings(subject, pointer, node, rule, limit, within)?;
    if findings.is_empty() { Ok(()) } else { Err(format!("found at the limit itself:{}", said(&findings))) }
}

/// What breaks the keyword at the pointer when something else is written there, and all findings.
fn findings(
    subject: &Subject,
    pointer: &str,
    node: Ref<'_>,
    rule: &Rule,
    limit: &Limit,
    wanted: &Try,
) -> Result<(Vec<Finding>, Vec<Finding>), String> {
    let checkup = match wanted {
        Try::Times(times) => subject.check(subject.product(), &Change::Times(pointer.to_owned(), *times))?,
        Try::Leaf(new) => {
            // The catalog is changed if the value gets there as it is, and the record if not.
            let by_catalog = by_catalog(subject, pointer, node, rule, new)?;
            let change = match new.clone() {
                New::Text(text) => Change::Text(pointer.to_owned(), text),
                New::Number(number) => Change::Number(pointer.to_owned(), number),
            };
            match by_catalog {
                Some(checkup) => checkup,
                None => subject.check(subject.product(), &change)?,
            }
        }
    };
    let is_at = |finding: &&Finding| {
        // What there is too many of is counted at the list, or at the entry that is too much.
        let at = finding.pointer.as_deref().unwrap_or_default();
        let is_here = at == pointer || (matches!(wanted, Try::Times(_)) && at.starts_with(pointer));
        let is_this = finding.keyword.as_deref() == Some(limit.keyword)
            || (limit.keyword == "enum" && finding.keyword.as_deref() == Some("const"));
        is_here && is_this
    };
    let findings = checkup.findings.iter().filter(is_at).cloned().collect();
    Ok((findings, checkup.findings))
}

fn by_catalog(
    subject: &Subject,
    pointer: &str,
    node: Ref<'_>,
    rule: &Rule,
    new: &New,
) -> Result<Option<super::subject::Checkup>, String> {
    let is_plain = match &rule.form {
        Form::From { .. } | Form::Each(_) => rule.table.is_none(),
        Form::Const(_) | Form::Setting(_) | Form::Text { .. } | Form::Page { .. } => false,
    };
    let old = match node.shape() {
        NodeShape::Leaf(Leaf::Text(text)) => New::Text(text.to_owned()),
        NodeShape::Leaf(Leaf::Number(number)) => New::Number(number),
        NodeShape::Leaf(_) | NodeShape::Array | NodeShape::Object => return Ok(None),
    };
    let variant = match subject.role {
        Role::Variant(at) => Some(at),
        Role::Parent => None,
    };
    for field in rule.fields().iter().filter(|_| is_plain) {
        let mut product = subject.product().clone();
        if !edit::rewrite(&mut product, variant, field, &old, new) {
            continue;
        }
        let checkup = subject.check(&product, &Change::Nothing)?;
        let found = checkup.listing.root().pointer(pointer).map(Ref::shape);
        let is_there = match (found, new) {
            (Some(NodeShape::Leaf(Leaf::Text(text))), New::Text(new)) => text == new,
            (Some(NodeShape::Leaf(Leaf::Number(number))), New::Number(new)) => number == *new,
            _ => false,
        };
        if is_there {
            return Ok(Some(checkup));
        }
        // A measure may be converted and HTML be brought to plain text; a text taken over as it is may not change.
        let is_taken_over = match &rule.form {
            Form::From { shape, .. } => *shape == WrittenAs::Value,
            Form::Each(_) => true,
            Form::Const(_) | Form::Setting(_) | Form::Text { .. } | Form::Page { .. } => false,
        };
        let is_told = checkup.findings.iter().any(|finding| names(finding, field));
        if let (New::Text(text), true, false, false) = (new, is_taken_over, is_told, text_is_blank(new)) {
            return Err(format!(
                "`{field}` of {} characters became something else, and nobody is told",
                text.chars().count()
            ));
        }
    }
    Ok(None)
}

/// A blank cell is an empty one: nothing is written.
fn text_is_blank(new: &New) -> bool {
    match new {
        New::Text(text) => text.trim().is_empty(),
        New::Number(_) => false,
    }
}
