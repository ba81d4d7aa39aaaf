//! Responses, as the result file has them.

use super::element::Element;
use crate::ebay::tasks::date;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::BytesDecl;
use quick_xml::events::BytesEnd;
use quick_xml::events::BytesStart;
use quick_xml::events::BytesText;
use quick_xml::events::Event;

/// Where the responses begin …
pub(super) const OPENING: &str = "<BulkDataExchangeResponses xmlns=\"urn:ebay:apis:eBLBaseComponents\">";
/// … and where they end.
pub(super) const CLOSING: &str = "</BulkDataExchangeResponses>";

/// The response to one request.
#[derive(Debug)]
pub(super) struct Response {
    name: String,
    time: String,
    correlation: Option<String>,
    version: String,
    errors: Vec<Told>,
    /// The listing it is about.
    pub item_id: Option<String>,
    /// The SKU it is about.
    pub sku: Option<String>,
    /// The category of the listing.
    pub category: Option<String>,
    /// What was revised: SKU, listing, price, quantity.
    pub statuses: Vec<Status>,
    /// Whether the listing ended by it.
    pub is_end: bool,
}

/// What was revised: SKU, listing, price with its currency, quantity.
pub(super) type Status = (String, String, Option<(String, String)>, Option<String>);

#[derive(Debug)]
struct Told {
    code: u32,
    text: String,
    specific: Option<String>,
    is_warning: bool,
}

impl Response {
    /// The response to a request.
    pub(super) fn to(request: &Element, time: Timestamp) -> Self {
        let name = request.name.strip_suffix("Request").unwrap_or(&request.name);
        Self {
            name: format!("{name}Response"),
            time: date(time),
            correlation: request.at("MessageID").map(str::to_owned),
            version: request.at("Version").unwrap_or("1487").to_owned(),
            errors: Vec::new(),
            item_id: None,
            sku: None,
            category: None,
            statuses: Vec::new(),
            is_end: false,
        }
    }

    /// It fails for this.
    pub(super) fn fails(&mut self, code: u32, text: &str, specific: Option<&str>) {
        let specific = specific.map(str::to_owned);
        self.errors.push(Told { code, text: text.to_owned(), specific, is_warning: false });
    }

    /// It says this beside.
    pub(super) fn warns(&mut self, code: u32, text: &str) {
        self.errors.push(Told { code, text: text.to_owned(), specific: None, is_warning: true });
    }

    /// Whether it failed.
    pub(super) fn is_failure(&self) -> bool {
        self.errors.iter().any(|told| !told.is_warning)
    }

    fn ack(&self) -> &'static str {
        if self.is_failure() {
            "Failure"
        } else if self.errors.is_empty() {
            "Success"
        } else {
            "Warning"
        }
    }
}

/// The result file.
pub(super) fn document(responses: &[Response]) -> Vec<u8> {
    let mut page = Page(Writer::new_with_indent(Vec::new(), b' ', 1));
    page.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    page.open(BytesStart::new("BulkDataExchangeResponses").with_attributes([NAMESPACE]));
    for response in responses {
        page.response(response);
    }
    page.close("BulkDataExchangeResponses");
    page.0.into_inner()
}

const NAMESPACE: (&str, &str) = ("xmlns", "urn:ebay:apis:eBLBaseComponents");

struct Page(Writer<Vec<u8>>);

impl Page {
    fn response(&mut self, response: &Response) {
        self.open(BytesStart::new(response.name.as_str()).with_attributes([NAMESPACE]));
        self.leaf("Timestamp", &response.time);
        self.leaf("Ack", response.ack());
        self.leaf("CorrelationID", response.correlation.as_deref().unwrap_or_default());
        for told in &response.errors {
            self.open(BytesStart::new("Errors"));
            self.leaf("ShortMessage", &told.text);
            self.leaf("LongMessage", &told.text);
            self.leaf("ErrorCode", &told.code.to_string());
            self.leaf("SeverityCode", if told.is_warning { "Warning" } else { "Error" });
            if let Some(specific) = &told.specific {
                self.open(BytesStart::new("ErrorParameters").with_attributes([("ParamID", "2")]));
                self.leaf("Value", specific);
                self.close("ErrorParameters");
            }
            self.leaf("ErrorClassification", if told.code == 10_007 { "SystemError" } else { "RequestError" });
            self.close("Errors");
        }
        self.leaf("Version", &response.version);
        self.leaf("Build", "SANDBOX");
        if !response.is_failure() {
            self.outcome(response);
        }
        self.close(&response.name);
    }

    fn outcome(&mut self, response: &Response) {
        for (sku, item_id, price, quantity) in &response.statuses {
            self.open(BytesStart::new("InventoryStatus"));
            self.leaf("SKU", sku);
            self.leaf("ItemID", item_id);
            if let Some((price, currency)) = price {
                self.event(Event::Start(
                    BytesStart::new("StartPrice").with_attributes([("currencyID", currency.as_str())]),
                ));
                self.event(Event::Text(BytesText::new(price)));
                self.close("StartPrice");
            }
            if let Some(quantity) = quantity {
                self.leaf("Quantity", quantity);
            }
            self.close("InventoryStatus");
        }
        if response.is_end {
            self.leaf("EndTime", &response.time);
            if let Some(sku) = &response.sku {
                self.leaf("SKU", sku);
            }
            return;
        }
        if let Some(item_id) = &response.item_id {
            self.leaf("ItemID", item_id);
        }
        if let Some(sku) = &response.sku {
            self.leaf("SKU", sku);
        }
        if response.item_id.is_some() {
            self.leaf("StartTime", &response.time);
        }
        if let Some(category) = &response.category {
            self.leaf("CategoryID", category);
        }
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.event(Event::Start(BytesStart::new(name)));
        self.event(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    fn open(&mut self, start: BytesStart<'_>) {
        self.event(Event::Start(start));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes everything");
    }
}
