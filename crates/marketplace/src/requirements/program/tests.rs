//! What each keyword means to a program, at its corners. The engine is asked the same each time: where the two differ, the
//! program is wrong.

use super::super::Dialect;
use super::super::Draft;
use super::super::Origin;
use super::super::Requirements;
use super::super::Scope;
use super::super::Vocabulary;
use super::Plan;
use crate::json;
use crate::listing::Listing;
use serde_json::Value;
use serde_json::json;

fn compile(schema: &Value, draft: Draft) -> Requirements {
    // The value under test is the member `it`.
    let document =
        json!({ "properties": { "it": schema }, "$defs": schema["$defs"], "definitions": schema["definitions"] });
    let mut document = document;
    if let Some(members) = document.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    let dialect = Dialect { draft, vocabulary: Vocabulary::Marketplace };
    let origin = Origin::Given { name: "test".to_owned() };
    Requirements::compile_value("test", document, &dialect, origin).unwrap()
}

fn is_met(requirements: &Requirements, value: &str) -> bool {
    let mut listing = Listing::new();
    json::read(format!(r#"{{"it":{value}}}"#).as_bytes(), &mut listing).unwrap();
    let ours = requirements.is_met(listing.root());
    assert_eq!(requirements.is_met_to_the_engine(listing.root(), Scope::Whole), Ok(ours), "{value}");
    ours
}

/// A schema, what meets it, and what does not.
fn check_in(draft: Draft, schema: &Value, met: &[&str], missed: &[&str]) -> Plan {
    let requirements = compile(schema, draft);
    for value in met {
        assert!(is_met(&requirements, value), "{schema} is met by {value}");
    }
    for value in missed {
        assert!(!is_met(&requirements, value), "{schema} is not met by {value}");
    }
    requirements.plan(Scope::Whole).clone()
}

/// The same, and the program needs nobody's help.
fn check(schema: &Value, met: &[&str], missed: &[&str]) {
    let plan = check_in(Draft::Draft2019, schema, met, missed);
    assert!(!plan.by_engine && plan.fallbacks.is_empty(), "{schema}: {plan:?}");
}

#[test]
fn a_type_is_a_kind_and_a_whole_number_may_be_written_with_a_fraction() {
    check(&json!({ "type": "integer" }), &["1", "1.0", "1e2", "-0"], &["1.5", "\"1\"", "null", "true", "[]"]);
    check(&json!({ "type": ["null", "boolean"] }), &["null", "false"], &["0", "\"\"", "{}"]);
    check(&json!({ "type": ["integer", "number"] }), &["1.5"], &["[]"]);
    check(&json!({ "type": "object" }), &["{}"], &["[]"]);
}

#[test]
fn allowed_values_are_equal_by_value() {
    let schema = json!({ "enum": [1, "a", null, [1, { "b": 2 }], { "c": [] }] });
    check(
        &schema,
        &["1.0", "\"a\"", "null", "[1,{\"b\":2.0}]", "{\"c\":[]}"],
        &["true", "\"A\"", "[1]", "{\"c\":[0]}", "2"],
    );
    check(&json!({ "const": 0.1 }), &["0.1", "0.10", "1e-1"], &["0.1000000000000000055511151231257827", "\"0.1\""]);
    check(&json!({ "const": false }), &["false"], &["0", "true", "null"]);
    check(&json!({ "enum": [] }), &[], &["1", "null", "\"\"", "[]", "{}"]);
    let both = json!({ "enum": ["a", "b"], "allOf": [{ "enum": ["b", "c"] }] });
    check(&both, &["\"b\""], &["\"a\"", "\"c\""]);
}

#[test]
fn lengths_count_characters_and_byte_lengths_count_bytes() {
    let schema = json!({ "minLength": 2, "maxLength": 3 });
    check(&schema, &["\"ab\"", "\"äöü\"", "\"🦀🦀🦀\"", "1", "[]"], &["\"a\"", "\"🦀\"", "\"abcd\"", "\"ääää\""]);
    let schema = json!({ "minUtf8ByteLength": 2, "maxUtf8ByteLength": 4 });
    check(&schema, &["\"ä\"", "\"🦀\"", "\"abcd\""], &["\"a\"", "\"äöü\"", "\"🦀a\""]);
}

#[test]
fn numbers_are_compared_and_divided_exactly() {
    let schema = json!({ "multipleOf": 0.01, "minimum": 0, "exclusiveMaximum": 100 });
    check(&schema, &["5.01", "0", "99.99", "0.00"], &["0.001", "-0.01", "100", "100.00"]);
    check(&json!({ "maximum": 9_007_199_254_740_992_u64 }), &["9007199254740992"], &["9007199254740993", "1e400"]);
    check(&json!({ "exclusiveMinimum": 0 }), &["1e-400", "\"x\""], &["0", "-1"]);
}

#[test]
fn items_are_all_or_one_by_one_and_then_the_rest() {
    check(&json!({ "items": { "type": "string" } }), &["[]", "[\"a\"]", "{}"], &["[1]", "[\"a\",1]"]);
    let tuple = json!({ "items": [{ "type": "string" }, true], "additionalItems": { "type": "null" } });
    check(&tuple, &["[]", "[\"a\"]", "[\"a\",1]", "[\"a\",1,null]"], &["[1]", "[\"a\",1,2]"]);
    check(&json!({ "items": [true], "additionalItems": false }), &["[1]"], &["[1,2]"]);
    check(&json!({ "additionalItems": false }), &["[1,2]"], &[]);
    check(&json!({ "items": false }), &["[]"], &["[1]"]);
    let both = json!({ "items": [{ "minimum": 2 }], "allOf": [{ "items": { "type": "integer" } }] });
    check(&both, &["[2,1]"], &["[1]", "[2,\"a\"]"]);
}

#[test]
fn contains_counts_in_one_draft_only() {
    let schema = json!({ "contains": { "const": 1 }, "minContains": 0, "maxContains": 2 });
    check(&schema, &["[]", "[1,1]", "[2]", "{}"], &["[1,1,1]"]);
    check(&json!({ "contains": { "const": 1 }, "minContains": 2 }), &["[1,2,1]"], &["[1]", "[]"]);
    check(&json!({ "contains": { "const": 1 }, "maxContains": 1 }), &["[1]"], &["[]", "[1,1]"]);
    check_in(Draft::Draft7, &schema, &["[1,1,1]"], &["[]", "[2]"]);
}

#[test]
fn items_are_unique_by_value_and_counted_by_selectors_with_their_defaults() {
    check(
        &json!({ "uniqueItems": true }),
        &["[1,2]", "[[],{}]"],
        &["[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]"],
    );
    let counted = json!({ "maxUniqueItems": 1, "selectors": ["site", "tongue"], "items": { "properties": {
        "site": { "$ref": "#/$defs/site" }, "tongue": { "type": "string" } } },
        "$defs": { "site": { "type": "string", "default": "US" } } });
    check(
        &counted,
        &["[{\"site\":\"US\"},{\"site\":\"CA\"}]", "[{},{\"tongue\":\"en\"}]", "[1,1]"],
        &["[{},{\"site\":\"US\"}]", "[{\"v\":1},{\"v\":2}]"],
    );
    check(&json!({ "maxUniqueItems": 1 }), &["[{\"a\":1},{\"a\":2}]"], &["[{\"a\":1},{\"a\":1.0}]"]);
    check(&json!({ "minUniqueItems": 2, "selectors": ["a"] }), &["[]", "[{\"a\":1},{\"a\":1}]"], &["[{\"a\":1}]"]);
}

#[test]
fn members_are_named_by_pattern_or_not_at_all() {
    let schema = json!({
        "properties": { "a": { "type": "string" }, "x_n": { "maximum": 5 } },
        "patternProperties": { "^x_": { "type": "number" } },
        "additionalProperties": { "type": "null" }
    });
    check(
        &schema,
        &["{\"a\":\"\"}", "{\"x_n\":5,\"x_y\":9}", "{\"z\":null}"],
        &["{\"x_n\":6}", "{\"x_y\":\"\"}", "{\"z\":1}"],
    );
    check(&json!({ "additionalProperties": false }), &["{}", "[]"], &["{\"a\":1}"]);
    // What `allOf` says is apart: each closes its own properties.
    let apart = json!({ "properties": { "a": true }, "allOf": [{ "properties": { "b": true }, "additionalProperties": false }] });
    check(&apart, &["{\"b\":1}"], &["{\"a\":1}", "{\"c\":1}"]);
    let names = json!({ "properties": { "long": true, "no": true }, "propertyNames": { "maxLength": 3, "not": { "const": "no" } } });
    check(&names, &["{\"abc\":1}", "{}"], &["{\"long\":1}", "{\"no\":1}", "{\"abcd\":1}"]);
    check(
        &json!({ "minProperties": 1, "maxProperties": 2 }),
        &["{\"a\":1}", "1"],
        &["{}", "{\"a\":1,\"b\":1,\"c\":1}"],
    );
}

#[test]
fn more_members_than_a_word_has_bits_are_all_required() {
    for count in [63, 64, 65, 600] {
        let names: Vec<String> = (0..count).map(|at| format!("n{at}")).collect();
        let full: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
        let lacking = full.get(1..).unwrap_or_default();
        let (full, lacking) = (format!("{{{}}}", full.join(",")), format!("{{{}}}", lacking.join(",")));
        check(&json!({ "required": names }), &[&full], &[&lacking]);
        let guarded = json!({ "required": names, "if": { "required": ["n0"] }, "then": { "maxProperties": count } });
        check(&guarded, &[&full], &[&lacking]);
    }
}

#[test]
fn conditions_hold_by_presence_and_by_values_of_items() {
    let is = |value: &str| {
        json!({ "required": ["level"], "properties": { "level": { "contains": {
        "required": ["value"], "properties": { "value": { "enum": [value] } } } } } })
    };
    let schema = json!({
        "allOf": [
            { "if": is("parent"), "then": { "not": { "required": ["price"] } }, "else": { "required": ["price"] } },
            { "if": is("child"), "then": { "required": ["theme"] } },
            { "if": { "properties": { "level": { "items": { "required": ["value"] } } } }, "else": { "required": ["reason"] } }
        ]
    });
    check(
        &schema,
        &[
            "{\"price\":1}",
            "{\"level\":[{\"value\":\"parent\"}]}",
            "{\"level\":[{\"value\":\"child\"}],\"price\":1,\"theme\":1}",
            "{\"level\":[{}],\"price\":1,\"reason\":1}",
            "{\"level\":\"parent\",\"theme\":1}",
            "{\"level\":[7],\"theme\":1}",
            "{\"level\":[],\"price\":1}",
        ],
        &[
            // What is no object has and lacks whatever it is asked for.
            "[]",
            "{}",
            "{\"level\":[{\"value\":\"parent\"}],\"price\":1}",
            "{\"level\":[{\"value\":\"child\"}],\"price\":1}",
            "{\"level\":[{\"value\":\"child\"},{\"value\":\"parent\"}]}",
            "{\"level\":[{}],\"price\":1}",
            "{\"level\":\"parent\",\"price\":1}",
        ],
    );
    let plan = compile(&schema, Draft::Draft2019).plan(Scope::Whole).clone();
    assert_eq!((plan.projections, plan.formulas), (1, 0), "{plan:?}");
}

#[test]
fn exactly_one_of_many_is_counted() {
    let parts: Vec<Value> = (0..9).map(|at| json!({ "required": [format!("n{at}")] })).collect();
    check(&json!({ "oneOf": parts }), &["{\"n3\":1}"], &["{}", "{\"n1\":1,\"n8\":1}"]);
    check(&json!({ "not": { "oneOf": parts } }), &["{}", "{\"n1\":1,\"n8\":1}"], &["{\"n3\":1}"]);
    let mixed = json!({ "oneOf": [{ "type": "string" }, { "maxLength": 2 }, { "minimum": 3 }] });
    check(&mixed, &["1"], &["\"abc\"", "4", "null", "[]"]);
}

#[test]
fn what_depends_on_a_member_is_asked_only_with_it() {
    let schema =
        json!({ "dependentRequired": { "a": ["b"] }, "dependentSchemas": { "c": { "properties": { "a": false } } } });
    check(&schema, &["{}", "{\"b\":1}", "{\"a\":1,\"b\":1}", "{\"c\":1}"], &["{\"a\":1}", "{\"a\":1,\"b\":1,\"c\":1}"]);
    let older = json!({ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } });
    check_in(Draft::Draft7, &older, &["{\"b\":1}", "{\"c\":1,\"d\":1}"], &["{\"a\":1}", "{\"c\":1}"]);
    // The newer names are remarks to the older draft.
    check_in(Draft::Draft7, &schema, &["{\"a\":1}"], &[]);
}

#[test]
fn a_reference_stands_alone_in_one_draft_and_beside_others_in_the_other() {
    let schema =
        json!({ "$ref": "#/definitions/text", "maxLength": 1, "definitions": { "text": { "type": "string" } } });
    check(&schema, &["\"a\""], &["\"ab\"", "1"]);
    check_in(Draft::Draft7, &schema, &["\"ab\""], &["1"]);
}

#[test]
fn a_document_that_refers_to_itself_is_followed_as_deep_as_the_listing() {
    let schema = json!({ "$ref": "#/$defs/tree", "$defs": { "tree": { "type": "object", "required": ["v"], "properties": {
        "left": { "$ref": "#/$defs/tree" }, "rest": { "items": { "$ref": "#/$defs/tree" } } } } } });
    check(
        &schema,
        &["{\"v\":1,\"left\":{\"v\":2,\"rest\":[{\"v\":3}]}}"],
        &["{\"v\":1,\"left\":{\"v\":2,\"rest\":[{}]}}"],
    );
    // Round in a circle at one place: the engine decides what that means.
    let circle =
        json!({ "$ref": "#/$defs/a", "$defs": { "a": { "anyOf": [{ "$ref": "#/$defs/a" }, { "type": "string" }] } } });
    let plan = check_in(Draft::Draft2019, &circle, &["\"a\""], &[]);
    assert!(plan.by_engine, "{plan:?}");
}

#[test]
fn what_refers_to_what_it_stands_in_knows_which_constants_fit_there() {
    // Found by the long comparison: no list may hold what is a list of such, and a constant is no list.
    let lists = json!({ "$ref": "#/$defs/all", "$defs": { "all": { "items": { "not": { "$ref": "#/$defs/all" } } } } });
    check(&lists, &["[]", "true", "[[true]]"], &["[true]", "[null]", "[1]", "[[]]"]);
    let optional = json!({ "$ref": "#/$defs/tree", "$defs": { "tree": { "type": "object", "properties": {
        "left": { "anyOf": [{ "$ref": "#/$defs/tree" }, { "type": "null" }] } } } } });
    check(&optional, &["{\"left\":null}", "{\"left\":{\"left\":null}}"], &["{\"left\":true}", "null"]);
    // What constants fit here hangs on what constants fit here: the engine follows that as far as the listing goes.
    let circle = json!({ "properties": { "y": { "$ref": "#/$defs/a" } }, "$defs": {
        "a": { "not": { "properties": { "x": { "not": { "$ref": "#/$defs/a" } } } } } } });
    let plan = check_in(Draft::Draft2019, &circle, &["{}"], &["{\"y\":true}", "{\"y\":{\"x\":{\"x\":true}}}"]);
    assert!(plan.by_engine, "{plan:?}");
}

#[test]
fn names_that_must_meet_what_they_stand_in_are_left_to_the_engine() {
    for word in ["not", "if", "allOf"] {
        let own = json!({ "$ref": "#/$defs/own" });
        let own = if word == "allOf" { json!([{ "anyOf": [own, false] }, { "maxLength": 1 }]) } else { own };
        let schema = json!({ "$ref": "#/$defs/own", "$defs": {
            "own": { "properties": { "a": true, "ab": true }, "propertyNames": { word: own, "then": { "maxLength": 1 } } },
        } });
        let (met, missed): (&[_], &[_]) =
            if word == "not" { (&["{}", "1"], &["{\"a\":1}"]) } else { (&["{\"a\":1}", "\"ab\""], &["{\"ab\":1}"]) };
        let plan = check_in(Draft::Draft2019, &schema, met, missed);
        assert!(plan.by_engine || !plan.fallbacks.is_empty(), "{word}: {plan:?}");
    }
}

#[test]
fn where_a_reference_leads_to_no_schema_the_engine_decides() {
    let referring = |target: &str| {
        json!({ "$ref": target, "$defs": {
            "list": { "items": [true, { "maxLength": 1 }] },
            "fine": { "properties": { "x": true } },
            "names": { "properties": { "maxLength": { "type": "string" } } },
        } })
    };
    let plan = check_in(Draft::Draft7, &referring("#/$defs/list/items/1"), &["\"a\"", "1"], &["\"ab\""]);
    assert!(!plan.by_engine, "{plan:?}");
    let plan = check_in(Draft::Draft2019, &referring("#/$defs/fine/properties"), &["1", "{\"x\":1}"], &[]);
    assert!(plan.by_engine, "{plan:?}");
    // A name of a member is no keyword, and this one says nothing that would do for one.
    let dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Standard };
    let origin = Origin::Given { name: "it".to_owned() };
    assert!(Requirements::compile_value("it", referring("#/$defs/names/properties"), &dialect, origin).is_err());
}

#[test]
fn what_the_program_does_not_know_the_engine_checks_and_nothing_more() {
    let schema = json!({ "allOf": [
        { "properties": { "a": { "type": "string" } } },
        { "properties": { "b": { "properties": { "c": true }, "unevaluatedProperties": false } } }
    ] });
    let plan =
        check_in(Draft::Draft2019, &schema, &["{\"a\":\"\",\"b\":{\"c\":1}}"], &["{\"a\":1}", "{\"b\":{\"d\":1}}"]);
    let fallbacks: Vec<(&str, &str)> =
        plan.fallbacks.iter().map(|fallback| (fallback.pointer.as_str(), fallback.keyword.as_str())).collect();
    assert_eq!(fallbacks, [("/properties/it/allOf/1/properties/b", "unevaluatedProperties")]);
    assert!(!plan.by_engine);
    // Turned round it is still the engine's word.
    let turned = json!({ "not": { "properties": { "c": true }, "unevaluatedProperties": false } });
    check_in(Draft::Draft2019, &turned, &["{\"d\":1}"], &["{\"c\":1}", "1", "null", "\"a\""]);
    // References of such a schema lead into the document.
    let referring = json!({ "unevaluatedItems": { "$ref": "#/$defs/é ~" }, "$defs": { "é ~": { "type": "null" } } });
    let plan = check_in(Draft::Draft7, &json!({ "contentEncoding": "base64" }), &["\"YQ==\"", "1"], &["\"?\""]);
    assert_eq!(plan.fallbacks.len(), 1);
    assert!(
        Requirements::compile_value(
            "it",
            referring,
            &Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Standard },
            Origin::Given { name: "it".to_owned() }
        )
        .is_err(),
        "a reference that is no URI is the engine's to refuse"
    );
}

#[test]
fn patterns_and_formats_mean_what_they_mean_to_the_engine() {
    check(&json!({ "pattern": "^\\d+$" }), &["\"12\"", "12"], &["\"1a\"", "\"\""]);
    check(&json!({ "format": "date" }), &["\"2026-02-28\"", "7"], &["\"2026-02-30\""]);
    check(&json!({ "format": "no-such-format" }), &["\"anything\""], &[]);
    // A pattern that looks ahead may be given up on; under `not` only the engine knows what follows.
    let ahead = json!({ "not": { "pattern": "^(?!a)" } });
    assert!(check_in(Draft::Draft2019, &ahead, &["\"ab\""], &["\"b\"", "1"]).by_engine);
}

#[test]
fn equal_checks_are_one() {
    let schema = json!({ "properties": {
        "a": { "type": "string", "maxLength": 5 }, "b": { "maxLength": 5, "type": "string" }, "c": { "$ref": "#/$defs/c" } },
        "$defs": { "c": { "allOf": [{ "type": "string" }, { "maxLength": 5 }] } } });
    let plan = compile(&schema, Draft::Draft2019).plan(Scope::Whole).clone();
    // Anything, nothing, the text, the object, the document.
    assert_eq!(plan.checks, 5, "{plan:?}");
}
