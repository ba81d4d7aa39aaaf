//! Walmart's Marketplace API, as its API documents and sellers' notes describe it. Read 2026-11-23.

mod account;
mod calls;
mod check;
mod content;
mod errors;
mod feeds;
mod flaws;
mod get_spec;
mod kind;
#[cfg(test)]
mod models;
mod operations;
mod settle;
mod sign_in;
mod spec;
mod state;
mod statuses;
#[cfg(test)]
mod tests;

use crate::Defects;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Outgoing;
use crate::simulated::Rate;
use crate::simulated::Simulated;
use crate::tokens;
use crate::tokens::Tokens;
use crate::tokens::later;
use account::Account;
use jiff::Timestamp;
use serde_json::Value;
use spec::Specs;
use std::collections::BTreeMap;
use std::time::Duration;

/// Walmart.
#[derive(Debug)]
pub(crate) struct Walmart {
    defects: Defects,
    processing: Processing,
    seed: u64,
    tokens: Tokens,
    specs: &'static Specs,
    /// Sellers by client id.
    accounts: BTreeMap<String, Account>,
}

impl Walmart {
    /// A Walmart without sellers: one is there as soon as it signs in.
    pub(crate) fn new(defects: Defects, processing: Processing, seed: u64) -> Self {
        Self {
            defects,
            processing,
            seed,
            tokens: Tokens::new("eyJraWQiOiJzYW5kYm94.", TOKEN_LIFETIME, seed),
            specs: Specs::shared(),
            accounts: BTreeMap::new(),
        }
    }
}

/// developer.walmart.com, token API: `expires_in` 900. Read 2026-11-23.
const TOKEN_LIFETIME: Duration = Duration::from_mins(15);

impl Simulated for Walmart {
    fn id(&self) -> &'static str {
        "walmart"
    }

    fn operation(&self, request: &Incoming) -> Option<Operation> {
        operations::of(request)
    }

    fn catch_up(&mut self, now: Timestamp) {
        let rules = settle::Rules { defects: &self.defects, specs: self.specs };
        for account in self.accounts.values_mut() {
            settle::due(account, &rules, now);
        }
    }

    fn handle(&mut self, operation: &'static str, request: &Incoming, now: Timestamp) -> Outgoing {
        if operation == "tokenAPI" {
            return sign_in::token(self, request, now);
        }
        let client = match sign_in::client(self, request, now) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        if operation == "getTokenDetail" {
            return sign_in::detail(self, request, now);
        }
        let rules = settle::Rules { defects: &self.defects, specs: self.specs };
        let account = self.accounts.entry(client.clone()).or_insert_with(|| Account::new(&client));
        settle::due(account, &rules, now);
        let desk = feeds::Desk { processing: self.processing, seed: self.seed };
        match operation {
            "itemBulkUploads" | "priceBulkUploads" | "inventoryBulkUploads" | "updateLagTimeBulk" => {
                feeds::receive(account, &desk, request, now)
            }
            "getAllFeedStatuses" => statuses::list(account, request, now),
            "getFeedItemStatus" => statuses::one(account, request, now),
            "getSpec" => get_spec::get(self.specs, request),
            "getTaxonomyResponse" => get_spec::taxonomy(self.specs, request),
            "getAllItems" => calls::items(account, request),
            "getAnItem" => calls::item(account, request),
            "retireAnItem" => calls::retire(account, request),
            "updatePrice" => calls::price(account, request),
            "getInventory" => calls::inventory(account, request),
            "updateInventoryForAnItem" => calls::set_inventory(account, request),
            "getMultiNodeInventoryForSkuAndAllShipnodes" => calls::nodes(account, request),
            "updateMultiNodeInventory" => calls::set_nodes(account, request),
            "getLagTime" => calls::lag_time(account, request),
            "getPartnerConfigurations" => calls::partner(account),
            _ => errors::not_found("there is no such resource"),
        }
    }

    fn too_many(&self, _operation: &'static str, _again: Duration) -> Outgoing {
        errors::too_many()
    }

    fn unavailable(&self, status: u16) -> Outgoing {
        errors::unavailable(status)
    }

    fn limit_headers(&self, _rate: &Rate, left: f64, again: Duration, now: Timestamp) -> Vec<(String, String)> {
        let replenished = later(now, again).as_millisecond();
        vec![
            ("x-current-token-count".to_owned(), format!("{:.0}", left.max(0.0).floor())),
            ("x-next-replenish-time".to_owned(), replenished.to_string()),
        ]
    }

    fn account(&self, request: &Incoming, now: Timestamp) -> String {
        let token = request.header("wm_sec.access_token").and_then(|token| self.tokens.holder(token, now));
        let account = token.map(|holder| holder.account.clone());
        account.or_else(|| Some(tokens::basic(request.header("authorization"))?.0)).unwrap_or_default()
    }

    fn double_submissions(&self) -> u64 {
        let feeds = self.accounts.values().flat_map(|account| &account.feeds);
        feeds.filter(|feed| feed.told_nothing_new()).count() as u64
    }

    fn end_tokens(&mut self) {
        self.tokens.end_all();
    }

    fn state(&self, now: Timestamp) -> Value {
        let rules = settle::Rules { defects: &self.defects, specs: self.specs };
        state::of(&self.accounts, &rules, now)
    }

    fn reset(&mut self) {
        self.accounts.clear();
        self.tokens.end_all();
    }
}
