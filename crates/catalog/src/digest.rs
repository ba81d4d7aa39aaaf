//! What changed: a digest of an item's canonical form, one for each lane.

use crate::field::Field;
use crate::field::Group;
use crate::field::Known;
use crate::fields::Fields;
use crate::item::Item;
use crate::item::ValueRef;
use blake3::Hasher;
use std::fmt;

/// Content, price and stock change at different speeds and are sent by different feeds; so is the end of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// What the thing is; for a new listing also what it costs and how many there are.
    Content,
    /// What it costs the buyer.
    Price,
    /// How many there are.
    Stock,
    /// That it is no longer sold.
    Retirement,
}

impl Lane {
    /// All lanes, in the order they are sent.
    pub const ALL: [Self; 4] = [Self::Content, Self::Price, Self::Stock, Self::Retirement];

    /// Its name in configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Price => "price",
            Self::Stock => "stock",
            Self::Retirement => "retirement",
        }
    }

    /// The lane with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name() == name)
    }

    /// The lane a field travels in.
    pub fn of(group: Group) -> Self {
        match group {
            Group::Content | Group::Identity | Group::Media | Group::Family => Self::Content,
            Group::Offer => Self::Price,
            Group::Stock => Self::Stock,
        }
    }
}

/// A BLAKE3 digest, as `b3sum` prints it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The digest of what this item says in one lane; in the lane of retirement that is its SKU alone. Equal values give equal digests, however they were written
/// (`12.5` and `12.50`), in whatever order the source gave them; places play no part.
pub fn digest(lane: Lane, item: &Item<'_>) -> Digest {
    let mut hash = Hasher::new();
    text(&mut hash, item.sku.as_str());
    for known in Known::all() {
        if Lane::of(known.def().group) == lane {
            field(&mut hash, &Field::Known(*known), item);
        }
    }
    if lane == Lane::Content {
        let variant = item.variant.map(|variant| &variant.fields);
        let mut custom: Vec<&Field> = variant
            .into_iter()
            .chain([&item.product.fields])
            .flat_map(Fields::names)
            .filter(|field| matches!(field, Field::Custom(_)))
            .collect();
        custom.sort_unstable();
        custom.dedup();
        for name in custom {
            field(&mut hash, name, item);
        }
    }
    Digest(hash.finalize().into())
}

fn field(hash: &mut Hasher, field: &Field, item: &Item<'_>) {
    if let Some(found) = item.value(field) {
        text(hash, &field.to_string());
        value(hash, &found);
    }
}

fn value(hash: &mut Hasher, found: &ValueRef<'_>) {
    match found {
        ValueRef::Bool(value) => text(hash, if *value { "t" } else { "f" }),
        ValueRef::Integer(value) => text(hash, &value.to_string()),
        ValueRef::Decimal(value) => text(hash, &value.normalize().to_string()),
        ValueRef::Measure(value) => {
            text(hash, &value.amount.normalize().to_string());
            text(hash, &value.unit.to_string());
        }
        ValueRef::Money(value) => {
            text(hash, &value.amount().normalize().to_string());
            text(hash, &value.currency().to_string());
        }
        ValueRef::Text(value) => text(hash, value),
        ValueRef::Date(value) => text(hash, &value.to_string()),
        ValueRef::Instant(value) => text(hash, &value.to_string()),
        ValueRef::Country(value) => text(hash, value.alpha2()),
        ValueRef::Gtin(value) => text(hash, value.as_str()),
        ValueRef::List(list) => {
            hash.update(&(list.len() as u64).to_le_bytes());
            for entry in list {
                value(hash, entry);
            }
        }
    }
}

// Length first, so that no two different sequences of texts run together to the same bytes.
fn text(hash: &mut Hasher, text: &str) {
    hash.update(&(text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
