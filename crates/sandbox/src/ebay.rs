//! eBay's Sell APIs of inventory and feeds with the reads they need, as its API documents describe them: Inventory
//! 1.18.5, Feed 1.3.1, Taxonomy 1.1.1, Metadata 1.13.0. Read 2026-11-23.

mod account;
mod amounts;
mod categories;
mod errors;
mod flaws;
mod groups;
mod items;
mod lms;
#[cfg(test)]
mod models;
mod offers;
mod operations;
mod publish;
mod ready;
mod sign_in;
mod state;
mod tasks;
#[cfg(test)]
mod tests;
mod tree;

use crate::Defects;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Outgoing;
use crate::simulated::Rate;
use crate::simulated::Simulated;
use crate::tokens;
use crate::tokens::Tokens;
use account::Account;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// eBay.
#[derive(Debug)]
pub(crate) struct Ebay {
    defects: Defects,
    processing: Processing,
    seed: u64,
    tokens: Tokens,
    /// Sellers by client id.
    accounts: BTreeMap<String, Account>,
}

/// How long an access token holds: eBay's guide to OAuth, read 2026-11-23.
const TOKEN_LIFETIME: Duration = Duration::from_hours(2);

impl Ebay {
    /// An eBay without sellers: one is there as soon as it signs in.
    pub(crate) fn new(defects: Defects, processing: Processing, seed: u64) -> Self {
        let tokens = Tokens::new("v^1.1#i^1#", TOKEN_LIFETIME, seed);
        Self { defects, processing, seed, tokens, accounts: BTreeMap::new() }
    }
}

/// What a request to an account needs beside it.
pub(crate) struct Desk<'ebay> {
    defects: &'ebay Defects,
    processing: Processing,
    seed: u64,
    now: Timestamp,
}

impl Simulated for Ebay {
    fn id(&self) -> &'static str {
        "ebay"
    }

    fn operation(&self, request: &Incoming) -> Option<Operation> {
        operations::of(request)
    }

    fn catch_up(&mut self, now: Timestamp) {
        let desk = Desk { defects: &self.defects, processing: self.processing, seed: self.seed, now };
        for account in self.accounts.values_mut() {
            tasks::due(account, &desk, now);
        }
    }

    fn handle(&mut self, operation: &'static str, request: &Incoming, now: Timestamp) -> Outgoing {
        if operation == "token" {
            return sign_in::token(self, request, now);
        }
        let client = match sign_in::client(self, operation, request, now) {
            Ok(client) => client,
            Err(refused) => return refused,
        };
        if let Some(answer) = categories::answer(operation, request) {
            return answer;
        }
        let desk = Desk { defects: &self.defects, processing: self.processing, seed: self.seed, now };
        let account = self.accounts.entry(client).or_default();
        tasks::due(account, &desk, now);
        match operation {
            "createOrReplaceInventoryItem" => items::put(account, &desk, request),
            "bulkCreateOrReplaceInventoryItem" => items::bulk_put(account, &desk, request),
            "getInventoryItem" => items::get(account, request),
            "getInventoryItems" => items::list(account, request),
            "bulkGetInventoryItem" => items::bulk_get(account, request),
            "deleteInventoryItem" => items::delete(account, request),
            "createOrReplaceInventoryItemGroup" => groups::put(account, request),
            "getInventoryItemGroup" => groups::get(account, request),
            "deleteInventoryItemGroup" => groups::delete(account, request),
            "createOffer" => offers::create(account, request),
            "bulkCreateOffer" => offers::bulk_create(account, request),
            "getOffer" => offers::get(account, request),
            "getOffers" => offers::list(account, request),
            "updateOffer" => offers::update(account, &desk, request),
            "deleteOffer" => offers::delete(account, request),
            "publishOffer" => publish::one(account, &desk, request),
            "bulkPublishOffer" => publish::bulk(account, &desk, request),
            "publishOfferByInventoryItemGroup" => publish::group(account, &desk, request),
            "withdrawOffer" => publish::withdraw(account, request),
            "withdrawOfferByInventoryItemGroup" => publish::withdraw_group(account, request),
            "bulkUpdatePriceQuantity" => amounts::bulk_update(account, &desk, request),
            "createTask" => tasks::create(account, &desk, request),
            "uploadFile" => tasks::upload(account, &desk, request),
            "getTask" => tasks::get(account, request, now),
            "getTasks" => tasks::list(account, request, now),
            "getInputFile" => tasks::input(account, request),
            "getResultFile" => tasks::result(account, request, now),
            _ => errors::no_such_resource(),
        }
    }

    fn too_many(&self, operation: &'static str, _again: Duration) -> Outgoing {
        if operation == "createTask" { errors::too_many_tasks() } else { errors::too_many() }
    }

    fn unavailable(&self, status: u16) -> Outgoing {
        errors::unavailable(status)
    }

    fn limit_headers(&self, _: &Rate, _: f64, _: Duration, _: Timestamp) -> Vec<(String, String)> {
        // eBay tells of its quotas in an API of its own, and in no header.
        Vec::new()
    }

    fn account(&self, request: &Incoming, now: Timestamp) -> String {
        let token = sign_in::bearer(request).and_then(|token| self.tokens.holder(token, now));
        let account = token.map(|holder| holder.account.clone());
        account.or_else(|| Some(tokens::basic(request.header("authorization"))?.0)).unwrap_or_default()
    }

    fn double_submissions(&self) -> u64 {
        self.accounts.values().map(|account| account.n_doubled).sum()
    }

    fn end_tokens(&mut self) {
        self.tokens.end_all();
    }

    fn state(&self, now: Timestamp) -> Value {
        let desk = Desk { defects: &self.defects, processing: self.processing, seed: self.seed, now };
        state::of(&self.accounts, &desk)
    }

    fn reset(&mut self) {
        self.accounts.clear();
        self.tokens.end_all();
    }
}
