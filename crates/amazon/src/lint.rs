//! Checks feeds and calls whoever wrote them: their frame, each message against its category, and policy.

use crate::Amazon;
use crate::Operation;
use crate::encode::Method;
use crate::encode::percent_decode;
use crate::policy;
use crate::profile::MAX_BYTES;
use crate::profile::MAX_MESSAGES;
use crate::profile::PROFILE;
use crate::schema;
use crate::schema::Set;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Rule;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::lint::Terms;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Violation;

static MESSAGES: Terms = Terms {
    profile: &PROFILE,
    record: "message",
    records: "messages",
    category: "product type",
    byte_order_mark: "Amazon may not find the header behind one (code 4002005)",
};

static CALLS: Terms = Terms {
    profile: &PROFILE,
    record: "call",
    records: "calls",
    category: "product type",
    byte_order_mark: "it is no part of the first call",
};

/// Checks a listings feed, and says how many messages it holds.
pub(crate) fn messages(amazon: &Amazon, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let file = File::new(&MESSAGES, file);
    file.at_most_bytes(&MAX_BYTES, Severity::Warning, out);
    let Some(document) = file.json(out) else { return 0 };
    let records = document.records("/messages", "/sku");
    if let Some(frame) = frame("the frame of a listings feed", schema::ENVELOPE) {
        document.frame(&frame, &records, out);
    }
    let root = document.root();
    if root.members().next().is_some_and(|(first, _)| first != "header") && root.member("header").is_some() {
        let mut finding = Finding::new(&rules::BAD_ENVELOPE, "`header` is not the first member")
            .help("write `header` first: Amazon has been seen not to find it elsewhere (code 4002005)")
            .at(file.place(Some(1)));
        finding.severity = Severity::Warning;
        out.push(file.say(finding));
    }
    duplicates(&document, &records, out);
    let mut tally = Tally::default();
    for record in &records {
        message(amazon, &document, record, &mut tally, out);
    }
    tally.report(&file, out);
    let count = root.member("messages").map_or(0, Ref::len) as u64;
    file.at_most_records(count, &MAX_MESSAGES, out);
    count
}

/// Checks a file of calls, one a line, and says how many it holds.
pub(crate) fn calls(amazon: &Amazon, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let file = File::new(&CALLS, file);
    let frame = frame("a call of the Listings Items API", schema::CALL);
    let mut tally = Tally::default();
    let count = file.json_lines(out, |document, line, out| {
        let (listing, sku) = as_message(document.root());
        let number = usize::try_from(line).unwrap_or(usize::MAX);
        if let Some(frame) = &frame {
            document.frame(frame, &[document.whole(number, sku.clone())], out);
        }
        let document = document.with(listing);
        let record = document.whole(number, sku);
        message(amazon, &document, &record, &mut tally, out);
    });
    if count == 0 {
        out.push(file.say(Finding::new(&rules::TOO_FEW_VALUES, "file has no calls").help("write one call a line")));
    }
    tally.report(&file, out);
    count
}

/// A call as the message that would do the same, and its SKU.
fn as_message(call: Ref<'_>) -> (Listing, Option<Sku>) {
    let mut message = Listing::new();
    let mut put = |name: &str, text: &str, node: Ref<'_>| {
        message.add(Listing::ROOT, &Key::new(name), Leaf::Text(text), node.source());
    };
    let text = |name: &str| call.member(name).and_then(|node| Some((node, node.as_text()?)));
    if let Some((node, method)) = text("method")
        && let Some(method) = Method::parse(method)
    {
        put("operationType", method.operation().name(), node);
    }
    let mut sku = None;
    if let Some((node, path)) = text("path")
        && let Some(segment) = path.rsplit('/').next().and_then(percent_decode)
    {
        put("sku", &segment, node);
        sku = Sku::parse(&segment).ok();
    }
    for (name, node) in call.member("body").into_iter().flat_map(Ref::members) {
        if !matches!(name, "sku" | "operationType") {
            message.graft(Listing::ROOT, &Key::new(name), node);
        }
    }
    (message, sku)
}

fn frame(name: &str, text: &str) -> Option<Requirements> {
    let origin = Origin::Given { name: name.to_owned() };
    let text = feedwright_marketplace::requirements::Document { name, bytes: text.as_bytes() };
    let schema = Requirements::compile(text, &schema::DIALECT, origin);
    // Only a slip in our own file can get here; the tests read it.
    debug_assert!(schema.is_ok(), "{schema:?}");
    schema.ok()
}

fn duplicates(document: &Document<'_>, records: &[Record], out: &mut Findings) {
    let same_id = |id: &str, first: usize| {
        Finding::new(&rules::DUPLICATE_MESSAGE, format!("messageId {id} is also that of message {first}"))
            .help("number the messages from 1 on")
    };
    document.duplicates(records, "/messageId", same_id, out);
    let same_sku = |sku: &str, first: usize| {
        let mut finding = Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in message {first}"))
            .help("put all changes of a SKU into one message: their order is not promised");
        finding.severity = Severity::Warning;
        finding
    };
    document.duplicates(records, "/sku", same_sku, out);
}

/// Checks one message. Blank values matter in every part: Amazon answers them by refusing the message or the file.
pub(crate) fn message(
    amazon: &Amazon,
    document: &Document<'_>,
    record: &Record,
    tally: &mut Tally,
    out: &mut Findings,
) {
    document.blanks(record, "/attributes", out);
    document.blanks(record, "/patches", out);
    let node = document.node(record);
    let text = |name: &str| node.member(name).and_then(Ref::as_text);
    let operation = text("operationType").and_then(Operation::parse);
    let product_type = text("productType").filter(|kind| !kind.trim().is_empty());
    let set = match text("requirements").and_then(Set::parse) {
        Some(set) => set,
        // Changes of an offer come without their product type.
        None if product_type == Some(schema::ANY) => Set::OfferOnly,
        None => Set::Listing,
    };
    let category = product_type.and_then(|kind| {
        let found = amazon.category_in(kind, set);
        tally.category(document, record, "/productType", found, out)
    });
    if let (Some(category), Some(operation)) = (&category, operation) {
        match operation {
            Operation::Update => document.check(record, "/attributes", &category.requirements, Scope::Whole, out),
            Operation::PartialUpdate => {
                document.check(record, "/attributes", &category.requirements, Scope::Partial, out);
            }
            Operation::Patch => patches(document, record, category, out),
            Operation::Delete => {}
        }
    }
    let mut found = Findings::default();
    policy::check(node, category.as_deref(), &amazon.channel, &mut found);
    document.say_all(record, found, out);
    patched(amazon, document, record, category.as_deref(), out);
}

/// What a patch says of an attribute.
struct Patch<'a> {
    op: &'a str,
    attribute: &'a str,
    value: Ref<'a>,
    /// The pointer to the patch.
    pointer: String,
}

/// The patches of a message that can be read, and give a value.
fn readable<'a>(document: &'a Document<'_>, record: &Record) -> impl Iterator<Item = Patch<'a>> {
    let patches = document.node(record).member("patches");
    patches.into_iter().flat_map(Ref::elements).enumerate().filter_map(|(at, patch)| {
        let text = |name: &str| patch.member(name).and_then(Ref::as_text);
        let attribute = text("path")?.strip_prefix("/attributes/")?;
        let op = text("op").filter(|op| matches!(*op, "add" | "replace" | "merge"))?;
        Some(Patch { op, attribute, value: patch.member("value")?, pointer: format!("/patches/{at}") })
    })
}

/// Checks patches, each for itself.
fn patches(document: &Document<'_>, record: &Record, category: &Category, out: &mut Findings) {
    let is_any = *category.id == *schema::ANY;
    for patch in readable(document, record) {
        // What we know of no product type in particular is its offer; other attributes may well exist.
        if is_any && !category.requirements.shape().properties.contains_key(patch.attribute) {
            continue;
        }
        let mut copy = Listing::new();
        copy.graft(Listing::ROOT, &Key::new(patch.attribute), patch.value);
        let own = format!("/{}", patch.attribute);
        for violation in category.requirements.violations(copy.root(), Scope::Partial) {
            // What is merged names a part only, or ends one by `null`; it is not held to the whole attribute.
            let is_part = is(&violation, &rules::MISSING_REQUIRED_FIELD) || is(&violation, &rules::RULE_BROKEN);
            let is_end = || {
                let node = copy.root().pointer(&violation.pointer);
                node.is_some_and(|node| matches!(node.shape(), Shape::Leaf(Leaf::Null)))
            };
            if patch.op == "merge" && (is_part || is_end()) {
                continue;
            }
            let pointer = match violation.pointer.strip_prefix(&own) {
                Some(rest) => format!("{}/value{rest}", patch.pointer),
                None => format!("{}/path", patch.pointer),
            };
            out.push(document.violation(record, &category.requirements, violation, &pointer));
        }
    }
}

/// Holds what patches say together against policy.
fn patched(amazon: &Amazon, document: &Document<'_>, record: &Record, category: Option<&Category>, out: &mut Findings) {
    let mut message = Listing::new();
    let attributes = message.add_object(Listing::ROOT, &Key::new("attributes"), Source::default());
    let mut pointers: Vec<(String, String)> = Vec::new();
    for patch in readable(document, record) {
        let key = Key::new(patch.attribute);
        if message.get(attributes, &key).is_none() {
            message.graft(attributes, &key, patch.value);
            pointers.push((format!("/attributes/{}", patch.attribute), format!("{}/value", patch.pointer)));
        }
    }
    let mut found = Findings::default();
    policy::check(message.root(), category, &amazon.channel, &mut found);
    for finding in found.take() {
        let pointer = finding.pointer.clone().unwrap_or_default();
        let pointer = pointers.iter().find_map(|(from, to)| {
            let rest = pointer.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some(format!("{to}{rest}"))
        });
        if let Some(pointer) = pointer {
            out.push(document.say(record, &pointer, finding));
        }
    }
}

fn is(violation: &Violation, rule: &Rule) -> bool {
    violation.rule.code == rule.code
}
