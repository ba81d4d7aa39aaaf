//! What is written meets eBay's own descriptions, as this test reads them: the `OpenAPI` document of the Inventory API and the
//! types of the Trading API. And eBay's own category tree is taken.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::xml;
use jsonschema::Draft;
use jsonschema::Validator;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use support::PROFILE;
use support::Recipe;
use support::calls;
use support::errors;
use support::fake::Fake;
use support::one_file;
use support::real_files;
use support::sample;
use support::talk;
use support::written;

/// Products of the samples, a family and one without variants, with their categories.
const SAMPLES: &[(&str, &str)] = &[
    ("112529", "112529"),
    ("15687", "15687.family"),
    ("15687", "15687"),
    ("15709", "15709"),
    ("16080", "16080"),
    ("20695", "20695.family"),
    ("20695", "20695"),
    ("36019", "36019"),
    ("46782", "46782"),
];

/// The schemas of the Inventory API's bodies.
struct Bodies(Value);

impl Bodies {
    fn read() -> Option<Self> {
        let document = support::json(&real_files()?.join("openapi/sell_inventory_v1_oas3.json"));
        let mut schemas = document["components"]["schemas"].clone();
        // The document says `string` of what is a map from names to lists of values, here and in its own prose.
        let aspects =
            json!({ "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } });
        for holder in ["Product", "InventoryItemGroup"] {
            schemas[holder]["properties"]["aspects"] = aspects.clone();
        }
        // A product's description is left out where the offer has one: the note on what publishing needs says so.
        schemas["Product"]["required"] = json!(["title"]);
        // The key of a group stands in the path of the call, and its field text says that it is not to be sent.
        schemas["InventoryItemGroup"]["required"] = json!(["variantSKUs"]);
        // Members that are not described are mistakes of ours.
        for schema in schemas.as_object_mut().unwrap().values_mut() {
            if schema.get("properties").is_some() {
                schema["additionalProperties"] = json!(false);
            }
            // Lists of names are said to be objects.
            if schema.get("enum").is_some() {
                schema["type"] = json!("string");
            }
        }
        Some(Self(schemas))
    }

    fn validator(&self, name: &str) -> Validator {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": { "schemas": self.0 } });
        jsonschema::options().with_draft(Draft::Draft202012).build(&schema).unwrap()
    }

    #[track_caller]
    fn check(&self, name: &str, body: &Value) {
        let validator = self.validator(name);
        let complaints: Vec<String> =
            validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(complaints, Vec::<String>::new(), "{name}: {body}");
    }
}

/// The schema of a call's body, by its path.
fn body_of(path: &str) -> &'static str {
    match path.trim_start_matches("/sell/inventory/v1/") {
        "bulk_create_or_replace_inventory_item" => "BulkInventoryItem",
        "bulk_create_offer" => "BulkEbayOfferDetailsWithKeys",
        "bulk_update_price_quantity" => "BulkPriceQuantity",
        "bulk_publish_offer" => "BulkOffer",
        "offer/publish_by_inventory_item_group" => "PublishByInventoryItemGroupRequest",
        offer if offer.starts_with("offer/") => "EbayOfferDetailsWithId",
        group => {
            assert!(group.starts_with("inventory_item_group/"), "{path}");
            "InventoryItemGroup"
        }
    }
}

#[test]
fn bodies_of_calls_meet_the_schemas_of_the_inventory_api() {
    let Some(bodies) = Bodies::read() else { return };
    let ebay = Recipe::default().open().unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (category, name) in SAMPLES {
        let (files, findings) = written(ebay.as_ref(), "inventory", category, &[sample(name)]);
        assert_eq!(errors(&findings), Vec::<String>::new(), "{name}");
        for call in files.iter().flat_map(|file| calls(file)) {
            let schema = body_of(call["path"].as_str().unwrap());
            bodies.check(schema, &call["body"]);
            *seen.entry(schema).or_default() += 1;
        }
        let (stock, _) = one_file(ebay.as_ref(), "inventory_stock", "", &[sample(name)]);
        for call in calls(&stock) {
            bodies.check(body_of(call["path"].as_str().unwrap()), &call["body"]);
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn prices_meet_the_schema_once_ebay_has_said_which_offers_they_are_for() {
    let Some(bodies) = Bodies::read() else { return };
    let ebay = Recipe::default().open().unwrap();
    let (text, _) = one_file(ebay.as_ref(), "inventory_price", "", &[sample("15687.family")]);
    for mut call in calls(&text) {
        for request in call["body"]["requests"].as_array_mut().unwrap() {
            let offer = request["offers"][0].as_object_mut().unwrap();
            // The site is what the offer is looked up by; the call itself takes the offer's id.
            assert_eq!(offer.remove("marketplaceId").unwrap(), "EBAY_US");
            offer.insert("offerId".to_owned(), json!("8209"));
        }
        bodies.check(body_of(call["path"].as_str().unwrap()), &call["body"]);
    }
    let ids: Vec<String> = (0..60).map(|at| at.to_string()).collect();
    let published: Vec<Value> = feedwright_ebay::bulk_publish(ids.iter().map(String::as_str))
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    for body in &published {
        bodies.check("BulkOffer", body);
    }
    let sizes: Vec<usize> = published.iter().map(|body| body["requests"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [25, 25, 10]);
}

/// The types of the Trading API, by name: the elements of each with their types, and which stand several times.
struct Types(Value);

impl Types {
    fn read() -> Option<Self> {
        Some(Self(support::json(&real_files()?.join("derived/trading_1487_types.json"))))
    }

    /// Holds a node against a type; what is wrong is told by path.
    fn check(&self, type_name: &str, node: Ref<'_>, path: &str, wrong: &mut Vec<String>) {
        let Some(elements) = self.0["types"][type_name].as_array() else {
            self.leaf(type_name, node, path, wrong);
            return;
        };
        for (name, child) in node.members() {
            if name.starts_with(xml::ATTRIBUTE) {
                continue;
            }
            let here = format!("{path}/{name}");
            let Some(known) = elements.iter().find(|known| known["element"] == name) else {
                wrong.push(format!("{here}: {type_name} has no such element"));
                continue;
            };
            let of_type = known["type"].as_str().unwrap();
            if matches!(child.shape(), Shape::Array) {
                if known["repeated"] != true {
                    wrong.push(format!("{here}: stands several times"));
                }
                child.elements().for_each(|one| self.check(of_type, one, &here, wrong));
            } else {
                self.check(of_type, child, &here, wrong);
            }
        }
        if node.as_text().is_some_and(|text| !text.trim().is_empty()) {
            wrong.push(format!("{path}: {type_name} holds elements, not text"));
        }
    }

    /// A value without elements.
    fn leaf(&self, type_name: &str, node: Ref<'_>, path: &str, wrong: &mut Vec<String>) {
        let text = node.as_text().or_else(|| node.member(xml::TEXT)?.as_text()).unwrap_or_default();
        let fits = match (type_name, self.0["enums"][type_name].as_array()) {
            (_, Some(values)) => values.iter().any(|value| value == text),
            ("int" | "long", None) => text.parse::<i64>().is_ok(),
            ("boolean", None) => matches!(text, "true" | "false"),
            ("AmountType", None) => {
                text.parse::<rust_decimal::Decimal>().is_ok()
                    && node.member("@currencyID").and_then(Ref::as_text).is_some_and(|code| code.len() == 3)
            }
            (_, None) => !text.is_empty(),
        };
        if !fits {
            wrong.push(format!("{path}: `{text}` is no {type_name}"));
        }
    }
}

#[test]
fn requests_hold_only_elements_of_the_trading_api_each_with_its_type() {
    let Some(types) = Types::read() else { return };
    let ebay = Recipe::default().open().unwrap();
    for feed in ["lms", "lms_revise", "lms_price", "lms_stock", "lms_end", "lms_drop"] {
        let mut requests = 0;
        for (category, name) in SAMPLES {
            let category = if matches!(feed, "lms" | "lms_revise") { category } else { "" };
            let (text, findings) = one_file(ebay.as_ref(), feed, category, &[sample(name)]);
            assert_eq!(errors(&findings), Vec::<String>::new(), "{feed} {name}");
            let mut listing = Listing::new();
            xml::read(text.as_bytes(), &mut listing).unwrap();
            let root = listing.root().member("BulkDataExchangeRequests").unwrap();
            let mut wrong = Vec::new();
            for (element, node) in root.members().filter(|(element, _)| element.ends_with("Request")) {
                let all: Vec<Ref<'_>> =
                    if matches!(node.shape(), Shape::Array) { node.elements().collect() } else { vec![node] };
                requests += all.len();
                for one in all {
                    types.check(&format!("{element}Type"), one, element, &mut wrong);
                }
            }
            assert_eq!(wrong, Vec::<String>::new(), "{feed} {name}");
            assert!(text.lines().all(|line| line.len() < 20_000), "the guide asks for short lines");
        }
        assert!(requests >= SAMPLES.len(), "{feed}");
    }
}

#[test]
fn ebays_own_tree_is_taken_and_says_what_is_a_branch() {
    let Some(data) = real_files() else { return };
    let tree = support::bytes(&data.join("derived/CategoryTree_US_restshape_from_v989_2017.json"));
    let references = BTreeMap::from([("taxonomy".to_owned(), tree)]);
    let starters = Recipe::default().open().unwrap().taxonomy();
    let ebay = Recipe { references, ..Recipe::default() }.open().unwrap();
    let entries = ebay.taxonomy();
    assert!(entries.len() > 5000, "{}", entries.len());
    let feed = ebay.profile().feed("inventory").unwrap();
    for starter in &starters {
        assert!(entries.iter().any(|entry| entry.id == starter.id), "{} is a leaf of 2017's tree", starter.id);
        ebay.category(feed, &starter.id).unwrap();
    }
    let branch = ebay.category(feed, "1").unwrap_err().to_string();
    assert!(branch.starts_with("category `1` takes no listings itself; below it are "), "{branch}");
    let gone = ebay.category(feed, "999999999").unwrap_err().to_string();
    assert!(gone.contains("not in the marketplace's tree any more"), "{gone}");
}

/// eBay's documents of the interfaces we talk to.
fn references() -> Option<Vec<Value>> {
    let folder = real_files()?.join("openapi");
    let names = ["sell_inventory_v1", "sell_feed_v1", "commerce_taxonomy_v1", "sell_metadata_v1"];
    Some(names.iter().map(|name| support::json(&folder.join(format!("{name}_oas3.json")))).collect())
}

/// What a reference says of an operation.
fn described<'r>(references: &'r [Value], operation: &Operation) -> &'r Value {
    let found = references.iter().find_map(|reference| {
        let base = reference["servers"][0]["variables"]["basePath"]["default"].as_str().unwrap();
        let path = operation.path.strip_prefix(base)?;
        reference["paths"].get(path)?.get(operation.method.name().to_lowercase())
    });
    found.unwrap_or_else(|| panic!("{} {} is in no reference", operation.method.name(), operation.path))
}

#[test]
fn operations_have_the_names_paths_and_scopes_of_the_reference() {
    let Some(references) = references() else { return };
    let api = talk::api();
    assert!(api.operations.len() > 15);
    for operation in api.operations {
        let described = described(&references, operation);
        assert_eq!(described["operationId"], operation.id);
        let token = api.token(operation.token.unwrap()).unwrap();
        let (Grant::RefreshToken { scope } | Grant::ClientCredentials { scope }) = token.grant;
        let scopes = described["security"][0]["api_auth"].as_array().unwrap();
        assert!(scopes.contains(&json!(scope.unwrap())), "{}: {scopes:?}", operation.id);
        let host = api.host(token.host).unwrap();
        assert!(host.sandbox.is_some() && host.url.starts_with("https://"));
    }
}

/// Every request of conversations about a few products, with what a small eBay answers.
fn requests() -> Vec<Request> {
    let ebay = Recipe::default().open().unwrap();
    let mut asked = Vec::new();
    let mut fake = Fake::default();
    let products = [("15687", "15687.family"), ("16080", "16080")];
    for is_again in [false, true] {
        for (feed, listing) in
            [("inventory", true), ("inventory_price", false), ("inventory_stock", false), ("lms", true)]
        {
            for (category, name) in products {
                let category = if listing { category } else { "" };
                let (files, _) = written(ebay.as_ref(), feed, category, &[sample(name)]);
                let skus = if feed == "lms" { Vec::new() } else { talk::skus_of(&files) };
                let rows = talk::rows(&skus.iter().map(String::as_str).collect::<Vec<_>>());
                let mut parcel = talk::parcel(feed, &files, rows);
                if is_again {
                    parcel.memory.begun_at = Some(1_795_000_000);
                    parcel.memory.claimed = fake.tasks.keys().cloned().collect();
                }
                talk::drive(ebay.submit(parcel).unwrap(), |request| {
                    asked.push(request.clone());
                    Reply::Answer(fake.handle(request))
                })
                .unwrap();
            }
        }
    }
    let lms = PROFILE.feed("lms").unwrap();
    _ = talk::drive(ebay.poll(lms, "task-1").unwrap(), |request| {
        asked.push(request.clone());
        Reply::Answer(talk::answer(200, json!({ "status": "COMPLETED" })))
    });
    for categories in [vec![], vec!["20695".to_owned()]] {
        talk::drive(ebay.pull(&categories).unwrap(), |request| {
            asked.push(request.clone());
            Reply::Answer(talk::answer(
                200,
                json!({ "categoryTreeId": "0", "categoryTreeVersion": "130", "aspects": [], "rootCategoryNode": {},
                    "expiredCategories": [], "itemConditionPolicies": [] }),
            ))
        })
        .unwrap();
    }
    let (files, _) = written(ebay.as_ref(), "inventory_end", "", &[sample("16080")]);
    let parcel = talk::parcel("inventory_end", &files, Vec::new());
    talk::drive(ebay.submit(parcel).unwrap(), |request| {
        asked.push(request.clone());
        Reply::Answer(talk::answer(204, ""))
    })
    .unwrap();
    asked
}

#[test]
fn requests_have_the_parameters_headers_and_bodies_of_the_reference() {
    let (Some(references), Some(bodies)) = (references(), Bodies::read()) else { return };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for request in requests() {
        let operation = request.operation;
        *seen.entry(operation.id).or_default() += 1;
        let described = described(&references, operation);
        let line = talk::line(&request);
        let (path, query) = line.split_once('?').unwrap_or((&line, ""));
        let steps: Vec<&str> = path.split(['/', ' ']).skip(1).collect();
        let wanted: Vec<&str> = operation.path.split('/').collect();
        assert_eq!(steps.len(), wanted.len(), "{line}");
        for (step, wanted) in steps.iter().zip(&wanted) {
            assert!(step == wanted || wanted.starts_with('{') && !step.is_empty() && !step.contains('{'), "{line}");
        }
        let known: Vec<&Value> = described["parameters"].as_array().into_iter().flatten().collect();
        for parameter in &known {
            let name = parameter["name"].as_str().unwrap();
            let is_given = match parameter["in"].as_str().unwrap() {
                "query" => query.split('&').any(|pair| pair.starts_with(&format!("{name}="))),
                // The body brings its type along.
                "header" => name == "Content-Type" || request.headers.iter().any(|(own, _)| *own == name),
                _ => true,
            };
            assert!(is_given || parameter["required"] == json!(false), "{line}: {name}");
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap();
            assert!(known.iter().any(|parameter| parameter["name"] == name), "{line}: `{name}` is no parameter");
        }
        match (&request.body, described.pointer("/requestBody/content")) {
            (Body::Bytes { content_type, bytes }, Some(content)) => {
                let schema = content[*content_type]["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                let body: Value = serde_json::from_slice(bytes).unwrap();
                if operation.path.starts_with("/sell/inventory") {
                    assert_eq!(body_of(path.split_once(' ').unwrap().1), schema);
                    bodies.check(schema, &body);
                } else {
                    assert_eq!(body["schemaVersion"], "1487", "{body}");
                    let feed = references[1]["components"]["schemas"][schema].clone();
                    let names: Vec<&String> = feed["properties"].as_object().unwrap().keys().collect();
                    assert!(body.as_object().unwrap().keys().all(|name| names.contains(&name)), "{body}");
                }
            }
            // The reference describes the form of an upload in words alone.
            (Body::File { field: "file", content_type: "application/xml", .. }, None) => {
                assert_eq!(operation.id, "uploadFile");
            }
            (Body::Empty, None) => {}
            other => panic!("{line}: {other:?}"),
        }
    }
    let all: Vec<&str> = talk::api().operations.iter().map(|operation| operation.id).collect();
    let missing: Vec<&&str> = all.iter().filter(|id| !seen.contains_key(**id)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "every operation is asked");
}
