//! The request of each job, without what must not be sent any more.

use super::Calls;
use super::job::Job;
use super::job::Looks;
use super::job::Why;
use crate::api;
use crate::encode::bulk_publish;
use crate::exchange::calls;
use crate::exchange::calls::Entry;
use crate::exchange::calls::Group;
use crate::exchange::calls::Json;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::percent_encode;
use feedwright_marketplace::report::Outcome;
use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row of prices and quantities, as files have it.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Quantity<'a> {
    sku: &'a RawValue,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    ship_to_location_availability: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    offers: Vec<BTreeMap<String, &'a RawValue>>,
}

impl Calls {
    /// The request of a job, and the job with what is left of it; none when nothing is.
    pub(super) fn request(&mut self, job: Job) -> Option<(Job, Request)> {
        match job {
            Job::Pause(_) | Job::PlanOffers | Job::PlanPublication => None,
            Job::Items { entries, tries } => {
                let body = calls::batch(entries.iter().map(|entry| &*entry.body));
                let request = self.in_language(post(&api::ITEMS).json(body));
                (!entries.is_empty()).then_some((Job::Items { entries, tries }, request))
            }
            Job::Group { group, tries } => self.group(group, tries),
            Job::Looks(looks) => self.look(looks),
            Job::Update { sku: [sku], tries } => {
                let good = self.goods.get(&sku);
                let (Some(offer), Some(body), false) = (good.offer, good.body, good.is_out) else { return None };
                let path = api::UPDATE_OFFER.path.replace("{offerId}", &percent_encode(&offer));
                let request = Request::new(&api::UPDATE_OFFER, api::HOST, path).json(without_keys(&body));
                Some((Job::Update { sku: [sku], tries }, self.in_language(request)))
            }
            Job::Create { mut skus, sends, tries } => {
                skus.retain(|sku| !self.goods.get(sku).is_out);
                let bodies: Vec<Json> = skus.iter().filter_map(|sku| self.goods.get(sku).body).collect();
                let body = calls::batch(bodies.iter().map(|body| &**body));
                let request = self.in_language(post(&api::OFFERS).json(body));
                (!skus.is_empty()).then_some((Job::Create { skus, sends, tries }, request))
            }
            Job::Publish { mut skus, sends, tries } => {
                skus.retain(|sku| {
                    let good = self.goods.get(sku);
                    !good.is_out && !good.is_published && good.offer.is_some()
                });
                let body = bulk_publish(self.offers(&skus).iter().map(String::as_str)).into_iter().next()?;
                Some((Job::Publish { skus, sends, tries }, post(&api::PUBLISH).json(body.into_bytes())))
            }
            Job::PublishGroup { key, body, sends, tries } => {
                let waiting = self.unpublished(&key)?;
                (!waiting.is_empty()).then(|| {
                    let request = post(&api::PUBLISH_GROUP).json(body.as_bytes());
                    (Job::PublishGroup { key, body, sends, tries }, request)
                })
            }
            Job::Quantities { entries, is_looked_up, tries } => self.quantities(entries, is_looked_up, tries),
            Job::Delete { sku: [sku], tries } => {
                let path = api::DELETE_ITEM.path.replace("{sku}", &percent_encode(&sku));
                let request = Request::new(&api::DELETE_ITEM, api::HOST, path);
                Some((Job::Delete { sku: [sku], tries }, request))
            }
        }
    }

    /// The ids of SKUs' offers.
    pub(super) fn offers(&self, skus: &[Arc<str>]) -> Vec<String> {
        skus.iter().filter_map(|sku| self.goods.get(sku).offer).collect()
    }

    fn in_language(&self, request: Request) -> Request {
        request.header("Content-Language", self.language.clone())
    }

    /// A group of which a member was refused is left: it would be made of the others alone, and take the member from a
    /// listing that is live.
    fn group(&mut self, group: Group, tries: u8) -> Option<(Job, Request)> {
        if let Some(member) = group.members.iter().find(|member| self.goods.get(member).is_out) {
            let because = format!("the item of `{member}`, a member of group `{}`, was not taken", group.key);
            self.leave_group(&group.key, Outcome::Failed, &because);
            return None;
        }
        let path = api::GROUP.path.replace("{inventoryItemGroupKey}", &percent_encode(&group.key));
        let request = Request::new(&api::GROUP, api::HOST, path).json(group.body.as_bytes());
        Some((Job::Group { group, tries }, self.in_language(request)))
    }

    /// The members of a group that wait to be published; none of them when one is missing.
    pub(super) fn unpublished(&mut self, key: &str) -> Option<Vec<Arc<str>>> {
        if self.left.contains(key) {
            return None;
        }
        let members = self.groups.get(key).cloned().unwrap_or_default();
        let is_missing = |sku: &&Arc<str>| {
            let good = self.goods.get(sku);
            good.is_out || good.offer.is_none()
        };
        if let Some(missing) = members.iter().find(is_missing) {
            let because = format!("`{missing}`, a member of group `{key}`, has no offer that can be published");
            self.leave_group(key, Outcome::Failed, &because);
            return None;
        }
        Some(members.into_iter().filter(|sku| !self.goods.get(sku).is_published).collect())
    }

    fn look(&mut self, mut looks: Looks) -> Option<(Job, Request)> {
        while let Some(sku) = looks.todo.front() {
            if self.goods.get(sku).is_out {
                looks.todo.pop_front();
                continue;
            }
            let (sku, site) = (percent_encode(sku), self.site);
            let path = format!("{}?sku={sku}&marketplace_id={site}&format=FIXED_PRICE", api::GET_OFFERS.path);
            return Some((Job::Looks(looks), Request::new(&api::GET_OFFERS, api::HOST, path)));
        }
        self.looked(looks);
        None
    }

    fn quantities(&mut self, mut entries: Vec<Entry>, is_looked_up: bool, tries: u8) -> Option<(Job, Request)> {
        entries.retain(|entry| !self.goods.get(&entry.sku).is_out);
        let lacks_offer = |entry: &&Entry| {
            let needs_offer = quantity(entry, None).is_some_and(|(_, needs_offer)| needs_offer);
            needs_offer && self.goods.get(&entry.sku).offer.is_none()
        };
        let lacking: Vec<Arc<str>> = entries.iter().filter(lacks_offer).map(|entry| Arc::clone(&entry.sku)).collect();
        if !lacking.is_empty() {
            self.queue.push_front(Job::Quantities { entries, is_looked_up: true, tries });
            self.queue.push_front(Job::looks(lacking.into(), Why::Ids));
            return None;
        }
        let body = |entry: &Entry| Some(quantity(entry, self.goods.get(&entry.sku).offer)?.0);
        let bodies: Vec<String> = entries.iter().filter_map(body).collect();
        let request = post(&api::QUANTITIES).json(calls::batch(bodies.iter().map(String::as_str)));
        (!entries.is_empty()).then_some((Job::Quantities { entries, is_looked_up, tries }, request))
    }
}

/// A row as it is sent, with the id of its offer in place of the site, and whether it needs one. None where it is no row
/// of prices and quantities.
pub(super) fn quantity(entry: &Entry, offer: Option<String>) -> Option<(String, bool)> {
    let mut row: Quantity<'_> = serde_json::from_str(&entry.body).ok()?;
    let needs_offer = row.offers.iter().any(|offer| !offer.contains_key("offerId"));
    let id = serde_json::value::to_raw_value(&offer.unwrap_or_default()).ok()?;
    for offer in &mut row.offers {
        offer.remove("marketplaceId");
        offer.entry("offerId".to_owned()).or_insert(&id);
    }
    Some((serde_json::to_string(&row).ok()?, needs_offer))
}

fn post(operation: &'static Operation) -> Request {
    Request::new(operation, api::HOST, operation.path)
}

/// An offer without what tells it from others: that cannot be changed, and an update does not take it.
fn without_keys(body: &str) -> Vec<u8> {
    let members: serde_json::Result<BTreeMap<&str, &RawValue>> = serde_json::from_str(body);
    let kept = members.map(|mut members| {
        for key in ["sku", "marketplaceId", "format"] {
            members.remove(key);
        }
        serde_json::to_vec(&members)
    });
    kept.and_then(|kept| kept).unwrap_or_else(|_| body.as_bytes().to_vec())
}
