//! The marketplaces' own models, which are no part of the project; what in them is known to be wrong; and Prism, which
//! reads them.

use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// A document, and the requests it is about.
#[derive(Debug)]
pub(crate) struct Model {
    /// The marketplace.
    pub(crate) marketplace: &'static str,
    /// The beginning of the path of its requests.
    pub(crate) prefix: &'static str,
    /// Whether its own paths leave that out.
    pub(crate) is_relative: bool,
    /// Requests of this method alone; of any when there is none.
    pub(crate) method: Option<&'static str>,
    /// Requests with one of these in the query alone, in whatever case; any when there is none.
    pub(crate) query: &'static [&'static str],
    /// Its file below the folder of real files.
    pub(crate) file: &'static str,
}

const WALMART: &str = "walmart/openapi/mcp-walmart-ads-0.5.1";

/// All documents; the first that fits a request holds for it.
pub(crate) static MODELS: &[Model] = &[
    whole("amazon", "/feeds/2021-06-30/", "amazon/api-models/feeds_2021-06-30.json"),
    whole("amazon", "/listings/2021-08-01/", "amazon/api-models/listingsItems_2021-08-01.json"),
    whole("amazon", "/definitions/2020-09-01/", "amazon/api-models/definitionsProductTypes_2020-09-01.json"),
    relative("ebay", "/sell/inventory/v1", "ebay/openapi/sell_inventory_v1_oas3.json"),
    relative("ebay", "/sell/feed/v1", "ebay/openapi/sell_feed_v1_oas3.json"),
    relative("ebay", "/commerce/taxonomy/v1", "ebay/openapi/commerce_taxonomy_v1_oas3.json"),
    relative("ebay", "/sell/metadata/v1", "ebay/openapi/sell_metadata_v1_oas3.json"),
    Model {
        method: Some("GET"),
        ..whole("walmart", "/v3/feeds", "walmart/openapi/mcp-walmart-ads-0.5.1/feed-management.openapi.json")
    },
    whole("walmart", "/v3/token", "walmart/openapi/mcp-walmart-ads-0.5.1/authentication.openapi.json"),
    whole("walmart", "/v3/items/", "walmart/openapi/mcp-walmart-ads-0.5.1/item-management.openapi.json"),
    Model {
        query: &["feedtype=price", "feedtype=price_and_promotion"],
        ..posted("walmart/openapi/mcp-walmart-ads-0.5.1/price-management.openapi.json")
    },
    Model {
        query: &["feedtype=inventory", "feedtype=mp_inventory"],
        ..posted("walmart/openapi/mcp-walmart-ads-0.5.1/inventory-management.openapi.json")
    },
    Model { query: &["feedtype=lagtime"], ..posted("walmart/openapi/mcp-walmart-ads-0.5.1/lag-time.openapi.json") },
    posted("walmart/openapi/mcp-walmart-ads-0.5.1/item-management.openapi.json"),
];

/// Violations that are the models' own fault: what they say, and why it is no fault of ours.
///
/// A violation is one of these when it has every part of the first, which are kept apart by `&`.
pub(crate) const TRAPS: &[(&str, &str)] = &[
    ("ebay&must be object&format", ENUMS),
    ("ebay&must be object&marketplaceId", ENUMS),
    ("ebay&must be object&listingDuration", ENUMS),
    ("ebay&must be object&listingStatus", ENUMS),
    ("ebay&must be object&offers.*.status", ENUMS),
    ("ebay&/task/{}&status must be object", ENUMS),
    ("ebay&must be object&condition", ENUMS),
    ("ebay&must be object&locale", ENUMS),
    ("ebay&must be object&unit", ENUMS),
    ("ebay&applicableMarketplaceIds.* must be object", ENUMS),
    (
        "ebay&aspects must be string",
        "eBay's documents type `aspects` as a text; their own words and samples, and every client, send names and lists of values",
    ),
    (
        "ebay&must have required property 'description'",
        "eBay's documents require a product's description; their own words ask for it when a listing is published, where the offer's `listingDescription` takes its place",
    ),
    (
        "ebay&must have required property 'inventoryItemGroupKey'",
        "eBay's documents require the key in the body; their own words say that it stands in the path, and is read-only in the body",
    ),
    (
        "ebay&/upload_file&No supported content types",
        "eBay's document describes no body for `uploadFile`; its own words ask for a form with a part `file`",
    ),
    (
        "ebay&get_item_aspects_for_category&cannot be read",
        "more violations of the kinds above than fit into Prism's own header: every aspect has enumerations",
    ),
    (
        "walmart&ingestionErrors.ingestionError must be array",
        "the sandbox answers in each of the shapes that Walmart's real answers have; its document knows one",
    ),
    ("walmart&itemTaxonomy must be object", "Walmart's document says object, and its own example is a list"),
    (
        "walmart&content-type must be equal to one of the allowed values",
        "Walmart's document lists media types; a form's has a boundary behind it, or nobody can read it",
    ),
    ("walmart&feedtype must be equal to one of the allowed values: price", PROMOTION),
    ("walmart&POST /v3/feeds&Supported content types: multipart/form-data", PROMOTION),
    (
        "walmart&/v3/items/spec&must have required property",
        "Walmart's document puts the members of one spec into the schema of the answer; its own example has them below `schema`",
    ),
];

const PROMOTION: &str = "Walmart's document of prices has PRICE_AND_PROMOTION under a path of its own with the query in it, which no reader tells from `/v3/feeds`; there it is a kind of its own, as JSON";

const ENUMS: &str = "eBay's documents type enumerations as objects; their own words and samples have texts";

const fn whole(marketplace: &'static str, prefix: &'static str, file: &'static str) -> Model {
    Model { marketplace, prefix, is_relative: false, method: None, query: &[], file }
}

const fn posted(file: &'static str) -> Model {
    Model { method: Some("POST"), ..whole("walmart", "/v3/feeds", file) }
}

const fn relative(marketplace: &'static str, prefix: &'static str, file: &'static str) -> Model {
    Model { marketplace, prefix, is_relative: true, method: None, query: &[], file }
}

/// The model of a path as the reference writes it.
pub(crate) fn of(marketplace: &str, path: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.marketplace == marketplace && path.starts_with(model.prefix))
}

/// Why a violation is none.
pub(crate) fn trap(what: &str) -> Option<&'static str> {
    TRAPS.iter().find(|(pattern, _)| is_trap(pattern, what)).map(|(_, why)| *why)
}

/// Whether a violation is the one a pattern speaks of.
pub(crate) fn is_trap(pattern: &str, what: &str) -> bool {
    pattern.split('&').all(|part| what.contains(part))
}

/// The folder of real files; says so aloud when it is not there.
pub(crate) fn data() -> Option<PathBuf> {
    let folder = env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let data = folder.join("data");
    if data.join(WALMART).is_dir() {
        return Some(data);
    }
    println!(
        "NOT CHECKED: the marketplaces' own models are not in {}; set FEEDWRIGHT_SHARED to the folder of real files",
        data.display()
    );
    None
}

/// The version that was tried.
const PRISM: &str = "@stoplight/prism-cli@5";

/// Installs Prism beside what is built, once; gives its program.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = Path::new("target/trials/prism");
    let program = folder.join("node_modules/.bin/prism");
    if program.is_file() {
        return Ok(fs::canonicalize(program)?);
    }
    fs::create_dir_all(folder)?;
    println!("installing {PRISM}");
    let npm = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--prefix", ".", PRISM])
        .current_dir(folder)
        .output()
        .context("npm is needed for Prism: install Node.js 20 or later")?;
    if !npm.status.success() {
        bail!("npm cannot install {PRISM}: {}", String::from_utf8_lossy(&npm.stderr));
    }
    Ok(fs::canonicalize(program)?)
}
