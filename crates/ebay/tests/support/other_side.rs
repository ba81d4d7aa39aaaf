//! The small eBay as the conformance kit meets it.

use super::fake::Fake;
use super::fake::Offer;
use feedwright_marketplace::conformance::CLAIMED;
use feedwright_marketplace::conformance::Made;
use feedwright_marketplace::conformance::OtherSide;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Request;
use serde_json::Value;
use serde_json::json;

/// eBay before a parcel, and as it became.
struct Ebay {
    before: Fake,
    now: Fake,
}

pub(crate) fn meet(parcel: &Parcel) -> Box<dyn OtherSide> {
    let mut fake = Fake::default();
    fake.tasks.insert(CLAIMED.to_owned(), Some("the file of somebody else".to_owned()));
    if matches!(parcel.feed.id, "inventory_price" | "inventory_stock" | "inventory_end") {
        for row in &parcel.rows {
            let sku = row.sku.to_string();
            fake.items.insert(sku.clone(), json!({ "sku": sku, "availability": {} }));
            let (id, listing) = (format!("offer-{sku}"), Some(format!("listing-{sku}")));
            fake.offers.insert(sku, Offer { id, price: Value::Null, n_publications: 0, listing });
        }
    }
    Box::new(Ebay { before: fake.clone(), now: fake })
}

impl OtherSide for Ebay {
    fn answer(&mut self, request: &Request, now: i64) -> Answer {
        self.now.now = now;
        self.now.handle(request)
    }

    fn made(&self) -> Vec<Made> {
        let (before, now) = (&self.before, &self.now);
        let mut made = Vec::new();
        let mut add = |what: String| made.push(Made { id: String::new(), what });
        for (sku, item) in now.items.iter().filter(|(sku, item)| before.items.get(*sku) != Some(*item)) {
            add(format!("item {sku} {item}"));
        }
        for sku in before.items.keys().filter(|sku| !now.items.contains_key(*sku)) {
            add(format!("no item {sku}"));
        }
        for (key, members) in &now.groups {
            add(format!("group {key} of {}", members.join(", ")));
        }
        for (sku, offer) in now.offers.iter().filter(|(sku, offer)| before.offers.get(*sku) != Some(*offer)) {
            add(format!("offer of {sku} for {}", offer.price));
            (0..offer.n_publications).for_each(|_| add(format!("publication of {sku}")));
        }
        let files = now.tasks.iter().filter(|(id, _)| *id != CLAIMED);
        made.extend(files.filter_map(|(id, file)| Some(Made { id: id.clone(), what: file.clone()? })));
        made
    }
}
