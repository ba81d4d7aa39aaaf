//! What a plan remembers of the one before: it says the same with it and without, whatever happened in between, and it looks
//! at little more than what changed.

use crate::seller::Shop;
use crate::seller::product;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::fs;

const FAMILIES: usize = 40;

/// A shop of which everything is listed.
fn listed() -> Shop {
    let mut shop = Shop::with(Settings::default(), "full");
    shop.products = (0..FAMILIES).map(family).collect();
    shop.write();
    let run = shop.apply(&[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    shop
}

fn family(at: usize) -> Value {
    product(&format!("m{at}"), &[&format!("M{at}-A"), &format!("M{at}-B")], 100 + 10 * at as u64)
}

fn plan(shop: &Shop, more: &[&str]) -> (Value, u64) {
    let run = shop.run(&[&["plan", "--format", "json", "--quiet"][..], more].concat());
    let mut plan: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr));
    let n_known = plan.as_object_mut().unwrap().remove("taken_over").unwrap().as_u64().unwrap();
    (plan, n_known)
}

/// The plan, whether it is made with what is remembered or without; and how many products are remembered.
fn planned(shop: &Shop, what: &str) -> (Value, u64) {
    // The first is made by what was remembered before, the second by what the first remembered.
    let (first, _) = plan(shop, &[]);
    let (again, n_known) = plan(shop, &[]);
    let text = shop.run(&["plan", "--all", "--quiet"]).stdout;
    let (fresh, none) = plan(shop, &["--fresh"]);
    let fresh_text = shop.run(&["plan", "--all", "--quiet", "--fresh"]).stdout;
    assert_eq!(none, 0);
    assert_eq!(first, fresh, "after {what}");
    assert_eq!(again, fresh, "after {what}, once more");
    let told: Vec<&str> = text.lines().filter(|line| !line.contains("taken over from an earlier plan")).collect();
    assert_eq!(told, fresh_text.lines().collect::<Vec<_>>(), "after {what}");
    (again, n_known)
}

fn n_rows(plan: &Value) -> usize {
    plan["lanes"].as_array().unwrap().iter().map(|lane| lane["rows"].as_array().unwrap().len()).sum()
}

#[test]
fn a_plan_with_memory_is_the_plan_without() {
    let mut shop = listed();
    let (plan, n_known) = planned(&shop, "nothing");
    assert_eq!((n_rows(&plan), n_known), (0, FAMILIES as u64));

    shop.products[3]["variants"][0]["offers"][0]["price"]["amount"] = json!("88.00");
    shop.write();
    let (plan, n_known) = planned(&shop, "a price that changed");
    assert!(n_rows(&plan) > 0);
    // It shares a chunk with three others.
    assert_eq!(n_known, FAMILIES as u64 - 4);
    let run = shop.apply(&[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let (plan, n_known) = planned(&shop, "it was told");
    assert_eq!((n_rows(&plan), n_known), (0, FAMILIES as u64));

    // What is forgotten is looked at, and told again.
    let run = shop.run(&["ledger", "forget", "--channel", "ebay", "M5-A"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let (plan, n_known) = planned(&shop, "what was forgotten");
    assert!(n_rows(&plan) > 0);
    assert_eq!(n_known, FAMILIES as u64 - 4);

    // A row that cannot be sent, and one of which something is said.
    shop.products[10]["fields"].as_object_mut().unwrap().remove("brand");
    shop.products[20]["fields"]["custom.nowhere"] = json!("x");
    shop.write();
    planned(&shop, "a brand that is gone");
    // Lines move, and with them what is said.
    shop.products.insert(2, family(FAMILIES));
    shop.write();
    let (_, n_known) = planned(&shop, "a family that is new");
    assert!((1..FAMILIES as u64).contains(&n_known), "{n_known}");
    // What cannot be listed has a price that waits, for as long as nobody mends it.
    let brand = shop.products[2]["fields"].as_object_mut().unwrap().remove("brand");
    shop.write();
    let (plan, _) = planned(&shop, "a new family that is blocked");
    assert!(plan.to_string().contains("no-listing"), "{plan}");
    shop.products[2]["fields"]["brand"] = brand.unwrap();
    shop.write();
    planned(&shop, "it is mended");

    // A family that is gone is retired, once.
    shop.products.remove(30);
    shop.write();
    let (plan, _) = planned(&shop, "a family that is gone");
    assert!(n_rows(&plan) > 0);
    let run = shop.apply(&["--accept", "retirements"]);
    assert_ne!(run.code, 2, "{}{}", run.stdout, run.stderr);
    planned(&shop, "it was retired");

    // The same SKU twice, far apart.
    let double = shop.products[35]["variants"][0]["sku"].clone();
    shop.products[1]["variants"][0]["sku"] = double;
    shop.write();
    planned(&shop, "a SKU that stands twice");
    planned(&shop, "a SKU that stands twice, as before");
    shop.products[1] = family(1);
    shop.write();
    planned(&shop, "it stands once again");

    // Everything moves.
    shop.products.rotate_left(13);
    shop.products.swap(4, 27);
    shop.write();
    planned(&shop, "other places");

    // A line nobody can read: what is not seen is not gone.
    let mut lines: Vec<String> = shop.products.iter().map(Value::to_string).collect();
    lines[22].push('}');
    fs::write(shop.path("catalog.jsonl"), lines.join("\n")).unwrap();
    let (plan, _) = planned(&shop, "a line that cannot be read");
    let is_retired = |lane: &&Value| lane["lane"] == "retirement" && !lane["rows"].as_array().unwrap().is_empty();
    assert_eq!(plan["lanes"].as_array().unwrap().iter().filter(is_retired).count(), 0, "{plan}");
    assert!(plan["left_out"].to_string().contains("is not taken down"), "{}", plan["left_out"]);
}

#[test]
fn what_decides_a_plan_is_not_remembered_beyond_its_change() {
    let shop = listed();
    let (_, n_known) = planned(&shop, "nothing");
    assert_eq!(n_known, FAMILIES as u64);
    // The configuration.
    shop.configure("net_content = \"1 ea\"", "net_content = \"2 ea\"");
    let (plan, _) = planned(&shop, "another default");
    assert!(n_rows(&plan) > 0);
    shop.configure("net_content = \"2 ea\"", "net_content = \"1 ea\"");
    planned(&shop, "the default of before");
    // A choice of channels is remembered for itself.
    let channel = ["--channel", "amazon"];
    let (one, _) = self::plan(&shop, &channel);
    let (again, n_known) = self::plan(&shop, &channel);
    assert_eq!((one, n_known), (again, FAMILIES as u64));
    assert_eq!(self::plan(&shop, &[]).1, FAMILIES as u64);
    // The ledger: one that knows nothing.
    fs::remove_file(shop.path("feedwright.ledger")).unwrap();
    assert_eq!(self::plan(&shop, &[]).1, 0);
    shop.apply(&["--channel", "walmart", "--lane", "stock"]);
    let (plan, _) = planned(&shop, "another ledger");
    assert!(n_rows(&plan) > 0);
    // Half a file is none.
    let folder = fs::read_dir(shop.path(".feedwright")).unwrap();
    for file in folder.map(|entry| entry.unwrap().path()) {
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    }
    assert_eq!(self::plan(&shop, &[]).1, 0);
}
