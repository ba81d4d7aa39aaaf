//! Variant groups of a file: the items of a group are told together, one of them stands for it, and no two are the same
//! thing. Walmart groups what shares an id within one feed (API reference of items, read 2026-11-23).

use crate::policy::GROUP;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::listing::escape;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// One item of a group.
struct Member<'a> {
    record: &'a Record,
    /// The pointer to the product's attributes.
    pointer: String,
    product: Ref<'a>,
    names: BTreeSet<&'a str>,
    /// Whether it stands for the group, where it says so.
    leads: Option<bool>,
}

/// Checks every group of a file.
pub(super) fn check(document: &Document<'_>, records: &[Record], out: &mut Findings) {
    let [id, names, leads] = GROUP;
    let mut groups: BTreeMap<&str, Vec<Member<'_>>> = BTreeMap::new();
    for record in records {
        let Some(visible) = document.node(record).member("Visible") else { continue };
        let Some((product_type, product)) = visible.members().next() else { continue };
        let Some(group) = product.member(id).and_then(Ref::as_text) else { continue };
        let named = product.member(names).into_iter().flat_map(Ref::elements).filter_map(Ref::as_text);
        groups.entry(group).or_default().push(Member {
            record,
            pointer: format!("/Visible/{}", escape(product_type)),
            product,
            names: named.collect(),
            leads: product.member(leads).and_then(Ref::as_text).map(|leads| leads == "Yes"),
        });
    }
    for (id, members) in &groups {
        let say = |member: &Member<'_>, name: &str, message: String, help: &str| {
            let finding = Finding::new(&rules::BAD_VARIANT_GROUP, message).help(help);
            document.say(member.record, &format!("{}/{name}", member.pointer), finding)
        };
        leaders(id, members, |member, message, help| out.push(say(member, leads, message, help)));
        if let Some((first, others)) = members.split_first() {
            for other in others.iter().filter(|other| other.names != first.names) {
                let row = first.record.number;
                let message = format!("item of group `{id}` names other attributes than that of row {row}");
                out.push(say(other, names, message, "name the same attributes in every item of the group"));
            }
        }
        let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for member in members {
            let row = member.record.number;
            let values = member.names.iter().map(|name| value(member.product, name)).collect();
            if let Some(first) = seen.get(&values) {
                let message = format!("item of group `{id}` has the same values as that of row {first}");
                out.push(say(member, names, message, "give each variant values of its own"));
            } else {
                seen.insert(values, row);
            }
        }
    }
}

/// Exactly one item stands for the group.
fn leaders<'a>(id: &str, members: &'a [Member<'a>], mut say: impl FnMut(&'a Member<'a>, String, &str)) {
    let mut leading = members.iter().filter(|member| member.leads == Some(true));
    match (leading.next(), members.first()) {
        // Where one of them does not say it, that is found already.
        (None, Some(first)) if members.iter().all(|member| member.leads.is_some()) => {
            say(first, format!("no item of group `{id}` stands for it"), "give exactly one of them `Yes`");
        }
        (Some(first), _) => {
            let row = first.record.number;
            for other in leading {
                let message = format!("group `{id}` is stood for by the item of row {row} already");
                say(other, message, "give exactly one item of the group `Yes`, and `No` to the others");
            }
        }
        (None, _) => {}
    }
}

/// The value of an attribute, so that equal ones are equal texts.
fn value(product: Ref<'_>, name: &str) -> String {
    product.member(name).map_or_else(String::new, |value| format!("{value:?}").to_lowercase())
}
