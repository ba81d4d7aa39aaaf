//! A small eBay: items, groups, offers, listings and tasks, as far as what our calls do to them can be seen.

use super::talk::answer;
use super::talk::body;
use super::talk::line;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Request;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// What it knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fake {
    pub(crate) items: BTreeMap<String, Value>,
    pub(crate) groups: BTreeMap<String, Vec<String>>,
    /// By SKU.
    pub(crate) offers: BTreeMap<String, Offer>,
    /// Files that were handed in, by task.
    pub(crate) tasks: BTreeMap<String, Option<String>>,
    /// The kind of file that all tasks take.
    pub(crate) feed_type: String,
    /// The time, in seconds since 1970.
    pub(crate) now: i64,
    /// When each file came.
    came_at: BTreeMap<String, i64>,
    n_ids: usize,
}

/// How long a file is worked on, in seconds.
const WORKED_ON: i64 = 100;

/// An offer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Offer {
    pub(crate) id: String,
    pub(crate) price: Value,
    pub(crate) n_publications: usize,
    pub(crate) listing: Option<String>,
}

impl Fake {
    /// What can be seen from outside, without how ids were given.
    pub(crate) fn seen(&self) -> Value {
        let offers: BTreeMap<&String, Value> = self
            .offers
            .iter()
            .map(|(sku, offer)| {
                (
                    sku,
                    json!({ "price": offer.price, "published": offer.n_publications, "live": offer.listing.is_some() }),
                )
            })
            .collect();
        let files: Vec<&String> = self.tasks.values().flatten().collect();
        json!({ "items": self.items, "groups": self.groups, "offers": offers, "files": files })
    }

    fn id(&mut self) -> String {
        self.n_ids += 1;
        format!("{}", 8000 + self.n_ids)
    }

    /// Does what a request asks.
    pub(crate) fn handle(&mut self, request: &Request) -> Answer {
        let text = line(request);
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        let path = path.replace("/sell/inventory/v1/", "").replace("/sell/feed/v1/", "");
        let words: Vec<&str> = path.split([' ', '/']).collect();
        let json: Value = serde_json::from_slice(body(request)).unwrap_or_default();
        let each = |fake: &mut Self, one: &dyn Fn(&mut Self, &Value) -> Value| {
            let rows = json["requests"].as_array().unwrap();
            assert!(!rows.is_empty() && rows.len() <= 25);
            let responses: Vec<Value> = rows.iter().map(|row| one(fake, row)).collect();
            answer(207, json!({ "responses": responses }))
        };
        match words.as_slice() {
            ["POST", "bulk_create_or_replace_inventory_item"] => each(self, &Self::item),
            ["POST", "bulk_create_offer"] => each(self, &Self::offer),
            ["POST", "bulk_publish_offer"] => each(self, &Self::publish),
            ["POST", "bulk_update_price_quantity"] => each(self, &Self::quantity),
            ["PUT", "inventory_item_group", key] => {
                let members = json["variantSKUs"].as_array().unwrap();
                let members: Vec<String> = members.iter().map(|sku| sku.as_str().unwrap().to_owned()).collect();
                assert!(members.iter().all(|sku| self.items.contains_key(sku)));
                self.groups.insert((*key).to_owned(), members);
                answer(204, "")
            }
            ["POST", "offer", "publish_by_inventory_item_group"] => {
                let members = self.groups[json["inventoryItemGroupKey"].as_str().unwrap()].clone();
                let known = members.iter().find_map(|sku| self.offers[sku].listing.clone());
                let listing = known.unwrap_or_else(|| self.id());
                for sku in &members {
                    let offer = self.offers.get_mut(sku).unwrap();
                    offer.n_publications += 1;
                    offer.listing = Some(listing.clone());
                }
                answer(200, json!({ "listingId": listing }))
            }
            ["PUT", "offer", id] => {
                let Some(offer) = self.offers.values_mut().find(|offer| offer.id == *id) else {
                    return answer(404, json!({ "errors": [{ "errorId": 25713, "message": "no such offer" }] }));
                };
                assert!(json.get("sku").is_none() && json.get("listingPolicies").is_some(), "the whole, without keys");
                offer.price = json["pricingSummary"]["price"].clone();
                answer(200, json!({ "offerId": id }))
            }
            ["GET", "offer"] => self.looked_at(query),
            ["DELETE", "inventory_item", sku] => {
                self.offers.remove(*sku);
                match self.items.remove(*sku) {
                    Some(_) => answer(204, ""),
                    None => answer(404, json!({ "errors": [{ "errorId": 25710, "message": "not found" }] })),
                }
            }
            ["POST", "task"] => {
                json["feedType"].as_str().unwrap().clone_into(&mut self.feed_type);
                let id = format!("task-{}", self.id());
                self.tasks.insert(id.clone(), None);
                let location = format!("https://api.ebay.com/sell/feed/v1/task/{id}");
                Answer { headers: vec![("location".to_owned(), location)], ..answer(202, "") }
            }
            ["POST", "task", id, "upload_file"] => {
                let file = self.tasks.get_mut(*id).unwrap();
                self.came_at.entry((*id).to_owned()).or_insert(self.now);
                if file.is_some() {
                    return answer(400, json!({ "errors": [{ "errorId": 160_023, "message": "cannot upload" }] }));
                }
                *file = Some(String::from_utf8(body(request).to_vec()).unwrap());
                answer(200, json!({}))
            }
            ["GET", "task", id, "download_result_file"] => answer(200, result(self.tasks[*id].as_ref().unwrap())),
            ["GET", "task"] => {
                let ids: Vec<String> = self.tasks.keys().cloned().collect();
                let tasks: Vec<Value> = ids.iter().map(|id| self.task(id)).collect();
                answer(200, json!({ "tasks": tasks, "total": tasks.len(), "limit": 500, "offset": 0, "href": "" }))
            }
            ["GET", "task", id] => answer(200, self.task(id)),
            other => panic!("no such call: {other:?}"),
        }
    }

    fn task(&self, id: &str) -> Value {
        let is_done = self.came_at.get(id).is_some_and(|came_at| self.now - came_at >= WORKED_ON);
        let status = match &self.tasks[id] {
            None => "CREATED",
            Some(_) if is_done => "COMPLETED",
            Some(_) => "QUEUED",
        };
        json!({ "taskId": id, "feedType": self.feed_type, "schemaVersion": "1487", "status": status })
    }

    fn item(&mut self, row: &Value) -> Value {
        let sku = row["sku"].as_str().unwrap().to_owned();
        self.items.insert(sku.clone(), row.clone());
        json!({ "sku": sku, "locale": "en_US", "statusCode": 200 })
    }

    fn offer(&mut self, row: &Value) -> Value {
        let sku = row["sku"].as_str().unwrap().to_owned();
        let mut response = json!({ "sku": sku, "marketplaceId": "EBAY_US", "format": "FIXED_PRICE" });
        if self.offers.contains_key(&sku) {
            response["statusCode"] = json!(400);
            response["errors"] = json!([{ "errorId": 25002, "message": "A user error has occurred.",
                "longMessage": "Offer entity already exists." }]);
            return response;
        }
        assert!(self.items.contains_key(&sku));
        let id = self.id();
        let price = row["pricingSummary"]["price"].clone();
        self.offers.insert(sku, Offer { id: id.clone(), price, n_publications: 0, listing: None });
        response["statusCode"] = json!(201);
        response["offerId"] = json!(id);
        response
    }

    fn publish(&mut self, row: &Value) -> Value {
        let id = row["offerId"].as_str().unwrap();
        let listing = self.id();
        let offer = self.offers.values_mut().find(|offer| offer.id == id).unwrap();
        offer.n_publications += 1;
        offer.listing = Some(listing.clone());
        json!({ "offerId": id, "listingId": listing, "statusCode": 200 })
    }

    fn quantity(&mut self, row: &Value) -> Value {
        let sku = row["sku"].as_str().unwrap().to_owned();
        if let Some(quantity) = row.get("shipToLocationAvailability") {
            self.items.get_mut(&sku).unwrap()["availability"]["shipToLocationAvailability"] = quantity.clone();
        }
        for change in row["offers"].as_array().into_iter().flatten() {
            let offer = self.offers.get_mut(&sku).unwrap();
            if change["offerId"] != json!(offer.id) {
                let errors = json!([{ "errorId": 25713, "message": "This Offer is not available." }]);
                return json!({ "sku": sku, "statusCode": 400, "errors": errors });
            }
            offer.price = change["price"].clone();
        }
        json!({ "sku": sku, "statusCode": 200 })
    }

    fn looked_at(&self, query: &str) -> Answer {
        let sku = query.split('&').find_map(|pair| pair.strip_prefix("sku=")).unwrap();
        assert!(query.contains("marketplace_id=EBAY_US") && query.contains("format=FIXED_PRICE"), "{query}");
        let Some(offer) = self.offers.get(sku) else {
            return answer(404, json!({ "errors": [{ "errorId": 25713, "message": "This Offer is not available." }] }));
        };
        let status = if offer.listing.is_some() { "PUBLISHED" } else { "UNPUBLISHED" };
        let mut shown = json!({ "offerId": offer.id, "sku": sku, "marketplaceId": "EBAY_US", "format": "FIXED_PRICE",
            "status": status });
        if let Some(listing) = &offer.listing {
            shown["listing"] = json!({ "listingId": listing, "listingStatus": "ACTIVE" });
        }
        answer(200, json!({ "offers": [shown], "total": 1, "size": 1, "limit": 100, "href": "" }))
    }
}

/// What becomes of a file: each request is answered well, by what it is told by.
fn result(file: &str) -> String {
    let mut responses = Vec::new();
    let mut call = "";
    for line in file.lines() {
        if let Some((name, _)) = line.strip_prefix('<').and_then(|line| line.split_once("Request xmlns")) {
            call = name;
        }
        if let Some(id) = line.strip_prefix("<MessageID>").and_then(|line| line.strip_suffix("</MessageID>")) {
            let said = format!("<Ack>Success</Ack><CorrelationID>{id}</CorrelationID><ItemID>1100</ItemID>");
            responses.push(format!("<{call}Response>{said}</{call}Response>\n"));
        }
    }
    let name = "BulkDataExchangeResponses";
    format!("<{name} xmlns=\"urn:ebay:apis:eBLBaseComponents\">\n{}</{name}>\n", responses.concat())
}
