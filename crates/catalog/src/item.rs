//! A variant with its family in view: the one way to ask what a field's value is, and where it came from.

use crate::Country;
use crate::Gtin;
use crate::field::Field;
use crate::field::Known;
use crate::fields::Present;
use crate::gtin::GtinKind;
use crate::money::Money;
use crate::offer::Offer;
use crate::offer::sellable;
use crate::place::Level;
use crate::place::Place;
use crate::product::IdentifierKind;
use crate::product::Media;
use crate::product::MediaRole;
use crate::product::Product;
use crate::product::Variant;
use crate::scope::Scope;
use crate::sku::Sku;
use crate::unit::Measure;
use crate::value::Value;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A record to be made: a sellable variant, or the parent that groups a family.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The family.
    pub product: &'a Product,
    /// The variant; none for the parent record.
    pub variant: Option<&'a Variant>,
    /// The record's SKU: the variant's, or the family's.
    pub sku: &'a Sku,
    /// The SKU of the parent record, when the family has one.
    pub parent_sku: Option<&'a Sku>,
    /// The variants a parent record speaks for: those that can be sent. Empty for a variant's own record.
    pub members: &'a [&'a Variant],
    /// Whether the variant stands for its family, where exactly one has to.
    pub leads: Option<bool>,
    /// For whom values are asked.
    pub scope: &'a Scope,
    /// What the channel gives where the catalog is silent.
    pub defaults: &'a [(Field, Value)],
}

/// A value as it stands in the catalog, borrowed.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueRef<'a> {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Decimal(Decimal),
    /// A number with a unit.
    Measure(Measure),
    /// An amount with a currency.
    Money(Money),
    /// Text.
    Text(&'a str),
    /// A calendar date.
    Date(Date),
    /// A point in time.
    Instant(Timestamp),
    /// A country.
    Country(Country),
    /// A barcode number.
    Gtin(Gtin),
    /// Several values.
    List(Vec<ValueRef<'a>>),
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Measure(value) => Self::Measure(*value),
            Value::Money(value) => Self::Money(*value),
            Value::Text(value) => Self::Text(value),
            Value::List(list) => Self::List(list.iter().map(Self::from).collect()),
            Value::Decimal(value) => Self::Decimal(*value),
            Value::Date(value) => Self::Date(*value),
            Value::Instant(value) => Self::Instant(*value),
            Value::Country(value) => Self::Country(*value),
        }
    }
}

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// On the variant.
    Variant,
    /// On the product, inherited.
    Product,
    /// Neither: the channel's default.
    Default,
}

impl<'a> Item<'a> {
    /// The value of a field for this item: the variant's own, else the product's, else the channel's default;
    /// each by the nearest scope. The one place where inheritance and scope fallback happen.
    pub fn value(&self, field: &Field) -> Option<ValueRef<'a>> {
        let own = match field {
            Field::Custom(_) => None,
            Field::Known(known) => self.computed(*known),
        };
        own.or_else(|| self.content(field).map(|(value, _)| ValueRef::from(value)))
    }

    /// The fields it may have a value of, told without looking for each.
    pub fn present(&self) -> Present {
        self.given().and(&COMPUTED)
    }

    /// The same of those that are not worked out: which may have [content](Item::content).
    pub fn given(&self) -> Present {
        let mut present = Present::default();
        for fields in self.variant.map(|variant| &variant.fields).into_iter().chain([&self.product.fields]) {
            present.join(fields);
        }
        for (field, _) in self.defaults {
            present.add(field);
        }
        present
    }

    /// A content field's value and who holds it.
    pub fn content(&self, field: &Field) -> Option<(&'a Value, Holder)> {
        let of = |fields: &'a crate::fields::Fields| {
            let scoped = self.scope.pick(fields.get(field), |scoped| &scoped.scope);
            scoped.map(|scoped| &scoped.value).filter(|value| !value.is_blank())
        };
        self.variant
            .and_then(|variant| of(&variant.fields))
            .map(|value| (value, Holder::Variant))
            .or_else(|| of(&self.product.fields).map(|value| (value, Holder::Product)))
            .or_else(|| self.defaults.iter().find(|(name, _)| name == field).map(|(_, value)| (value, Holder::Default)))
    }

    /// Where the value of a field came from, or where it should be filled in when there is none.
    pub fn place(&self, field: &Field) -> Place {
        let product = &self.product.origin;
        let Some(variant) = self.variant else { return product.place_of(field) };
        if let Field::Known(known @ (Known::Image | Known::AdditionalImages | Known::SwatchImage)) = field
            && let Some(media) = self.media(role_of(*known)).next()
        {
            return Place { line: (media.line > 0).then_some(media.line), ..variant.origin.place_of(field) };
        }
        match self.content(field).map(|(_, holder)| holder) {
            Some(Holder::Variant) => variant.origin.place_of(field),
            Some(Holder::Product) => product.place_of(field),
            Some(Holder::Default) | None => match variant.origin.columns.by_field.get(field).map(|column| column.level)
            {
                Some(Level::Product) => product.place_of(field),
                Some(Level::Variant) | None => variant.origin.place_of(field),
            },
        }
    }

    /// The place of the item's own row.
    pub fn row(&self) -> Place {
        self.variant.map_or(&self.product.origin, |variant| &variant.origin).place()
    }

    /// The offer that holds for this item.
    pub fn offer(&self) -> Option<&'a Offer> {
        let offers = &self.variant?.offers;
        self.scope.pick(offers, |offer| &offer.scope)
    }

    /// The images of one role, the variant's own before the family's, each address once.
    pub fn media(&self, role: MediaRole) -> impl Iterator<Item = &'a Media> {
        let own = self.variant.map_or(&[][..], |variant| &variant.media);
        let family = &self.product.media[..];
        let scope = self.scope;
        let all = move || own.iter().chain(family).filter(move |media| applies(&media.scope, scope));
        // The first main image is the main one; further ones are shown after it.
        let main = all().find(|media| media.role == MediaRole::Main);
        all()
            .enumerate()
            .filter(move |(at, media)| {
                let is_main = main.is_some_and(|main| std::ptr::eq(main, *media));
                let is_wanted = match role {
                    MediaRole::Main => is_main,
                    MediaRole::Additional => {
                        media.role != MediaRole::Swatch && !is_main && main.is_none_or(|main| main.url != media.url)
                    }
                    MediaRole::Swatch => media.role == MediaRole::Swatch,
                };
                is_wanted && !all().take(*at).any(|earlier| earlier.url == media.url && earlier.role == media.role)
            })
            .map(|(_, media)| media)
    }

    /// The item's valid barcode number.
    pub fn gtin(&self) -> Option<Gtin> {
        self.variant?.identifiers.iter().find_map(|identifier| match identifier.kind {
            IdentifierKind::Gtin(gtin) => Some(gtin),
            IdentifierKind::NotAGtin(_) | IdentifierKind::Asin => None,
        })
    }

    fn computed(&self, known: Known) -> Option<ValueRef<'a>> {
        if !COMPUTED.holds(known) {
            return None;
        }
        let offer = || self.offer();
        let stock = || self.variant.map(|variant| variant.stock.as_slice());
        match known {
            Known::Sku => Some(ValueRef::Text(self.sku.as_str())),
            Known::Gtin => self.gtin().map(ValueRef::Gtin),
            Known::GtinKind => self.gtin().map(|gtin| ValueRef::Text(kind_code(gtin.kind()))),
            Known::Asin => self
                .variant?
                .identifiers
                .iter()
                .find(|identifier| identifier.kind == IdentifierKind::Asin)
                .map(|identifier| ValueRef::Text(&identifier.raw)),
            Known::ParentSku => {
                self.variant?;
                self.parent_sku.map(|sku| ValueRef::Text(sku.as_str()))
            }
            Known::Parentage => match (self.variant, self.parent_sku) {
                (None, _) => Some(ValueRef::Text("parent")),
                (Some(_), Some(_)) => Some(ValueRef::Text("child")),
                (Some(_), None) => None,
            },
            Known::Axes => {
                if self.parent_sku.is_none() && self.leads.is_none() {
                    return None;
                }
                let codes = self.product.axes.iter().map(|axis| match &axis.field {
                    Field::Known(known) => ValueRef::Text(known.def().code),
                    Field::Custom(name) => ValueRef::Text(name),
                });
                Some(ValueRef::List(codes.collect()))
            }
            Known::FamilyKey => {
                let is_family = !self.product.axes.is_empty() && self.product.variants.len() > 1;
                is_family.then(|| ValueRef::Text(&self.product.key))
            }
            Known::LeadsFamily => self.leads.map(ValueRef::Bool),
            Known::VariantSkus => {
                let skus: Vec<_> = self.members.iter().map(|variant| ValueRef::Text(variant.sku.as_str())).collect();
                (!skus.is_empty()).then_some(ValueRef::List(skus))
            }
            Known::Category => self.product.categories.first().map(|category| ValueRef::Text(&category.path)),
            Known::Price => offer()?.price.map(ValueRef::Money),
            Known::ListPrice => offer()?.list_price.map(ValueRef::Money),
            Known::CompareAtPrice => offer()?.compare_at_price.map(ValueRef::Money),
            Known::SalePrice => offer()?.sale.as_ref().map(|sale| ValueRef::Money(sale.price)),
            Known::SaleStart => offer()?.sale.as_ref()?.start.map(ValueRef::Instant),
            Known::SaleEnd => offer()?.sale.as_ref()?.end.map(ValueRef::Instant),
            Known::MapPrice => offer()?.map_price.map(ValueRef::Money),
            Known::FloorPrice => offer()?.floor_price.map(ValueRef::Money),
            Known::CeilingPrice => offer()?.ceiling_price.map(ValueRef::Money),
            Known::MaxOrderQuantity => offer()?.max_order_quantity.map(ValueRef::Integer),
            Known::Quantity => sellable(stock()?).map(ValueRef::Integer),
            Known::AlwaysAvailable => {
                stock()?.iter().any(|stock| stock.always_available).then_some(ValueRef::Bool(true))
            }
            Known::LeadTimeDays => {
                stock()?.iter().filter_map(|stock| stock.lead_time_days).max().map(ValueRef::Integer)
            }
            Known::RestockDate => stock()?.iter().filter_map(|stock| stock.restock_date).min().map(ValueRef::Date),
            Known::Image => self.media(MediaRole::Main).next().map(|media| ValueRef::Text(&media.url)),
            Known::AdditionalImages => {
                let urls: Vec<_> = self.media(MediaRole::Additional).map(|media| ValueRef::Text(&media.url)).collect();
                (!urls.is_empty()).then_some(ValueRef::List(urls))
            }
            Known::SwatchImage => self.media(MediaRole::Swatch).next().map(|media| ValueRef::Text(&media.url)),
            // What is not among `COMPUTED`.
            _ => None,
        }
    }
}

/// Fields that are worked out, or stand outside the open map.
const COMPUTED: Present = Present::of(&[
    Known::Sku,
    Known::Gtin,
    Known::GtinKind,
    Known::Asin,
    Known::ParentSku,
    Known::Parentage,
    Known::Axes,
    Known::FamilyKey,
    Known::LeadsFamily,
    Known::VariantSkus,
    Known::Category,
    Known::Price,
    Known::ListPrice,
    Known::CompareAtPrice,
    Known::SalePrice,
    Known::SaleStart,
    Known::SaleEnd,
    Known::MapPrice,
    Known::FloorPrice,
    Known::CeilingPrice,
    Known::MaxOrderQuantity,
    Known::Quantity,
    Known::AlwaysAvailable,
    Known::LeadTimeDays,
    Known::RestockDate,
    Known::Image,
    Known::AdditionalImages,
    Known::SwatchImage,
]);

fn applies(given: &Scope, wanted: &Scope) -> bool {
    let holds = |given: &Option<_>, wanted: &Option<_>| given.is_none() || given == wanted;
    holds(&given.channel, &wanted.channel)
        && (given.market.is_none() || given.market == wanted.market)
        && (given.locale.is_none() || given.locale == wanted.locale)
}

fn role_of(known: Known) -> MediaRole {
    match known {
        Known::SwatchImage => MediaRole::Swatch,
        Known::AdditionalImages => MediaRole::Additional,
        _ => MediaRole::Main,
    }
}

fn kind_code(kind: GtinKind) -> &'static str {
    match kind {
        GtinKind::Gtin8 => "gtin8",
        GtinKind::Gtin12 => "gtin12",
        GtinKind::Gtin13 => "gtin13",
        GtinKind::Gtin14 => "gtin14",
    }
}
