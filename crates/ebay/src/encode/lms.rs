//! LMS XML: the Trading API's requests in a file, a request for each listing.
//!
//! Source: merchant data guide, and element names and types of WSDL 1487; read 2026-11-25. The key of a row is `MessageID`:
//! it comes back as `CorrelationID`. Lines are kept short, which the guide asks for.

use super::aspects;
use super::text;
use super::texts;
use crate::Ebay;
use crate::kind::Kind;
use crate::policy;
use crate::profile::TRADING_VERSION;
use crate::profile::trading_site;
use blake3::Hasher;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Ref;
use quick_xml::Writer;
use quick_xml::events::BytesDecl;
use quick_xml::events::BytesEnd;
use quick_xml::events::BytesStart;
use quick_xml::events::BytesText;
use quick_xml::events::Event;
use std::fmt::Write as _;

/// The namespace of every element.
pub(crate) const NAMESPACE: &str = "urn:ebay:apis:eBLBaseComponents";
/// The root of a file.
pub(crate) const ROOT: &str = "BulkDataExchangeRequests";

/// The element of a request.
pub(crate) fn request(kind: Kind) -> &'static str {
    match kind {
        Kind::LmsRevise | Kind::LmsDrop => "ReviseFixedPriceItemRequest",
        Kind::LmsPrice | Kind::LmsStock => "ReviseInventoryStatusRequest",
        Kind::LmsEnd => "EndFixedPriceItemRequest",
        Kind::Lms | Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd | Kind::Fx => {
            "AddFixedPriceItemRequest"
        }
    }
}

/// What stands around the requests of a file, and around the variants of a family, which are one request.
pub(crate) fn framing(ebay: &Ebay, kind: Kind) -> Framing {
    let mut before = Vec::new();
    let mut xml = Xml::new(&mut before);
    xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    xml.line();
    xml.open_in_namespace(ROOT);
    xml.open("Header");
    xml.leaf("SiteID", trading_site(ebay.channel.site.country).0);
    xml.leaf("Version", TRADING_VERSION);
    xml.close("Header");
    let mut after = Vec::new();
    Xml::new(&mut after).close(ROOT);
    let mut family = Vec::new();
    // A family that is ended is one request, and nothing stands in it of its variants.
    if kind != Kind::LmsEnd {
        let mut xml = Xml::new(&mut family);
        for name in ["Variations", "Item", request(kind)] {
            xml.close(name);
        }
    }
    Framing {
        file: Frame { before, between: Vec::new(), after },
        batch: None,
        family: Some(Frame { after: family, ..Frame::default() }),
    }
}

/// Writes a request; of a family what stands before its variants, and of one of these its element.
pub(crate) fn write(ebay: &Ebay, kind: Kind, record: Ref<'_>, out: &mut Vec<u8>) {
    let mut xml = Xml::new(out);
    let currency = ebay.channel.currency.code();
    if record.member("group").is_some() {
        variation(record, currency, &mut xml);
        return;
    }
    let request = request(kind);
    xml.open_in_namespace(request);
    xml.leaf("ErrorLanguage", &ebay.channel.language.with_underscore());
    xml.leaf("MessageID", &message_id(text(record, "/sku"), &members(record)));
    xml.leaf("Version", TRADING_VERSION);
    xml.leaf("WarningLevel", "High");
    match kind {
        Kind::LmsPrice | Kind::LmsStock => {
            xml.open("InventoryStatus");
            xml.leaf("SKU", text(record, "/sku"));
            if record.member("price").is_some() {
                xml.amount("StartPrice", text(record, "/price/value"), currency);
            }
            xml.number("Quantity", record, "/quantity");
            xml.close("InventoryStatus");
            xml.close(request);
        }
        Kind::LmsEnd => {
            xml.leaf("EndingReason", "NotAvailable");
            xml.leaf("SKU", text(record, "/sku"));
            xml.close(request);
        }
        Kind::LmsDrop => {
            // Merchant data guide, VariationType, read 2026-11-26: a revision may delete a variant that was sold, too; an older
            // page says to set its quantity to 0. One with a quantity has to stay, else the listing is to be ended.
            xml.open("Item");
            xml.leaf("SKU", text(record, "/listing"));
            xml.leaf("InventoryTrackingMethod", "SKU");
            xml.open("Variations");
            xml.open("Variation");
            xml.leaf("SKU", text(record, "/sku"));
            xml.leaf("Delete", "true");
            for name in ["Variation", "Variations", "Item", request] {
                xml.close(name);
            }
        }
        Kind::Lms
        | Kind::LmsRevise
        | Kind::Inventory
        | Kind::InventoryPrice
        | Kind::InventoryStock
        | Kind::InventoryEnd
        | Kind::Fx => {
            let is_family = record.member("family").is_some();
            item(ebay, kind, record, is_family, &mut xml);
            if is_family {
                variations(record, &mut xml);
            } else {
                xml.close("Item");
                xml.close(request);
            }
        }
    }
}

fn item(ebay: &Ebay, kind: Kind, record: Ref<'_>, is_family: bool, xml: &mut Xml<'_>) {
    let currency = ebay.channel.currency.code();
    xml.open("Item");
    if kind == Kind::Lms {
        // Left to itself eBay files a listing of a category that is gone somewhere else, and drops what does not fit.
        xml.leaf("CategoryMappingAllowed", "false");
    }
    xml.leaf("Title", text(record, "/item/product/title"));
    xml.some("SubTitle", text(record, "/item/product/subtitle"));
    xml.leaf("Description", text(record, "/offer/listingDescription"));
    xml.open("PrimaryCategory");
    xml.leaf("CategoryID", text(record, "/offer/categoryId"));
    xml.close("PrimaryCategory");
    xml.leaf("ConditionID", policy::condition_id(text(record, "/item/condition")).unwrap_or_default());
    xml.some("ConditionDescription", text(record, "/item/conditionDescription"));
    xml.leaf("Country", ebay.channel.site.country);
    xml.leaf("Currency", currency);
    xml.leaf("ListingDuration", text(record, "/offer/listingDuration"));
    xml.leaf("ListingType", "FixedPriceItem");
    xml.some("Location", text(record, "/offer/location"));
    xml.some("PostalCode", text(record, "/offer/postalCode"));
    xml.number("DispatchTimeMax", record, "/offer/dispatchDays");
    if record.pointer("/offer/quantityLimitPerBuyer").is_some() {
        xml.open("QuantityRestrictionPerBuyer");
        xml.number("MaximumQuantity", record, "/offer/quantityLimitPerBuyer");
        xml.close("QuantityRestrictionPerBuyer");
    }
    xml.open("PictureDetails");
    texts(record, "/item/product/imageUrls").for_each(|url| xml.leaf("PictureURL", url));
    xml.close("PictureDetails");
    xml.open("ItemSpecifics");
    for (name, values) in aspects(record) {
        xml.name_and_values(name, values.elements().filter_map(Ref::as_text));
    }
    xml.close("ItemSpecifics");
    if !is_family {
        identifiers("ProductListingDetails", record, xml);
        xml.number("Quantity", record, "/offer/availableQuantity");
        xml.amount("StartPrice", text(record, "/offer/pricingSummary/price/value"), currency);
    }
    xml.leaf("SKU", text(record, "/sku"));
    xml.leaf("InventoryTrackingMethod", "SKU");
    xml.open("SellerProfiles");
    for (profile, id, member) in [
        ("SellerShippingProfile", "ShippingProfileID", "fulfillmentPolicyId"),
        ("SellerReturnProfile", "ReturnProfileID", "returnPolicyId"),
        ("SellerPaymentProfile", "PaymentProfileID", "paymentPolicyId"),
    ] {
        xml.open(profile);
        xml.leaf(id, text(record, &format!("/offer/listingPolicies/{member}")));
        xml.close(profile);
    }
    xml.close("SellerProfiles");
    if kind == Kind::Lms {
        xml.leaf("UUID", &uuid(ebay, record));
    }
}

/// What the variants of a family differ by; the variants themselves are written into it.
fn variations(record: Ref<'_>, xml: &mut Xml<'_>) {
    xml.open("Variations");
    xml.open("VariationSpecificsSet");
    for axis in record.pointer("/family/variesBy/specifications").into_iter().flat_map(Ref::elements) {
        let name = axis.member("name").and_then(Ref::as_text).unwrap_or_default();
        xml.name_and_values(name, texts(axis, "/values"));
    }
    xml.close("VariationSpecificsSet");
    if let Some(pictures) = record.pointer("/family/pictures") {
        xml.open("Pictures");
        xml.leaf("VariationSpecificName", text(pictures, "/name"));
        for set in pictures.member("sets").into_iter().flat_map(Ref::elements) {
            xml.open("VariationSpecificPictureSet");
            xml.leaf("VariationSpecificValue", text(set, "/value"));
            texts(set, "/urls").for_each(|url| xml.leaf("PictureURL", url));
            xml.close("VariationSpecificPictureSet");
        }
        xml.close("Pictures");
    }
}

fn variation(record: Ref<'_>, currency: &str, xml: &mut Xml<'_>) {
    xml.open("Variation");
    xml.leaf("SKU", text(record, "/sku"));
    xml.amount("StartPrice", text(record, "/offer/pricingSummary/price/value"), currency);
    xml.number("Quantity", record, "/offer/availableQuantity");
    identifiers("VariationProductListingDetails", record, xml);
    xml.open("VariationSpecifics");
    for specific in record.pointer("/axes").into_iter().flat_map(Ref::elements) {
        let name = specific.member("name").and_then(Ref::as_text).unwrap_or_default();
        let value = specific.member("value").and_then(Ref::as_text).unwrap_or_default();
        xml.name_and_values(name, std::iter::once(value));
    }
    xml.close("VariationSpecifics");
    xml.close("Variation");
}

fn identifiers(element: &str, record: Ref<'_>, xml: &mut Xml<'_>) {
    let numbers = ["UPC", "EAN", "ISBN"].map(|name| {
        let pointer = format!("/item/product/{}/0", name.to_lowercase());
        (name, text(record, &pointer))
    });
    let (brand, mpn) = (text(record, "/item/product/brand"), text(record, "/item/product/mpn"));
    let is_variant = element != "ProductListingDetails";
    // Brand and part number stand together; of a variant the part number stands alone, as a name and a value.
    let has_pair = !is_variant && !brand.is_empty() && !mpn.is_empty();
    let has_own = is_variant && !mpn.is_empty();
    if numbers.iter().all(|(_, number)| number.is_empty()) && !has_pair && !has_own {
        return;
    }
    xml.open(element);
    for (name, number) in &numbers {
        xml.some(name, number);
    }
    if has_own {
        xml.name_and_values("MPN", std::iter::once(mpn));
    }
    if has_pair {
        xml.open("BrandMPN");
        xml.leaf("Brand", brand);
        xml.leaf("MPN", mpn);
        xml.close("BrandMPN");
    }
    xml.close(element);
}

/// The SKUs of a family's members; none where the record is no family's.
fn members(record: Ref<'_>) -> Vec<&str> {
    texts(record, "/family/variantSKUs").collect()
}

/// What comes back with the answer to a request: its SKU. An answer about a family names none of its members, so theirs
/// stand here as a number and a digest, by which they are known among the rows.
fn message_id(sku: &str, members: &[&str]) -> String {
    if members.is_empty() {
        return sku.to_owned();
    }
    format!("{sku} (+{} {})", members.len(), members_digest(members))
}

/// What a family's members are known by.
pub(crate) fn members_digest(members: &[&str]) -> String {
    hex(&hashed(members.iter().map(|member| member.as_bytes())), 4)
}

/// The SKU in a message id, and what it says of a family's members: their number and digest.
pub(crate) fn of_message(id: &str) -> (&str, Option<(usize, &str)>) {
    let told = id.rsplit_once(" (+").and_then(|(sku, rest)| {
        let (number, digest) = rest.strip_suffix(')')?.split_once(' ')?;
        Some((sku, (number.parse().ok()?, digest)))
    });
    match told {
        Some((sku, members)) => (sku, Some(members)),
        None => (id, None),
    }
}

/// The same for the same content of the same SKU of the same seller: eBay refuses a second listing with it (error 488),
/// so that nothing sent twice is listed twice, and that error says that the very same was taken before.
fn uuid(ebay: &Ebay, record: Ref<'_>) -> String {
    let mut content = Vec::new();
    record.write_json(&mut content);
    let parts = [ebay.channel.site.id, &ebay.channel.seller, text(record, "/sku")];
    let parts = parts.into_iter().map(str::as_bytes).chain([content.as_slice()]);
    hex(&hashed(parts), 16)
}

fn hashed<'p>(parts: impl Iterator<Item = &'p [u8]>) -> [u8; 32] {
    let mut hash = Hasher::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// So many bytes as digits.
fn hex(bytes: &[u8], n_bytes: usize) -> String {
    bytes.iter().take(n_bytes).fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02X}");
        text
    })
}

/// Elements a line each.
struct Xml<'o> {
    writer: Writer<&'o mut Vec<u8>>,
}

impl<'o> Xml<'o> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        Self { writer: Writer::new(out) }
    }

    fn event(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok(), "writing into memory cannot fail");
    }

    fn line(&mut self) {
        self.writer.get_mut().push(b'\n');
    }

    fn open_in_namespace(&mut self, name: &str) {
        let mut start = BytesStart::new(name);
        start.push_attribute(("xmlns", NAMESPACE));
        self.event(Event::Start(start));
        self.line();
    }

    fn open(&mut self, name: &str) {
        self.event(Event::Start(BytesStart::new(name)));
        self.line();
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
        self.line();
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.event(Event::Start(BytesStart::new(name)));
        self.event(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    fn some(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.leaf(name, text);
        }
    }

    fn number(&mut self, name: &str, record: Ref<'_>, pointer: &str) {
        if let Some(node) = record.pointer(pointer) {
            match node.as_number() {
                Some(number) => self.leaf(name, &number.to_string()),
                None => self.some(name, node.as_text().unwrap_or_default()),
            }
        }
    }

    fn amount(&mut self, name: &str, amount: &str, currency: &str) {
        let mut start = BytesStart::new(name);
        start.push_attribute(("currencyID", currency));
        self.event(Event::Start(start));
        self.event(Event::Text(BytesText::new(amount)));
        self.close(name);
    }

    fn name_and_values<'v>(&mut self, name: &str, values: impl Iterator<Item = &'v str>) {
        self.open("NameValueList");
        self.leaf("Name", name);
        values.for_each(|value| self.leaf("Value", value));
        self.close("NameValueList");
    }
}
