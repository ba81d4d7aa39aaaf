//! A seller's shop in a folder of its own, with marketplaces of its own that are simulated.

use crate::shared::Run;
use crate::shared::feedwright_with;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::fs;
use tempfile::TempDir;

/// The channels of the shop; of Google only files are built.
pub(crate) const CHANNELS: &str = r#"
[channels.amazon]
marketplace = "amazon"
seller = "A2SELLING"
categories = { "*" = "HEADPHONES" }
defaults = { shipping_group = "Standard", compliance_certificate = "Not Applicable", "custom.item_type_keyword" = "over-ear-headphones" }

[channels.ebay]
marketplace = "ebay"
categories = { "*" = "112529" }
options = { merchant_location = "main", fulfillment_policy = "F-1", payment_policy = "P-1", return_policy = "R-1" }
defaults = { "custom.Type" = "Other" }

[channels.google]
marketplace = "google"
categories = { "*" = "505771" }

[channels.walmart]
marketplace = "walmart"
seller = "W-SELLING"
categories = { "*" = "Headphones" }
options = { ship_node = "10001" }
defaults = { net_content = "1 ea", "custom.isProp65WarningRequired" = false }
"#;

/// A shop with a catalog of its own, and marketplaces of its own.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) sandbox: Sandbox,
    pub(crate) products: Vec<Value>,
    /// What stands in the environment of its commands, beside what stands there anyway.
    pub(crate) environment: Vec<(String, String)>,
}

impl Shop {
    /// Two families of two variants each; everything is fine with them.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), "partial")
    }

    pub(crate) fn with(settings: Settings, snapshot: &str) -> Self {
        let sandbox = Sandbox::start(Settings { speed: 1_000, ..settings }).unwrap();
        let shop = Self {
            folder: tempfile::tempdir().unwrap(),
            sandbox,
            products: vec![product("one", &["ONE-A", "ONE-B"], 10), product("two", &["TWO-A", "TWO-B"], 20)],
            environment: Vec::new(),
        };
        let source = format!("[sources.shop]\nfile = \"catalog.jsonl\"\nsnapshot = \"{snapshot}\"\n{CHANNELS}");
        fs::write(shop.path("feedwright.toml"), source).unwrap();
        shop.write();
        shop
    }

    /// Changes something in the configuration, which must be there.
    pub(crate) fn configure(&self, from: &str, to: &str) {
        let config = fs::read_to_string(self.path("feedwright.toml")).unwrap();
        assert!(config.contains(from), "{from} is not in {config}");
        fs::write(self.path("feedwright.toml"), config.replace(from, to)).unwrap();
    }

    /// Sells on eBay by files of the Trading API.
    pub(crate) fn sell_on_ebay_by_file(&self) {
        let feeds = r#"content = "lms", price = "lms_price", stock = "lms_stock", retirement = "lms_end""#;
        self.configure("marketplace = \"ebay\"\n", &format!("marketplace = \"ebay\"\nfeeds = {{ {feeds} }}\n"));
        let place =
            r#"return_policy = "R-1", item_location = "Portland, OR", postal_code = "97201", dispatch_days = "2""#;
        self.configure("return_policy = \"R-1\"", place);
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self) {
        let lines: Vec<String> = self.products.iter().map(Value::to_string).collect();
        fs::write(self.path("catalog.jsonl"), lines.join("\n")).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        feedwright_with(self.folder.path(), arguments, &self.environment)
    }

    /// Sends what is to be sent, and waits for verdicts.
    pub(crate) fn apply(&self, more: &[&str]) -> Run {
        let url = self.sandbox.url().to_owned();
        let arguments = ["apply", "--sandbox", &url, "--wait", "24h"];
        self.run(&[&arguments[..], more].concat())
    }

    /// The plan as programs read it.
    pub(crate) fn plan(&self) -> Value {
        let run = self.run(&["plan", "--format", "json", "--quiet"]);
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr))
    }

    /// What the plan would do: channel, lane, action, SKU.
    pub(crate) fn planned(&self) -> Vec<String> {
        let plan = self.plan();
        let lanes = plan["lanes"].as_array().unwrap();
        let rows = lanes.iter().flat_map(|lane| {
            lane["rows"].as_array().unwrap().iter().map(move |row| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                [&lane["channel"], &lane["lane"], &row["action"], &row["sku"]].map(text).join(" ")
            })
        });
        rows.collect()
    }

    /// How often an operation was asked.
    pub(crate) fn asked(&self, marketplace: &str, operation: &str) -> u64 {
        let requests = self.sandbox.requests();
        requests["operations"][marketplace][operation]["requests"].as_u64().unwrap_or_default()
    }
}

pub(crate) fn product(key: &str, skus: &[&str], number: u64) -> Value {
    let variants: Vec<Value> = skus
        .iter()
        .zip(["Graphite", "Sand", "Olive"])
        .zip(number..)
        .map(|((sku, color), number)| {
            json!({
                "sku": sku,
                "identifiers": [{ "gtin": gtin(number) }],
                "fields": { "color": color, "mpn": sku, "package_weight": { "amount": "1", "unit": "lb" } },
                "media": [{ "url": format!("https://images.example.com/{sku}.jpg"), "role": "main" }],
                "offers": [{
                    "price": { "amount": "89.00", "currency": "USD" },
                    "list_price": { "amount": "99.00", "currency": "USD" },
                }],
                "stock": [{ "quantity": 45, "lead_time_days": 2 }],
            })
        })
        .collect();
    json!({
        "key": format!("family-{key}"),
        "categories": [{ "path": "Electronics > Headphones" }],
        "axes": [{ "field": "color", "label": "Color" }],
        "fields": {
            "title": format!("Northlight Studio Headphones, Model {key}"),
            "description": "<p>Closed-back headphones with an even sound for long sessions.</p>",
            "bullet_points": ["Closed back for recording", "Detachable cable, 10 feet", "Folds flat"],
            "brand": "Northlight", "manufacturer": "Northlight Goods", "tags": ["headphones", "wired"],
            "condition": "new", "dangerous_goods": ["not_applicable"],
            "batteries_required": false, "batteries_included": false,
            "number_of_items": 1, "package_quantity": 1, "material": "Aluminum", "connectivity": ["Wired"],
            "ear_placement": "over_ear", "noise_control": "Sound Isolation", "impedance": "32",
            "compatible_devices": ["Laptops", "Tablets", "Audio Interfaces"],
            "included_components": ["Headphones", "Cable", "Case"], "country_of_origin": "MY",
            "item_length": { "amount": "7.9", "unit": "in" }, "item_width": { "amount": "7.1", "unit": "in" },
            "item_height": { "amount": "3.5", "unit": "in" }, "item_weight": { "amount": "0.6", "unit": "lb" },
            "package_length": { "amount": "9", "unit": "in" }, "package_width": { "amount": "8", "unit": "in" },
            "package_height": { "amount": "4.5", "unit": "in" },
            "warranty": "2 years", "model_number": key, "model_name": key,
        },
        "media": [{ "url": format!("https://images.example.com/{key}.jpg"), "role": "main" }],
        "variants": variants,
    })
}

fn gtin(number: u64) -> String {
    let body = format!("9520{number:08}");
    let weighed = body.bytes().rev().enumerate();
    let sum: u32 = weighed.map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 3 } else { 1 }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub(crate) fn submissions(shop: &Shop) -> Vec<Value> {
    let run = shop.run(&["status", "--format", "json", "--findings"]);
    let status: Value = serde_json::from_str(&run.stdout).unwrap();
    status["submissions"].as_array().unwrap().clone()
}
