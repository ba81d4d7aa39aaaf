//! What can be said of a file of requests as it stands: its frame, elements nobody knows, and variants that do not fit
//! together.

use super::elements;
use super::variants;
use super::variants::Of;
use super::variants::Variant;
use crate::Ebay;
use crate::encode::lms::ROOT;
use crate::kind::Kind;
use crate::profile::trading_site;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::xml;
use std::collections::BTreeMap;

/// What a request changes a listing's price and quantity by; up to four stand in one.
const STATUS: &str = "InventoryStatus";

/// Where variants stand in a request.
pub(super) const VARIATION: &str = "/Item/Variations/Variation";

/// Requests that are known, and what each does.
const REQUESTS: &[(&str, Kind)] = &[
    ("AddFixedPriceItemRequest", Kind::Lms),
    ("VerifyAddFixedPriceItemRequest", Kind::Lms),
    ("ReviseFixedPriceItemRequest", Kind::LmsRevise),
    ("ReviseInventoryStatusRequest", Kind::LmsStock),
    ("EndFixedPriceItemRequest", Kind::LmsEnd),
];

/// Holds the frame against the channel: a file for another site or in another currency is one for another channel.
pub(super) fn frame(ebay: &Ebay, document: &Document<'_>, root: Ref<'_>, out: &mut Findings) {
    let file = document.file();
    let header = root.member("Header").unwrap_or(root);
    if header.member("Version").is_none() {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "the header names no version")
            .help("write `Header` with `SiteID` and `Version` first")
            .pointer(format!("/{ROOT}/Header"));
        out.push(file.say(finding.at(document.place(header))));
    }
    let (site, name) = trading_site(ebay.channel.site.country);
    match header.member("SiteID") {
        Some(node) if text_of(node).is_some_and(|text| text.trim() != site) => {
            let message = format!("the file is for site {}, and {name} is {site}", text_of(node).unwrap_or_default());
            let finding = Finding::new(&rules::BAD_ENVELOPE, message)
                .help(format!("write {site}, or check the file with a channel of its site"))
                .pointer(format!("/{ROOT}/Header/SiteID"));
            out.push(file.say(finding.at(document.place(node))));
        }
        Some(_) => {}
        None => {
            let finding = Finding::new(&rules::BAD_ENVELOPE, "the header names no site")
                .help(format!("write `SiteID` {site} for {name}"))
                .pointer(format!("/{ROOT}/Header"));
            out.push(file.say(finding.at(document.place(header))));
        }
    }
}

/// What a file asks for, once for each listing.
#[derive(Debug)]
pub(super) struct Request {
    /// What it does.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) pointer: String,
}

/// The requests of a file in their order. One that changes several listings counts for each of them.
pub(super) fn requests(document: &Document<'_>, root: Ref<'_>, out: &mut Findings) -> Vec<Request> {
    let file = document.file();
    let mut requests = Vec::new();
    for (name, node) in root.members().filter(|(name, _)| *name != "Header" && !name.starts_with(xml::ATTRIBUTE)) {
        let Some((_, kind)) = REQUESTS.iter().find(|(known, _)| *known == name) else {
            let finding = Finding::new(&rules::BAD_ENVELOPE, format!("`{name}` is no request that is known here"));
            out.push(file.say(finding.pointer(format!("/{ROOT}/{name}")).at(document.place(node))));
            continue;
        };
        for (request, pointer) in each_at(node, &format!("/{ROOT}/{name}")) {
            let statuses = request.member(STATUS);
            match statuses {
                Some(statuses) => {
                    let all = each_at(statuses, &format!("{pointer}/{STATUS}"));
                    requests.extend(all.map(|(_, pointer)| Request { kind: *kind, pointer }));
                }
                None if deletes_variants(request) => requests.push(Request { kind: Kind::LmsDrop, pointer }),
                None => requests.push(Request { kind: *kind, pointer }),
            }
        }
    }
    requests
}

/// Whether a revision does nothing but delete variants.
fn deletes_variants(request: Ref<'_>) -> bool {
    let deleted = |variation: Ref<'_>| variation.member("Delete").and_then(text_of) == Some("true");
    request.pointer(VARIATION).is_some_and(|all| several(all).all(deleted))
}

/// What is wrong between the variants of a request.
pub(super) fn variations(document: &Document<'_>, request: &Request, node: Ref<'_>, out: &mut Findings) {
    // What is deleted is told by its SKU alone.
    let Some(all) = node.pointer(VARIATION).filter(|_| request.kind != Kind::LmsDrop) else { return };
    let nodes: Vec<Ref<'_>> = several(all).collect();
    let pairs = |list: Option<Ref<'_>>| {
        let lists = list.into_iter().flat_map(several).map(|specific| {
            let values = specific.member("Value").into_iter().flat_map(several).filter_map(text_of).map(str::to_owned);
            (specific.member("Name").and_then(text_of).unwrap_or_default().to_owned(), values.collect())
        });
        lists.collect::<Vec<(String, Vec<String>)>>()
    };
    let axes = pairs(node.pointer("/Item/Variations/VariationSpecificsSet/NameValueList"));
    let variants: Vec<Variant<'_>> = nodes
        .iter()
        .map(|variation| Variant {
            line: document.place(*variation).line.unwrap_or_default(),
            axes: pairs(variation.pointer("/VariationSpecifics/NameValueList"))
                .into_iter()
                .map(|(name, values)| (name, values.join(", ")))
                .collect(),
            price: variation.member("StartPrice").and_then(text_of),
            quantity: variation.member("Quantity").and_then(text_of),
        })
        .collect();
    let place = |at: usize, name: &str| {
        let variation = nodes.get(at).copied().unwrap_or(all);
        let element = format!("{}/Item/Variations/Variation[{}]/{name}", path(&request.pointer), at + 1);
        (document.place(variation.member(name).unwrap_or(variation)), element)
    };
    let mut say = |at: usize, name: &str, finding: Finding| {
        let (place, pointer) = place(at, name);
        let mut finding = document.file().say(finding.pointer(pointer).at(place));
        let sku = nodes.get(at).and_then(|variation| variation.member("SKU")).and_then(text_of);
        finding.sku = sku.and_then(|sku| Sku::parse(sku).ok());
        out.push(finding);
    };
    variants::check(&axes, &variants, request.kind == Kind::Lms, |at, of, finding| {
        let name = match of {
            Of::Axes => "VariationSpecifics",
            Of::Price => "StartPrice",
            Of::Quantity => "Quantity",
        };
        say(at, name, finding);
    });
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, variation) in nodes.iter().enumerate() {
        let Some(sku) = variation.member("SKU").and_then(text_of) else {
            let finding = Finding::new(&rules::MISSING_REQUIRED_FIELD, "the variant has no SKU");
            say(at, "SKU", finding.help("give each variant a SKU: it is what later files name it by"));
            continue;
        };
        if let Some(other) = first.get(sku) {
            let message = format!("SKU `{sku}` is also that of variation {}", other + 1);
            say(at, "SKU", Finding::new(&rules::DUPLICATE_SKU, message).help("give each variant a SKU of its own"));
        } else {
            first.insert(sku, at);
        }
    }
    let shared = pairs(node.pointer("/Item/ItemSpecifics/NameValueList"));
    for (name, _) in axes.iter().filter(|(name, _)| shared.iter().any(|(own, _)| own == name)) {
        let message = format!("`{name}` stands among the item's specifics and tells the variants apart");
        let finding = Finding::new(&rules::BAD_VARIANT_GROUP, message)
            .help("take it out of `ItemSpecifics` (error 21916626)")
            .pointer(format!("{}/Item/ItemSpecifics", path(&request.pointer)));
        let place = node.pointer("/Item/ItemSpecifics").map_or(document.place(node), |node| document.place(node));
        out.push(document.file().say(finding.at(place)));
    }
}

/// Says where a request is of another currency than the channel, comes back without a name, or holds what nobody knows.
pub(super) fn inside(ebay: &Ebay, document: &Document<'_>, root: Ref<'_>, out: &mut Findings) {
    let file = document.file();
    let mut messages: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, node) in root.members().filter(|(name, _)| REQUESTS.iter().any(|(known, _)| known == name)) {
        for (request, pointer) in each_at(node, &format!("/{ROOT}/{name}")) {
            let here = path(&pointer);
            let mut say = |inner: &str, node: Ref<'_>, finding: Finding| {
                out.push(file.say(finding.pointer(format!("{here}{inner}")).at(document.place(node))));
            };
            elements::unknown(name, request, &mut say);
            currencies(ebay.channel.currency.code(), request, &mut String::new(), &mut say);
            country(ebay, request, &mut say);
            let message =
                request.member("MessageID").filter(|node| text_of(*node).is_some_and(|id| !id.trim().is_empty()));
            let Some(message) = message else {
                let finding = Finding::new(&rules::BAD_ENVELOPE, "the request has no `MessageID`");
                say(
                    "/MessageID",
                    request,
                    warning(finding.help("give it the SKU: the answer names the request by it")),
                );
                continue;
            };
            let id = text_of(message).unwrap_or_default();
            match messages.get(id) {
                Some(line) => {
                    let finding =
                        Finding::new(&rules::BAD_ENVELOPE, format!("`MessageID` `{id}` also stands in line {line}"));
                    let help = "give each request its own: answers cannot be told apart by it";
                    say("/MessageID", message, warning(finding.help(help)));
                }
                None => {
                    messages.insert(id, document.place(message).line.unwrap_or_default());
                }
            }
        }
    }
}

/// Says which amounts and which listings are in another currency.
fn currencies(code: &str, node: Ref<'_>, path: &mut String, say: &mut impl FnMut(&str, Ref<'_>, Finding)) {
    let length = path.len();
    for (name, nodes) in node.members() {
        let names_one = matches!(name, "@currencyID" | "Currency");
        if let Some(text) = text_of(nodes).filter(|text| names_one && text.trim() != code) {
            let finding =
                Finding::new(&rules::VALUE_NOT_ALLOWED, format!("currency is {text}, and the channel sells in {code}"));
            let element = if name == "Currency" { format!("{path}/Currency") } else { path.clone() };
            say(
                &element,
                nodes,
                finding.help(format!("give amounts in {code}, or check the file with a channel of its currency")),
            );
        }
        path.push('/');
        path.push_str(name);
        several(nodes).filter(|one| one.is_object()).for_each(|one| currencies(code, one, path, say));
        path.truncate(length);
    }
}

/// Says that an item lies elsewhere than its site: many do, and some by mistake.
fn country(ebay: &Ebay, request: Ref<'_>, say: &mut impl FnMut(&str, Ref<'_>, Finding)) {
    let own = ebay.channel.site.country;
    let Some(node) = request.pointer("/Item/Country") else { return };
    if let Some(text) = text_of(node).filter(|text| text.trim() != own) {
        let message = format!("the item lies in {text}, and the site is that of {own}");
        let mut finding = Finding::new(&rules::VALUE_NOT_ALLOWED, message).help("make sure that it does");
        finding.severity = Severity::Note;
        say("/Item/Country", node, finding);
    }
}

fn warning(mut finding: Finding) -> Finding {
    finding.severity = Severity::Warning;
    finding
}

/// The text of an element, also where it has attributes.
pub(super) fn text_of(node: Ref<'_>) -> Option<&str> {
    node.as_text().or_else(|| node.member(xml::TEXT)?.as_text())
}

/// The first of one or several elements.
pub(super) fn first(node: Ref<'_>) -> Ref<'_> {
    several(node).next().unwrap_or(node)
}

/// One element or a list of them.
pub(super) fn several<'a>(node: Ref<'a>) -> Box<dyn Iterator<Item = Ref<'a>> + 'a> {
    if is_list(node) { Box::new(node.elements()) } else { Box::new(std::iter::once(node)) }
}

/// One element or several, each with its pointer.
fn each_at<'a>(node: Ref<'a>, pointer: &str) -> impl Iterator<Item = (Ref<'a>, String)> + use<'a> {
    let is_list = is_list(node);
    let pointer = pointer.to_owned();
    several(node).enumerate().map(move |(at, one)| {
        let own = if is_list { format!("{pointer}/{at}") } else { pointer.clone() };
        (one, own)
    })
}

fn is_list(node: Ref<'_>) -> bool {
    !node.is_object() && node.as_text().is_none()
}

/// A pointer as a path of elements: positions count from 1.
pub(super) fn path(pointer: &str) -> String {
    let tokens = pointer.split('/').skip(1);
    tokens.fold(String::new(), |path, token| match token.parse::<usize>() {
        Ok(at) => format!("{path}[{}]", at + 1),
        Err(_) => format!("{path}/{token}"),
    })
}
