//! Checks a feed file whoever wrote it: its frame, each record against its category, and policy.

use crate::Google;
use crate::policy;
use crate::profile::MAX_BYTES;
use crate::profile::MAX_RECORDS;
use crate::profile::PROFILE;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::lint::Terms;
use feedwright_marketplace::requirements::Scope;

static RECORDS: Terms = Terms {
    profile: &PROFILE,
    record: "record",
    records: "records",
    category: "category",
    byte_order_mark: "FIXME what Google does with one",
};

/// Checks a file, and says how many records it holds.
pub(crate) fn lint(marketplace: &Google, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let file = File::new(&RECORDS, file);
    file.at_most_bytes(&MAX_BYTES, Severity::Error, out);
    // FIXME `File::json_lines`, or `rows::read` and `Document::in_row` for tables; the example is one list of records.
    let Some(document) = file.json(out) else { return 0 };
    let records = document.records("", "/sku");
    let same_sku = |sku: &str, first: usize| {
        Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in record {first}"))
            .help("keep one record for each SKU")
    };
    document.duplicates(&records, "/sku", same_sku, out);
    let mut tally = Tally::default();
    for record in &records {
        check(marketplace, feed, &document, record, &mut tally, out);
    }
    tally.report(&file, out);
    let count = records.len() as u64;
    file.at_most_records(count, &MAX_RECORDS, out);
    count
}

fn check(
    marketplace: &Google,
    feed: &Feed,
    document: &Document<'_>,
    record: &Record,
    tally: &mut Tally,
    out: &mut Findings,
) {
    document.blanks(record, "", out);
    // FIXME Where a record says its category.
    let id = document.node(record).member("category").and_then(Ref::as_text).unwrap_or_default();
    let found = marketplace.category(feed, id);
    if let Some(category) = tally.category(document, record, "/category", found, out) {
        document.check(record, "", &category.requirements, Scope::Whole, out);
    }
    let mut found = Findings::default();
    policy::check(document.node(record), &mut found);
    document.say_all(record, found, out);
}
