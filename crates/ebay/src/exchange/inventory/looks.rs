//! Looking at offers: what is there already, what became of a call nobody answered.

use super::Calls;
use super::job::Job;
use super::job::Looks;
use super::job::Why;
use crate::api;
use crate::exchange::answers::Asked;
use crate::exchange::pace;
use crate::report::answer::FoundOffer;
use crate::report::answer::offers;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use serde_json::json;
use std::sync::Arc;

impl Calls {
    /// The offers of the next SKU came back.
    pub(super) fn seen(&mut self, mut looks: Looks, answer: &Answer) -> Result<(), ProtocolError> {
        let Some(sku) = looks.todo.front().cloned() else { return Ok(()) };
        let found = match answer.status {
            // eBay says so of a SKU that has none.
            404 => Some(Vec::new()),
            _ if answer.is_fine() => offers(&sku, self.site, &answer.body),
            _ => {
                let because = format!("its offers cannot be looked at: {}", answer.refusal(api::GET_OFFERS.id).message);
                self.answers.keep(Asked::about(&api::GET_OFFERS, &[Arc::clone(&sku)]), answer);
                self.leave(&sku, Outcome::Failed, &because);
                Some(Vec::new())
            }
        };
        let Some(found) = found else {
            if looks.tries + 1 < pace::MOST_SENDS {
                self.again(Job::Looks(looks));
                return Ok(());
            }
            let message = format!("the answer about `{sku}` cannot be read: {}", answer.excerpt());
            if self.answers.is_empty() {
                return Err(ProtocolError::new(api::GET_OFFERS.id, Trouble::Unreadable, message));
            }
            self.leave(&sku, Outcome::Unknown, &message);
            self.queue.push_front(Job::Looks(looks));
            return Ok(());
        };
        looks.todo.pop_front();
        looks.tries = 0;
        self.absences = 0;
        if self.goods.get(&sku).is_out {
            self.queue.push_front(Job::Looks(looks));
            return Ok(());
        }
        match found.as_slice() {
            [] => looks.missed.push(sku),
            [offer] => {
                self.note(&sku, offer);
                let updates = matches!(looks.why, Why::Before | Why::Exists | Why::Made(_));
                let wants_more =
                    matches!(looks.why, Why::Published(_) | Why::GroupPublished { .. }) && !offer.is_published;
                if wants_more {
                    looks.missed.push(Arc::clone(&sku));
                }
                self.queue.push_front(Job::Looks(looks));
                if updates {
                    self.queue.push_front(Job::Update { sku: [sku], tries: 0 });
                }
                return Ok(());
            }
            several => {
                let because = format!("eBay shows {} offers of it on one site: end all but one", several.len());
                self.leave(&sku, Outcome::Unknown, &because);
            }
        }
        self.queue.push_front(Job::Looks(looks));
        Ok(())
    }

    /// What was found, without the descriptions that eBay repeats.
    fn note(&mut self, sku: &Arc<str>, offer: &FoundOffer) {
        let good = self.goods.at(sku);
        good.offer = Some(offer.id.clone());
        good.is_remembered = false;
        good.is_published = offer.is_published;
        let status = if offer.is_published { "PUBLISHED" } else { "UNPUBLISHED" };
        let body = json!({ "offers": [{
            "offerId": offer.id, "sku": &**sku, "marketplaceId": self.site, "format": "FIXED_PRICE", "status": status,
            "listing": offer.listing.as_ref().map(|listing| json!({ "listingId": listing })),
        }] });
        let asked = Asked::about(&api::GET_OFFERS, std::slice::from_ref(sku));
        self.answers.keep_body(asked, 200, body.to_string().as_bytes());
    }

    /// All were looked at.
    pub(super) fn looked(&mut self, looks: Looks) {
        let Looks { missed, why, is_second, .. } = looks;
        if missed.is_empty() {
            return;
        }
        let is_final = match &why {
            Why::Before | Why::Ids => true,
            Why::Exists | Why::Made(_) | Why::Published(_) | Why::GroupPublished { .. } => is_second,
        };
        if !is_final {
            let todo = missed.into();
            self.queue.push_front(Job::Looks(Looks { todo, missed: Vec::new(), why, is_second: true, tries: 0 }));
            self.queue.push_front(Job::Pause(pace::LOOK_AGAIN));
            return;
        }
        match why {
            Why::Before => self.create(&missed, 0),
            Why::Made(sends) if sends < pace::MOST_SENDS => self.create(&missed, sends),
            Why::Published(sends) if sends < pace::MOST_SENDS => self.publish(&missed, sends),
            Why::GroupPublished { key, body, sends, is_told: false } if sends < pace::MOST_SENDS => {
                self.queue.push_front(Job::PublishGroup { key, body, sends, tries: 0 });
            }
            Why::Ids => {
                let because = format!("it has no offer on {} yet: its listing is sent first", self.site);
                self.leave_all(&missed, Outcome::Failed, &because);
            }
            Why::Exists => {
                self.leave_all(&missed, Outcome::Unknown, "eBay says that its offer exists, and does not show it");
            }
            Why::GroupPublished { key, is_told: true, .. } => {
                let because = format!("eBay published group `{key}` without it");
                self.leave_all(&missed, Outcome::Failed, &because);
            }
            Why::Made(_) => {
                self.leave_all(&missed, Outcome::Unknown, "nobody knows whether its offer was made");
            }
            Why::Published(_) | Why::GroupPublished { .. } => {
                self.leave_all(&missed, Outcome::Unknown, "nobody knows whether it was published");
            }
        }
    }

    fn leave_all(&mut self, skus: &[Arc<str>], outcome: Outcome, because: &str) {
        for sku in skus {
            self.leave(sku, outcome, because);
        }
    }

    /// Looks for what may have been made or published.
    pub(super) fn look_for(&mut self, skus: &[Arc<str>], why: Why) {
        if !skus.is_empty() {
            self.queue.push_front(Job::looks(skus.iter().cloned().collect(), why));
        }
    }
}
