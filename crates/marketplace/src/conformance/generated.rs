//! Laws over generated items: complete ones with cells emptied and filled by chance. Mapping and checking never fail,
//! always give the same, lose nothing, and what passes can be read back.

use super::case::Case;
use super::edit;
use super::mapping::names;
use super::mapping::written;
use super::output;
use super::stand::Stand;
use super::subject::Checkup;
use super::subject::checkup;
use super::torture::TEXTS;
use crate::contract::Category;
use crate::contract::Feed;
use crate::family::Family;
use crate::template::Subject;
use crate::template::When;
use feedwright_catalog::Country;
use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Measure;
use feedwright_catalog::Product;
use feedwright_catalog::Unit;
use feedwright_catalog::Value;
use feedwright_catalog::field::Group;
use feedwright_catalog::field::Kind;
use jiff::civil::date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Products made of each sample.
const ROUNDS: u64 = 24;

pub(super) fn cases(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    for at in stand.some_samples(feed) {
        let of = Arc::clone(stand);
        let name = format!(
            "{}: {}: {}: items made by chance are mapped alike, and nothing is lost",
            stand.about(),
            feed.id,
            stand.samples[at].name
        );
        out.push(Case::new("map", name, move || {
            (0..ROUNDS).try_for_each(|round| one(&of, feed, at, round).map_err(|why| format!("round {round}: {why}")))
        }));
    }
}

fn one(stand: &Stand, feed: &'static Feed, at: usize, round: u64) -> Result<(), String> {
    let sample = &stand.samples[at];
    let mut chance = Chance(round.wrapping_mul(0x9E37_79B9).wrapping_add(at as u64));
    let product = made(&sample.product, &mut chance);
    let kin = output::kin(stand, feed, &sample.category, &product)?;
    let category = &kin.category;
    let mut out = Findings::default();
    let family = Family::of(&product, category.family, &mut out).ok_or("the family cannot be made")?;
    for (number, variant) in product.variants.iter().enumerate() {
        let item = family.variant(variant, number == 0, &stand.scope, &[]);
        let first = checkup(stand.marketplace.as_ref(), feed, category, &item);
        let second = checkup(stand.twin.as_ref(), feed, category, &item);
        if written(&first) != written(&second) || first.findings != second.findings {
            return Err(format!("two records of `{}` differ", variant.sku));
        }
        for finding in &first.findings {
            if finding.place.is_none() || finding.sku.is_none() || finding.message.is_empty() {
                return Err(format!("a finding lacks its place, SKU or words: {finding:?}"));
            }
        }
        if let Some(lost) = lost(category, &item, &first) {
            return Err(format!("`{lost}` of `{}` is lost: nothing says where it went", variant.sku));
        }
    }
    for (at, part) in feed.parts.iter().enumerate() {
        for file in output::pack(stand, feed, at, part, std::slice::from_ref(&kin))? {
            output::values(part, &file.bytes)?;
        }
    }
    Ok(())
}

/// A filled field that is neither read by a rule, nor ignored, nor reported.
fn lost(category: &Category, item: &Item<'_>, checkup: &Checkup) -> Option<Field> {
    let own = item.variant.into_iter().flat_map(|variant| variant.fields.names());
    let fields = item.product.fields.names().chain(own).filter(|field| item.value(field).is_some());
    let is_heard = |field: &Field| {
        category.plan.ignores(field)
            || checkup.unmapped.contains(field)
            || checkup.left_over.contains(field)
            || checkup.findings.iter().any(|finding| names(finding, field))
            || category.plan.rules().any(|rule| {
                let is_asked = rule.when.iter().any(|when| is_about(when, field));
                rule.fields().contains(field) || is_asked
            })
    };
    fields.into_iter().find(|field| !is_heard(field)).cloned()
}

fn is_about(when: &When, field: &Field) -> bool {
    match &when.subject {
        Subject::Field(asked) => asked == field,
        Subject::Setting(_) => false,
    }
}

/// Numbers that look like chance and are the same each time: `SplitMix64` by Steele, Lea and Flood.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`.
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % (most.max(1) as u64)).unwrap_or_default()
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

fn made(sample: &Product, chance: &mut Chance) -> Product {
    let mut product = sample.clone();
    for field in edit::filled(sample) {
        if chance.one_in(6) {
            edit::clear(&mut product, &field);
        }
    }
    let content: Vec<Known> = Known::all()
        .iter()
        .copied()
        .filter(|known| known.def().group == Group::Content && *known != Known::MaxOrderQuantity)
        .collect();
    for known in content {
        if chance.one_in(8) {
            product.fields.set(known, value(known.def().kind, chance));
        }
        if chance.one_in(24) {
            let at = chance.below(product.variants.len());
            product.variants[at].fields.set(known, value(known.def().kind, chance));
        }
    }
    if chance.one_in(2) {
        product.fields.set(Field::Custom(Arc::from("somebody's own")), value(Kind::Text, chance));
    }
    product
}

fn value(kind: Kind, chance: &mut Chance) -> Value {
    match kind {
        Kind::Text | Kind::Html => Value::Text(text(chance)),
        Kind::Url => Value::Text(format!("https://images.example.com/{}.jpg?a=1&b=%20", chance.below(99))),
        Kind::Bool => Value::Bool(chance.one_in(2)),
        Kind::Integer => Value::Integer(*chance.of(&[0, 1, -1, 7, i64::MAX, i64::MIN])),
        Kind::Decimal => Value::Decimal(decimal(chance)),
        Kind::Money | Kind::Measure => {
            let units: Vec<Unit> =
                ["g", "lb", "cm", "in", "ml", "V", "W"].iter().filter_map(|u| Unit::parse(u)).collect();
            Value::Measure(Measure { amount: decimal(chance), unit: *chance.of(&units) })
        }
        Kind::Date => Value::Date(*chance.of(&[date(2026, 11, 25), date(1, 1, 1), date(9999, 12, 31)])),
        Kind::Instant => Value::Instant(jiff::Timestamp::UNIX_EPOCH),
        Kind::Country => {
            let countries: Vec<Country> = ["US", "PT", "JP"].iter().filter_map(|c| Country::parse(c).ok()).collect();
            Value::Country(*chance.of(&countries))
        }
        Kind::List => {
            let many = chance.below(14);
            Value::List((0..many).map(|_| Value::Text(text(chance))).collect())
        }
    }
}

fn decimal(chance: &mut Chance) -> Decimal {
    *chance.of(&[
        Decimal::ZERO,
        Decimal::ONE,
        Decimal::NEGATIVE_ONE,
        Decimal::new(1_250, 2),
        Decimal::new(1, 20),
        Decimal::MAX,
        Decimal::MIN,
    ])
}

fn text(chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => chance.of(TEXTS).1.to_owned(),
        1 => "word ".repeat(chance.below(800)),
        2 => format!("Plain {}", chance.below(1_000)),
        _ => chance.of(TEXTS).1.repeat(chance.below(40)),
    }
}
