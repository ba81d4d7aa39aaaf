//! Any bytes as JSON: taken when others take it, and the same after being written and read again.
#![no_main]

use feedwright_marketplace::Listing;
use feedwright_marketplace::json;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::error::Category;

fuzz_target!(|bytes: &[u8]| {
    let mut listing = Listing::new();
    let read = json::read(bytes, &mut listing);
    let text = bytes.strip_prefix(json::BYTE_ORDER_MARK).unwrap_or(bytes);
    let other = serde_json::from_slice::<Value>(text);
    match (&read, &other) {
        (Ok(_), Ok(other)) => assert!(other.is_object()),
        // A number beyond a float, and depth, are where it may refuse more than we do.
        (Ok(_), Err(why)) => {
            let said = why.to_string();
            assert!(
                said.contains("out of range") || said.contains("recursion limit"),
                "we take what is no JSON: {said}"
            );
            assert_eq!(why.classify(), Category::Syntax);
        }
        (Err(why), Ok(other)) => {
            assert!(!other.is_object() || depth(other) >= json::DEEPEST, "we refuse JSON: {why}");
        }
        (Err(_), Err(_)) => {}
    }
    let Ok(duplicates) = read else { return };
    let mut once = Vec::new();
    listing.root().write_json(&mut once);
    let mut again = Listing::new();
    let more = json::read(&once, &mut again).expect("what we wrote can be read");
    assert!(more.is_empty(), "a member that stands twice is kept once");
    let mut twice = Vec::new();
    again.root().write_json(&mut twice);
    assert_eq!(once, twice);
    for duplicate in duplicates {
        assert!(duplicate.offset < bytes.len() && duplicate.line >= 1);
    }
});

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
