//! Files of Inventory API calls, a line each. Aspects depend on a category, which stands in another call: they are checked
//! when the catalog is.

use crate::schema;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use std::collections::BTreeMap;

/// Where the API stands.
const BASE: &str = "/sell/inventory/v1/";
/// Most requests in one call: errors 25727 and 25730.
const MOST: usize = 25;
/// Calls that are refused without `Content-Language`.
const WITH_LANGUAGE: &[&str] = &["bulk_create_or_replace_inventory_item", "bulk_create_offer", "inventory_item_group"];

/// Checks a file, and says how many requests its calls hold.
pub(crate) fn lint(file: &File<'_>, out: &mut Findings) -> u64 {
    let mut schemas: BTreeMap<String, Option<Requirements>> = BTreeMap::new();
    let mut count = 0;
    file.json_lines(out, |document, _line, out| {
        call(&document, &mut schemas, out);
        let requests = document.root().pointer("/body/requests");
        count += requests.map_or(1, |requests| requests.len() as u64);
    });
    count
}

fn call(document: &Document<'_>, schemas: &mut BTreeMap<String, Option<Requirements>>, out: &mut Findings) {
    let root = document.root();
    let whole = document.whole(1, None);
    let path = root.member("path").and_then(Ref::as_text).unwrap_or_default();
    let name = path.strip_prefix(BASE).unwrap_or_default();
    let name = name.strip_prefix("offer/").unwrap_or(name);
    let name = name.split('/').next().unwrap_or_default().to_owned();
    let method = root.member("method").and_then(Ref::as_text).unwrap_or_default();
    let wanted = match name.as_str() {
        "inventory_item" => "DELETE",
        "inventory_item_group" => "PUT",
        _ => "POST",
    };
    let schema = schemas.entry(name.clone()).or_insert_with(|| schema::call(&name).ok().flatten());
    if schema.is_none() && name != "inventory_item" {
        let message = format!("`{path}` is no call of the Inventory API that is known here");
        let finding = Finding::new(&rules::BAD_ENVELOPE, message).help(format!("begin paths with `{BASE}`"));
        out.push(document.say(&whole, "/path", finding));
        return;
    }
    if method != wanted {
        let finding = Finding::new(&rules::BAD_ENVELOPE, format!("`{method}` is not the method of this call"));
        out.push(document.say(&whole, "/method", finding.help(format!("write `{wanted}`"))));
    }
    if WITH_LANGUAGE.contains(&name.as_str()) && root.pointer("/headers/Content-Language").is_none() {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "the call has no header `Content-Language`");
        out.push(document.say(&whole, "/headers", finding.help("name the language of its texts: `en-US`")));
    }
    let Some(schema) = schema else { return };
    let is_batch = root.pointer("/body/requests").is_some();
    let records = if is_batch {
        document.records("/body/requests", "/sku")
    } else {
        document.record(1, "/body", "/inventoryItemGroupKey").into_iter().collect()
    };
    if records.is_empty() {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "the call has no body").help("give it a `body`");
        out.push(document.say(&whole, "/body", finding));
    }
    if records.len() > MOST {
        let message = format!("the call holds {} requests, {MOST} allowed", records.len());
        let finding = Finding::new(&rules::TOO_MANY_RECORDS, message).help("split it over several calls");
        out.push(document.say(&whole, "/body/requests", finding));
    }
    requests(document, &records, schema, out);
}

fn requests(document: &Document<'_>, records: &[Record], schema: &Requirements, out: &mut Findings) {
    for record in records {
        document.blanks(record, "", out);
        document.check(record, "", schema, Scope::Whole, out);
    }
    let twice = |sku: &str, first: usize| {
        Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in request {first}"))
            .help("keep one request for each SKU in a call (error 25728)")
    };
    document.duplicates(records, "/sku", twice, out);
}
