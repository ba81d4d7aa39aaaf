//! Listings one at a time: put, patched, deleted, looked at; and asked beforehand what would come of it.

use super::Amazon;
use super::answers::Refusal;
use super::attributes::Patch;
use super::feeds::sites;
use super::issues::Issue;
use super::item;
use super::listing::Change;
use super::listing::apply;
use super::listing::judge;
use super::operations::LISTINGS;
use super::requirements::Set;
use super::sites::Site;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens::hex;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A call about one listing.
struct Call<'a> {
    sku: &'a str,
    sites: Vec<&'static Site>,
    change: Change,
    mode: Mode,
    /// Whether the ASIN is asked for that it would be matched with.
    wants_identifiers: bool,
}

/// Whether a call is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It takes effect.
    Effect,
    /// It is asked what would come of it.
    Preview,
}

impl Amazon {
    pub(super) fn put_listing(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let sku = self.sku(account, request)?.to_owned();
        let mut body = body(request)?;
        let product_type = product_type(&body)?;
        let set = match body.get("requirements") {
            None => Some(Set::Listing),
            Some(name) => name.as_str().and_then(Set::named),
        };
        let set = set.ok_or_else(|| Refusal::input("requirements is none of the sets there are."))?;
        let Some(Value::Object(attributes)) = body.remove("attributes") else {
            return Err(Refusal::input("attributes is missing."));
        };
        let change = Change::Update { product_type, set, attributes };
        self.call(account, request, (&sku, change, only_site(request)?), now)
    }

    pub(super) fn patch_listing(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let sku = self.sku(account, request)?.to_owned();
        let body = body(request)?;
        let product_type = product_type(&body)?;
        let patches = body.get("patches").and_then(Value::as_array).filter(|patches| !patches.is_empty());
        let patches = patches.ok_or_else(|| Refusal::input("patches is missing."))?;
        let patches = patches.iter().map(Patch::read).collect::<Result<_, _>>();
        let patches = patches.map_err(|why| Refusal::input(&why))?;
        let change = Change::Patch { product_type, patches };
        self.call(account, request, (&sku, change, all_sites(request)?), now)
    }

    pub(super) fn delete_listing(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let sku = self.sku(account, request)?.to_owned();
        if request.value("mode").is_some() {
            return Err(Refusal::input("mode is not a parameter of this operation."));
        }
        self.call(account, request, (&sku, Change::Delete, only_site(request)?), now)
    }

    pub(super) fn get_listing(&mut self, account: &str, request: &Incoming) -> Result<Outgoing, Refusal> {
        let sku = self.sku(account, request)?.to_owned();
        let site = only_site(request)?;
        let included = match list(request, "includedData") {
            empty if empty.is_empty() => vec!["summaries".to_owned()],
            names => names,
        };
        if included.iter().any(|name| !item::SETS.contains(&name.as_str())) {
            return Err(Refusal::input("includedData has an unknown set."));
        }
        let listings = &self.account_of(account).listings;
        let found = site.first().and_then(|site| Some((*site, listings.get(&(site.id, sku.clone()))?)));
        let found = found.filter(|(_, listing)| listing.is_live);
        let (site, listing) = found.ok_or_else(|| Refusal::nothing("There is no listing with this SKU."))?;
        Ok(Outgoing::json(200, &item::describe(listing, site, &sku, &included)))
    }

    fn call(
        &mut self,
        account: &str,
        request: &Incoming,
        (sku, change, sites): (&str, Change, Vec<&'static Site>),
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let mode = match request.value("mode") {
            None => Mode::Effect,
            Some("VALIDATION_PREVIEW") => Mode::Preview,
            Some(_) => return Err(Refusal::input("mode is not VALIDATION_PREVIEW.")),
        };
        let included = list(request, "includedData");
        if included.iter().any(|name| name != "issues" && name != "identifiers") {
            return Err(Refusal::input("includedData has an unknown set."));
        }
        let wants_identifiers = mode == Mode::Preview && included.iter().any(|name| name == "identifiers");
        Ok(self.answer_call(account, Call { sku, sites, change, mode, wants_identifiers }, now))
    }

    fn answer_call(&mut self, account: &str, call: Call<'_>, now: Timestamp) -> Outgoing {
        let Call { sku, sites, change, mode, wants_identifiers } = call;
        let seed = self.seed;
        let own = self.accounts.entry(account.to_owned()).or_default();
        own.n_calls += 1;
        let submission = hex(&format!("submission {seed} {account} {}", own.n_calls));
        let asin = match &change {
            Change::Update { attributes, .. } => Some(item::asin(attributes, sku)),
            Change::Patch { .. } | Change::Delete => None,
        };
        let mut issues: Vec<Value> = Vec::new();
        let mut is_accepted = true;
        for site in &sites {
            let current = own.listings.get(&(site.id, sku.to_owned()));
            let judged = judge(&mut self.library, &self.defects, current, (site, sku), change.clone());
            issues.extend(judged.issues.iter().map(|issue: &Issue| issue.in_listing(site.id)));
            if !judged.is_accepted() {
                is_accepted = false;
            } else if mode == Mode::Effect {
                // A call says the same as often as it likes: it is no submission that could be double.
                apply(&mut own.listings, (site, sku), judged, now);
            }
        }
        let status = match (is_accepted, mode) {
            (false, _) => "INVALID",
            (true, Mode::Effect) => "ACCEPTED",
            (true, Mode::Preview) => "VALID",
        };
        let mut body = json!({ "sku": sku, "status": status, "submissionId": submission, "issues": issues });
        if let (true, Some(asin), Some(body)) = (wants_identifiers, asin, body.as_object_mut()) {
            let identifiers = sites.iter().map(|site| json!({ "marketplaceId": site.id, "asin": asin })).collect();
            body.insert("identifiers".to_owned(), identifiers);
        }
        Outgoing::json(200, &body)
    }

    /// The SKU of a path, whose seller must be the account's own.
    fn sku<'a>(&mut self, account: &str, request: &'a Incoming) -> Result<&'a str, Refusal> {
        let path = request.path.strip_prefix(LISTINGS).and_then(|rest| rest.split_once('/'));
        let (seller, sku) = path.ok_or_else(|| Refusal::nothing("There is no such path."))?;
        let own = self.account_of(account).seller.get_or_insert_with(|| seller.to_owned());
        if own != seller {
            return Err(Refusal::denied("The seller is not the one who gave the authorization."));
        }
        // 40 characters is what the documents allow for a SKU that is named.
        if sku.chars().count() > 40 {
            return Err(Refusal::input("The SKU is longer than 40 characters."));
        }
        Ok(sku)
    }
}

fn body(request: &Incoming) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| Refusal::input("The body is not a JSON object."))
}

fn product_type(body: &Map<String, Value>) -> Result<String, Refusal> {
    let name = body.get("productType").and_then(Value::as_str).filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| Refusal::input("productType is missing."))
}

/// The values of a parameter that is a list: separated by commas, or given again.
pub(super) fn list(request: &Incoming, name: &str) -> Vec<String> {
    let values = request.query.iter().filter(|(own, _)| own == name).flat_map(|(_, value)| value.split(','));
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

pub(super) fn all_sites(request: &Incoming) -> Result<Vec<&'static Site>, Refusal> {
    sites(Some(&list(request, "marketplaceIds").into()), request)
}

pub(super) fn only_site(request: &Incoming) -> Result<Vec<&'static Site>, Refusal> {
    let sites = all_sites(request)?;
    if sites.len() == 1 { Ok(sites) } else { Err(Refusal::input("Exactly one of marketplaceIds is needed.")) }
}
