//! What a listing hears about itself, for each keyword.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod documents;

use super::*;
use crate::json;
use crate::listing::Listing;
use expect_test::Expect;
use expect_test::expect;
use std::fmt::Write as _;

const MARKETPLACE: Dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };
const STANDARD: Dialect = Dialect { draft: Draft::Draft7, vocabulary: Vocabulary::Standard };

fn compile(schema: &str, dialect: Dialect) -> Result<Requirements, RequirementsError> {
    let document = Document { name: "test.json", bytes: schema.as_bytes() };
    Requirements::compile(document, &dialect, Origin::Given { name: "test".to_owned() })
}

fn said(requirements: &Requirements, listing: &str, scope: Scope) -> String {
    let mut tree = Listing::new();
    json::read(listing.as_bytes(), &mut tree).unwrap();
    let violations = requirements.violations(tree.root(), scope);
    let advice = violations.iter().filter(|violation| violation.rule == &rules::DEPRECATED_VALUE).count();
    assert_eq!(requirements.is_met_in(tree.root(), scope), violations.len() == advice, "{listing}");
    let mut out = String::new();
    for violation in violations {
        let keyword = violation.keyword.as_deref().unwrap_or("-");
        let pointer = if violation.pointer.is_empty() { "(all)" } else { &violation.pointer };
        write!(out, "{pointer} {keyword} {}: {}", violation.rule.code, violation.message).unwrap();
        for part in [violation.help.map(|help| format!("help: {help}")), violation.because].into_iter().flatten() {
            write!(out, "\n  {part}").unwrap();
        }
        out.push('\n');
    }
    out
}

fn check(schema: &str, listing: &str, expect: &Expect) {
    expect.assert_eq(&said(&compile(schema, MARKETPLACE).unwrap(), listing, Scope::Whole));
}

/// Checks one value against the schema of an attribute `a`.
fn check_value(schema: &str, value: &str, expect: &Expect) {
    check(&format!(r#"{{"properties":{{"a":{schema}}}}}"#), &format!(r#"{{"a":{value}}}"#), expect);
}

fn holds(schema: &str, value: &str) -> bool {
    let requirements = compile(&format!(r#"{{"properties":{{"a":{schema}}}}}"#), MARKETPLACE).unwrap();
    let mut tree = Listing::new();
    json::read(format!(r#"{{"a":{value}}}"#).as_bytes(), &mut tree).unwrap();
    let violations = requirements.violations(tree.root(), Scope::Whole);
    assert_eq!(requirements.is_met(tree.root()), violations.is_empty());
    violations.is_empty()
}

#[test]
fn every_keyword_has_its_rule_and_its_words() {
    check(
        r#"{"required":["a"],"properties":{"a":{"title":"Brand Name","examples":["Sony"]},"c":{"items":{"required":["unit"],
            "properties":{"unit":{"title":"Unit","enum":["kg","lb"],"enumNames":["Kilogram","Pound"]}}}}}}"#,
        r#"{"c":[{"value":1}]}"#,
        &expect![[r#"
            /a required missing-required-field: required attribute `a` has no value
              help: fill in Brand Name, for example `Sony`
            /c/0/unit required missing-required-field: required attribute `c.unit` has no value
              help: fill in Unit: `kg` (Kilogram) or `lb` (Pound)
        "#]],
    );
    check_value(
        r#"{"enum":["US","UM","GB"],"enumNames":["United States","Outlying Islands","United Kingdom"]}"#,
        r#""USA""#,
        &expect![[r#"
        /a enum value-not-allowed: `USA` is not one of the 3 allowed values
          help: write `US` (United States), `UM` (Outlying Islands) or `GB` (United Kingdom)
    "#]],
    );
    check_value(
        r#"{"enum":["no","yes"]}"#,
        r#""nope""#,
        &expect![[r#"
        /a enum value-not-allowed: `nope` is not one of the 2 allowed values
          help: write `no` or `yes`
    "#]],
    );
    check_value(
        r#"{"const":5}"#,
        "4",
        &expect![[r#"
        /a const value-not-allowed: `4` is not `5`, the only allowed value
          help: write `5`
    "#]],
    );
    check_value(
        r#"{"type":"number"}"#,
        r#""12.5""#,
        &expect![[r#"
        /a type wrong-type: value is text, a number needed
          help: write 12.5 without quotes
    "#]],
    );
    check_value(
        r#"{"type":["integer","boolean"]}"#,
        "1.5",
        &expect![[r#"
        /a type wrong-type: value is a number with a fraction, a whole number or `true` or `false` needed
    "#]],
    );
    check_value(
        r#"{"maxLength":5}"#,
        r#""Straße""#,
        &expect![[r#"
        /a maxLength value-too-long: value has 6 characters, 5 allowed
          help: shorten it by 1 character
    "#]],
    );
    check_value(
        r#"{"minLength":2}"#,
        r#""""#,
        &expect![[r#"
        /a minLength value-too-short: value is empty, at least 2 characters needed
    "#]],
    );
    check_value(
        r#"{"maxUtf8ByteLength":4}"#,
        r#""ééé""#,
        &expect![[r#"
        /a maxUtf8ByteLength value-too-long: value has 6 bytes in UTF-8, at most 4 allowed
    "#]],
    );
    check_value(
        r#"{"minUtf8ByteLength":4}"#,
        r#""é""#,
        &expect![[r#"
        /a minUtf8ByteLength value-too-short: value has 2 bytes in UTF-8, at least 4 needed
    "#]],
    );
    check_value(
        r#"{"minimum":0}"#,
        "-0.01",
        &expect![[r#"
        /a minimum value-out-of-range: value is -0.01, at least 0 needed
    "#]],
    );
    check_value(
        r#"{"maximum":99}"#,
        "100",
        &expect![[r#"
        /a maximum value-out-of-range: value is 100, at most 99 allowed
    "#]],
    );
    check_value(
        r#"{"exclusiveMinimum":0}"#,
        "0",
        &expect![[r#"
        /a exclusiveMinimum value-out-of-range: value is 0, more than 0 needed
    "#]],
    );
    check_value(
        r#"{"exclusiveMaximum":10}"#,
        "10.00",
        &expect![[r#"
        /a exclusiveMaximum value-out-of-range: value is 10, less than 10 needed
    "#]],
    );
    check_value(
        r#"{"multipleOf":0.01}"#,
        "25.001",
        &expect![[r#"
        /a multipleOf wrong-precision: value is 25.001, at most 2 decimals allowed
    "#]],
    );
    check_value(
        r#"{"multipleOf":5}"#,
        "7",
        &expect![[r#"
        /a multipleOf wrong-precision: value is 7, a multiple of 5 needed
    "#]],
    );
    check_value(
        r#"{"format":"date"}"#,
        r#""05/05/2026""#,
        &expect![[r#"
        /a format wrong-format: `05/05/2026` is not a date
          help: write it like `2026-05-31`
    "#]],
    );
    check_value(
        r#"{"format":"uri"}"#,
        r#""www.example.com""#,
        &expect![[r#"
        /a format wrong-format: `www.example.com` is not a web address
          help: write it like `https://example.com/page`
    "#]],
    );
    check_value(
        r#"{"pattern":"^[0-9]+$","examples":["12"]}"#,
        r#""x""#,
        &expect![[r#"
        /a pattern wrong-format: `x` does not fit the pattern `^[0-9]+$`
          help: write it like `12`
    "#]],
    );
    check_value(
        r#"{"maxItems":1}"#,
        "[1,2]",
        &expect![[r#"
        /a maxItems too-many-values: 2 values given, 1 allowed
    "#]],
    );
    check_value(
        r#"{"minItems":3}"#,
        "[1]",
        &expect![[r#"
        /a minItems too-few-values: 1 value given, at least 3 needed
    "#]],
    );
    check_value(
        r#"{"minProperties":1}"#,
        "{}",
        &expect![[r#"
        /a minProperties too-few-values: 0 parts given, at least 1 needed
    "#]],
    );
    check_value(
        r#"{"uniqueItems":true}"#,
        r#"[{"a":1,"b":2},{"b":2.0,"a":1}]"#,
        &expect![[r#"
        /a uniqueItems duplicate-value: the same value is given twice
          help: leave one of them out
    "#]],
    );
    check_value(
        r#"{"contains":{"const":1}}"#,
        "[2]",
        &expect![[r#"
        /a contains rule-broken: none of the values is one that is needed
    "#]],
    );
    check_value(
        r#"{"propertyNames":{"maxLength":1}}"#,
        r#"{"ab":1}"#,
        &expect![[r#"
        /a propertyNames rule-broken: the name `ab` is not allowed
    "#]],
    );
    check_value(
        "false",
        "1",
        &expect![[r#"
        /a - attribute-not-applicable: attribute `a` must not be given here
    "#]],
    );
}

#[test]
fn alternatives_are_one_violation_that_says_what_each_wants() {
    check_value(
        r#"{"oneOf":[{"format":"date"},{"format":"date-time"}]}"#,
        r#""soon""#,
        &expect![[r#"
        /a oneOf no-alternative-fits: `soon` fits none of 2 forms: `soon` is not a date; `soon` is not a date with a time
    "#]],
    );
    check_value(
        r#"{"anyOf":[{"required":["x"]},{"required":["y"]}]}"#,
        "{}",
        &expect![[r#"
        /a anyOf no-alternative-fits: one of `x` or `y` is needed
    "#]],
    );
    check_value(
        r#"{"oneOf":[{"type":"integer"},{"minimum":0}]}"#,
        "1",
        &expect![[r#"
        /a oneOf no-alternative-fits: `1` fits 2 of 2 forms, exactly 1 may fit
    "#]],
    );
}

#[test]
fn unknown_attributes_are_named_with_the_nearest_known_one() {
    check(
        r#"{"properties":{"color":{},"brand":{"properties":{"value":{}},"additionalProperties":false}},"additionalProperties":false}"#,
        r#"{"colour":1,"zzzzzzzz":2,"brand":{"valeu":1}}"#,
        &expect![[r#"
            (all) additionalProperties unknown-attribute: attributes `colour` and `zzzzzzzz` do not exist in this category
              help: write `color` instead of `colour`, or leave it out
            /brand additionalProperties unknown-attribute: attribute `valeu` does not exist in `brand`
              help: write `value` instead of `valeu`, or leave it out
        "#]],
    );
}

#[test]
fn a_condition_is_said_as_the_reason() {
    let schema = r#"{"properties":{"q":{},"kind":{}},"allOf":[
        {"if":{"required":["kind"],"properties":{"kind":{"const":"battery"}}},"then":{"required":["cell"]},"else":{"not":{"required":["cell"]}}},
        {"if":{"required":["kind"]},"then":{"required":["cell"]}},
        {"if":{"maxProperties":9},"then":{"not":{"required":["q","kind"]}}}]}"#;
    check(
        schema,
        r#"{"kind":"battery"}"#,
        &expect![[r#"
        /cell required missing-required-field: required attribute `cell` has no value
          because `kind` is given
    "#]],
    );
    check(
        schema,
        r#"{"cell":1}"#,
        &expect![[r#"
            (all) not attribute-not-applicable: attribute `cell` must not be given here
        "#]],
    );
    check(
        schema,
        r#"{"cell":1,"kind":"battery","q":1}"#,
        &expect![[r#"
            (all) not attribute-not-applicable: attributes `q` and `kind` must not be given together
        "#]],
    );
}

#[test]
fn of_the_same_kind_at_the_same_place_the_tightest_is_said() {
    check_value(
        r#"{"maxLength":5,"allOf":[{"maxLength":3},{"maxLength":4}]}"#,
        r#""abcdef""#,
        &expect![[r#"
        /a maxLength value-too-long: value has 6 characters, 3 allowed
          help: shorten it by 3 characters
    "#]],
    );
    check_value(
        r#"{"enum":["a","b"],"allOf":[{"enum":["b"]}]}"#,
        r#""c""#,
        &expect![[r#"
        /a enum value-not-allowed: `c` is not `b`, the only allowed value
          help: write `b`
    "#]],
    );
    check_value(
        r#"{"allOf":[{"not":{"required":["x"]}},{"not":{"required":["y"]}}]}"#,
        r#"{"x":1,"y":2}"#,
        &expect![[r#"
            /a not attribute-not-applicable: attribute `a.x` must not be given here; also attribute `a.y` must not be given here
        "#]],
    );
}

#[test]
fn values_about_to_go_are_advice_and_open_lists_never_complain() {
    let schema = r#"{"items":{"anyOf":[{"type":"string"},{"enum":["red","blue"]}],
        "$lifecycle":{"enumDeprecated":["rot","grun"],"enumReplacement":[{"value":"rot","replacements":["red"]}]}}}"#;
    check_value(
        schema,
        r#"["rot","grun","green"]"#,
        &expect![[r#"
        /a/0 - deprecated-value: `rot` is about to be removed
          help: write `red`
        /a/1 - deprecated-value: `grun` is about to be removed
    "#]],
    );
    let shape = compile(&format!(r#"{{"properties":{{"a":{schema}}}}}"#), MARKETPLACE).unwrap();
    let shape = shape.shape().get(["a"]).unwrap().inside();
    assert!(shape.open);
    assert_eq!(shape.allowed, [Scalar::Text("red".to_owned()), Scalar::Text("blue".to_owned())]);
}

#[test]
fn items_are_counted_for_each_combination_of_selectors() {
    let schema = r##"{"selectors":["m","l"],"maxUniqueItems":1,"items":{"properties":{"m":{"$ref":"#/$defs/m"}}}}"##;
    let schema = format!(r#"{{"$defs":{{"m":{{"default":"US"}}}},"properties":{{"a":{schema}}}}}"#);
    let requirements = compile(&schema, MARKETPLACE).unwrap();
    for (list, expect) in [
        (r#"[{"l":"en","value":1},{"l":"de","value":2}]"#, expect![[r#""#]]),
        (
            r#"[{"l":"en","value":1},{"l":"en","value":2}]"#,
            expect![[r#"
            /a maxUniqueItems too-many-values: 2 values for `l` `en` given, at most 1 allowed
        "#]],
        ),
        // The default stands for a selector that is left out.
        (
            r#"[{"m":"US","value":1},{"value":2},{"m":"CA"}]"#,
            expect![[r#"
            /a maxUniqueItems too-many-values: 2 values for `m` `US` given, at most 1 allowed
        "#]],
        ),
        // What is no object does not count.
        (r#"["x","x",{"l":"en"}]"#, expect![[r#""#]]),
        // 1 is 1.0, and the order of members is nothing.
        (
            r#"[{"m":{"x":1,"y":[2]}},{"m":{"y":[2.0],"x":1.0}}]"#,
            expect![[r#"
            /a maxUniqueItems too-many-values: 2 values for `m` `{"x":1,"y":[2]}` given, at most 1 allowed
        "#]],
        ),
        // Neither runs into the other.
        (r#"[{"m":"1","l":"23"},{"m":"12","l":"3"}]"#, expect![[r#""#]]),
    ] {
        expect.assert_eq(&said(&requirements, &format!(r#"{{"a":{list}}}"#), Scope::Whole));
    }
    let pairs = r#"{"selectors":["m"],"minUniqueItems":2}"#;
    assert!(holds(pairs, r#"[{"m":1},{"m":1.0}]"#));
    check_value(
        pairs,
        r#"[{"m":1},{"m":1},{"m":2}]"#,
        &expect![[r#"
        /a minUniqueItems too-few-values: 1 value for `m` `2` given, at least 2 needed
    "#]],
    );
    // Without selectors the whole item is the combination.
    assert!(holds(r#"{"maxUniqueItems":1}"#, r#"[{"v":1},{"v":2}]"#));
    check_value(
        r#"{"maxUniqueItems":1}"#,
        r#"[{"v":1},{"v":1.0}]"#,
        &expect![[r#"
        /a maxUniqueItems too-many-values: 2 values given, at most 1 allowed
    "#]],
    );
    assert!(holds(r#"{"maxUniqueItems":0}"#, "5"));
}

#[test]
fn the_marketplace_keywords_are_remarks_in_a_standard_dialect() {
    let schema = r#"{"properties":{"a":{"maxUtf8ByteLength":1,"minEntries":2}},"required":[]}"#;
    let requirements = compile(schema, STANDARD).unwrap();
    assert_eq!(said(&requirements, r#"{"a":"long"}"#, Scope::Whole), "");
    assert_eq!(requirements.unknown_keywords(), ["maxUtf8ByteLength", "minEntries"]);
    assert_eq!(compile(schema, MARKETPLACE).unwrap().unknown_keywords(), ["minEntries"]);
}

#[test]
fn numbers_are_decided_exactly() {
    for (schema, value, fits) in [
        (r#"{"multipleOf":0.01}"#, "19.99", true),
        (r#"{"multipleOf":0.01}"#, "5.01", true),
        (r#"{"multipleOf":0.01}"#, "25.001", false),
        (r#"{"multipleOf":0.01}"#, "1070468.14", true),
        (r#"{"multipleOf":0.01}"#, "12345678901234567890.12", true),
        (r#"{"multipleOf":0.01}"#, "1e-400", false),
        (r#"{"type":"integer"}"#, "1.0", true),
        (r#"{"type":"integer"}"#, "1e2", true),
        (r#"{"type":"integer"}"#, "123456789012345678901234567890123456789", true),
        (r#"{"type":"integer"}"#, "9007199254740993.5", false),
        (r#"{"type":"integer"}"#, "1e-1", false),
        (r#"{"maximum":0.3}"#, "0.30000000000000000001", false),
        (r#"{"minimum":0.1}"#, "0.09999999999999999999", false),
        (r#"{"maximum":9007199254740992}"#, "9007199254740993", false),
        (r#"{"exclusiveMaximum":1e30}"#, "999999999999999999999999999999.9", true),
        (r#"{"exclusiveMaximum":1e30}"#, "1e30", false),
        (r#"{"const":0.1}"#, "0.10", true),
        (r#"{"const":0.1}"#, "0.10000000000000000001", false),
        (r#"{"const":9007199254740992}"#, "9007199254740993", false),
        (r#"{"enum":[1,2]}"#, "2.0", true),
        (r#"{"enum":[1,2]}"#, "2.0000000000000000001", false),
        (r#"{"enum":[1.5,"x"]}"#, "1.50", true),
        (r#"{"enum":[18446744073709551615]}"#, "18446744073709551615", true),
        (r#"{"enum":[18446744073709551615]}"#, "18446744073709551614", false),
        (r#"{"uniqueItems":true}"#, "[0.1,0.10000000000000000001]", true),
        (r#"{"uniqueItems":true}"#, "[0.1,0.10]", false),
    ] {
        assert_eq!(holds(schema, value), fits, "{schema} {value}");
    }
}

#[test]
fn formats_are_asserted() {
    for (format, good, bad) in [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T10:00:00Z", "2026-02-28 10:00"),
        ("uri", "https://example.com/a", "//example"),
        ("email", "a@example.com", "a.example.com"),
        ("ipv4", "192.0.2.1", "192.0.2.256"),
    ] {
        assert!(holds(&format!(r#"{{"format":"{format}"}}"#), &format!("{good:?}")), "{good}");
        assert!(!holds(&format!(r#"{{"format":"{format}"}}"#), &format!("{bad:?}")), "{bad}");
    }
}

#[test]
fn an_update_is_asked_only_about_what_it_gives() {
    let schema = r#"{"required":["a"],"if":{"required":["b"]},"then":{"required":["c"]},"allOf":[{"required":["d"]}],
        "properties":{"b":{"required":["unit"],"properties":{"value":{"type":"number"}}}},"additionalProperties":false}"#;
    let requirements = compile(schema, MARKETPLACE).unwrap();
    expect![[r#"
        (all) additionalProperties unknown-attribute: attribute `z` does not exist in this category
          help: write `b` instead of `z`, or leave it out
        /b/unit required missing-required-field: required attribute `b.unit` has no value
        /b/value type wrong-type: value is text, a number needed
    "#]]
    .assert_eq(&said(&requirements, r#"{"b":{"value":"x"},"z":1}"#, Scope::Partial));
    // What is left refers to what is gone: then all of it holds.
    let schema = r##"{"required":["a"],"allOf":[{"type":"object"}],"properties":{"b":{"$ref":"#/allOf/0"}}}"##;
    let requirements = compile(schema, MARKETPLACE).unwrap();
    assert_ne!(said(&requirements, "{}", Scope::Partial), "");
}

#[test]
fn what_is_only_advised_is_said_at_its_level() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": "object", "properties": {
            "seen": {"type": "string", "$advice": {"level": "warning", "because": "without it the item is not shown"}},
            "b": {"$advice": {"level": "note", "because": "buyers filter by it"}},
            "c": {"$advice": {"level": "note", "because": "buyers filter by it"}}
        }},
        "gone": {"type": "object", "properties": {"d": {"$advice": {"level": "warning", "because": "x"}}}}
    }}"#;
    let requirements = compile(schema, STANDARD).unwrap();
    let lacking = |listing: &str| -> Vec<String> {
        let mut read = Listing::new();
        assert_eq!(json::read(listing.as_bytes(), &mut read), Ok(Vec::new()));
        assert!(requirements.is_met(read.root()), "advice decides nothing");
        let found = requirements.advice(read.root());
        found.into_iter().map(|it| format!("{:?} {} {}", it.severity.unwrap(), it.pointer, it.message)).collect()
    };
    assert_eq!(
        lacking(r#"{"a": {}}"#),
        [
            "Warning /a/seen attribute `seen` has no value; without it the item is not shown",
            "Note /a/b 2 advised attributes have no value: `b`, `c`; buyers filter by it",
        ]
    );
    assert_eq!(lacking(r#"{"a": {"seen": "x", "b": 1, "c": 1}}"#), [""; 0]);
    assert!(requirements.unknown_keywords().is_empty(), "{:?}", requirements.unknown_keywords());
}

#[test]
fn of_a_group_that_is_missing_each_attribute_in_it_is_asked_for() {
    let schema = r#"{"type": "object", "required": ["aspects", "size"], "properties": {
        "aspects": {"$group": true, "type": "object", "required": ["Brand", "more"], "properties": {
            "more": {"$group": true, "type": "object", "required": ["A/B"]}
        }},
        "size": {"type": "object", "required": ["value", "unit"]}
    }}"#;
    let requirements = compile(schema, STANDARD).unwrap();
    let expected = expect![[r"
        /aspects/Brand required: required attribute `aspects.Brand` has no value
        /aspects/more/A~1B required: required attribute `aspects.more.A/B` has no value
        /size required: required attribute `size` has no value
    "]];
    let mut read = Listing::new();
    assert_eq!(json::read(b"{}", &mut read), Ok(Vec::new()));
    let found = requirements.violations(read.root(), Scope::Whole);
    let lines = found.iter().map(|it| format!("{} {}: {}\n", it.pointer, it.keyword.as_deref().unwrap(), it.message));
    expected.assert_eq(&lines.collect::<String>());
}
