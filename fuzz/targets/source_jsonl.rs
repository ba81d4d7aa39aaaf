//! Any bytes as a file whose kind has to be found out; what begins like JSON is read as our own format.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_catalog::Origin;
use feedwright_catalog::json::ProductJson;
use feedwright_fuzz::read_source;
use feedwright_sources::ProfileChoice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for product in read_source(bytes, &ProfileChoice::Detect).products {
        // What was read can be written, and reads back to what it was.
        let json = serde_json::to_string(&ProductJson::from(&product)).expect("a product can be written");
        let back: ProductJson = serde_json::from_str(&json).unwrap_or_else(|why| panic!("{why}: {json}"));
        let mut findings = Findings::default();
        let again = back.into_product(&Origin::default(), &mut findings);
        let again = again.unwrap_or_else(|| panic!("{:?}: {json}", findings.list()));
        let twice = serde_json::to_string(&ProductJson::from(&again)).expect("a product can be written");
        assert_eq!(json, twice);
    }
});
