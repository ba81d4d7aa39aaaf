//! eBay's API as data: where it is, how one signs in, and what can be asked how often.
//!
//! Sources: the `OpenAPI` documents of Sell Inventory 1.18.5, Sell Feed 1.3.1, Commerce Taxonomy 1.1.1 and Sell Metadata
//! 1.13.0, read 2026-11-26. eBay's answers do not tell of limits; what a day allows is the default that builders report.

use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::ClientAuth;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::Host;
use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::api::Rate;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::ShownAs;
use feedwright_marketplace::api::TokenDef;
use std::time::Duration;

/// eBay's API.
pub(crate) static API: Api = Api {
    hosts: &[Host { id: HOST, url: "https://api.ebay.com", sandbox: Some("https://api.sandbox.ebay.com") }],
    tokens: &[
        token(USER, Grant::RefreshToken { scope: Some("https://api.ebay.com/oauth/api_scope/sell.inventory") }),
        token(APPLICATION, Grant::ClientCredentials { scope: Some("https://api.ebay.com/oauth/api_scope") }),
    ],
    operations: &[
        &ITEMS,
        &GROUP,
        &OFFERS,
        &UPDATE_OFFER,
        &GET_OFFERS,
        &PUBLISH,
        &PUBLISH_GROUP,
        &QUANTITIES,
        &DELETE_ITEM,
        &CREATE_TASK,
        &UPLOAD,
        &GET_TASK,
        &GET_TASKS,
        &RESULT,
        &TREE_ID,
        &TREE,
        &EXPIRED,
        &ASPECTS,
        &CONDITIONS,
    ],
    headers: &[],
    limit_headers: LimitHeaders { rate: None, left: None, replenished: None },
};

/// The one host of all of it.
pub(crate) const HOST: &str = "api";
/// The seller's token.
const USER: &str = "user";
/// The application's own token.
const APPLICATION: &str = "application";

/// Items of up to 25 SKUs, made or replaced as a whole.
pub(crate) static ITEMS: Operation = inventory(
    "bulkCreateOrReplaceInventoryItem",
    Method::Post,
    "/sell/inventory/v1/bulk_create_or_replace_inventory_item",
    Repeat::Safe,
);
/// A group, made or replaced as a whole.
pub(crate) static GROUP: Operation = inventory(
    "createOrReplaceInventoryItemGroup",
    Method::Put,
    "/sell/inventory/v1/inventory_item_group/{inventoryItemGroupKey}",
    Repeat::Safe,
);
/// Up to 25 offers; one that exists is refused.
pub(crate) static OFFERS: Operation =
    inventory("bulkCreateOffer", Method::Post, "/sell/inventory/v1/bulk_create_offer", Repeat::Never);
/// An offer, replaced as a whole.
pub(crate) static UPDATE_OFFER: Operation =
    inventory("updateOffer", Method::Put, "/sell/inventory/v1/offer/{offerId}", Repeat::Safe);
/// The offers of a SKU.
pub(crate) static GET_OFFERS: Operation = inventory("getOffers", Method::Get, "/sell/inventory/v1/offer", Repeat::Safe);
/// Up to 25 offers, made listings.
pub(crate) static PUBLISH: Operation =
    inventory("bulkPublishOffer", Method::Post, "/sell/inventory/v1/bulk_publish_offer", Repeat::Never);
/// The offers of a group, made one listing.
pub(crate) static PUBLISH_GROUP: Operation = inventory(
    "publishOfferByInventoryItemGroup",
    Method::Post,
    "/sell/inventory/v1/offer/publish_by_inventory_item_group",
    Repeat::Never,
);
/// Prices and quantities: what they are to be, so that twice does what once does.
pub(crate) static QUANTITIES: Operation =
    inventory("bulkUpdatePriceQuantity", Method::Post, "/sell/inventory/v1/bulk_update_price_quantity", Repeat::Safe);
/// An item deleted, with its offers and listings.
pub(crate) static DELETE_ITEM: Operation =
    inventory("deleteInventoryItem", Method::Delete, "/sell/inventory/v1/inventory_item/{sku}", Repeat::Safe);

/// A task for a file.
pub(crate) static CREATE_TASK: Operation = feed("createTask", Method::Post, "/sell/feed/v1/task", Repeat::Never, SMALL);
/// The file of a task. What is worked on begins with it.
pub(crate) static UPLOAD: Operation =
    feed("uploadFile", Method::Post, "/sell/feed/v1/task/{task_id}/upload_file", Repeat::Never, SMALL);
/// How far a task is.
pub(crate) static GET_TASK: Operation =
    feed("getTask", Method::Get, "/sell/feed/v1/task/{task_id}", Repeat::Safe, SMALL);
/// The tasks of a kind.
pub(crate) static GET_TASKS: Operation = feed("getTasks", Method::Get, "/sell/feed/v1/task", Repeat::Safe, LARGE);
/// What became of a task's file.
pub(crate) static RESULT: Operation =
    feed("getResultFile", Method::Get, "/sell/feed/v1/task/{task_id}/download_result_file", Repeat::Safe, LARGE);

/// The number and version of a site's category tree.
pub(crate) static TREE_ID: Operation =
    taxonomy("getDefaultCategoryTreeId", "/commerce/taxonomy/v1/get_default_category_tree_id");
/// A category tree.
pub(crate) static TREE: Operation =
    taxonomy("getCategoryTree", "/commerce/taxonomy/v1/category_tree/{category_tree_id}");
/// What took the place of categories that are gone.
pub(crate) static EXPIRED: Operation =
    taxonomy("getExpiredCategories", "/commerce/taxonomy/v1/category_tree/{category_tree_id}/get_expired_categories");
/// The aspects of a category.
pub(crate) static ASPECTS: Operation = taxonomy(
    "getItemAspectsForCategory",
    "/commerce/taxonomy/v1/category_tree/{category_tree_id}/get_item_aspects_for_category",
);
/// Which conditions the categories of a site take.
pub(crate) static CONDITIONS: Operation = Operation {
    id: "getItemConditionPolicies",
    method: Method::Get,
    path: "/sell/metadata/v1/marketplace/{marketplace_id}/get_item_condition_policies",
    token: Some(APPLICATION),
    rate: daily("metadata", 4_000, 1_000, "eBay's default of 5,000 a day, as builders report it"),
    repeat: Repeat::Safe,
    max_answer: LARGE,
};

/// Answers about a few rows: those on offers repeat descriptions of up to 500,000 characters.
const SMALL: u64 = 16 << 20;
/// Answers about a whole site, and result files.
const LARGE: u64 = 256 << 20;

const CHECKED_ON: &str = "2026-11-26";
const DAY: Duration = Duration::from_hours(24);

const fn token(id: &'static str, grant: Grant) -> TokenDef {
    TokenDef {
        id,
        host: HOST,
        path: "/identity/v1/oauth2/token",
        grant,
        client: ClientAuth::Basic,
        shown_as: ShownAs::Bearer,
        lifetime: Duration::from_hours(2),
        renewed_before: Duration::from_mins(5),
        ended_by: &[401],
        source: "eBay, OAuth client credentials and refresh token grants: an access token holds 7,200 seconds",
        checked_on: CHECKED_ON,
    }
}

/// What is asked in a burst and over the day stays together under the day's limit.
const fn daily(shared: &'static str, requests: u32, burst: u32, source: &'static str) -> Rate {
    Rate { shared: Some(shared), requests, per: DAY, burst, source, checked_on: CHECKED_ON }
}

const fn inventory(id: &'static str, method: Method, path: &'static str, repeat: Repeat) -> Operation {
    Operation {
        id,
        method,
        path,
        token: Some(USER),
        rate: daily("inventory", 1_999_000, 1_000, "eBay's default of 2,000,000 a day, as builders report it"),
        repeat,
        max_answer: SMALL,
    }
}

const fn feed(id: &'static str, method: Method, path: &'static str, repeat: Repeat, max_answer: u64) -> Operation {
    Operation {
        id,
        method,
        path,
        token: Some(USER),
        rate: daily("feed", 99_000, 1_000, "eBay's default of 100,000 a day, as builders report it"),
        repeat,
        max_answer,
    }
}

const fn taxonomy(id: &'static str, path: &'static str) -> Operation {
    Operation {
        id,
        method: Method::Get,
        path,
        token: Some(APPLICATION),
        rate: daily("taxonomy", 4_000, 1_000, "eBay's default of 5,000 a day, as builders report it"),
        repeat: Repeat::Safe,
        max_answer: LARGE,
    }
}
