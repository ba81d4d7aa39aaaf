//! Looks whether a document is one that the engine takes, before a program stands in for it. Whatever is not surely so is
//! left to the engine, which takes it, or refuses it and says why.

use super::super::document::Dialect;
use super::super::document::Vocabulary;
use super::Fallback;
use super::compile::Compiled;
use super::compile::NotUnderstood;
use super::leaves;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

/// Where a `$ref` leads, inside the document: along a pointer as it stands there.
pub(super) fn target<'d>(document: &'d Value, reference: &str) -> Option<&'d Value> {
    let pointer = reference.strip_prefix('#')?;
    let is_pointer = pointer.is_empty() || pointer.starts_with('/');
    // What a URI cannot hold as it is the engine refuses, and what is escaped it reads.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/~-._!$&'()*+,;=:@?".contains(&byte);
    let mut value = document;
    if !is_pointer || !pointer.bytes().all(is_plain) {
        return None;
    }
    for token in pointer.split('/').skip(1) {
        value = match value {
            // A schema with a name of its own on the way would change what references mean.
            Value::Object(members) if !renames(members) || std::ptr::eq(value, document) => {
                members.get(&token.replace("~1", "/").replace("~0", "~"))?
            }
            Value::Array(entries) if token == "0" || !token.starts_with('0') => {
                entries.get(token.parse::<usize>().ok()?)?
            }
            _ => return None,
        };
    }
    Some(value)
}

/// What stands below a keyword.
#[derive(Clone, Copy)]
enum Below {
    Schema,
    /// Of `items`, a list of schemas as well.
    SchemaOrList,
    List,
    ByName,
}

fn below(keyword: &str) -> Option<Below> {
    Some(match keyword {
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Below::Schema,
        "items" => Below::SchemaOrList,
        "allOf" | "anyOf" | "oneOf" => Below::List,
        "$defs" | "definitions" | "dependentSchemas" | "properties" | "patternProperties" | "dependencies" => {
            Below::ByName
        }
        _ => return None,
    })
}

/// Whether a `$ref` leads to a place where a schema stands, which is looked at then: not among the names of `properties`,
/// nor into an example.
fn leads_to_schema(document: &Value, reference: &str) -> bool {
    let Some(target) = target(document, reference) else { return false };
    let mut tokens = reference.split('/').skip(1);
    while let Some(keyword) = tokens.next() {
        let is_at_schema = match below(keyword) {
            Some(Below::Schema) => true,
            Some(Below::List | Below::ByName) => tokens.next().is_some(),
            Some(Below::SchemaOrList) => {
                let mut behind = tokens.clone();
                // The entries of a list have numbers, and no keyword is one.
                if behind.next().is_some_and(|token| token.bytes().all(|byte| byte.is_ascii_digit())) {
                    tokens = behind;
                }
                true
            }
            None => false,
        };
        if !is_at_schema {
            return false;
        }
    }
    target.is_object() || target.is_boolean()
}

fn renames(schema: &Map<String, Value>) -> bool {
    schema.get("$id").is_some_and(Value::is_string)
}

/// Whether all schemas of a document are well formed, and the program knows what each keyword means.
pub(super) fn look(document: &Value, dialect: Dialect) -> Compiled<()> {
    let mut look = Look { document, dialect, pointer: String::new(), backtracks: None, refers_under_not: false };
    look.schema(document, false)?;
    if look.refers_under_not
        && let Some(fallback) = look.backtracks
    {
        return Err(NotUnderstood(fallback));
    }
    Ok(())
}

struct Look<'d> {
    document: &'d Value,
    dialect: Dialect,
    pointer: String,
    /// A pattern that the engine may give up on; then neither a yes nor a no is certain.
    backtracks: Option<Fallback>,
    refers_under_not: bool,
}

impl Look<'_> {
    /// `not` is for what stands where a no becomes a yes.
    fn schema(&mut self, schema: &Value, not: bool) -> Compiled<()> {
        let members = match schema {
            Value::Bool(_) => return Ok(()),
            Value::Object(members) => members,
            _ => return self.stop(""),
        };
        let length = self.pointer.len();
        for (name, value) in members {
            let not = not
                || matches!(name.as_str(), "if" | "not" | "oneOf")
                || name == "contains" && members.contains_key("maxContains")
                || name == "dependentSchemas";
            self.pointer.push('/');
            self.pointer.push_str(&crate::listing::escape(name));
            self.keyword(name, value, not)?;
            self.pointer.truncate(length);
        }
        Ok(())
    }

    fn keyword(&mut self, name: &str, value: &Value, not: bool) -> Compiled<()> {
        match below(name) {
            Some(Below::SchemaOrList) if value.is_array() => return self.schemas(name, value, not),
            Some(Below::Schema | Below::SchemaOrList) => return self.schema(value, not),
            Some(Below::List) => return self.schemas(name, value, not),
            Some(Below::ByName) => return self.by_name(name, value, not),
            None => {}
        }
        let fine = match name {
            "type" => is_type(value),
            "enum" | "examples" => value.is_array(),
            "multipleOf" => leaves::step(value).is_some(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => leaves::limit(value).is_some(),
            "maxItems" | "minItems" | "maxLength" | "minLength" | "maxProperties" | "minProperties" | "maxContains"
            | "minContains" => value.is_u64(),
            "maxUtf8ByteLength" | "minUtf8ByteLength" | "maxUniqueItems" | "minUniqueItems" => {
                self.dialect.vocabulary == Vocabulary::Standard || value.is_u64()
            }
            "selectors" => self.dialect.vocabulary == Vocabulary::Standard || are_texts(value),
            "required" => are_names(value),
            "dependentRequired" => value.as_object().is_some_and(|members| members.values().all(are_names)),
            "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" => value.is_boolean(),
            "pattern" => {
                self.pattern(value.as_str().unwrap_or_default(), not)?;
                value.is_string()
            }
            "format" | "contentEncoding" | "contentMediaType" | "$comment" | "title" | "description" => {
                value.is_string()
            }
            "$ref" => {
                self.refers_under_not |= not;
                value.as_str().is_some_and(|reference| leads_to_schema(self.document, reference))
            }
            // Names, meta-schemas and references by name: the engine knows what they do to the rest.
            "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$id" | "$recursiveAnchor" | "$recursiveRef" | "$schema"
            | "$vocabulary" => false,
            // `const` and `default` may be anything; the rest are remarks to every draft we read.
            _ => true,
        };
        if fine { Ok(()) } else { self.stop(name) }
    }

    fn schemas(&mut self, name: &str, value: &Value, not: bool) -> Compiled<()> {
        let Some(entries) = value.as_array().filter(|entries| !entries.is_empty()) else { return self.stop(name) };
        entries.iter().try_for_each(|entry| self.schema(entry, not))
    }

    fn by_name(&mut self, keyword: &str, value: &Value, not: bool) -> Compiled<()> {
        let Some(members) = value.as_object() else { return self.stop(keyword) };
        for (name, value) in members {
            if keyword == "patternProperties" {
                self.pattern(name, true)?;
            }
            match value {
                // What a schema in here refuses depends on which members there are.
                Value::Array(_) if keyword == "dependencies" && are_names(value) => {}
                value => self.schema(value, not)?,
            }
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &str, not: bool) -> Compiled<()> {
        let group = |start: &str| pattern.contains(start);
        let reference = pattern.as_bytes().windows(2).any(|pair| matches!(pair, [b'\\', b'1'..=b'9' | b'k']));
        if group("(?=") || group("(?!") || group("(?<") || reference {
            if not {
                return self.stop("pattern");
            }
            let pointer = self.pointer.clone();
            self.backtracks.get_or_insert(Fallback { pointer, keyword: "pattern".to_owned() });
        }
        Ok(())
    }

    fn stop(&self, keyword: &str) -> Compiled<()> {
        let pointer = self.pointer.rsplit_once('/').map_or("", |(schema, _)| schema).to_owned();
        Err(NotUnderstood(Fallback { pointer, keyword: keyword.to_owned() }))
    }
}

fn is_type(value: &Value) -> bool {
    let known = |name: &Value| {
        let names = ["array", "boolean", "integer", "null", "number", "object", "string"];
        name.as_str().is_some_and(|name| names.contains(&name))
    };
    match value {
        Value::Array(names) => !names.is_empty() && names.iter().all(known) && are_names(value),
        one => known(one),
    }
}

/// Texts, each once.
fn are_names(value: &Value) -> bool {
    let mut seen = BTreeSet::new();
    value.as_array().is_some_and(|names| names.iter().all(|name| name.as_str().is_some_and(|name| seen.insert(name))))
}

fn are_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|names| names.iter().all(Value::is_string))
}
