//! Checks a listings feed whoever wrote it: its frame, each message against its category, and policy.

use crate::Amazon;
use crate::policy;
use crate::profile::LISTINGS;
use crate::schema;
use crate::schema::Set;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::Rule;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace as _;
use feedwright_marketplace::Ref;
use feedwright_marketplace::json;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Violation;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks a file, and says how many messages it holds.
pub(crate) fn lint(amazon: &Amazon, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let name: Arc<str> = Arc::from(file.name);
    let whole = Place { file: Arc::clone(&name), line: None, column: None };
    let from = out.len();
    let bytes = file.bytes.strip_prefix(json::BYTE_ORDER_MARK).unwrap_or(file.bytes);
    if bytes.len() != file.bytes.len() {
        out.push(
            Finding::new(&rules::BYTE_ORDER_MARK, "file begins with a byte order mark")
                .help("save it as UTF-8 without a byte order mark: Amazon may not find the header behind one (code 4002005)")
                .at(whole.clone()),
        );
    }
    let size = file.bytes.len() as u64;
    if size > LISTINGS.max_bytes.value {
        let mut finding = Finding::new(
            &rules::FEED_TOO_LARGE,
            format!("file has {size} bytes; Amazon advises to stay below {}", LISTINGS.max_bytes.value),
        )
        .help("split the messages over several files")
        .at(whole.clone());
        finding.severity = Severity::Warning;
        out.push(finding);
    }
    let mut listing = Listing::new();
    match json::read(bytes, &mut listing) {
        Ok(duplicates) => {
            for duplicate in duplicates {
                let line = Some(duplicate.line);
                out.push(
                    Finding::new(
                        &rules::BAD_ENVELOPE,
                        format!("member `{}` stands twice in one object", duplicate.name),
                    )
                    .help("keep one of the two: readers differ on which one counts")
                    .at(Place { line, ..whole.clone() }),
                );
            }
            let desk = Desk { amazon, lines: json::Lines::of(bytes), name: &name };
            desk.envelope(&listing, out);
            desk.messages(&listing, out);
        }
        Err(problem) => out.push(
            Finding::new(&rules::UNREADABLE_FILE, format!("file is not JSON: {}", problem.message))
                .help("write the file with a JSON library")
                .at(Place { line: Some(problem.line), ..whole }),
        ),
    }
    for finding in out.list_mut().iter_mut().skip(from) {
        finding.marketplace.get_or_insert_with(|| amazon.profile().id.into());
    }
    listing.root().member("messages").map_or(0, Ref::len) as u64
}

struct Desk<'a> {
    amazon: &'a Amazon,
    lines: json::Lines,
    name: &'a Arc<str>,
}

/// What a message says of itself.
#[derive(Clone)]
struct Message {
    at: usize,
    node: NodeId,
    sku: Option<Sku>,
}

impl Desk<'_> {
    fn place(&self, source: Source) -> Place {
        // Nodes read from a file carry their offset counted from 1.
        let offset = usize::try_from(source.0).ok().and_then(|at| at.checked_sub(1));
        Place { file: Arc::clone(self.name), line: offset.map(|at| self.lines.line(at)), column: None }
    }

    /// The finding of something in a message: pointer from the message on, when a SKU says which one it is.
    fn say(&self, message: &Message, listing: &Listing, pointer: &str, finding: Finding) -> Finding {
        let node = listing.node(message.node).nearest(pointer);
        let mut finding = finding.at(self.place(node.source()));
        match &message.sku {
            Some(sku) => {
                finding.sku = Some(sku.clone());
                finding.pointer = Some(pointer.to_owned());
            }
            None => finding.pointer = Some(format!("/messages/{}{pointer}", message.at)),
        }
        finding
    }

    fn envelope(&self, listing: &Listing, out: &mut Findings) {
        let root = listing.root();
        let document = Document { name: "the frame of a listings feed", bytes: schema::ENVELOPE.as_bytes() };
        let origin = Origin::Given { name: document.name.to_owned() };
        let envelope = Requirements::compile(document, &schema::DIALECT, origin);
        match envelope {
            Ok(envelope) => {
                for violation in envelope.violations(root, Scope::Whole) {
                    out.push(self.envelope_finding(violation, listing));
                }
            }
            // Only a slip in our own file can get here; the tests read it.
            Err(why) => debug_assert!(false, "{why}"),
        }
        let most = LISTINGS.max_records.value;
        let count = root.member("messages").map_or(0, Ref::len) as u64;
        if count > most {
            let finding = Finding::new(&rules::TOO_MANY_RECORDS, format!("file has {count} messages, {most} allowed"));
            out.push(finding.help("split the messages over several files").at(self.place(Source(1))));
        }
        if root.members().next().is_some_and(|(first, _)| first != "header") && root.member("header").is_some() {
            let mut finding = Finding::new(&rules::BAD_ENVELOPE, "`header` is not the first member")
                .help("write `header` first: Amazon has been seen not to find it elsewhere (code 4002005)")
                .at(self.place(Source(1)));
            finding.severity = Severity::Warning;
            out.push(finding);
        }
    }

    fn envelope_finding(&self, violation: Violation, listing: &Listing) -> Finding {
        let mut finding = Finding::new(violation.rule, violation.message);
        finding.keyword = violation.keyword;
        finding.help = violation.help;
        let in_message = violation
            .pointer
            .strip_prefix("/messages/")
            .and_then(|rest| rest.split_once('/'))
            .and_then(|(at, rest)| Some((at.parse::<usize>().ok()?, format!("/{rest}"))));
        if let Some((at, pointer)) = in_message
            && let Some(node) = listing.root().pointer(&format!("/messages/{at}"))
        {
            return self.say(&Message { at, node: node.id(), sku: sku_of(node) }, listing, &pointer, finding);
        }
        let place = self.place(listing.root().nearest(&violation.pointer).source());
        finding.pointer(violation.pointer).at(place)
    }

    fn messages(&self, listing: &Listing, out: &mut Findings) {
        let messages: Vec<Message> = listing
            .root()
            .member("messages")
            .into_iter()
            .flat_map(Ref::elements)
            .enumerate()
            .filter(|(_, node)| node.is_object())
            .map(|(at, node)| Message { at, node: node.id(), sku: sku_of(node) })
            .collect();
        self.duplicates(&messages, listing, out);
        let mut unknown: BTreeMap<String, (usize, Place)> = BTreeMap::new();
        let mut starters: BTreeMap<String, usize> = BTreeMap::new();
        for message in &messages {
            self.blanks(message, listing, out);
            let node = listing.node(message.node);
            let text = |name: &str| node.member(name).and_then(Ref::as_text);
            let set = text("requirements").and_then(Set::parse).unwrap_or(Set::Listing);
            let operation = text("operationType").unwrap_or_default().to_owned();
            let product_type = text("productType").filter(|kind| !kind.trim().is_empty()).map(str::to_owned);
            let category = match &product_type {
                None => None,
                Some(id) => match self.amazon.category_in(id, set, Some(Scope::Whole)) {
                    Ok(category) => Some(category),
                    Err(CategoryError::Unknown { .. }) => {
                        let place = self.place(node.source());
                        unknown.entry(id.clone()).or_insert((0, place)).0 += 1;
                        None
                    }
                    Err(why @ CategoryError::Broken(_)) => {
                        let finding = Finding::new(&rules::UNKNOWN_CATEGORY, why.to_string());
                        out.push(self.say(message, listing, "/productType", finding));
                        None
                    }
                },
            };
            if let Some(category) = &category {
                if matches!(category.requirements.origin(), Origin::Starter { .. }) {
                    *starters.entry(category.id.to_string()).or_default() += 1;
                }
                match operation.as_str() {
                    "UPDATE" => self.attributes(message, category, Scope::Whole, listing, out),
                    "PARTIAL_UPDATE" => self.attributes(message, category, Scope::Partial, listing, out),
                    "PATCH" => self.patches(message, category, listing, out),
                    _ => {}
                }
            }
            self.policy(message, category.as_deref(), listing, out);
        }
        for (id, (count, place)) in unknown {
            let mut finding = Finding::new(
                &rules::UNKNOWN_CATEGORY,
                format!("the attributes of {count} messages were not checked: there are no requirements for `{id}`"),
            )
            .help(format!("give the document of the product type with `--schema {id}=PATH`"))
            .at(place);
            finding.severity = Severity::Warning;
            out.push(finding);
        }
        for (id, count) in starters {
            out.push(
                Finding::new(
                    &rules::STARTER_REQUIREMENTS,
                    format!("{count} messages of `{id}` were checked by our starter document, not by Amazon's own"),
                )
                .help(format!("give Amazon's document of the product type with `--schema {id}=PATH`"))
                .at(Place { file: Arc::clone(self.name), line: None, column: None }),
            );
        }
    }

    fn duplicates(&self, messages: &[Message], listing: &Listing, out: &mut Findings) {
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut skus: BTreeMap<String, usize> = BTreeMap::new();
        for message in messages {
            let node = listing.node(message.node);
            if let Some(id) = node.member("messageId").and_then(Ref::as_number) {
                let id = id.normalize().to_string();
                match ids.get(&id) {
                    Some(first) => {
                        let finding = Finding::new(
                            &rules::DUPLICATE_MESSAGE,
                            format!("messageId {id} is also that of message {}", first + 1),
                        )
                        .help("number the messages from 1 on");
                        out.push(self.say(message, listing, "/messageId", finding));
                    }
                    None => {
                        ids.insert(id, message.at);
                    }
                }
            }
            if let Some(sku) = &message.sku {
                match skus.get(sku.as_str()) {
                    Some(first) => {
                        let mut finding = Finding::new(
                            &rules::DUPLICATE_SKU,
                            format!("SKU `{sku}` also stands in message {}", first + 1),
                        )
                        .help("put all changes of a SKU into one message: their order is not promised");
                        finding.severity = Severity::Warning;
                        out.push(self.say(message, listing, "/sku", finding));
                    }
                    None => {
                        skus.insert(sku.as_str().to_owned(), message.at);
                    }
                }
            }
        }
    }

    fn attributes(&self, message: &Message, category: &Category, scope: Scope, listing: &Listing, out: &mut Findings) {
        let Some(attributes) = listing.node(message.node).member("attributes").filter(|node| node.is_object()) else {
            return;
        };
        for violation in category.requirements.violations(attributes, scope) {
            let pointer = format!("/attributes{}", violation.pointer);
            out.push(self.violation(message, category, listing, violation, &pointer));
        }
    }

    fn patches(&self, message: &Message, category: &Category, listing: &Listing, out: &mut Findings) {
        let patches = listing.node(message.node).member("patches");
        for (at, patch) in patches.into_iter().flat_map(Ref::elements).enumerate() {
            let text = |name: &str| patch.member(name).and_then(Ref::as_text);
            let (Some(op), Some(path)) = (text("op"), text("path")) else { continue };
            let Some(attribute) = path.strip_prefix("/attributes/") else { continue };
            let Some(value) = patch.member("value") else { continue };
            // What is deleted or merged names a part only; it is not held to the whole attribute.
            if !matches!(op, "add" | "replace") {
                continue;
            }
            let mut copy = Listing::new();
            copy.graft(Listing::ROOT, &Key::new(attribute), value);
            let own = format!("/{attribute}");
            for violation in category.requirements.violations(copy.root(), Scope::Partial) {
                let pointer = match violation.pointer.strip_prefix(&own) {
                    Some(rest) => format!("/patches/{at}/value{rest}"),
                    None => format!("/patches/{at}/path"),
                };
                out.push(self.violation(message, category, listing, violation, &pointer));
            }
        }
    }

    fn violation(
        &self,
        message: &Message,
        category: &Category,
        listing: &Listing,
        violation: Violation,
        pointer: &str,
    ) -> Finding {
        let text = match &violation.because {
            Some(because) => format!("{}, {because}", violation.message),
            None => violation.message,
        };
        let mut finding = Finding::new(violation.rule, text);
        finding.keyword = violation.keyword;
        finding.help = violation.help;
        // A starter knows the common attributes only: one it does not know may well exist.
        let is_starter = matches!(category.requirements.origin(), Origin::Starter { .. });
        if is_starter && is(violation.rule, &rules::UNKNOWN_ATTRIBUTE) {
            finding.severity = Severity::Warning;
        }
        self.say(message, listing, pointer, finding)
    }

    /// A blank value, which Amazon answers by refusing the message or even the file.
    fn blanks(&self, message: &Message, listing: &Listing, out: &mut Findings) {
        let node = listing.node(message.node);
        for part in ["attributes", "patches"] {
            let Some(part_node) = node.member(part) else { continue };
            let mut found = Vec::new();
            blank(part_node, &mut format!("/{part}"), &mut found);
            for pointer in found {
                let finding = Finding::new(&rules::BLANK_VALUE, "value is blank")
                    .help("leave the attribute out, or give it a value");
                out.push(self.say(message, listing, &pointer, finding));
            }
        }
    }

    fn policy(&self, message: &Message, category: Option<&Category>, listing: &Listing, out: &mut Findings) {
        let mut found = Findings::default();
        policy::check(listing.node(message.node), category, &self.amazon.channel, &mut found);
        for finding in found.take() {
            let pointer = finding.pointer.clone().unwrap_or_default();
            out.push(self.say(message, listing, &pointer, finding));
        }
    }
}

fn is(rule: &Rule, other: &Rule) -> bool {
    rule.code == other.code
}

fn sku_of(message: Ref<'_>) -> Option<Sku> {
    message.member("sku").and_then(Ref::as_text).and_then(|sku| Sku::parse(sku).ok())
}

/// The pointers of all blank texts below a node.
fn blank(node: Ref<'_>, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    match node.shape() {
        Shape::Leaf(Leaf::Text(text)) if text.trim().is_empty() => found.push(pointer.clone()),
        Shape::Leaf(_) => {}
        Shape::Array => {
            for (at, entry) in node.elements().enumerate() {
                pointer.push('/');
                pointer.push_str(&at.to_string());
                blank(entry, pointer, found);
                pointer.truncate(length);
            }
        }
        Shape::Object => {
            for (key, member) in node.members() {
                pointer.push('/');
                pointer.push_str(&feedwright_marketplace::listing::escape(key));
                blank(member, pointer, found);
                pointer.truncate(length);
            }
        }
    }
}
