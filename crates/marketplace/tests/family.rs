//! Which records a family becomes, and what the fate of one means for the others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::ValueRef;
use feedwright_catalog::Variant;
use feedwright_catalog::product::Axis;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::family::Family;
use feedwright_marketplace::family::settle;

fn product(skus: &[&str]) -> Product {
    let mut product = Product { key: "MUG".into(), ..Product::default() };
    product.axes.push(Axis { field: Field::Known(Known::Color), label: "Colour".into() });
    for sku in skus {
        product.variants.push(Variant::new(Sku::parse(sku).unwrap(), product.origin.clone()));
    }
    product
}

fn text(item: &Item<'_>, field: Known) -> String {
    match item.value(&Field::Known(field)) {
        None => "-".to_owned(),
        Some(ValueRef::Text(text)) => text.to_owned(),
        Some(ValueRef::Bool(value)) => value.to_string(),
        Some(ValueRef::List(list)) => list.len().to_string(),
        Some(other) => format!("{other:?}"),
    }
}

/// What the records of a family say of it: key, leads, how many members, how many axes, parentage.
fn records(skus: &[&str], style: FamilyStyle) -> Vec<String> {
    let product = product(skus);
    let mut out = Findings::default();
    let family = Family::of(&product, style, &mut out).unwrap();
    let scope = Scope::default();
    let members: Vec<&Variant> = product.variants.iter().skip(1).collect();
    let parent = family.parent(&members, &scope, &[]);
    let variants =
        product.variants.iter().enumerate().map(|(at, variant)| family.variant(variant, at == 0, &scope, &[]));
    let say = |item: Item<'_>| {
        let fields = [Known::FamilyKey, Known::LeadsFamily, Known::VariantSkus, Known::Axes, Known::Parentage];
        format!("{}: {}", item.sku, fields.map(|field| text(&item, field)).join(" "))
    };
    parent.into_iter().chain(variants).map(say).collect()
}

#[test]
fn each_style_tells_a_family_in_its_own_way() {
    let two = ["A", "B"];
    assert_eq!(records(&two, FamilyStyle::Flat), ["A: MUG - - - -", "B: MUG - - - -"]);
    assert_eq!(records(&two, FamilyStyle::Led), ["A: MUG true - 1 -", "B: MUG false - 1 -"]);
    let with_parent = ["MUG: MUG - 1 1 parent", "A: MUG - - 1 child", "B: MUG - - 1 child"];
    assert_eq!(records(&two, FamilyStyle::ParentRecord), with_parent);
    assert_eq!(records(&two, FamilyStyle::GroupRecord), with_parent);
}

#[test]
fn a_product_without_a_choice_stands_alone() {
    for style in [FamilyStyle::Flat, FamilyStyle::Led, FamilyStyle::ParentRecord, FamilyStyle::GroupRecord] {
        assert_eq!(records(&["A"], style), ["A: - - - - -"], "{style:?}");
    }
}

/// Settles a family whose records passed or not, and gives what may go and how many findings say why not.
fn settled(style: FamilyStyle, first_leads: usize, passed: &[bool]) -> (Vec<bool>, usize) {
    let product = product(&["A", "B", "C"]);
    let mut out = Findings::default();
    let family = Family::of(&product, style, &mut out).unwrap();
    let scope = Scope::default();
    let members: Vec<&Variant> = product.variants.iter().collect();
    let mut items: Vec<Item<'_>> = family.parent(&members, &scope, &[]).into_iter().collect();
    let variants = product.variants.iter().enumerate();
    items.extend(variants.map(|(at, variant)| family.variant(variant, at <= first_leads, &scope, &[])));
    let mut passed = passed.to_vec();
    settle(&items, &mut passed, &mut out);
    (passed, out.list().len())
}

#[test]
fn what_depends_on_a_blocked_record_is_blocked_with_it() {
    use FamilyStyle::Flat;
    use FamilyStyle::Led;
    use FamilyStyle::ParentRecord;
    // The parent stands first.
    assert_eq!(settled(ParentRecord, 0, &[false, true, true, false]), (vec![false; 4], 2));
    assert_eq!(settled(ParentRecord, 0, &[true, false, false, false]), (vec![false; 4], 1));
    assert_eq!(settled(ParentRecord, 0, &[true, true, false, true]), (vec![true, true, false, true], 0));
    // While they are checked, every variant up to the first that passes says that it stands for the others.
    assert_eq!(settled(Led, 1, &[false, true, true]), (vec![false, true, true], 0));
    // Its SKU turned out to be taken: nobody stands for the others any more.
    assert_eq!(settled(Led, 0, &[false, true, true]), (vec![false; 3], 2));
    assert_eq!(settled(Flat, 0, &[false, true, true]), (vec![false, true, true], 0));
}
