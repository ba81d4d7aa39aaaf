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
        method: Some("POST"),
        ..whole("walmart", "/v3/feeds", "walmart/openapi/mcp-walmart-ads-0.5.1/item-management.openapi.json")
    },
];

/// Violations that are the models' own fault: what they say, and why it is no fault of ours.
pub(crate) const TRAPS: &[(&str, &str)] = &[];

const fn whole(marketplace: &'static str, prefix: &'static str, file: &'static str) -> Model {
    Model { marketplace, prefix, is_relative: false, method: None, file }
}

const fn relative(marketplace: &'static str, prefix: &'static str, file: &'static str) -> Model {
    Model { marketplace, prefix, is_relative: true, method: None, file }
}

/// The model of a path as the reference writes it.
pub(crate) fn of(marketplace: &str, path: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.marketplace == marketplace && path.starts_with(model.prefix))
}

/// Why a violation is none.
pub(crate) fn trap(what: &str) -> Option<&'static str> {
    TRAPS.iter().find(|(pattern, _)| what.contains(pattern)).map(|(_, why)| *why)
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
