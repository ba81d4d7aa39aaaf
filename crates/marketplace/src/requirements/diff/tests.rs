//! What is said of two versions of a document.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use super::*;
use crate::json;
use crate::listing::Listing;
use crate::requirements::Dialect;
use crate::requirements::Document;
use crate::requirements::Draft;
use crate::requirements::Origin;
use crate::requirements::Vocabulary;
use crate::requirements::shape::Shape;
use expect_test::Expect;
use expect_test::expect;
use serde_json::Value;
use std::fmt::Write as _;

const DIALECT: Dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };

fn compile(schema: &str) -> Requirements {
    let document = Document { name: "test.json", bytes: schema.as_bytes() };
    Requirements::compile(document, &DIALECT, Origin::Given { name: "test".to_owned() }).unwrap()
}

/// A document of an object with these members, and more of it behind them.
fn object(properties: &str, more: &str) -> Requirements {
    compile(&format!(r#"{{"type":"object","additionalProperties":false,"properties":{{{properties}}}{more}}}"#))
}

fn said(old: &Requirements, new: &Requirements) -> String {
    let mut out = String::new();
    for change in diff(old, new) {
        let mark = if change.breaks { "!" } else { "-" };
        let path = if change.path.is_empty() { "(record)" } else { &change.path };
        writeln!(out, "{mark} {path}: {change}").unwrap();
    }
    out
}

fn check(old: (&str, &str), new: (&str, &str), expected: &Expect) {
    expected.assert_eq(&said(&object(old.0, old.1), &object(new.0, new.1)));
}

/// The same of one attribute.
fn check_attribute(old: &str, new: &str, expected: &Expect) {
    check((&format!(r#""a":{old}"#), ""), (&format!(r#""a":{new}"#), ""), expected);
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let properties = r#""a":{"type":"array","items":{"type":"object","properties":{"value":{"enum":["x"]}},
        "required":["value"]},"maxItems":3},"b":{"anyOf":[{"type":"string"},{"enum":["y"]}]}"#;
    let more = r#","required":["a"],"allOf":[{"if":{"required":["b"]},"then":{"not":{"required":["a"]}}}]"#;
    check((properties, more), (properties, more), &expect![""]);
}

#[test]
fn labels_and_examples_are_no_change() {
    check_attribute(
        r#"{"type":"string","title":"Name","examples":["x"]}"#,
        r#"{"type":"string","title":"Title","examples":["y"],"description":"What it is called."}"#,
        &expect![""],
    );
}

#[test]
fn what_must_be_given_breaks_and_what_need_not_does_not() {
    let all = r#""a":{"type":"string"},"b":{"type":"string"}"#;
    check(
        (all, r#","required":["a"]"#),
        (all, r#","required":["b"]"#),
        &expect![[r#"
            ! b: required now
            - a: no longer required
        "#]],
    );
    check(
        (r#""a":{"type":"string"}"#, ""),
        (all, r#","required":["b"]"#),
        &expect![[r#"
        ! b: new, and required
    "#]],
    );
}

#[test]
fn a_condition_that_became_wider_breaks_and_one_that_became_narrower_does_not() {
    let all = r#""a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}"#;
    let when = |condition: &str| format!(r#","if":{condition},"then":{{"required":["a"]}}"#);
    let given = when(r#"{"required":["b"]}"#);
    let both = when(r#"{"required":["b","c"]}"#);
    check(
        (all, ""),
        (all, &given),
        &expect![[r#"
        ! a: required now when `b` is given
    "#]],
    );
    check(
        (all, &both),
        (all, &given),
        &expect![[r#"
        ! a: required when `b` is given, was when `b` is given and `c` is given
    "#]],
    );
    check(
        (all, &given),
        (all, &both),
        &expect![[r#"
            - a: required only when `b` is given and `c` is given, was when `b` is given
        "#]],
    );
    check(
        (all, &given),
        (all, r#","required":["a"]"#),
        &expect![[r#"
        ! a: required always, was when `b` is given
    "#]],
    );
    check(
        (all, &given),
        (all, ""),
        &expect![[r#"
            - a: no longer required
        "#]],
    );
}

#[test]
fn a_part_of_what_need_not_be_given_is_required_where_that_is() {
    let weight = |required: &str| {
        format!(
            r#""weight":{{"type":"array","items":{{"type":"object","required":[{required}],
            "properties":{{"value":{{"type":"number"}},"unit":{{"type":"string"}}}}}}}}"#
        )
    };
    let (old, new) = (weight(r#""value""#), weight(r#""value","unit""#));
    check(
        (&old, ""),
        (&new, ""),
        &expect![[r#"
        ! weight.unit: required now when `weight` is given
    "#]],
    );
    let always = r#","required":["weight"]"#;
    check(
        (&old, always),
        (&new, always),
        &expect![[r#"
        ! weight.unit: required now
    "#]],
    );
}

#[test]
fn attributes_come_and_go() {
    let (one, other) = (r#""a":{"type":"string"}"#, r#""b":{"type":"string"}"#);
    check(
        (one, ""),
        (other, ""),
        &expect![[r#"
            ! a: not taken any more
            - b: new
        "#]],
    );
    let open = |name: &str| compile(&format!(r#"{{"type":"object","properties":{{"{name}":{{"type":"string"}}}}}}"#));
    expect![[r#"
        - a: not described any more
        - b: new
    "#]]
    .assert_eq(&said(&open("a"), &open("b")));
    expect![[r#"
        ! (record): only the attributes described, was any attributes
    "#]]
    .assert_eq(&said(&open("a"), &object(one, "")));
}

#[test]
fn values_come_and_go() {
    check_attribute(
        r#"{"enum":["x","y","z"]}"#,
        r#"{"enum":["y","w"]}"#,
        &expect![[r#"
            ! a: no longer takes `x` and `z`
            - a: further values: `w`
        "#]],
    );
    check_attribute(
        r#"{"type":"string"}"#,
        r#"{"type":"string","enum":["x","y"]}"#,
        &expect![[r#"
        ! a: one of 2 values; there was no such limit
    "#]],
    );
    check_attribute(
        r#"{"type":"string","enum":["x","y"]}"#,
        r#"{"type":"string"}"#,
        &expect![[r#"
            - a: no longer one of 2 values
        "#]],
    );
    let open = |values: &str| format!(r#"{{"anyOf":[{{"type":"string"}},{{"type":"string","enum":[{values}]}}]}}"#);
    check_attribute(
        &open(r#""x","y""#),
        &open(r#""y","z""#),
        &expect![[r#"
            - a: no longer suggests `x`
            - a: further values: `z`
        "#]],
    );
    check_attribute(
        &open(r#""x","y""#),
        r#"{"type":"string","enum":["x","y"]}"#,
        &expect![[r#"
            ! a: one of 2 values, was any value (2 values suggested)
        "#]],
    );
    check_attribute(
        r#"{"type":"string","enum":["x","y"]}"#,
        r#"{"type":"string","enum":["x","y"],"$lifecycle":{"enumDeprecated":["y"]}}"#,
        &expect![[r#"
            - a: about to be removed: `y`
        "#]],
    );
}

#[test]
fn limits_become_narrower_and_wider() {
    check_attribute(
        r#"{"type":"string","maxLength":200,"maxUtf8ByteLength":500,"pattern":"^a"}"#,
        r#"{"type":"string","maxLength":100,"minLength":2,"maxUtf8ByteLength":800,"pattern":"^b","format":"uri"}"#,
        &expect![[r#"
            ! a: a web address; there was no such limit
            ! a: at most 100 characters, was at most 200 characters
            ! a: at least 2 characters; there was no such limit
            ! a: in the form `^b`, was in the form `^a`
            - a: at most 800 bytes, was at most 500 bytes
        "#]],
    );
    check_attribute(
        r#"{"type":"number","minimum":0,"maximum":10,"multipleOf":0.01}"#,
        r#"{"type":"number","exclusiveMinimum":0,"maximum":20,"multipleOf":0.1}"#,
        &expect![[r#"
            ! a: more than 0, was at least 0
            ! a: a multiple of 0.1, was a multiple of 0.01
            - a: at most 20, was at most 10
        "#]],
    );
    check_attribute(
        r#"{"type":"array","items":{},"minItems":1,"maxItems":5}"#,
        r#"{"type":"array","items":{},"minItems":0,"maxItems":1}"#,
        &expect![[r#"
            ! a: at most 1 value, was at most 5 values
            - a: no longer at least 1 value
        "#]],
    );
    check_attribute(r#"{"type":"string","minLength":0}"#, r#"{"type":"string"}"#, &expect![""]);
    check_attribute(
        r#"{"type":"number","multipleOf":0.1}"#,
        r#"{"type":"number","multipleOf":0.01}"#,
        &expect![[r#"
            - a: a multiple of 0.01, was a multiple of 0.1
        "#]],
    );
}

#[test]
fn a_list_that_tells_its_entries_apart_by_less_takes_fewer() {
    let list = |selectors: &str| {
        format!(
            r#"{{"type":"array","maxUniqueItems":1,"selectors":[{selectors}],"items":{{"type":"object","properties":
            {{"language":{{"type":"string"}},"audience":{{"type":"string"}}}}}}}}"#
        )
    };
    let (one, two) = (list(r#""language""#), list(r#""language","audience""#));
    check_attribute(
        &two,
        &one,
        &expect![[r#"
        ! a: values told apart by `language`, was values told apart by `language` and `audience`
    "#]],
    );
    check_attribute(
        &one,
        &two,
        &expect![[r#"
            - a: values told apart by `language` and `audience`, was values told apart by `language`
        "#]],
    );
}

#[test]
fn a_value_that_is_something_else_is_said_once() {
    check_attribute(
        r#"{"type":"string"}"#,
        r#"{"type":"number"}"#,
        &expect![[r#"
        ! a: a number, was text
    "#]],
    );
    check_attribute(
        r#"{"type":"integer"}"#,
        r#"{"type":"number"}"#,
        &expect![[r#"
            - a: a number, was a whole number
        "#]],
    );
    check_attribute(
        r#"{"type":"object","properties":{"x":{"type":"string"}}}"#,
        r#"{"type":"array","items":{"type":"object","properties":{"y":{"type":"string"}}}}"#,
        &expect![[r#"
            ! a: a list, was an object
        "#]],
    );
}

#[test]
fn conditions_without_words_are_counted() {
    let all = r#""a":{"type":"string"},"b":{"type":"string"}"#;
    let rule = |values: &str| {
        format!(
            r#","allOf":[{{"if":{{"required":["a"]}},"then":{{"properties":{{"b":{{"enum":[{values}]}}}}}}}},
            {{"if":{{"required":["b"]}},"then":{{"required":["a"]}}}}]"#
        )
    };
    check(
        (all, &rule(r#""x""#)),
        (all, &rule(r#""x","y""#)),
        &expect![[r#"
        ! (record): 1 condition gone and 1 new that this list cannot tell
    "#]],
    );
    check(
        (all, &rule(r#""x""#)),
        (all, ""),
        &expect![[r#"
            - (record): 1 condition gone that this list cannot tell
            - a: no longer required
        "#]],
    );
}

/// What documents say of `a`, or of the record around it.
const SAID: &[&str] = &[
    r#""properties":{}"#,
    r#""properties":{"a":{}}"#,
    r#""properties":{"a":{}},"additionalProperties":false"#,
    r#""properties":{"a":{},"b":{}},"additionalProperties":false"#,
    r#""required":["a"]"#,
    r#""required":["b"]"#,
    r#""properties":{"a":{"type":"string"}}"#,
    r#""properties":{"a":{"type":"number"}}"#,
    r#""properties":{"a":{"type":"integer"}}"#,
    r#""properties":{"a":{"type":["string","number"]}}"#,
    r#""properties":{"a":{"type":"array","items":{"type":"string"}}}"#,
    r#""properties":{"a":{"type":"array","items":{"type":"string","maxLength":2}}}"#,
    r#""properties":{"a":{"type":"array","maxItems":1}}"#,
    r#""properties":{"a":{"type":"array","minItems":2,"items":{}}}"#,
    r#""properties":{"a":{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}}}"#,
    r#""properties":{"a":{"type":"object","properties":{"x":{"type":"string"},"y":{}},"required":["y"]}}"#,
    r#""properties":{"a":{"type":"object","properties":{"x":{}},"additionalProperties":false}}"#,
    r#""properties":{"a":{"enum":["x","y"]}}"#,
    r#""properties":{"a":{"enum":["y","z"]}}"#,
    r#""properties":{"a":{"type":"string","enum":["x"]}}"#,
    r#""properties":{"a":{"const":"y"}}"#,
    r#""properties":{"a":{"anyOf":[{"type":"string"},{"type":"string","enum":["x"]}]}}"#,
    r#""properties":{"a":{"anyOf":[{"type":"string","maxLength":1},{"type":"number"}]}}"#,
    r#""properties":{"a":{"type":"string","maxLength":2}}"#,
    r#""properties":{"a":{"type":"string","minLength":2}}"#,
    r#""properties":{"a":{"type":"string","maxUtf8ByteLength":1}}"#,
    r#""properties":{"a":{"type":"string","pattern":"^x"}}"#,
    r#""properties":{"a":{"type":"string","format":"date"}}"#,
    r#""properties":{"a":{"type":"number","minimum":1}}"#,
    r#""properties":{"a":{"type":"number","exclusiveMinimum":1}}"#,
    r#""properties":{"a":{"type":"number","maximum":2,"multipleOf":0.5}}"#,
    r#""if":{"required":["b"]},"then":{"required":["a"]}"#,
    r#""if":{"required":["b"],"properties":{"b":{"enum":["x"]}}},"then":{"required":["a"]}"#,
    r#""if":{"required":["b"]},"then":{"required":["a"]},"else":{"required":["c"]}"#,
    r#""if":{"minProperties":2},"then":{"required":["c"]}"#,
    r#""if":{"required":["b"]},"then":{"properties":{"a":{"enum":["x"]}}}"#,
    r#""allOf":[{"if":{"required":["b"]},"then":{"properties":{"a":{"maxLength":1}}}}]"#,
    r#""allOf":[{"properties":{"a":{"maxLength":1}}},{"required":["b"]}]"#,
    r#""anyOf":[{"required":["a"]},{"required":["b"]}]"#,
    r#""anyOf":[{"required":["a"]},{"required":["c"]}]"#,
    r#""oneOf":[{"required":["a"]},{"required":["b"]}]"#,
    r#""not":{"required":["b"]}"#,
    r#""dependentRequired":{"b":["a"]}"#,
    r#""dependentSchemas":{"b":{"properties":{"a":{"type":"string"}}}}"#,
    r#""patternProperties":{"^a":{"type":"string"}}"#,
    r#""propertyNames":{"maxLength":0}"#,
    r#""maxProperties":1"#,
    r#""minProperties":2"#,
    r#""properties":{"a":{"type":"array","uniqueItems":true}}"#,
    r#""properties":{"a":{"type":"array","contains":{"const":"x"}}}"#,
    r#""properties":{"a":{"type":"array","minUniqueItems":2,"selectors":["x"],"items":{}}}"#,
    r#""properties":{"a":{"type":"array","items":false}}"#,
    r#""properties":{"a":false}"#,
    r#""properties":{},"additionalProperties":{"type":"string"}"#,
    r##""$defs":{"d":{"type":"string","maxLength":1}},"properties":{"a":{"$ref":"#/$defs/d"}}"##,
    r##""$defs":{"d":{"if":{"type":"string"},"then":{"maxLength":1}}},"properties":{"a":{"$ref":"#/$defs/d"}}"##,
];

const RECORDS: &[&str] = &[
    r#"{}"#,
    r#"{"a":"x"}"#,
    r#"{"a":"y"}"#,
    r#"{"a":"xyz"}"#,
    r#"{"a":"é"}"#,
    r#"{"a":"2026-01-31"}"#,
    r#"{"a":1}"#,
    r#"{"a":1.5}"#,
    r#"{"a":0}"#,
    r#"{"a":7.25}"#,
    r#"{"a":true}"#,
    r#"{"a":[]}"#,
    r#"{"a":["x"]}"#,
    r#"{"a":["xyz"]}"#,
    r#"{"a":["x","x"]}"#,
    r#"{"a":["y","z"]}"#,
    r#"{"a":[{"x":"1"},{"x":"1"}]}"#,
    r#"{"a":{}}"#,
    r#"{"a":{"x":"1"}}"#,
    r#"{"a":{"x":"1","y":"2"}}"#,
    r#"{"a":{"y":"2"}}"#,
    r#"{"b":"x"}"#,
    r#"{"b":"y"}"#,
    r#"{"a":"x","b":"x"}"#,
    r#"{"a":"xyz","b":"y"}"#,
    r#"{"a":1,"b":"x"}"#,
    r#"{"b":"x","c":"x"}"#,
    r#"{"c":"x"}"#,
    r#"{"a":"x","b":"x","c":"x"}"#,
];

/// Whether a record gives only what a shape describes, as records of templates do.
fn gives_only(shape: &Shape, value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .all(|(name, member)| shape.properties.get(name).is_some_and(|property| gives_only(property, member))),
        Value::Array(entries) => {
            let anything = Shape::default();
            entries.iter().all(|entry| gives_only(shape.items.as_deref().unwrap_or(&anything), entry))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[test]
fn what_makes_a_record_fail_is_always_among_what_may_break() {
    let documents: Vec<Requirements> =
        SAID.iter().map(|said| compile(&format!(r#"{{"type":"object",{said}}}"#))).collect();
    let meets = |document: &Requirements, record: &str| {
        let mut tree = Listing::new();
        json::read(record.as_bytes(), &mut tree).unwrap();
        document.is_met(tree.root())
    };
    let mut silent = String::new();
    let mut n_broken = 0;
    for (at, old) in documents.iter().enumerate() {
        let is_written = |record: &&&str| gives_only(old.shape(), &serde_json::from_str(record).unwrap());
        let written: Vec<&&str> = RECORDS.iter().filter(is_written).filter(|record| meets(old, record)).collect();
        for (to, new) in documents.iter().enumerate() {
            let Some(record) = written.iter().find(|record| !meets(new, record)) else { continue };
            n_broken += 1;
            if !diff(old, new).iter().any(|change| change.breaks) {
                writeln!(silent, "{record}\n  met {}\n  and not {}", SAID[at], SAID[to]).unwrap();
            }
        }
    }
    assert!(n_broken > 500, "{n_broken}");
    assert!(silent.is_empty(), "{silent}");
}

#[test]
fn a_change_as_json_says_what_a_program_needs() {
    let old = object(r#""a":{"type":"string","title":"Colour","enum":["x","y"]}"#, "");
    let new = object(r#""a":{"type":"string","title":"Colour","enum":["x"]}"#, "");
    let changes = serde_json::to_string_pretty(&diff(&old, &new)).unwrap();
    expect![[r#"
        [
          {
            "path": "a",
            "title": "Colour",
            "kind": "values-removed",
            "keyword": "enum",
            "before": "one of 2 values",
            "after": "1 value only",
            "values": [
              "y"
            ],
            "breaks": true
          }
        ]"#]]
    .assert_eq(&changes);
}
