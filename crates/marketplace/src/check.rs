//! The check: the only way from an item to something that can be encoded.

use crate::contract::Category;
use crate::contract::Feed;
use crate::contract::Marketplace;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::requirements::Scope;
use crate::requirements::Violation;
use crate::template::Filled;
use crate::template::Rule;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Place;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;

/// A record that met every requirement and policy. Only [`check`] makes one, and only this can be encoded.
#[derive(Debug)]
pub struct Checked<'a> {
    record: Ref<'a>,
}

impl<'a> Checked<'a> {
    /// The record.
    pub fn record(&self) -> Ref<'a> {
        self.record
    }
}

/// Maps an item into `listing` and checks it. Everything that is wrong is pushed to `out` with marketplace, channel,
/// SKU, pointer and the place in the source; the record comes back only when nothing blocks it.
pub fn check<'l>(
    marketplace: &dyn Marketplace,
    feed: &Feed,
    category: &Category,
    item: &Item<'_>,
    listing: &'l mut Listing,
    out: &mut Findings,
) -> (Filled, Option<Checked<'l>>) {
    let from = out.len();
    listing.clear();
    let filled = marketplace.map(feed, category, item, listing, out);
    let record = listing.root();
    let (base, part) = part(category, record);
    let mut violations = match category.scope {
        None => Vec::new(),
        // Nearly every record is fine, and finding that out is cheaper than finding out what is wrong.
        Some(Scope::Whole) if category.requirements.is_met(part) => category.requirements.deprecations(part),
        Some(scope) => category.requirements.violations(part, scope),
    };
    if category.scope == Some(Scope::Whole) {
        violations.extend(category.requirements.advice(part));
    }
    let spared = one_is_enough(category, &mut violations);
    let could_not_write: Vec<String> = out.list().iter().skip(from).filter_map(unwritten).collect();
    for violation in violations {
        let others = spared.iter().find(|(pointer, _)| *pointer == violation.pointer).map(|(_, others)| others);
        let mut finding = finding(violation, &base, category, item, record);
        if let Some(others) = others {
            let more = format!("or give {}", alternatives(category, &base, others));
            finding.help = Some(finding.help.map_or(more.clone(), |help| format!("{help}; {more}")));
        }
        // What could not be written is missing, and was said already.
        if !could_not_write.iter().any(|pointer| is_missing_for(&finding, pointer)) {
            out.push(finding);
        }
    }
    let from_policy = out.len();
    marketplace.policy(feed, category, record, out);
    for at in from_policy..out.len() {
        place_policy(&mut out.list_mut()[at], category, item, record);
    }
    complete(marketplace, item, from, out);
    let checked = (!out.blocked_since(from)).then_some(Checked { record });
    (filled, checked)
}

/// Of attributes of which one is enough only the first is asked for. Gives its pointer, and those that were spared.
fn one_is_enough(category: &Category, violations: &mut Vec<Violation>) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut spared = Vec::new();
    for group in category.plan.alternatives() {
        let is_missing = |violation: &Violation, pointer: &str| {
            violation.rule.code == rules::MISSING_REQUIRED_FIELD.code && violation.pointer == pointer
        };
        let all_are = group.iter().all(|pointer| violations.iter().any(|violation| is_missing(violation, pointer)));
        if let (true, Some((first, others))) = (all_are, group.split_first()) {
            violations.retain(|violation| !others.iter().any(|pointer| is_missing(violation, pointer)));
            spared.push((*first, others.to_vec()));
        }
    }
    spared
}

/// The fields that would do instead, where fields fill them.
fn alternatives(category: &Category, base: &str, pointers: &[&str]) -> String {
    let names = pointers.iter().map(|pointer| {
        let rule = category.plan.rule_for(&format!("{base}{pointer}"));
        match rule.and_then(|rule| rule.fields().first()) {
            Some(field) => format!("`{field}`"),
            None => format!("`{}`", pointer.trim_start_matches('/')),
        }
    });
    names.collect::<Vec<_>>().join(" or ")
}

/// Where a finding of the mapping says that a value could not be written.
fn unwritten(finding: &Finding) -> Option<String> {
    if finding.severity == Severity::Error { finding.pointer.clone() } else { None }
}

/// Whether a finding says that an attribute is missing, of which the value at a pointer would have been a part.
fn is_missing_for(finding: &Finding, pointer: &str) -> bool {
    let is_missing = finding.code == Code::Ours(&rules::MISSING_REQUIRED_FIELD);
    let rest = finding.pointer.as_deref().and_then(|missing| pointer.strip_prefix(missing));
    is_missing && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The part of a record the requirements speak of, and the pointer to it.
fn part<'a>(category: &Category, record: Ref<'a>) -> (String, Ref<'a>) {
    let mut base = String::new();
    let mut part = record;
    for key in category.plan.base() {
        base.push('/');
        base.push_str(key.as_str());
        match part.get(key) {
            Some(next) => part = next,
            None => break,
        }
    }
    (base, part)
}

fn complete(marketplace: &dyn Marketplace, item: &Item<'_>, from: usize, out: &mut Findings) {
    let channel = marketplace.channel();
    for finding in out.list_mut().iter_mut().skip(from) {
        finding.marketplace.get_or_insert_with(|| marketplace.profile().id.into());
        finding.channel.get_or_insert_with(|| channel.name.clone());
        finding.sku.get_or_insert_with(|| item.sku.clone());
    }
}

fn finding(violation: Violation, base: &str, category: &Category, item: &Item<'_>, record: Ref<'_>) -> Finding {
    let pointer = format!("{base}{}", violation.pointer);
    let mut message = violation.message;
    if let Some(because) = &violation.because {
        message.push_str(", ");
        message.push_str(because);
    }
    let mut finding = Finding::new(violation.rule, message).sku(item.sku);
    finding.keyword = violation.keyword;
    finding.severity = violation.severity.unwrap_or(finding.severity);
    let missing = [&rules::MISSING_REQUIRED_FIELD, &rules::MISSING_ADVISED_FIELD];
    let is_missing = missing.iter().any(|rule| rule.code == violation.rule.code);
    let made_by = if is_missing { None } else { maker(category, record, &pointer) };
    let rule = made_by.or_else(|| category.plan.rule_for(&pointer));
    let (place, how) = mend(rule, category, item, is_missing, &pointer);
    // Where a column is named, the attribute's title alone says no more; allowed values and examples do.
    let advice = violation.help.filter(|help| !is_missing || how.is_none() || help.contains([':', ',']));
    let help = match (advice, how) {
        (Some(help), Some(how)) => Some(format!("{help}; {how}")),
        (help, how) => help.or(how),
    };
    finding.help = help;
    finding.pointer = Some(pointer);
    finding.at(place)
}

fn place_policy(finding: &mut Finding, category: &Category, item: &Item<'_>, record: Ref<'_>) {
    if finding.place.is_some() {
        return;
    }
    let pointer = finding.pointer.clone().unwrap_or_default();
    let is_missing = record.pointer(&pointer).is_none();
    let made_by = if is_missing { None } else { maker(category, record, &pointer) };
    let rule = made_by.or_else(|| category.plan.rule_for(&pointer));
    let (place, how) = mend(rule, category, item, is_missing, &pointer);
    if finding.help.is_none() || (is_missing && how.is_some()) {
        finding.help = match (finding.help.take(), how) {
            (Some(help), Some(how)) => Some(format!("{help}; {how}")),
            (help, how) => help.or(how),
        };
    }
    finding.place = Some(place);
}

/// The rule that made what stands at a pointer.
fn maker<'a>(category: &'a Category, record: Ref<'_>, pointer: &str) -> Option<&'a Rule> {
    let node = record.nearest(pointer);
    // An object or a list was made by the rule of whatever first stood in it.
    category.plan.rule(node.source())
}

/// Where to mend it, and what to do there.
fn mend(
    rule: Option<&Rule>,
    category: &Category,
    item: &Item<'_>,
    is_missing: bool,
    pointer: &str,
) -> (Place, Option<String>) {
    let Some(rule) = rule else {
        let attribute = attribute_of(category, pointer);
        let how = is_missing.then(|| match category.plan.unset_setting(pointer) {
            Some(setting) => format!("set `options.{setting}` of the channel"),
            None => format!("no template rule fills `{attribute}`: add one for it to the channel's templates"),
        });
        return (item.row(), how);
    };
    let filled = || rule.fields().iter().find(|field| item.value(field).is_some());
    // Where nothing is filled, a field that has a column is the easiest to fill.
    let fillable = || rule.fields().iter().find(|field| item.place(field).column.is_some());
    let Some(field) = filled().or_else(fillable).or(rule.fields().first()) else {
        return (item.row(), Some(format!("it is written by the rule at {}", rule.written_at)));
    };
    if item.variant.is_none() && *field == Field::Known(Known::Sku) {
        return (item.row(), Some("change the product's key: it is the SKU of the parent record".to_owned()));
    }
    let place = item.place(field);
    let how = match (&place.column, is_missing) {
        (Some(column), true) => format!("fill column \"{column}\" ({field})"),
        (Some(column), false) => format!("change column \"{column}\" ({field})"),
        (None, true) => format!(
            "give `{field}`: no column of {} feeds it, so add one, or set `defaults.{field}` for the channel",
            place.file
        ),
        (None, false) if is_default(item, field) => format!("change `defaults.{field}` of the channel"),
        (None, false) => format!("change `{field}`"),
    };
    (place, Some(how))
}

/// The attribute a pointer leads to, as a template would name it.
fn attribute_of(category: &Category, pointer: &str) -> String {
    let tokens = pointer.split('/').skip(1 + category.plan.base().len());
    let names = tokens.filter(|token| token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_digit()));
    names.collect::<Vec<_>>().join(".").replace("~1", "/").replace("~0", "~")
}

fn is_default(item: &Item<'_>, field: &Field) -> bool {
    item.content(field).is_some_and(|(_, holder)| holder == feedwright_catalog::item::Holder::Default)
}
