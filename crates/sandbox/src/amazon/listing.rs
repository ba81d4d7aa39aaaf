//! Listings, and what a change makes of one: judged first, then applied or not.

use super::attributes::Attributes;
use super::attributes::OFFER;
use super::attributes::Patch;
use super::attributes::STOCK;
use super::issues::Issue;
use super::issues::Severity;
use super::issues::not_in_catalogue;
use super::issues::of_defect;
use super::requirements::ANY;
use super::requirements::Library;
use super::requirements::Set;
use super::sites::Site;
use crate::defects::Defects;
use crate::defects::hash;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

/// The listings of an account, by site and SKU.
pub(super) type Listings = BTreeMap<(&'static str, String), Listing>;

/// A listing on one site.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) product_type: String,
    pub(super) attributes: Attributes,
    /// False once it is deleted: it is remembered how often it was made.
    pub(super) is_live: bool,
    /// How often it came to be where there was none.
    pub(super) n_created: u32,
    /// What Amazon finds fault with although it took it.
    pub(super) warnings: Vec<Issue>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// What it was told last of each group of attributes, as a hash.
    told: BTreeMap<String, u64>,
}

/// A change a seller asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// It shall be this, whatever it was.
    Update {
        /// The product type.
        product_type: String,
        /// What it is held to.
        set: Set,
        /// All attributes.
        attributes: Map<String, Value>,
    },
    /// Parts of it shall be this.
    Patch {
        /// The product type, or the one for any.
        product_type: String,
        /// Operations in their order.
        patches: Vec<Patch>,
    },
    /// It shall be no more.
    Delete,
}

/// What Amazon says to a change, and what there will be if it is applied.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) issues: Vec<Issue>,
    next: Next,
    lane: String,
    hash: u64,
}

#[derive(Clone, Debug)]
enum Next {
    Nothing,
    Whole(String, Attributes),
    Parts(Vec<(String, Option<Value>)>),
}

impl Judged {
    /// Whether it can be applied.
    pub(super) fn is_accepted(&self) -> bool {
        self.issues.iter().all(|issue| issue.severity != Severity::Error)
    }
}

impl Listing {
    /// Where it can be seen: found by buyers, bought by them.
    pub(super) fn status(&self) -> Vec<&'static str> {
        if !self.is_live {
            return Vec::new();
        }
        let offer = self.attributes.get(OFFER).unwrap_or_default();
        let stock = self.attributes.get(STOCK).unwrap_or_default();
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let has_price = items(&offer).iter().any(|item| item.get("our_price").is_some());
        let has_stock = items(&stock).iter().any(|item| {
            let quantity = item.get("quantity").and_then(Value::as_u64);
            let is_amazons = item.get("fulfillment_channel_code").is_some_and(|code| code != "DEFAULT");
            quantity.is_some_and(|quantity| quantity > 0)
                || is_amazons
                || item.get("is_inventory_available") == Some(&Value::Bool(true))
        });
        if has_price && has_stock { vec!["BUYABLE", "DISCOVERABLE"] } else { vec!["DISCOVERABLE"] }
    }
}

/// What a change of one listing would come to.
pub(super) fn judge(
    library: &mut Library,
    defects: &Defects,
    current: Option<&Listing>,
    (site, sku): (&'static Site, &str),
    change: Change,
) -> Judged {
    let live = current.filter(|listing| listing.is_live);
    match change {
        Change::Delete => Judged { issues: Vec::new(), next: Next::Nothing, lane: "delete".to_owned(), hash: 0 },
        Change::Update { product_type, set, attributes } => {
            let attributes = Value::Object(attributes);
            let mut issues = wrong_type(&product_type);
            issues.extend(library.check(site, &product_type, set, &attributes));
            if issues.is_empty() {
                issues.extend(of_defect(defects, sku));
            }
            let attributes = match attributes {
                Value::Object(attributes) => Attributes::new(attributes),
                _ => Attributes::default(),
            };
            let hash = attributes.hash(hash(0, &product_type));
            Judged { issues, next: Next::Whole(product_type, attributes), lane: String::new(), hash }
        }
        Change::Patch { product_type, patches } => {
            let names: Vec<&str> = patches.iter().map(|patch| patch.attribute.as_str()).collect();
            let lane = names.join(" ");
            let hash = hash(0, &format!("{patches:?}"));
            let mut issues = wrong_type(&product_type);
            let Some(live) = live else {
                issues.push(not_in_catalogue());
                return Judged { issues, next: Next::Nothing, lane, hash };
            };
            let mut parts: Vec<(String, Option<Value>)> = Vec::new();
            for patch in &patches {
                let selectors = library.selectors(site, &patch.attribute);
                let at = parts.iter().position(|(name, _)| *name == patch.attribute);
                let before = match at.and_then(|at| parts.get(at)) {
                    Some((_, value)) => value.clone(),
                    None => live.attributes.get(&patch.attribute),
                };
                let after = patch.apply(before, &selectors, site);
                match at.and_then(|at| parts.get_mut(at)) {
                    Some(part) => part.1 = after,
                    None => parts.push((patch.attribute.clone(), after)),
                }
            }
            let left = parts.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
            let left = Value::Object(left.collect());
            // With the product type for any, the attributes are those of whatever it is.
            let of = if product_type == ANY { ANY } else { &live.product_type };
            issues.extend(library.check(site, of, Set::Structure, &left));
            Judged { issues, next: Next::Parts(parts), lane, hash }
        }
    }
}

/// Whether a change told a listing anything new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Something it had not been told just before.
    News,
    /// What it had been told just before.
    Again,
}

/// Makes a change that was accepted.
pub(super) fn apply(
    listings: &mut Listings,
    (site, sku): (&'static Site, &str),
    judged: Judged,
    now: Timestamp,
) -> Told {
    let key = (site.id, sku.to_owned());
    let warnings = judged.issues;
    match judged.next {
        Next::Whole(product_type, attributes) => {
            let listing = listings.entry(key).or_insert_with(|| Listing {
                product_type: String::new(),
                attributes: Attributes::default(),
                is_live: false,
                n_created: 0,
                warnings: Vec::new(),
                created_at: now,
                updated_at: now,
                told: BTreeMap::new(),
            });
            if !listing.is_live {
                listing.is_live = true;
                listing.n_created += 1;
                listing.created_at = now;
                listing.told.clear();
            }
            let told = told(&listing.told, &judged.lane, judged.hash);
            // It is whole again: whatever was told of parts of it before counts no more.
            listing.told = BTreeMap::from([(judged.lane, judged.hash)]);
            listing.product_type = product_type;
            listing.attributes = attributes;
            listing.warnings = warnings;
            listing.updated_at = now;
            told
        }
        Next::Parts(parts) => {
            let Some(listing) = listings.get_mut(&key) else { return Told::News };
            let told = told(&listing.told, &judged.lane, judged.hash);
            listing.told.insert(judged.lane, judged.hash);
            for (name, value) in parts {
                listing.attributes.set(&name, value);
            }
            listing.updated_at = now;
            told
        }
        Next::Nothing => {
            let Some(listing) = listings.get_mut(&key) else { return Told::News };
            let told = told(&listing.told, &judged.lane, judged.hash);
            listing.told = BTreeMap::from([(judged.lane, judged.hash)]);
            listing.is_live = false;
            listing.attributes = Attributes::default();
            listing.warnings.clear();
            listing.updated_at = now;
            told
        }
    }
}

fn told(before: &BTreeMap<String, u64>, lane: &str, hash: u64) -> Told {
    if before.get(lane) == Some(&hash) { Told::Again } else { Told::News }
}

fn wrong_type(product_type: &str) -> Vec<Issue> {
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if !product_type.is_empty() && product_type.bytes().all(is_name) {
        return Vec::new();
    }
    let message = "The provided value for 'productType' is invalid.".to_owned();
    vec![Issue::error("4000001", message, "productType", "INVALID_ATTRIBUTE")]
}
