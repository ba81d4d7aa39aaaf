//! Stock goes to the ship nodes of its locations, and what has no node is said.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use serde_json::Value;
use serde_json::json;
use support::Recipe;
use support::short;
use support::written;

/// A product with this stock.
fn product(stock: &Value) -> Value {
    json!({ "key": "A", "variants": [{ "sku": "A", "stock": stock }] })
}

#[track_caller]
fn check(feed: &str, options: &[(&'static str, &'static str)], stock: &Value, expected: &Result<Value, &[&str]>) {
    let walmart = Recipe { options: options.to_vec(), ..Recipe::default() }.open().unwrap();
    let (files, findings) = written(walmart.as_ref(), feed, "", &[product(stock)]);
    let found_here: Vec<String> = findings.iter().map(short).collect();
    match expected {
        Ok(row) => {
            assert_eq!(found_here, Vec::<String>::new());
            let [file] = files.as_slice() else { panic!("one file: {files:?}") };
            let file: Value = serde_json::from_str(file).unwrap();
            let rows = file.as_object().unwrap().values().find_map(Value::as_array).unwrap();
            assert_eq!(rows, std::slice::from_ref(row));
        }
        Err(found) => {
            assert_eq!(found_here, *found);
            assert!(files.is_empty(), "{files:?}");
        }
    }
}

#[test]
fn stock_is_told_by_ship_node() {
    let node = |node: &str, amount: i64| json!({ "shipNode": node, "quantity": { "unit": "EACH", "amount": amount } });
    let row = |nodes: &[Value]| Ok(json!({ "sku": "A", "shipNodes": nodes }));
    let both =
        json!([{ "location": "Warehouse", "quantity": 9, "buffer": 2 }, { "location": "berlin", "quantity": 3 }]);
    let nodes = [("ship_nodes", "warehouse=20, berlin=10")];
    check("mp_inventory", &nodes, &both, &row(&[node("10", 3), node("20", 7)]));
    check("mp_inventory", &[("ship_node", "7")], &both, &row(&[node("7", 10)]));
    check("mp_inventory", &[("ship_node", "7")], &json!([{ "quantity": 4 }]), &row(&[node("7", 4)]));
    let unknown = Err(["error value-not-in-table /shipNodes"].as_slice());
    check("mp_inventory", &[("ship_nodes", "berlin=10")], &both, &unknown);
    let unset = Err(["error missing-required-field /shipNodes/0/shipNode"].as_slice());
    check("mp_inventory", &[], &json!([{ "quantity": 4 }]), &unset);
    check("mp_inventory", &nodes, &json!([{}]), &Err(["error missing-required-field /shipNodes"].as_slice()));
}

#[test]
fn stock_at_one_node_is_the_sum_and_never_made_up() {
    let both =
        json!([{ "location": "Warehouse", "quantity": 9, "buffer": 2 }, { "location": "berlin", "quantity": 3 }]);
    check("inventory", &[], &both, &Ok(json!({ "sku": "A", "quantity": { "unit": "EACH", "amount": 10 } })));
    let unknown = Err(["error missing-required-field /quantity"].as_slice());
    check("inventory", &[], &json!([{ "always_available": true }]), &unknown);
    let lag = json!([{ "quantity": 1, "lead_time_days": 3 }]);
    check("lag_time", &[], &lag, &Ok(json!({ "sku": "A", "fulfillmentLagTime": "3" })));
    check("retire", &[], &lag, &Ok(json!({ "sku": "A" })));
}
