//! What is sold in a trial: a folder with a configuration and a catalog that changes once.

use super::ground::Database;
use anyhow::Context as _;
use anyhow::Result;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The configuration. Two channels are of one marketplace, since it has two ways.
const CONFIG: &str = include_str!("shop.toml");
const CATEGORIES: &str = include_str!("../../../../samples/categories.csv");
const SAMPLES: &str = include_str!("../../../../samples/catalog/catalog.jsonl");

/// The environment's variable that says where the database is, if it is one.
pub(crate) const DATABASE: &str = "FEEDWRIGHT_TRIAL_DATABASE";

/// What is read, and what it is before and after the change.
const CATALOG: &str = "catalog.jsonl";
const BEFORE: &str = "before.jsonl";
const AFTER: &str = "after.jsonl";

/// Two families and a product for itself, which every marketplace takes; and a family and a product for files.
const KEYS: [&str; 3] = ["enamel-mug", "studio-headphones", "wireless-buds"];
const FILE_KEYS: [&str; 2] = ["merino-tee", "leather-loafer"];

/// Writes the folder of a trial.
pub(crate) fn write(folder: &Path, database: Database) -> Result<()> {
    let ledger = match database {
        Database::Sqlite => "file = \"disk/feedwright.ledger\"".to_owned(),
        Database::Postgres => format!("postgres = {{ env = \"{DATABASE}\" }}"),
    };
    fs::create_dir_all(folder.join("disk"))?;
    fs::write(folder.join("feedwright.toml"), format!("{CONFIG}\n[ledger]\n{ledger}\n"))?;
    fs::write(folder.join("categories.csv"), CATEGORIES)?;
    // A file that makes listings makes new ones only: those of files keep their titles.
    for (prefix, keys, is_retitled) in [("", KEYS.as_slice(), true), ("file-", &FILE_KEYS, false)] {
        let before = products(keys)?;
        let mut after = before.clone();
        change(&mut after, is_retitled)?;
        write_lines(&folder.join(format!("{prefix}{BEFORE}")), &before)?;
        write_lines(&folder.join(format!("{prefix}{AFTER}")), &after)?;
        write_lines(&folder.join(format!("{prefix}{CATALOG}")), &before)?;
    }
    Ok(())
}

/// Whether the catalog has changed.
pub(crate) fn has_changed(folder: &Path) -> Result<bool> {
    Ok(fs::read(folder.join(CATALOG))? == fs::read(folder.join(AFTER))?)
}

/// The catalog changes: a title, a price, a quantity, and one product is not sold any more.
pub(crate) fn change_catalog(folder: &Path) -> Result<()> {
    // The one that is asked after comes last.
    for prefix in ["file-", ""] {
        let new = folder.join(format!("{prefix}new"));
        fs::copy(folder.join(format!("{prefix}{AFTER}")), &new)?;
        fs::rename(new, folder.join(format!("{prefix}{CATALOG}")))?;
    }
    Ok(())
}

fn products(keys: &[&str]) -> Result<Vec<Value>> {
    let all = SAMPLES.lines().map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
    let mut found: Vec<Value> =
        all.into_iter().filter(|product| keys.iter().any(|key| product["key"] == *key)).collect();
    anyhow::ensure!(found.len() == keys.len(), "the sample catalog lacks one of {keys:?}");
    for product in &mut found {
        // What the sample leaves out, so that there is something to say of it.
        product["fields"]["keywords"] = json!("gift");
        for variant in product["variants"].as_array_mut().into_iter().flatten() {
            variant["offers"][0]["list_price"] = json!({ "amount": "199.00", "currency": "USD" });
        }
    }
    Ok(found)
}

fn change(products: &mut [Value], is_retitled: bool) -> Result<()> {
    let (last, others) = products.split_last_mut().context("there are products")?;
    last["lifecycle"] = json!("archived");
    let first = others.first_mut().context("there are two products at least")?;
    if is_retitled {
        let title = first["fields"]["title"].as_str().context("it has a title")?;
        first["fields"]["title"] = json!(format!("{title}, New"));
    }
    let next = if others.len() > 1 { &mut others[1] } else { &mut others[0] };
    let variants = next["variants"].as_array_mut().context("it has variants")?;
    let [one, .., other] = variants.as_mut_slice() else { anyhow::bail!("it has two variants at least") };
    one["offers"][0]["price"]["amount"] = json!("25.50");
    other["stock"][0]["quantity"] = json!(7);
    Ok(())
}

fn write_lines(path: &Path, products: &[Value]) -> Result<()> {
    let mut file = fs::File::create(path)?;
    for product in products {
        writeln!(file, "{product}")?;
    }
    Ok(())
}
