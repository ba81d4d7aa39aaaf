//! Working on feeds: message by message, once their time has come.

use super::Account;
use super::Amazon;
use super::feeds::Fate;
use super::feeds::Feed;
use super::feeds::Outcome;
use super::issues::Issue;
use super::item;
use super::listing::Told;
use super::listing::apply;
use super::listing::judge;
use super::message::MAX_MESSAGES;
use super::message::Message;
use super::report::Report;
use crate::tokens::hex_of;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

impl Amazon {
    /// Works on every feed whose time has come, in the order in which they end.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while self.pending.first().is_some_and(|(ends_at, ..)| *ends_at <= now) {
            let Some((ends_at, account, id)) = self.pending.pop_first() else { return };
            // Taken out while it is worked on: it changes the account it belongs to.
            let Some(mut own) = self.accounts.remove(&account) else { continue };
            if let Some(mut feed) = own.feeds.remove(&id) {
                self.process(&account, &mut own, &mut feed, ends_at);
                own.feeds.insert(id, feed);
            }
            self.accounts.insert(account, own);
        }
    }

    fn process(&mut self, name: &str, account: &mut Account, feed: &mut Feed, now: Timestamp) {
        let Some(content) = self.documents.uploaded(&feed.document) else {
            feed.fate = Fate::Fatal;
            return;
        };
        feed.outcome.content = hex_of(&content);
        if feed.kind != super::operations::LISTINGS_FEED {
            return;
        }
        let Ok(outline) = serde_json::from_slice::<Outline>(&content) else {
            feed.fate = Fate::Fatal;
            return;
        };
        let seller = outline.seller().to_owned();
        let mut report = Report::new(&feed.id, outline.header.as_ref());
        let n_meant = match feed.fate {
            // Halfway is where it fails.
            Fate::Fatal => outline.n_messages() / 2,
            Fate::Done | Fate::Cancelled => outline.n_messages(),
        };
        if let Some(issue) = outline.wrong() {
            report.of_feed(&issue);
        } else {
            let own_seller = account.seller.get_or_insert_with(|| seller.clone()).clone();
            let mut place = 0_usize;
            let mut numbers = BTreeSet::new();
            let mut each = |message: Value| {
                place += 1;
                if place > n_meant {
                    return;
                }
                let message = Message::read(place as u64, message);
                if seller == own_seller {
                    let is_new = numbers.insert(message.id);
                    self.work_on(account, feed, message, is_new, &mut report, now);
                } else {
                    let issue = Issue::of_message("BAD_REQUEST", "Invalid 'accountId' provided.");
                    report.message(message.id, "", &[issue]);
                }
            };
            let read = serde_json::Deserializer::from_slice(&content).deserialize_map(Messages(&mut each));
            debug_assert!(read.is_ok(), "it was read to its end before: what comes now is the same");
        }
        self.double_submissions += u64::from(feed.outcome.is_double());
        if feed.fate == Fate::Done {
            report.add_items(account, &feed.sites, item::describe);
            feed.result = Some(self.documents.add_report(name, &report.finish()));
        }
    }

    fn work_on(
        &mut self,
        account: &mut Account,
        feed: &mut Feed,
        message: Message,
        is_new: bool,
        report: &mut Report,
        now: Timestamp,
    ) {
        feed.outcome.n_messages += 1;
        let Message { id, sku, change } = message;
        let change = match change {
            Ok(change) if is_new => change,
            Ok(_) => {
                let issue = Issue::of_message("4002008", "The messageId occurs more than once in the feed.");
                return report.message(id, &sku, &[issue]);
            }
            Err(issue) => return report.message(id, &sku, &[issue]),
        };
        let mut issues: Vec<Issue> = Vec::new();
        let mut is_accepted = true;
        let mut is_again = true;
        let mut change = Some(change);
        let n_sites = feed.sites.len();
        for (at, site) in feed.sites.iter().enumerate() {
            // The last takes it: most feeds are for one site, and copies of whole listings are what takes time here.
            let own = if at + 1 == n_sites { change.take() } else { change.clone() };
            let Some(own) = own else { break };
            let current = account.listings.get(&(site.id, sku.clone()));
            let judged = judge(&mut self.library, &self.defects, current, (site, &sku), own);
            for issue in &judged.issues {
                if !issues.contains(issue) {
                    issues.push(issue.clone());
                }
            }
            if judged.is_accepted() {
                is_again &= apply(&mut account.listings, (site, &sku), judged, now) == Told::Again;
            } else {
                is_accepted = false;
            }
        }
        feed.outcome.n_accepted += u64::from(is_accepted);
        feed.outcome.n_again += u64::from(is_accepted && is_again);
        report.message(id, &sku, &issues);
    }
}

impl Outcome {
    /// Whether it told nothing but what had just been told.
    pub(super) fn is_double(&self) -> bool {
        self.n_accepted > 0 && self.n_again == self.n_accepted
    }
}

/// What must be known of a feed before its first message is worked on.
#[derive(Deserialize)]
struct Outline {
    header: Option<Value>,
    messages: Option<Vec<Peek>>,
}

/// What of a message can stop the whole feed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Peek {
    product_type: Option<Value>,
    operation_type: Option<Value>,
}

impl Outline {
    fn seller(&self) -> &str {
        self.header.as_ref().and_then(|header| header.get("sellerId")?.as_str()).unwrap_or_default()
    }

    fn n_messages(&self) -> usize {
        self.messages.as_ref().map_or(0, Vec::len)
    }

    /// What is wrong with the feed as a whole, in codes that were seen in public (the sources are in the comments).
    fn wrong(&self) -> Option<Issue> {
        let Some(header) = &self.header else {
            // amzn/selling-partner-api-models, issue 4679.
            return Some(Issue::of_message("4002005", "Attribute 'header' is required, but not present."));
        };
        if header.get("version").and_then(Value::as_str) != Some("2.0") {
            // amzn/selling-partner-api-docs, issue 1133.
            return Some(Issue::of_message("4002006", "Attribute 'version' does not match the required value."));
        }
        if self.seller().is_empty() {
            return Some(Issue::of_message("4002005", "Attribute 'sellerId' is required, but not present."));
        }
        let n_messages = self.n_messages();
        if n_messages == 0 || n_messages > MAX_MESSAGES {
            let message = format!("The feed has {n_messages} messages, 1 to {MAX_MESSAGES} are allowed.");
            return Some(Issue::of_message("4002007", &message));
        }
        let is_blank = |peek: &Peek| {
            peek.operation_type.as_ref().and_then(Value::as_str) != Some("DELETE")
                && peek
                    .product_type
                    .as_ref()
                    .is_some_and(|name| name.as_str().is_none_or(|name| name.trim().is_empty()))
        };
        // A seller's own code and notes, 2026: one such message stops the feed.
        let is_blank = self.messages.iter().flatten().any(is_blank);
        is_blank.then(|| Issue::of_message("4002010", "'#/productType' is blank or not a string."))
    }
}

/// Reads a feed and hands over each message: a feed of 25,000 is never in memory as a tree.
struct Messages<'a, F: FnMut(Value)>(&'a mut F);

impl<'de, F: FnMut(Value)> Visitor<'de> for Messages<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "messages" {
                map.next_value_seed(Each(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Each<'a, F: FnMut(Value)>(&'a mut F);

impl<'de, F: FnMut(Value)> DeserializeSeed<'de> for Each<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Value)> Visitor<'de> for Each<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(message) = list.next_element::<Value>()? {
            (self.0)(message);
        }
        Ok(())
    }
}
