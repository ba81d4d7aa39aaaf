//! The law of awkward text: it reaches the file as it is, or somebody is told.

use super::altered::Change;
use super::case::Case;
use super::edit;
use super::edit::New;
use super::encoding::holds;
use super::mapping::leaves;
use super::mapping::names;
use super::output;
use super::output::Kin;
use super::stand::Stand;
use super::subject::Role;
use super::subject::Subject;
use super::subject::said;
use crate::contract::Feed;
use crate::listing::Ref;
use crate::template::Form;
use crate::template::WrittenAs;
use crate::template::plain_text;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use std::sync::Arc;

/// Texts that break careless writers, with what is awkward about them.
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("control characters", "bell\u{7} and escape\u{1b}[0m and null\u{0} end"),
    ("the end of CDATA", "a ]]> b <![CDATA[ c"),
    ("quotes", "12\" disc, 'fine' and ``both``"),
    ("line ends", "one\r\ntwo\nthree\rfour"),
    ("tabs and separators", "a\tb;c,d|e"),
    ("an emoji", "Mug \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f1eb}\u{1f1f7}"),
    ("combining marks", "e\u{301}tude Z\u{351}\u{36b}\u{343}a\u{327}lgo"),
    (
        "writing from right to left",
        "\u{202e}abc\u{202c} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
    ),
    ("marks of HTML and XML", "5 < 6 & 7 > 3; &amp; &#13; </description>"),
    ("a formula", "=1+1"),
    ("backslashes and braces", "\\n \\u0041 {{ title }} ${x} %s"),
    ("invisible characters", "soft\u{ad}hyphen zero\u{200b}width no\u{a0}break \u{feff}mark \u{2028}line"),
];

pub(super) fn cases(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    if stand.samples.is_empty() {
        return;
    }
    for (what, text) in TEXTS {
        let of = Arc::clone(stand);
        let name = format!("{}: {}: {what} survive, or are a finding", stand.about(), feed.id);
        out.push(Case::new("encode", name, move || survives(&of, feed, text)));
    }
}

/// A text of a record, the field it is from, and where it stands.
struct Place {
    pointer: String,
    field: Field,
    old: String,
    is_plain: bool,
}

fn survives(stand: &Arc<Stand>, feed: &'static Feed, text: &str) -> Result<(), String> {
    for at in stand.some_samples(feed) {
        let sample = &stand.samples[at];
        let subject = Subject { stand: Arc::clone(stand), feed, sample: at, role: Role::Variant(0) };
        let before = output::kin(stand, feed, &sample.category, &sample.product)?;
        let written = values(stand, feed, &before)?;
        for place in places(&subject, &written)? {
            let mut product = sample.product.clone();
            let new = New::Text(text.to_owned());
            if !edit::rewrite(&mut product, Some(0), &place.field, &New::Text(place.old.clone()), &new) {
                continue;
            }
            let about = |why: String| format!("{}, {} at {}: {why}", sample.name, place.field, place.pointer);
            let after = subject.check(&product, &Change::Nothing)?;
            let is_told = after.findings.iter().any(|finding| names(finding, &place.field));
            let leaf = after.listing.root().pointer(&place.pointer).and_then(Ref::as_text).map(str::to_owned);
            let wanted = if place.is_plain { plain_text(text) } else { text.to_owned() };
            if !is_told && leaf.as_deref() != Some(wanted.as_str()) {
                return Err(about(format!("{wanted:?} became {leaf:?}, and nobody is told")));
            }
            let Some(leaf) = leaf.filter(|_| after.passed) else { continue };
            let kin = output::kin(stand, feed, &sample.category, &product)?;
            let written = values(stand, feed, &kin).map_err(about)?;
            // To XML all ends of lines are one.
            let line_ends = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            let is_there = written.iter().any(|value| line_ends(value).contains(&line_ends(&leaf)));
            if !is_there && !is_told {
                return Err(about(format!("{leaf:?} does not stand in the file, and nobody is told")));
            }
            passes_lint(stand, feed, &kin).map_err(about)?;
        }
    }
    Ok(())
}

/// What stands in the files that a product becomes.
fn values(stand: &Stand, feed: &'static Feed, kin: &Kin) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    for (at, part) in feed.parts.iter().enumerate() {
        for file in output::pack(stand, feed, at, part, std::slice::from_ref(kin))? {
            values.extend(output::values(part, &file.bytes)?);
        }
    }
    Ok(values)
}

/// The texts of a record that a rule takes over as they are, and that reach a file.
fn places(subject: &Subject, written: &[String]) -> Result<Vec<Place>, String> {
    let checkup = subject.check(subject.product(), &Change::Nothing)?;
    subject.with(subject.product(), |category, item| {
        let mut places = Vec::new();
        leaves(checkup.listing.root(), &mut String::new(), &mut |pointer, node| {
            let Some(rule) = category.plan.rule(node.source()) else { return };
            let is_plain = match &rule.form {
                Form::From { shape, .. } => *shape == WrittenAs::Plain,
                Form::Each(_) => false,
                Form::Const(_) | Form::Setting(_) | Form::Text { .. } | Form::Page { .. } => return,
            };
            let field = rule.fields().iter().find(|field| item.value(field).is_some());
            if let (Some(old), Some(field), None) = (node.as_text(), field, &rule.table)
                && holds(written, old)
            {
                let field = field.clone();
                places.push(Place { pointer: pointer.to_owned(), field, old: old.to_owned(), is_plain });
            }
        });
        places
    })
}

fn passes_lint(stand: &Stand, feed: &'static Feed, kin: &Kin) -> Result<(), String> {
    let kin = std::slice::from_ref(kin);
    for (at, part) in feed.parts.iter().enumerate() {
        for file in output::pack(stand, feed, at, part, kin)? {
            let (findings, _) = output::lint(stand, feed, part, &file.bytes);
            let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
            if !errors.is_empty() {
                return Err(format!("lint finds{}", said(errors)));
            }
        }
    }
    Ok(())
}
