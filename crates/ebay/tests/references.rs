//! Documents beside aspects: which conditions a category takes, which took the place of one that is gone, and what a
//! channel sells where.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Marketplace;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use support::Recipe;
use support::calls;
use support::errors;
use support::sample;
use support::short;
use support::written;

fn open(references: &[(&str, &Value)]) -> Box<dyn Marketplace> {
    let owned = references.iter().map(|(name, value)| ((*name).to_owned(), value.to_string().into_bytes()));
    Recipe { references: owned.collect(), ..Recipe::default() }.open().unwrap()
}

/// The sample of a suitcase in this condition.
fn suitcase(condition: &str) -> Value {
    let mut product = sample("16080");
    product["fields"]["condition"] = json!(condition);
    product
}

#[test]
fn a_condition_is_held_against_those_of_its_category() {
    let policies = json!({ "itemConditionPolicies": [{
        "categoryTreeId": "0",
        "categoryId": "16080",
        "itemConditionRequired": true,
        "itemConditions": [{ "conditionId": "1000" }, { "conditionId": "3000" }],
    }] });
    let ebay = open(&[("conditions", &policies)]);
    let found = |condition: &str| {
        let (_, findings) = written(ebay.as_ref(), "inventory", "16080", &[suitcase(condition)]);
        findings.iter().map(short).filter(|line| line.ends_with("/item/condition")).collect::<Vec<_>>()
    };
    assert_eq!(found("new"), Vec::<String>::new());
    assert_eq!(found("used_good"), ["error value-not-allowed /item/condition"]);
    // A seller who may refurbish sees conditions that the document does not list.
    let refurbished = found("refurbished");
    assert!(refurbished.iter().all(|line| line.starts_with("warning") || line.starts_with("error")), "{refurbished:?}");
    // Without the document every condition is taken.
    let (_, findings) = written(open(&[]).as_ref(), "inventory", "16080", &[suitcase("used_good")]);
    assert_eq!(errors(&findings), Vec::<String>::new());
}

#[test]
fn a_category_that_is_gone_is_followed_and_the_offer_names_the_new_one() {
    let tree = json!({
        "categoryTreeId": "0",
        "categoryTreeVersion": "131",
        "rootCategoryNode": {
            "category": { "categoryId": "0", "categoryName": "Root" },
            "childCategoryTreeNodes": [{
                "category": { "categoryId": "3252", "categoryName": "Travel" },
                "childCategoryTreeNodes": [
                    { "category": { "categoryId": "16080", "categoryName": "Luggage" }, "leafCategoryTreeNode": true },
                ],
            }],
        },
    });
    let expired = json!({ "expiredCategories": [{ "fromCategoryId": "111", "toCategoryId": "16080" }] });
    let ebay = open(&[("taxonomy", &tree), ("expired", &expired)]);
    let (files, findings) = written(ebay.as_ref(), "inventory", "111", &[sample("16080")]);
    assert_eq!(errors(&findings), Vec::<String>::new());
    assert_eq!(calls(&files[1])[0]["body"]["requests"][0]["categoryId"], "16080");
    let feed = ebay.profile().feed("inventory").unwrap();
    let refused = |id: &str| ebay.category(feed, id).unwrap_err().to_string();
    assert!(refused("3252").contains("below it are 16080 (Luggage)"), "{}", refused("3252"));
    assert!(refused("112").contains("not in the marketplace's tree any more"), "{}", refused("112"));
    assert_eq!(ebay.taxonomy().len(), 1);
}

#[test]
fn every_site_writes_its_own_names() {
    for (site, id, language, number, name) in [
        ("EBAY_US", "EBAY_US", "en_US", "0", "SiteID=US|Country=US|Currency=USD"),
        ("EBAY_GB", "EBAY_GB", "en_GB", "3", "SiteID=UK|Country=GB|Currency=GBP"),
        ("EBAY_DE", "EBAY_DE", "de_DE", "77", "SiteID=Germany|Country=DE|Currency=EUR"),
        ("EBAY_CA", "EBAY_CA", "en_CA", "2", "SiteID=Canada|Country=CA|Currency=CAD"),
        ("EBAY_AU", "EBAY_AU", "en_AU", "15", "SiteID=Australia|Country=AU|Currency=AUD"),
        ("EBAY_FR", "EBAY_FR", "fr_FR", "71", "SiteID=France|Country=FR|Currency=EUR"),
        ("EBAY_IT", "EBAY_IT", "it_IT", "101", "SiteID=Italy|Country=IT|Currency=EUR"),
        ("EBAY_ES", "EBAY_ES", "es_ES", "186", "SiteID=Spain|Country=ES|Currency=EUR"),
    ] {
        let document = json!({ "aspects": [{ "localizedAspectName": "Brand" }] }).to_string().into_bytes();
        let documents = BTreeMap::from([("16080".to_owned(), document)]);
        let ebay = Recipe { site, documents, ..Recipe::default() }.open().unwrap();
        let mut product = sample("16080");
        product["variants"][0]["offers"][0]["price"]["currency"] = json!(ebay.channel().currency.code());
        let (files, findings) = written(ebay.as_ref(), "inventory", "16080", std::slice::from_ref(&product));
        assert_eq!(errors(&findings), Vec::<String>::new(), "{site}");
        assert_eq!(calls(&files[0])[0]["body"]["requests"][0]["locale"], language);
        assert_eq!(calls(&files[1])[0]["headers"]["Content-Language"], language.replace('_', "-"));
        assert_eq!(calls(&files[1])[0]["body"]["requests"][0]["marketplaceId"], id);
        let (files, _) = written(ebay.as_ref(), "lms", "16080", std::slice::from_ref(&product));
        assert!(files[0].contains(&format!("<SiteID>{number}</SiteID>")), "{site}");
        let (files, _) = written(ebay.as_ref(), "fx", "16080", std::slice::from_ref(&product));
        assert!(files[0].starts_with(&format!("*Action({name}|")), "{site}");
    }
}
