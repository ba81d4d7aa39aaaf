//! A family's own record: what its variants differ by, and what they do not share.

use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::ValueRef;
use feedwright_catalog::product::Axis;
use feedwright_catalog::product::Variant;
use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Source;

/// The pointer to where aspects stand.
pub(crate) const ASPECTS: &str = "/item/product/aspects";

/// Writes the member `family` of a record that was filled as its first variant is.
pub(crate) fn write(category: &Category, item: &Item<'_>, listing: &mut Listing) {
    let aspects = aspects(category, listing);
    let of = |variant: &Variant, field: &Field| {
        let variant_item = Item { variant: Some(variant), members: &[], ..*item };
        variant_item.value(field).map(|value| text(&value))
    };
    // An aspect that members have in different values is each one's own.
    let own: Vec<&str> = aspects
        .iter()
        .filter(|(_, fields)| {
            fields.iter().any(|field| {
                let mut values = item.members.iter().map(|variant| of(variant, field));
                let first = values.next();
                values.any(|value| Some(value) != first)
            })
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let mut axes: Vec<(&str, Vec<String>)> = Vec::new();
    for axis in &item.product.axes {
        let mut values: Vec<String> = Vec::new();
        for value in item.members.iter().filter_map(|variant| of(variant, &axis.field)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        axes.push((aspect_of(category, axis), values));
    }
    let source = Source::default();
    let key = Key::new;
    let family = match listing.get(Listing::ROOT, &key("family")) {
        Some(family) => family,
        None => listing.add_object(Listing::ROOT, &key("family"), source),
    };
    let varies = listing.add_object(family, &key("variesBy"), source);
    if let Some((first, _)) = axes.first() {
        // Pictures follow the first axis: the one buyers choose first.
        let images = listing.add_array(varies, &key("aspectsImageVariesBy"), source);
        listing.push(images, Leaf::Text(first), source);
    }
    let specifications = listing.add_array(varies, &key("specifications"), source);
    for (name, values) in &axes {
        let specification = listing.push_object(specifications, source);
        listing.add(specification, &key("name"), Leaf::Text(name), source);
        let list = listing.add_array(specification, &key("values"), source);
        for value in values {
            listing.push(list, Leaf::Text(value), source);
        }
    }
    if let (Some(axis), Some((name, _))) = (item.product.axes.first(), axes.first()) {
        pictures(item, &axis.field, name, family, listing);
    }
    let list = listing.add_array(family, &key("own"), source);
    for name in own {
        listing.push(list, Leaf::Text(name), source);
    }
}

/// The pictures of each value of the first axis, where a variant has pictures of its own.
fn pictures(item: &Item<'_>, field: &Field, name: &str, family: NodeId, listing: &mut Listing) {
    let source = Source::default();
    let mut sets: Vec<(String, Vec<&str>)> = Vec::new();
    for variant in item.members {
        let of_variant = Item { variant: Some(variant), members: &[], ..*item };
        let Some(value) = of_variant.value(field).map(|value| text(&value)) else { continue };
        let own = variant.media.iter().map(|media| &*media.url);
        match sets.iter_mut().find(|(known, _)| *known == value) {
            Some(_) => {}
            None => sets.push((value, own.collect())),
        }
    }
    sets.retain(|(_, urls)| !urls.is_empty());
    if sets.is_empty() {
        return;
    }
    let key = Key::new;
    let pictures = listing.add_object(family, &key("pictures"), source);
    listing.add(pictures, &key("name"), Leaf::Text(name), source);
    let list = listing.add_array(pictures, &key("sets"), source);
    for (value, urls) in sets {
        let set = listing.push_object(list, source);
        listing.add(set, &key("value"), Leaf::Text(&value), source);
        let all = listing.add_array(set, &key("urls"), source);
        for url in urls {
            listing.push(all, Leaf::Text(url), source);
        }
    }
}

/// Writes the member `axes` of a variant's record: what tells it from the others.
pub(crate) fn write_axes(category: &Category, item: &Item<'_>, listing: &mut Listing) {
    let source = Source::default();
    let axes = listing.add_array(Listing::ROOT, &Key::new("axes"), source);
    for axis in &item.product.axes {
        let Some(value) = item.value(&axis.field) else { continue };
        let entry = listing.push_object(axes, source);
        listing.add(entry, &Key::new("name"), Leaf::Text(aspect_of(category, axis)), source);
        listing.add(entry, &Key::new("value"), Leaf::Text(&text(&value)), source);
    }
}

/// The aspect that an axis is told by: the first that the category fills from its field; else the label the catalog has.
fn aspect_of<'a>(category: &'a Category, axis: &'a Axis) -> &'a str {
    let rules = category.plan.rules().filter(|rule| rule.fields().contains(&axis.field));
    let mut names = rules.filter_map(|rule| match rule.to.steps.as_slice() {
        [item, product, aspects, name]
            if [&item.name, &product.name, &aspects.name] == ["item", "product", "aspects"] =>
        {
            Some(name.name.as_str())
        }
        _ => None,
    });
    names.next().unwrap_or(&axis.label)
}

/// The aspects of a record, and the fields each may be filled from.
fn aspects(category: &Category, listing: &Listing) -> Vec<(String, Vec<Field>)> {
    let members = listing.root().pointer(ASPECTS).into_iter().flat_map(feedwright_marketplace::Ref::members);
    let with_fields = members.map(|(name, node)| {
        let fields = category.plan.rule(node.source()).map(|rule| rule.fields().to_vec());
        (name.to_owned(), fields.unwrap_or_default())
    });
    with_fields.collect()
}

/// A value as aspects have it.
fn text(value: &ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => (*text).to_owned(),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Decimal(value) => value.to_string(),
        ValueRef::Measure(value) => value.to_string(),
        ValueRef::Money(value) => value.amount().to_string(),
        ValueRef::Date(value) => value.to_string(),
        ValueRef::Instant(value) => value.to_string(),
        ValueRef::Country(value) => value.alpha2().to_owned(),
        ValueRef::Gtin(value) => value.as_str().to_owned(),
        ValueRef::List(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
    }
}
