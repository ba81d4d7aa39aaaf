//! Builds a shop's export as a seller would, and reads the export by this test's own means.

use crate::shared::Run;
use crate::shared::feedwright_in;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use tempfile::TempDir;

/// Mappings a shop has to add for a home product on Amazon, over our own.
const OVERRIDES: &str = r#"
[[attribute]]
to = "list_price"
from = ["compare_at_price", "price"]

[[attribute]]
to = "model_number"
from = "sku"

[[attribute]]
to = "part_number"
from = "sku"

[[attribute]]
to = "model_name"
from = "title"

[[attribute]]
to = "bullet_point"
text = "{{ title }} by {{ brand }}"

[[attribute]]
to = "generic_keyword"
text = "{{ title | lower }}"
"#;

/// What no Shopify export says.
const DEFAULTS: &str = r#"
[channels.us.defaults]
country_of_origin = "US"
dangerous_goods = "not_applicable"
batteries_required = false
shipping_group = "legacy-template-id"
compliance_certificate = "Not Applicable"
"custom.item_type_keyword" = "home-decor-products"
gtin_exempt = true
condition = "new"
number_of_items = 1
number_of_boxes = 1
color = "Multicolor"
"#;

/// A build in a folder of its own.
pub(crate) struct Built {
    pub(crate) run: Run,
    pub(crate) folder: TempDir,
    pub(crate) manifest: Value,
}

/// What a build is made with.
pub(crate) struct Recipe<'a> {
    pub(crate) catalog: &'a Path,
    pub(crate) missing_sku: &'a str,
    /// Further lines of the configuration.
    pub(crate) more: &'a str,
    /// The document for HOME; the starter when there is none.
    pub(crate) schema: Option<&'a Path>,
}

pub(crate) fn build(recipe: &Recipe<'_>) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let catalog = recipe.catalog.display();
    let configuration = format!(
        "[sources.shop]\nfile = '{catalog}'\ncurrency = \"USD\"\nmissing_sku = \"{}\"\n\n\
         [channels.us]\nmarketplace = \"amazon\"\nsite = \"amazon.com\"\nseller = \"A2EXAMPLE\"\n\
         templates = [\"overrides.toml\"]\n\n[channels.us.categories]\n\"*\" = \"HOME\"\n{DEFAULTS}{}",
        recipe.missing_sku, recipe.more
    );
    fs::write(folder.path().join("feedwright.toml"), configuration).unwrap();
    fs::write(folder.path().join("overrides.toml"), OVERRIDES).unwrap();
    let schema = recipe.schema.map(|path| format!("HOME={}", path.display()));
    let mut arguments = vec!["build", "--out", "out", "--format", "json"];
    if let Some(schema) = &schema {
        arguments.extend(["--schema", schema]);
    }
    let run = feedwright_in(folder.path(), &arguments);
    assert!(run.code == 0 || run.code == 1, "{}: {}", run.code, run.stderr);
    assert_eq!(run.stderr, "");
    let manifest = serde_json::from_slice(&fs::read(folder.path().join("out/manifest.json")).unwrap()).unwrap();
    Built { run, folder, manifest }
}

/// A row of `left-out.csv`.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) sku: String,
    pub(crate) code: String,
    pub(crate) help: String,
    pub(crate) file: String,
    pub(crate) line: String,
    pub(crate) column: String,
    pub(crate) pointer: String,
}

impl Built {
    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn channel(&self) -> &Value {
        &self.manifest["channels"][0]
    }

    /// The feed files, as the manifest names them.
    pub(crate) fn feeds(&self) -> Vec<Vec<u8>> {
        let files = self.channel()["files"].as_array().unwrap().iter();
        files.map(|file| fs::read(self.out().join(file["file"].as_str().unwrap())).unwrap()).collect()
    }

    pub(crate) fn messages(&self) -> Vec<Value> {
        let parse = |feed: Vec<u8>| serde_json::from_slice::<Value>(&feed).unwrap();
        self.feeds().into_iter().map(parse).flat_map(|feed| feed["messages"].as_array().unwrap().clone()).collect()
    }

    pub(crate) fn left_out(&self) -> Vec<LeftOut> {
        let path = self.out().join("left-out.csv");
        if !path.exists() {
            return Vec::new();
        }
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header.join(","), "channel,sku,code,message,help,file,line,column,pointer");
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| LeftOut {
            sku: row[1].to_owned(),
            code: row[2].to_owned(),
            help: row[4].to_owned(),
            file: row[5].to_owned(),
            line: row[6].to_owned(),
            column: row[7].to_owned(),
            pointer: row[8].to_owned(),
        })
        .collect()
    }
}

/// A row of a shop's export that stands for something sold, read by this test's own means.
#[derive(Debug)]
pub(crate) struct VariantRow {
    pub(crate) line: u64,
    /// The line of the product's first row.
    pub(crate) product_line: u64,
    /// The SKU, or the one to be made up.
    pub(crate) sku: String,
    pub(crate) has_sku: bool,
}

/// A shop's export.
pub(crate) struct Export {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) header: Vec<String>,
    pub(crate) variants: Vec<VariantRow>,
    pub(crate) cells: BTreeMap<u64, Vec<String>>,
}

impl Export {
    pub(crate) fn read(path: &Path) -> Self {
        // The csv crate counts a record from the LF that ends the one before.
        let text = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let at = |name: &str| header.iter().position(|column| column == name);
        let (handle, sku, price) = (at("Handle"), at("Variant SKU"), at("Variant Price"));
        let options = [at("Option1 Value"), at("Option2 Value"), at("Option3 Value")];
        let names = [at("Option1 Name"), at("Option2 Name"), at("Option3 Name")];
        let mut variants = Vec::new();
        let mut cells = BTreeMap::new();
        let mut product = (String::new(), 0, Vec::new());
        for record in reader.records().map(Result::unwrap) {
            let line = record.position().unwrap().line();
            let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
            cells.insert(line, record.iter().map(str::to_owned).collect());
            let is_first = cell(handle) != product.0;
            if is_first {
                product = (cell(handle), line, names.iter().map(|at| !cell(*at).is_empty()).collect());
            }
            if !is_first && cell(sku).is_empty() && cell(price).is_empty() && cell(options[0]).is_empty() {
                continue;
            }
            let own = cell(sku).trim_start_matches('\'').to_owned();
            let mut made_up = product.0.clone();
            for (option, _) in options.iter().zip(&product.2).filter(|(_, is_named)| **is_named) {
                let value = cell(*option);
                if !value.is_empty() && value != "Default Title" {
                    made_up = format!("{made_up}-{}", slug(&value));
                }
            }
            let (has_sku, sku) = if own.is_empty() { (false, made_up) } else { (true, own) };
            variants.push(VariantRow { line, product_line: product.1, sku, has_sku });
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Self { path: path.to_owned(), name, header, variants, cells }
    }

    pub(crate) fn cell(&self, line: u64, column: &str) -> &str {
        let at = self.header.iter().position(|name| name == column).unwrap();
        let row = self.cells.get(&line).unwrap_or_else(|| panic!("{}: no row begins on line {line}", self.name));
        row.get(at).map_or("", |cell| cell.trim())
    }
}

fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
