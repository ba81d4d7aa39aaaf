//! A result file: the Trading API's responses to the requests of a file, with or without eBay's namespace.
//!
//! Source: `AddFixedPriceItemResponseType`, `ReviseInventoryStatusResponseType` and `ErrorType` of WSDL 1487, read 2026-11-26.

use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::xml;

/// The response to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// What the request was told by.
    pub(super) correlation: String,
    /// Success, Warning, `PartialFailure` or Failure; kept as it stands.
    pub(super) ack: String,
    /// The SKU, where it is repeated.
    pub(super) sku: String,
    /// The listing.
    pub(super) item: String,
    /// A remark, where the real reason stands at times.
    pub(super) message: String,
    /// What is wrong, and what else is said.
    pub(super) errors: Vec<Error>,
}

/// An error or a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Error {
    /// Its code, verbatim.
    pub(super) code: String,
    /// What it says.
    pub(super) text: String,
    /// It is no more than a warning.
    pub(super) is_warning: bool,
    /// It is eBay's own trouble.
    pub(super) is_of_system: bool,
    /// Its parameters, by their number.
    pub(super) parameters: Vec<(String, String)>,
}

const ROOT: &str = "BulkDataExchangeResponses";

/// The responses of a file.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn read(text: &str) -> Result<Vec<Response>, String> {
    let mut listing = Listing::new();
    // Such files come with a comment before the root, and with blanks before the declaration.
    xml::read(text.trim_start_matches('\u{feff}').trim_start().as_bytes(), &mut listing)
        .map_err(|why| why.to_string())?;
    let document = listing.root();
    let mut members = document.members();
    let Some((name, root)) = members.next() else { return Err("it is empty".to_owned()) };
    if local(name) != ROOT {
        // A request for the whole file that failed is answered alone.
        return if local(name).ends_with("Response") {
            Ok(vec![response(root)])
        } else {
            Err(format!("its root is `{name}`, not `{ROOT}`"))
        };
    }
    let responses = root.members().filter(|(name, _)| local(name).ends_with("Response"));
    Ok(responses.flat_map(|(_, node)| each(node)).map(response).collect())
}

fn response(node: Ref<'_>) -> Response {
    let status = member(node, "InventoryStatus").and_then(|node| each(node).next());
    let or_in_status = |name: &str| {
        let own = text(node, name);
        if own.is_empty() { status.map(|status| text(status, name)).unwrap_or_default() } else { own }
    };
    Response {
        correlation: text(node, "CorrelationID"),
        ack: text(node, "Ack"),
        sku: or_in_status("SKU"),
        item: or_in_status("ItemID"),
        message: text(node, "Message"),
        errors: member(node, "Errors").into_iter().flat_map(each).map(error).collect(),
    }
}

fn error(node: Ref<'_>) -> Error {
    let (short, long) = (text(node, "ShortMessage"), text(node, "LongMessage"));
    let parameters = member(node, "ErrorParameters")
        .into_iter()
        .flat_map(each)
        .map(|parameter| (text(parameter, &format!("{}ParamID", xml::ATTRIBUTE)), text(parameter, "Value")));
    Error {
        code: text(node, "ErrorCode"),
        text: if long.is_empty() { short } else { long },
        is_warning: text(node, "SeverityCode").eq_ignore_ascii_case("warning"),
        is_of_system: text(node, "ErrorClassification").eq_ignore_ascii_case("systemerror"),
        parameters: parameters.collect(),
    }
}

/// A name without what stands for its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn member<'a>(node: Ref<'a>, name: &str) -> Option<Ref<'a>> {
    node.members().find(|(own, _)| local(own) == name).map(|(_, node)| node)
}

/// An element, or each of several of one name.
fn each(node: Ref<'_>) -> impl Iterator<Item = Ref<'_>> {
    let is_list = node.elements().next().is_some();
    let alone = (!is_list).then_some(node);
    node.elements().chain(alone)
}

fn text(node: Ref<'_>, name: &str) -> String {
    let Some(node) = member(node, name) else { return String::new() };
    let node = each(node).next().unwrap_or(node);
    let text = node.as_text().or_else(|| node.member(xml::TEXT)?.as_text());
    text.unwrap_or_default().trim().to_owned()
}
