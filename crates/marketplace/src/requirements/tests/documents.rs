//! What a document may be, and what people are told of it.

use super::*;

#[test]
fn what_is_no_schema_is_refused_with_its_name_and_what_to_do() {
    let list: Vec<String> = [
        "[]",
        "{",
        "",
        r#"{"type":5}"#,
        r#"{"schema":{"type":"object"},"locale":"en_US"}"#,
        r#"{"properties":{"a":{"minimum":"x"}}}"#,
        r#"{"properties":{"a":{"multipleOf":0}}}"#,
        r#"{"properties":{"a":{"maxUtf8ByteLength":"x"}}}"#,
        r#"{"properties":{"a":{"maxUniqueItems":-1}}}"#,
        r#"{"properties":{"a":{"maxUniqueItems":1,"selectors":"x"}}}"#,
        r#"{"properties":{"a":{"minUniqueItems":1,"selectors":[5]}}}"#,
        r#"{"properties":{"a":{"$ref":"https://example.com/other.json#/x"}}}"#,
        r#"{"properties":{"a":{"$ref":"file:///etc/passwd"}}}"#,
        r##"{"properties":{"a":{"$ref":"#/$defs/gone"}}}"##,
        r#"{"properties":{"a":{"pattern":"("}}}"#,
    ]
    .iter()
    .map(|schema| match compile(schema, MARKETPLACE) {
        Ok(_) => format!("{schema} was taken"),
        Err(error) => error.to_string(),
    })
    .collect();
    expect![[r#"
        cannot use requirements test.json: the top is no object; give the JSON Schema of one category
        cannot read requirements test.json: line 1, column 1: the text ends too early; fetch the document again
        cannot read requirements test.json: line 1, column 1: the text ends too early; fetch the document again
        cannot use requirements test.json: at /type: 5 is not valid under any of the schemas listed in the 'anyOf' keyword; give the JSON Schema of one category
        cannot use requirements test.json: there is no `properties` or other schema keyword, only `locale` and `schema`; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/minimum: "x" is not of type "number"; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/multipleOf: 0 is less than or equal to the minimum of 0; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/maxUtf8ByteLength: "x" is not a whole number from 0; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/maxUniqueItems: -1 is not a whole number from 0; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/maxUniqueItems: "x" is not a list of names in `selectors`; give the JSON Schema of one category
        cannot use requirements test.json: at /properties/a/minUniqueItems: 5 is not a name in `selectors`; give the JSON Schema of one category
        cannot use requirements test.json: `$ref` to `https://example.com/other.json#/x` leads to no place in the document, and nothing is fetched; put what it refers to into the document
        cannot use requirements test.json: `$ref` to `file:///etc/passwd` leads to no place in the document, and nothing is fetched; put what it refers to into the document
        cannot use requirements test.json: `$ref` to `#/$defs/gone` leads to no place in the document, and nothing is fetched; put what it refers to into the document
        cannot use requirements test.json: at /properties/a/pattern: "(" is not a "regex"; give the JSON Schema of one category"#]].assert_eq(&list.join("\n"));
}

#[test]
fn foreign_names_and_remarks_do_not_stand_in_the_way() {
    // A meta-schema of its own, examples that no meta-schema allows, a reference by its own name.
    let schema = r#"{"$schema":"https://example.com/meta","$id":"https://example.com/HOME#","$defs":{"x":{"const":1}},
        "properties":{"a":{"$schema":"https://example.com/meta","examples":"1","$ref":"https://example.com/HOME#/$defs/x"}}}"#;
    let requirements = compile(schema, MARKETPLACE).unwrap();
    assert_eq!(said(&requirements, r#"{"a":1}"#, Scope::Whole), "");
    assert_ne!(said(&requirements, r#"{"a":2}"#, Scope::Whole), "");
    assert_eq!(requirements.shape().get(["a"]).unwrap().allowed, [Scalar::Number(1.into())]);
}

#[test]
fn documents_that_refer_to_themselves_or_nest_deeply_end() {
    let schema = r##"{"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"allOf":[{"$ref":"#/$defs/loop"}],
        "if":{"$ref":"#/$defs/loop"},"then":{"required":["a"]},"$defs":{"loop":{"$ref":"#/$defs/loop"}}}"##;
    let requirements = compile(schema, MARKETPLACE).unwrap();
    let deep = r#"{"a":"#.repeat(100) + "1" + &"}".repeat(100);
    said(&requirements, &deep, Scope::Whole);
    assert!(!requirements.fields().is_empty());
    for link in [r#"{"not":"#, r#"{"items":"#, r#"{"if":true,"else":"#] {
        let schema = link.repeat(120) + "{}" + &"}".repeat(120);
        let requirements = compile(&schema, MARKETPLACE).unwrap();
        said(&requirements, r#"{"a":1}"#, Scope::Whole);
        requirements.fields();
        assert!(matches!(
            compile(&(link.repeat(300) + "{}" + &"}".repeat(300)), MARKETPLACE),
            Err(RequirementsError::NotJson { .. })
        ));
    }
}

#[test]
fn fields_say_what_is_needed_first_and_what_it_may_be() {
    let schema = r#"{"required":["name"],"properties":{
        "name":{"type":"array","maxItems":1,"selectors":["m"],"items":{"required":["value"],"properties":{
            "value":{"type":"string","title":"Name","minLength":1,"maxLength":200,"examples":["Mug"]},"m":{"default":"US"}}}},
        "weight":{"type":"array","items":{"required":["value","unit"],"properties":{
            "value":{"type":"number","minimum":0,"exclusiveMinimum":0,"multipleOf":0.01},"unit":{"enum":["kg","lb"]}}}},
        "color":{"type":"string","anyOf":[{"type":"string"},{"enum":["red"]}]},
        "points":{"type":"array","items":{"type":"string","maxLength":80},"minItems":3,"maxItems":10},
        "a":{"type":"string"},"b":{"type":"boolean"},"code":{"type":"string","minLength":10,"maxLength":10,"maxUtf8ByteLength":40}},
        "allOf":[{"if":{"properties":{"color":{"const":"red"}},"required":["color"]},"then":{"required":["weight"]}}],
        "anyOf":[{"required":["a"]},{"required":["b"]}]}"#;
    let requirements = compile(schema, MARKETPLACE).unwrap();
    let mut out = String::new();
    for row in requirements.fields() {
        let required = match row.required {
            Required::Always => "always".to_owned(),
            Required::When(when) => format!("when {when}"),
            Required::No => "no".to_owned(),
        };
        let several = if row.many { ", several" } else { "" };
        writeln!(
            out,
            "{}: {required}; {:?}{several}; {}; {:?} {:?}",
            row.path, row.kind, row.limits, row.allowed, row.units
        )
        .unwrap();
    }
    expect![[r#"
        name.value: always; Some(String); ≤ 200 characters; [] []
        a: when `b` is not given; Some(String); ; [] []
        b: when `a` is not given; Some(Boolean); ; [] []
        weight.value: when `color` is `red`; Some(Number), several; > 0, ≤ 2 decimals; [] ["kg", "lb"]
        code: no; Some(String); 10 characters; [] []
        color: no; Some(String); ; ["red"] []
        points: no; Some(String), several; ≤ 80 characters, 3 to 10 values; [] []
    "#]]
    .assert_eq(&out);
}
