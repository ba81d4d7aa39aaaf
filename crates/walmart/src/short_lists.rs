//! Lists that are too short to be taken: an item is better sent without two further images than not at all.

use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::requirements::Shape;

/// Leaves out the lists of the product that have fewer entries than Walmart takes (`EXT_DATA_ERROR_55506974520167`) and
/// that nobody asks for, and says so. What is required stays, and is refused.
pub(crate) fn drop(category: &Category, item: &Item<'_>, listing: &mut Listing, out: &mut Findings) {
    let Some(shape) = category.requirements.shape().get(["Visible", &*category.id]) else { return };
    let root = listing.root();
    let Some(product) = root.member("Visible").and_then(|visible| visible.member(&category.id)) else { return };
    let is_short = |(name, node): &(&str, Ref<'_>)| too_few(shape, name, *node).is_some();
    if !product.members().any(|member| is_short(&member)) {
        return;
    }
    for (name, node) in product.members() {
        let Some(least) = too_few(shape, name, node) else { continue };
        let message = format!("{} given, {least} needed: `{name}` is not sent", counted(node.len()));
        let mut finding = Finding::new(&rules::TOO_FEW_VALUES, message).sku(item.sku);
        finding.severity = Severity::Warning;
        let rule = category.plan.rule(node.elements().next().unwrap_or(node).source());
        if let Some(field) = rule.and_then(|rule| rule.fields().first()) {
            finding = finding.help(format!("give at least {least} values of `{field}`")).at(item.place(field));
        }
        out.push(finding.pointer(format!("/Visible/{}/{}", escape(&category.id), escape(name))));
    }
    let mut kept = Listing::new();
    for (name, node) in root.members() {
        if name != "Visible" {
            kept.graft(Listing::ROOT, &Key::new(name), node);
            continue;
        }
        let visible = kept.add_object(Listing::ROOT, &Key::new(name), node.source());
        let into = kept.add_object(visible, &Key::new(&category.id), product.source());
        for (name, node) in product.members().filter(|member| !is_short(member)) {
            kept.graft(into, &Key::new(name), node);
        }
    }
    *listing = kept;
}

/// The least number of entries, where a list that may be left out has fewer.
fn too_few(shape: &Shape, name: &str, node: Ref<'_>) -> Option<u64> {
    if !node.is_array() {
        return None;
    }
    let least = shape.properties.get(name)?.min_items?;
    let has_few = u64::try_from(node.len()).is_ok_and(|length| length < least);
    (has_few && !shape.required.iter().any(|required| required == name)).then_some(least)
}

fn counted(n: usize) -> String {
    if n == 1 { "1 value".to_owned() } else { format!("{n} values") }
}
