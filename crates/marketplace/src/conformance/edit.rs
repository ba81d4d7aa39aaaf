//! Changes to a product as somebody would make them in its table: a cell is emptied, or written anew.

use feedwright_catalog::Field;
use feedwright_catalog::Fields;
use feedwright_catalog::Known;
use feedwright_catalog::Money;
use feedwright_catalog::Offer;
use feedwright_catalog::Product;
use feedwright_catalog::Stock;
use feedwright_catalog::Value;
use feedwright_catalog::field::Group;
use feedwright_catalog::product::IdentifierKind;
use feedwright_catalog::product::MediaRole;
use feedwright_catalog::product::Variant;
use rust_decimal::Decimal;

/// Empties a field everywhere. Says whether it was filled, and can be empty.
pub(super) fn clear(product: &mut Product, field: &Field) -> bool {
    if field.group() == Group::Content && *field != Field::Known(Known::MaxOrderQuantity) {
        let mut was_filled = !product.fields.remove(field).is_empty();
        for variant in &mut product.variants {
            was_filled |= !variant.fields.remove(field).is_empty();
        }
        return was_filled;
    }
    let Field::Known(known) = field else { return false };
    match known {
        Known::Gtin | Known::GtinKind => identifiers(product, |kind| matches!(kind, IdentifierKind::Gtin(_))),
        Known::Asin => identifiers(product, |kind| *kind == IdentifierKind::Asin),
        Known::Image => media(product, MediaRole::Main),
        Known::AdditionalImages => media(product, MediaRole::Additional),
        Known::SwatchImage => media(product, MediaRole::Swatch),
        Known::Price => offers(product, |offer| offer.price.take().is_some()),
        Known::ListPrice => offers(product, |offer| offer.list_price.take().is_some()),
        Known::CompareAtPrice => offers(product, |offer| offer.compare_at_price.take().is_some()),
        Known::SalePrice => offers(product, |offer| offer.sale.take().is_some()),
        Known::SaleStart => {
            offers(product, |offer| offer.sale.as_mut().is_some_and(|sale| sale.start.take().is_some()))
        }
        Known::SaleEnd => offers(product, |offer| offer.sale.as_mut().is_some_and(|sale| sale.end.take().is_some())),
        Known::MapPrice => offers(product, |offer| offer.map_price.take().is_some()),
        Known::FloorPrice => offers(product, |offer| offer.floor_price.take().is_some()),
        Known::CeilingPrice => offers(product, |offer| offer.ceiling_price.take().is_some()),
        Known::MaxOrderQuantity => offers(product, |offer| offer.max_order_quantity.take().is_some()),
        Known::Quantity => stock(product, |stock| stock.quantity.take().is_some()),
        Known::AlwaysAvailable => stock(product, |stock| std::mem::take(&mut stock.always_available)),
        Known::LeadTimeDays => stock(product, |stock| stock.lead_time_days.take().is_some()),
        Known::RestockDate => stock(product, |stock| stock.restock_date.take().is_some()),
        Known::Category => !std::mem::take(&mut product.categories).is_empty(),
        // The SKU and the place in a family are what the record is; nobody can leave them out.
        _ => false,
    }
}

/// The fields a product fills anywhere.
pub(super) fn filled(product: &Product) -> Vec<Field> {
    let own = product.variants.iter().flat_map(|variant| variant.fields.names());
    let customs = product.fields.names().chain(own).filter(|field| matches!(field, Field::Custom(_)));
    let known = Known::all().iter().map(|known| Field::Known(*known));
    let mut fields: Vec<Field> = known.chain(customs.cloned()).collect();
    fields.dedup();
    fields.retain(|field| clear(&mut product.clone(), field));
    fields
}

/// Writes another text, number or list entry where a field holds `old` now. The field keeps its row and its unit or
/// currency. Says whether it could.
pub(super) fn rewrite(product: &mut Product, variant: Option<usize>, field: &Field, old: &New, new: &New) -> bool {
    if variant.is_none() && field.group() != Group::Offer {
        // A family's record says what its product says; and what its variants differ by, as they do.
        let on_product = in_fields(&mut product.fields, field, old, new);
        if !product.axes.iter().any(|axis| axis.field == *field) {
            return on_product;
        }
        let variants = product.variants.iter_mut();
        return variants.fold(on_product, |done, variant| in_fields(&mut variant.fields, field, old, new) || done);
    }
    let own = variant.and_then(|at| product.variants.get_mut(at));
    if field.group() == Group::Offer {
        return own.is_some_and(|own| price(own, field, new));
    }
    let on_variant = own.is_some_and(|own| in_fields(&mut own.fields, field, old, new));
    on_variant || in_fields(&mut product.fields, field, old, new)
}

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum New {
    /// A text.
    Text(String),
    /// A number.
    Number(Decimal),
}

fn in_fields(fields: &mut Fields, field: &Field, old: &New, new: &New) -> bool {
    let [scoped] = fields.get_mut(field) else { return false };
    rewritten(&mut scoped.value, old, new)
}

fn rewritten(value: &mut Value, old: &New, new: &New) -> bool {
    match (value, new) {
        (Value::List(list), _) => list.iter_mut().any(|entry| is(entry, old) && rewritten(entry, old, new)),
        (Value::Text(text), New::Text(new)) => {
            text.clone_from(new);
            true
        }
        (Value::Integer(integer), New::Number(number)) => match i64::try_from(*number) {
            Ok(whole) if number.fract().is_zero() => {
                *integer = whole;
                true
            }
            Ok(_) | Err(_) => false,
        },
        (Value::Decimal(decimal), New::Number(number)) => {
            *decimal = *number;
            true
        }
        (Value::Measure(measure), New::Number(number)) => {
            measure.amount = *number;
            true
        }
        _ => false,
    }
}

fn is(value: &Value, old: &New) -> bool {
    match (value, old) {
        (Value::Text(text), New::Text(old)) => text == old,
        (Value::Integer(integer), New::Number(old)) => Decimal::from(*integer) == *old,
        (Value::Decimal(decimal), New::Number(old)) => decimal == old,
        _ => false,
    }
}

fn price(variant: &mut Variant, field: &Field, new: &New) -> bool {
    let (Field::Known(known), New::Number(amount), [offer]) = (field, new, variant.offers.as_mut_slice()) else {
        return false;
    };
    let slot = match known {
        Known::Price => offer.price.as_mut(),
        Known::ListPrice => offer.list_price.as_mut(),
        Known::CompareAtPrice => offer.compare_at_price.as_mut(),
        Known::SalePrice => offer.sale.as_mut().map(|sale| &mut sale.price),
        Known::MapPrice => offer.map_price.as_mut(),
        Known::FloorPrice => offer.floor_price.as_mut(),
        Known::CeilingPrice => offer.ceiling_price.as_mut(),
        _ => None,
    };
    let Some(slot) = slot else { return false };
    match Money::new(*amount, slot.currency()) {
        Ok(money) => {
            *slot = money;
            true
        }
        // More decimals than the currency has: no catalog can say that.
        Err(_) => false,
    }
}

fn identifiers(product: &mut Product, is_meant: impl Fn(&IdentifierKind) -> bool) -> bool {
    let mut was_filled = false;
    for variant in &mut product.variants {
        let before = variant.identifiers.len();
        variant.identifiers.retain(|identifier| !is_meant(&identifier.kind));
        was_filled |= variant.identifiers.len() < before;
    }
    was_filled
}

fn media(product: &mut Product, role: MediaRole) -> bool {
    let variants = product.variants.iter_mut().map(|variant| &mut variant.media);
    let mut was_filled = false;
    for media in variants.chain([&mut product.media]) {
        let before = media.len();
        media.retain(|media| media.role != role);
        was_filled |= media.len() < before;
    }
    was_filled
}

fn offers(product: &mut Product, mut clear: impl FnMut(&mut Offer) -> bool) -> bool {
    let offers = product.variants.iter_mut().flat_map(|variant| &mut variant.offers);
    offers.map(&mut clear).fold(false, |any, one| any | one)
}

fn stock(product: &mut Product, mut clear: impl FnMut(&mut Stock) -> bool) -> bool {
    let stock = product.variants.iter_mut().flat_map(|variant| &mut variant.stock);
    stock.map(&mut clear).fold(false, |any, one| any | one)
}
