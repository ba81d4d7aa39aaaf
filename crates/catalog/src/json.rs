//! Our own catalog format: JSON Lines, one product a line. The structs are the format; its JSON Schema comes from them.
//!
//! Decimals, amounts and measures are text between file and model, so nothing is ever rounded. What a thing costs the
//! seller has no place here. Anything unknown is refused by name: a misspelt key is never left out in silence.

mod fields;
mod read;
mod tree;
mod write;

pub use self::fields::FieldsJson;
pub use self::read::SAID_TO_BE_NONE;
pub use self::tree::Json;
use crate::country::Country;
use crate::language::Language;
use crate::money::Money;
use crate::product::Lifecycle;
use crate::product::MediaRole;
use crate::scope::Scope;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A product and its variants: one line of a catalog file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a product: an object with `key` and `variants`")]
#[schemars(title = "A product of a Feedwright catalog")]
pub struct ProductJson {
    /// The seller's own stable key of the family.
    pub key: String,
    /// `standard`, `bundle`, `digital` or `service`; a product without it is standard. Only standard products and
    /// bundles are sold through product feeds.
    #[serde(default = "standard", skip_serializing_if = "is_standard")]
    pub kind: String,
    /// Where it stands in its life; active when absent.
    #[serde(default, skip_serializing_if = "LifecycleJson::is_active")]
    pub lifecycle: LifecycleJson,
    /// Its places in category trees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryJson>,
    /// What its variants differ by, in the order buyers choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<AxisJson>,
    /// What all variants share unless they say otherwise.
    #[serde(default, skip_serializing_if = "FieldsJson::is_empty")]
    pub fields: FieldsJson,
    /// Images of the family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaJson>,
    /// What is sold; one at least.
    #[schemars(length(min = 1))]
    pub variants: Vec<VariantJson>,
}

/// What is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantJson {
    /// The seller's own number; unique in the catalog.
    #[serde(default)]
    pub sku: String,
    /// Barcodes and other numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<IdentifierJson>,
    /// What sets it apart, and what it overrides.
    #[serde(default, skip_serializing_if = "FieldsJson::is_empty")]
    pub fields: FieldsJson,
    /// Its own images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaJson>,
    /// Its prices, one entry for each scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferJson>,
    /// Its stock, one entry for each location.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<StockJson>,
}

/// Where a product stands in its life at the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LifecycleJson {
    /// Not ready to be sold.
    Draft,
    /// Sold.
    #[default]
    Active,
    /// No longer sold.
    Archived,
}

/// A place in a category tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryJson {
    /// Whose tree: `own` when absent, `google`, `shopify`.
    #[serde(default = "own", skip_serializing_if = "is_own")]
    pub taxonomy: String,
    /// The path, most general first, joined by ` > `.
    pub path: String,
}

/// What the variants of a family differ by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisJson {
    /// The field that holds each variant's value.
    pub field: String,
    /// What buyers see; the field's name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A number that says what a thing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierJson {
    /// A barcode number: UPC, EAN or GTIN-14.
    Gtin(String),
    /// It stands where a barcode should, and is none. It is kept, and never sent.
    NotAGtin(String),
    /// Amazon's number of an existing catalog entry.
    Asin(String),
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MediaJson {
    /// Where it is; http or https.
    pub url: String,
    /// What it is for.
    #[serde(default)]
    pub role: MediaRoleJson,
    /// The language it is made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Language>,
    /// The channel it is made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The country it is made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Country>,
}

/// What an image is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MediaRoleJson {
    /// Shown first.
    Main,
    /// Shown after the main one, in order.
    #[default]
    Additional,
    /// The small picture of a colour or pattern.
    Swatch,
}

/// The prices of one SKU for one scope. Amounts are written `{"amount": "12.50", "currency": "USD"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferJson {
    /// The language it is meant for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Language>,
    /// The channel it is meant for, by the seller's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The country it is meant for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Country>,
    /// What the buyer pays without a sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// The manufacturer's suggested retail price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Money>,
    /// The shop's own strike-through price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at_price: Option<Money>,
    /// A sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<SaleJson>,
    /// The lowest price the manufacturer lets the seller advertise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_price: Option<Money>,
    /// The lowest price a repricer may set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor_price: Option<Money>,
    /// The highest price a repricer may set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling_price: Option<Money>,
    /// The most one buyer may order at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_order_quantity: Option<i64>,
}

/// A price for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleJson {
    /// The price while it lasts.
    pub price: Money,
    /// From when, with a zone: `2026-11-27T00:00:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub start: Option<Timestamp>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub end: Option<Timestamp>,
}

/// How many of a SKU lie at one location.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockJson {
    /// The location, by the seller's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// How many can be sold. Absent is unknown, and never zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Kept back from selling.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer: i64,
    /// Stock is not counted: it can always be sold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub always_available: bool,
    /// Days between an order and its shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_days: Option<i64>,
    /// When more comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub restock_date: Option<Date>,
}

/// The JSON Schema of one line.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(ProductJson)
}

impl LifecycleJson {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

impl From<LifecycleJson> for Lifecycle {
    fn from(json: LifecycleJson) -> Self {
        match json {
            LifecycleJson::Draft => Self::Draft,
            LifecycleJson::Active => Self::Active,
            LifecycleJson::Archived => Self::Archived,
        }
    }
}

impl From<Lifecycle> for LifecycleJson {
    fn from(lifecycle: Lifecycle) -> Self {
        match lifecycle {
            Lifecycle::Draft => Self::Draft,
            Lifecycle::Active => Self::Active,
            Lifecycle::Archived => Self::Archived,
        }
    }
}

impl From<MediaRoleJson> for MediaRole {
    fn from(json: MediaRoleJson) -> Self {
        match json {
            MediaRoleJson::Main => Self::Main,
            MediaRoleJson::Additional => Self::Additional,
            MediaRoleJson::Swatch => Self::Swatch,
        }
    }
}

impl From<MediaRole> for MediaRoleJson {
    fn from(role: MediaRole) -> Self {
        match role {
            MediaRole::Main => Self::Main,
            MediaRole::Additional => Self::Additional,
            MediaRole::Swatch => Self::Swatch,
        }
    }
}

fn scope(locale: Option<Language>, channel: Option<String>, market: Option<Country>) -> Scope {
    Scope { locale, channel: channel.map(Into::into), market }
}

fn standard() -> String {
    "standard".to_owned()
}

fn is_standard(kind: &str) -> bool {
    kind == "standard"
}

fn own() -> String {
    "own".to_owned()
}

fn is_own(taxonomy: &str) -> bool {
    taxonomy == "own"
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(answer: &bool) -> bool {
    !answer
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests;
