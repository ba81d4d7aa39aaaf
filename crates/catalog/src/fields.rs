//! The fields of a product or a variant: an open typed map.

use crate::field::Field;
use crate::field::Known;
use crate::scope::Scope;
use crate::scope::ScopedValue;
use crate::value::Value;
use std::collections::BTreeSet;
use std::mem;

/// The fields of a product or a variant. Each field has at most one value per scope.
///
/// One list sorted by field, and a set of the known fields in it: most questions are about a field that is not there, and
/// are answered without looking.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    known: Bits,
    /// How many known fields stand before each word of bits.
    before: [u16; 4],
    // Few enough that putting one between others is cheaper than a tree; none without values.
    entries: Vec<(Field, Vec<ScopedValue>)>,
}

/// A bit for each known field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bits([u64; 4]);

impl Bits {
    const fn has(&self, known: Known) -> bool {
        let (word, bit) = place(known);
        self.0[word] & bit != 0
    }

    const fn insert(&mut self, known: Known) {
        let (word, bit) = place(known);
        self.0[word] |= bit;
    }

    fn remove(&mut self, known: Known) {
        let (word, bit) = place(known);
        self.0[word] &= !bit;
    }

    /// How many stand before it in its word.
    fn rank(&self, known: Known) -> usize {
        let (word, bit) = place(known);
        (self.0[word] & (bit - 1)).count_ones() as usize
    }
}

/// Fields that may be there. What is not among them is not there; of a seller's own fields some may be that are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    known: Bits,
    /// A bit for each hash of a name.
    custom: u64,
}

impl Present {
    /// These of the vocabulary.
    pub(crate) const fn of(all: &[Known]) -> Self {
        let mut present = Self { known: Bits([0; 4]), custom: 0 };
        let mut at = 0;
        while at < all.len() {
            present.known.insert(all[at]);
            at += 1;
        }
        present
    }

    /// Adds a field.
    pub fn add(&mut self, field: &Field) {
        match field {
            Field::Known(known) => self.known.insert(*known),
            Field::Custom(name) => {
                let hash = name.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
                self.custom |= 1 << (hash % 64);
            }
        }
    }

    /// Whether one of these may be among those.
    pub fn meets(&self, other: &Self) -> bool {
        let known = self.known.0.iter().zip(&other.known.0).fold(0, |any, (own, other)| any | (own & other));
        known | (self.custom & other.custom) != 0
    }

    /// Whether a field may be among them.
    pub fn may_hold(&self, field: &Field) -> bool {
        match field {
            Field::Known(known) => self.holds(*known),
            // Looking for it is as quick as working out its bit.
            Field::Custom(_) => self.custom != 0,
        }
    }

    /// This one.
    pub fn only(field: &Field) -> Self {
        let mut present = Self::default();
        present.add(field);
        present
    }

    /// The same with those of another.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (own, more) in self.known.0.iter_mut().zip(&other.known.0) {
            *own |= more;
        }
        self.custom |= other.custom;
        self
    }

    pub(crate) fn holds(&self, known: Known) -> bool {
        self.known.has(known)
    }

    pub(crate) fn join(&mut self, fields: &Fields) {
        for (own, more) in self.known.0.iter_mut().zip(&fields.known.0) {
            *own |= more;
        }
        // A seller's own stand behind the others.
        for (field, _) in fields.entries.iter().rev().take_while(|(field, _)| matches!(field, Field::Custom(_))) {
            self.add(field);
        }
    }
}

/// A set of fields that is asked often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    known: Bits,
    custom: BTreeSet<Field>,
}

impl FieldSet {
    /// Whether a field is among them.
    pub fn contains(&self, field: &Field) -> bool {
        match field {
            Field::Known(known) => self.known.has(*known),
            Field::Custom(_) => self.custom.contains(field),
        }
    }
}

impl Extend<Field> for FieldSet {
    fn extend<I: IntoIterator<Item = Field>>(&mut self, all: I) {
        for field in all {
            match field {
                Field::Known(known) => self.known.insert(known),
                Field::Custom(_) => drop(self.custom.insert(field)),
            }
        }
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(all: I) -> Self {
        let mut set = Self::default();
        set.extend(all);
        set
    }
}

impl Fields {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of a field, for whomever they hold; none where the field is not there.
    pub fn get(&self, field: &Field) -> &[ScopedValue] {
        if !self.may_hold(field) {
            return &[];
        }
        self.find(field).map_or(&[][..], |at| &self.entries[at].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, field: &Field) -> &mut [ScopedValue] {
        match self.find(field) {
            Ok(at) => &mut self.entries[at].1,
            Err(_) => &mut [],
        }
    }

    /// Whether the field is there.
    pub fn contains(&self, field: &Field) -> bool {
        self.may_hold(field) && self.find(field).is_ok()
    }

    /// Sets the value of a field for everybody.
    pub fn set(&mut self, field: impl Into<Field>, value: Value) {
        let values = self.values_mut(&field.into());
        values.retain(|scoped| scoped.scope != Scope::default());
        values.push(ScopedValue { scope: Scope::default(), value });
    }

    /// Gives a field a value for somebody. Of a list this is more of it; else what was there first stays.
    pub fn put(&mut self, field: &Field, scope: &Scope, value: Value) {
        let values = self.values_mut(field);
        match (values.iter_mut().find(|given| given.scope == *scope), value) {
            (Some(ScopedValue { value: Value::List(list), .. }), Value::List(more)) => list.extend(more),
            (Some(_), _) => {}
            (None, value) => values.push(ScopedValue { scope: scope.clone(), value }),
        }
    }

    /// Gives a field all its values at once.
    pub fn replace(&mut self, field: &Field, values: Vec<ScopedValue>) {
        if values.is_empty() {
            self.remove(field);
        } else {
            *self.values_mut(field) = values;
        }
    }

    /// Takes a field out, with its values.
    pub fn remove(&mut self, field: &Field) -> Vec<ScopedValue> {
        let Ok(at) = self.find(field) else { return Vec::new() };
        if let Field::Known(known) = field {
            self.known.remove(*known);
            self.before.iter_mut().skip(place(*known).0 + 1).for_each(|before| *before -= 1);
        }
        self.entries.remove(at).1
    }

    /// The fields that are there, in order.
    pub fn names(&self) -> impl Iterator<Item = &Field> {
        self.entries.iter().map(|(field, _)| field)
    }

    /// The fields with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Field, &[ScopedValue])> {
        self.entries.iter().map(|(field, values)| (field, values.as_slice()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The values of a field, which is put in where it is not there: the caller gives it one.
    fn values_mut(&mut self, field: &Field) -> &mut Vec<ScopedValue> {
        let at = match self.find(field) {
            Ok(at) => at,
            Err(at) => {
                if let Field::Known(known) = field {
                    self.known.insert(*known);
                    self.before.iter_mut().skip(place(*known).0 + 1).for_each(|before| *before += 1);
                }
                if self.entries.capacity() == 0 {
                    // A row has some twenty.
                    self.entries.reserve(24);
                }
                // Nearly always one value, for everybody.
                self.entries.insert(at, (field.clone(), Vec::with_capacity(1)));
                at
            }
        };
        &mut self.entries[at].1
    }

    fn may_hold(&self, field: &Field) -> bool {
        match field {
            Field::Known(known) => self.known.has(*known),
            // A seller's own fields stand behind the known ones.
            Field::Custom(_) => matches!(self.entries.last(), Some((Field::Custom(_), _))),
        }
    }

    fn find(&self, field: &Field) -> Result<usize, usize> {
        match field {
            // Known fields come first, in the order of their bits: as many stand before it as have a lower one.
            Field::Known(known) => {
                let at = usize::from(self.before[place(*known).0]) + self.known.rank(*known);
                if self.known.has(*known) { Ok(at) } else { Err(at) }
            }
            Field::Custom(_) => self.entries.binary_search_by(|(own, _)| own.cmp(field)),
        }
    }
}

impl FromIterator<(Field, Vec<ScopedValue>)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, Vec<ScopedValue>)>>(all: I) -> Self {
        let mut fields = Self::new();
        for (field, values) in all {
            fields.replace(&field, values);
        }
        fields
    }
}

/// The word and the bit of a known field.
const fn place(known: Known) -> (usize, u64) {
    let number = known as usize;
    (number / 64, 1 << (number % 64))
}

// Every known field has its bit.
const _: () = assert!(crate::field::VOCABULARY.len() <= 64 * mem::size_of::<Bits>() / 8);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn field() -> impl Strategy<Value = Field> {
        prop_oneof![
            prop::sample::select(Known::all().to_vec()).prop_map(Field::Known),
            "[a-c]".prop_map(|name| Field::Custom(Arc::from(name))),
        ]
    }

    proptest! {
        #[test]
        fn it_is_a_map_from_fields_to_values(steps in prop::collection::vec((field(), 0_u8..4, "[xy]"), 0..60)) {
            let mut fields = Fields::new();
            let mut model: BTreeMap<Field, Vec<ScopedValue>> = BTreeMap::new();
            for (field, how, text) in steps {
                let value = Value::Text(text);
                let all = || vec![ScopedValue { scope: Scope::default(), value: value.clone() }];
                match how {
                    0 => {
                        let removed = fields.remove(&field);
                        prop_assert_eq!(removed, model.remove(&field).unwrap_or_default());
                    }
                    1 => {
                        fields.put(&field, &Scope::default(), value.clone());
                        model.entry(field.clone()).or_insert_with(all);
                    }
                    _ => {
                        fields.set(field.clone(), value.clone());
                        model.insert(field.clone(), all());
                    }
                }
                prop_assert_eq!(fields.contains(&field), model.contains_key(&field));
                prop_assert_eq!(fields.get(&field), model.get(&field).map_or(&[][..], Vec::as_slice));
            }
            let mut present = Present::default();
            present.join(&fields);
            let set: FieldSet = model.keys().cloned().collect();
            for field in Known::all().iter().map(|known| Field::Known(*known)) {
                let is_there = model.contains_key(&field);
                prop_assert_eq!((set.contains(&field), present.may_hold(&field)), (is_there, is_there));
            }
            for field in model.keys() {
                prop_assert!(set.contains(field) && present.may_hold(field), "{field}");
                let mut asked = Present::default();
                asked.add(field);
                prop_assert!(present.meets(&asked), "{field} is there, and is not among those that may be");
            }
            prop_assert!(fields.names().eq(model.keys()));
            prop_assert!(fields.iter().eq(model.iter().map(|(field, values)| (field, values.as_slice()))));
            prop_assert_eq!((fields.len(), fields.is_empty()), (model.len(), model.is_empty()));
            prop_assert_eq!(fields, model.into_iter().collect());
        }
    }
}
