//! LMS files: each request is read back into the tree it would have been written from, and held to what that is held to.
//! Findings name elements by their path in the file.

use super::requests;
use super::requests::first;
use super::requests::path;
use super::requests::several;
use super::requests::text_of;
use crate::Ebay;
use crate::encode::lms::ROOT;
use crate::encode::lms::of_message;
use crate::kind::Form;
use crate::kind::Kind;
use crate::kind::Way;
use crate::policy;
use crate::schema;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::xml;

/// Where a value stands in a request, and where in the tree.
const MEMBERS: &[(&str, &str)] = &[
    ("/Item/Title", "/item/product/title"),
    ("/Item/SubTitle", "/item/product/subtitle"),
    ("/Item/ConditionDescription", "/item/conditionDescription"),
    ("/Item/Description", "/offer/listingDescription"),
    ("/Item/PrimaryCategory/CategoryID", "/offer/categoryId"),
    ("/Item/ListingDuration", "/offer/listingDuration"),
    ("/Item/Location", "/offer/location"),
    ("/Item/PostalCode", "/offer/postalCode"),
    ("/Item/SellerProfiles/SellerShippingProfile/ShippingProfileID", "/offer/listingPolicies/fulfillmentPolicyId"),
    ("/Item/SellerProfiles/SellerPaymentProfile/PaymentProfileID", "/offer/listingPolicies/paymentPolicyId"),
    ("/Item/SellerProfiles/SellerReturnProfile/ReturnProfileID", "/offer/listingPolicies/returnPolicyId"),
];

/// Checks a file, and says how many requests it holds.
pub(crate) fn lint(ebay: &Ebay, file: &File<'_>, out: &mut Findings) -> u64 {
    let text = file.text(out);
    let mut listing = Listing::new();
    if let Err(problem) = xml::read(text, &mut listing) {
        let finding = Finding::new(&rules::UNREADABLE_FILE, format!("file is not XML: {}", problem.message))
            .help("write the file with an XML library");
        out.push(file.say(finding.at(file.place(Some(problem.line)))));
        return 0;
    }
    let document = Document::in_text(file.clone(), listing, text);
    let Some(root) = document.root().member(ROOT) else {
        let root = document.root().members().next();
        let finding =
            Finding::new(&rules::BAD_ENVELOPE, format!("the root element is `{}`", root.map_or("", |(name, _)| name)));
        let place = root.map_or(file.place(Some(1)), |(_, node)| document.place(node));
        out.push(file.say(finding.help(format!("write `{ROOT}`")).at(place)));
        return 0;
    };
    requests::frame(ebay, &document, root, out);
    requests::inside(ebay, &document, root, out);
    let requests = requests::requests(&document, root, out);
    if requests.is_empty() {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "file holds no request").at(document.place(root));
        out.push(file.say(finding));
    }
    let mut trees = Listing::new();
    let list = trees.add_array(Listing::ROOT, &Key::new("requests"), root.source());
    for request in &requests {
        let node = document.root().pointer(&request.pointer).unwrap_or(root);
        requests::variations(&document, request, node, out);
        let tree = trees.push_object(list, node.source());
        Tree { ebay, out: &mut trees }.write(request.kind, node, tree);
    }
    let document = document.with(trees);
    let records = document.records("/requests", "/sku");
    let mut tally = Tally::default();
    for (at, (record, request)) in records.iter().zip(&requests).enumerate() {
        let mut found = Findings::default();
        check(ebay, &document, record, request.kind, &mut tally, &mut found);
        let own = format!("/requests/{at}");
        for mut finding in found.take() {
            // A record without a SKU is told by its place in the tree, which is not the file's.
            finding.pointer = finding.pointer.map(|inner| {
                let inner = inner.strip_prefix(&own).unwrap_or(&inner);
                format!("{}{}", path(&request.pointer), element(request.kind, inner))
            });
            out.push(finding);
        }
    }
    let twice = |sku: &str, first: usize| {
        let finding = Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in request {first}"));
        finding.help("keep one request for each SKU")
    };
    document.duplicates(&records, "/sku", twice, out);
    tally.report(file, out);
    requests.len() as u64
}

fn check(
    ebay: &Ebay,
    document: &Document<'_>,
    record: &feedwright_marketplace::lint::Record,
    kind: Kind,
    tally: &mut Tally,
    out: &mut Findings,
) {
    document.blanks(record, "", out);
    let node = document.node(record);
    let id = node.pointer("/offer/categoryId").and_then(Ref::as_text).unwrap_or_default().to_owned();
    match kind.form() {
        // An update may leave out what stays as it is.
        Form::Listing(way) if kind == Kind::Lms && !id.is_empty() => {
            let found = ebay.category_in(Form::Listing(way), &id);
            if let Some(category) = tally.category(document, record, "/offer/categoryId", found, out) {
                document.check(record, "", &category.requirements, Scope::Whole, out);
            }
        }
        Form::Listing(way) => {
            if kind == Kind::Lms {
                let finding =
                    Finding::new(&rules::MISSING_REQUIRED_FIELD, "required attribute `CategoryID` has no value");
                out.push(document.say(record, "/offer/categoryId", finding.help("give the number of a category")));
            }
            if let Ok(found) = ebay.category_in(Form::Listing(way), &id) {
                document.check(record, "", &found.requirements, Scope::Partial, out);
            }
        }
        form @ (Form::Price | Form::Stock | Form::End | Form::Member) => {
            let row = match form {
                Form::End | Form::Member => schema::row(form),
                Form::Price | Form::Stock | Form::Listing(_) => schema::status(),
            };
            if let Ok(row) = row {
                document.check(record, "", &row, Scope::Whole, out);
            }
        }
    }
    let mut found = Findings::default();
    let kind = if node.member("price").is_some() { Kind::LmsPrice } else { kind };
    policy::check(ebay, kind, &id, node, &mut found);
    document.say_all(record, found, out);
}

/// Builds the tree of a request; every node keeps its place in the file.
struct Tree<'a> {
    ebay: &'a Ebay,
    out: &'a mut Listing,
}

impl Tree<'_> {
    fn write(&mut self, kind: Kind, request: Ref<'_>, tree: NodeId) {
        match kind {
            Kind::LmsPrice | Kind::LmsStock => {
                self.key(tree, request);
                self.amount(tree, "/price", request.member("StartPrice"));
                self.number(tree, "/quantity", request.member("Quantity"));
            }
            Kind::LmsEnd => self.key(tree, request),
            Kind::LmsDrop => {
                let variation = request.pointer(requests::VARIATION).map_or(request, first);
                self.key(tree, variation);
                let item = request.member("Item").unwrap_or(request);
                self.put(tree, "/listing", item.member("SKU").or_else(|| item.member("ItemID")));
            }
            Kind::Lms | Kind::LmsRevise => self.listing(request, tree),
            // Calls and rows stand in files of other feeds.
            Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd | Kind::Fx => {}
        }
    }

    /// What a listing is known by: the seller's SKU, or eBay's number.
    fn key(&mut self, tree: NodeId, holder: Ref<'_>) {
        self.put(tree, "/sku", holder.member("SKU").or_else(|| holder.member("ItemID")));
    }

    /// An amount in the currency it names, or that of the site.
    fn amount(&mut self, tree: NodeId, pointer: &str, from: Option<Ref<'_>>) {
        self.put(tree, &format!("{pointer}/value"), from);
        let named = from.and_then(|amount| amount.member("@currencyID")).and_then(Ref::as_text);
        let currency = named.unwrap_or(self.ebay.channel.currency.code()).to_owned();
        self.text(tree, &format!("{pointer}/currency"), from, &currency);
    }

    fn listing(&mut self, request: Ref<'_>, tree: NodeId) {
        let Some(item) = request.member("Item") else { return };
        // What is missing in them is missing in the item.
        for part in ["item", "offer"] {
            self.object(tree, part, item.source());
        }
        for (from, to) in MEMBERS {
            self.put(tree, to, request.pointer(from));
        }
        self.key(tree, item);
        if item.pointer("/Variations/Variation").is_some() {
            // A family needs no SKU of its own; what comes back with the answer tells it.
            let message = request.member("MessageID");
            let sku = message.and_then(text_of).map_or("", |id| of_message(id).0);
            self.text(tree, "/sku", message, sku);
        }
        let site = self.ebay.channel.site;
        self.text(tree, "/offer/marketplaceId", Some(item), site.id);
        if item.member("ListingType").and_then(Ref::as_text).is_none_or(|kind| kind == "FixedPriceItem") {
            self.text(tree, "/offer/format", Some(item), "FIXED_PRICE");
        }
        // A seller without business policies says the same at length.
        if item.member("ShippingDetails").is_some() && item.member("SellerProfiles").is_none() {
            for policy in ["fulfillmentPolicyId", "paymentPolicyId", "returnPolicyId"] {
                self.text(tree, &format!("/offer/listingPolicies/{policy}"), Some(item), "in the request");
            }
        }
        if item.member("Location").is_none() {
            self.put(tree, "/offer/location", item.member("PostalCode"));
        }
        let condition = item.member("ConditionID");
        if let Some(id) = condition.and_then(Ref::as_text) {
            let name = policy::condition_of(id.trim()).unwrap_or(id).to_owned();
            self.text(tree, "/item/condition", condition, &name);
        }
        self.each(tree, "/item/product/imageUrls", item.pointer("/PictureDetails/PictureURL"));
        self.specifics(tree, item.pointer("/ItemSpecifics/NameValueList"));
        for (from, to) in [("UPC", "upc"), ("EAN", "ean"), ("ISBN", "isbn")] {
            let number = item.pointer(&format!("/ProductListingDetails/{from}"));
            self.each(tree, &format!("/item/product/{to}"), number);
        }
        let variations = item.pointer("/Variations/Variation");
        let priced = variations.map_or(item, first);
        self.amount(tree, "/offer/pricingSummary/price", priced.member("StartPrice"));
        self.number(tree, "/offer/availableQuantity", priced.member("Quantity"));
        self.put(tree, "/offer/dispatchDays", item.member("DispatchTimeMax"));
        if let Some(variations) = variations {
            self.family(tree, item, variations);
        }
    }

    fn family(&mut self, tree: NodeId, item: Ref<'_>, variations: Ref<'_>) {
        let all: Vec<Ref<'_>> = several(variations).collect();
        for (at, variation) in all.iter().enumerate() {
            self.each(tree, "/family/variantSKUs", variation.member("SKU"));
            if at == 0 {
                self.specifics(tree, variation.pointer("/VariationSpecifics/NameValueList"));
            }
        }
        let source = variations.source();
        let family = self.object(tree, "family", source);
        if self.out.get(family, &Key::new("own")).is_none() {
            self.out.add_array(family, &Key::new("own"), source);
        }
        let varies = self.object(family, "variesBy", source);
        let list = self.out.add_array(varies, &Key::new("specifications"), source);
        let set = item.pointer("/Variations/VariationSpecificsSet/NameValueList");
        for axis in set.into_iter().flat_map(several) {
            let entry = self.out.push_object(list, axis.source());
            self.put(entry, "/name", axis.member("Name"));
            self.each(entry, "/values", axis.member("Value"));
        }
    }

    fn specifics(&mut self, tree: NodeId, list: Option<Ref<'_>>) {
        for specific in list.into_iter().flat_map(several) {
            let Some(name) = specific.member("Name").and_then(text_of) else { continue };
            let item = self.object(tree, "item", specific.source());
            let product = self.object(item, "product", specific.source());
            let aspects = self.object(product, "aspects", specific.source());
            if self.out.get(aspects, &Key::new(name)).is_some() {
                continue;
            }
            let values = self.out.add_array(aspects, &Key::new(name), specific.source());
            for value in specific.member("Value").into_iter().flat_map(several) {
                self.out.push(values, Leaf::Text(text_of(value).unwrap_or_default()), value.source());
            }
        }
    }

    fn object(&mut self, parent: NodeId, name: &str, source: feedwright_marketplace::listing::Source) -> NodeId {
        let key = Key::new(name);
        match self.out.get(parent, &key) {
            Some(node) => node,
            None => self.out.add_object(parent, &key, source),
        }
    }

    fn put(&mut self, tree: NodeId, pointer: &str, from: Option<Ref<'_>>) {
        if let Some(text) = from.and_then(text_of) {
            let text = text.to_owned();
            self.text(tree, pointer, from, &text);
        }
    }

    /// Puts a text of ours where something stands in the file.
    fn text(&mut self, tree: NodeId, pointer: &str, from: Option<Ref<'_>>, text: &str) {
        let Some(from) = from else { return };
        if let Some((holder, key)) = self.holder(tree, pointer, from) {
            self.out.add(holder, &key, Leaf::Text(text), from.source());
        }
    }

    fn number(&mut self, tree: NodeId, pointer: &str, from: Option<Ref<'_>>) {
        let Some(from) = from else { return };
        let Some(text) = text_of(from) else { return };
        if let Some((holder, key)) = self.holder(tree, pointer, from) {
            let leaf = text.trim().parse().map_or(Leaf::Text(text), Leaf::Number);
            self.out.add(holder, &key, leaf, from.source());
        }
    }

    /// Adds each of one or several elements to a list.
    fn each(&mut self, tree: NodeId, pointer: &str, from: Option<Ref<'_>>) {
        for one in from.into_iter().flat_map(several) {
            let Some((before, last)) = pointer.rsplit_once('/') else { return };
            let holder = before.split('/').skip(1).fold(tree, |node, name| self.object(node, name, one.source()));
            let key = Key::new(last);
            let list = match self.out.get(holder, &key) {
                Some(list) => list,
                None => self.out.add_array(holder, &key, one.source()),
            };
            self.out.push(list, Leaf::Text(text_of(one).unwrap_or_default()), one.source());
        }
    }

    /// The object a pointer's last member goes to, if the member is not there yet.
    fn holder(&mut self, tree: NodeId, pointer: &str, from: Ref<'_>) -> Option<(NodeId, Key)> {
        let (before, last) = pointer.rsplit_once('/')?;
        let holder = before.split('/').skip(1).fold(tree, |node, name| self.object(node, name, from.source()));
        let key = Key::new(last);
        self.out.get(holder, &key).is_none().then_some((holder, key))
    }
}

/// Where in a request stands what is at a pointer of the tree.
fn element(kind: Kind, pointer: &str) -> String {
    if kind.form() != Form::Listing(Way::Lms) {
        return match pointer {
            "/sku" if kind == Kind::LmsDrop => format!("{}/SKU", requests::VARIATION),
            "/sku" => "/SKU".to_owned(),
            "/listing" => "/Item/SKU".to_owned(),
            "/quantity" => "/Quantity".to_owned(),
            _ if pointer.starts_with("/price") => "/StartPrice".to_owned(),
            _ => String::new(),
        };
    }
    if let Some(rest) = pointer.strip_prefix(crate::family::ASPECTS).filter(|rest| !rest.is_empty()) {
        let name = rest.split('/').nth(1).unwrap_or_default().replace("~1", "/").replace("~0", "~");
        return format!("/Item/ItemSpecifics/NameValueList[Name=\"{name}\"]");
    }
    let known = MEMBERS.iter().find(|(_, to)| *to == pointer).map(|(from, _)| (*from).to_owned());
    known.unwrap_or_else(|| match pointer {
        "/sku" => "/Item/SKU".to_owned(),
        "/item/condition" => "/Item/ConditionID".to_owned(),
        "/offer/availableQuantity" => "/Item/Quantity".to_owned(),
        "/offer/dispatchDays" => "/Item/DispatchTimeMax".to_owned(),
        "/offer/quantityLimitPerBuyer" => "/Item/QuantityRestrictionPerBuyer/MaximumQuantity".to_owned(),
        _ if pointer.starts_with("/item/product/imageUrls") => "/Item/PictureDetails/PictureURL".to_owned(),
        _ if pointer.starts_with("/offer/pricingSummary") => "/Item/StartPrice".to_owned(),
        _ if pointer.starts_with("/offer/listingPolicies") => "/Item/SellerProfiles".to_owned(),
        _ if pointer.starts_with("/item/product/upc") => "/Item/ProductListingDetails/UPC".to_owned(),
        _ if pointer.starts_with("/item/product/ean") => "/Item/ProductListingDetails/EAN".to_owned(),
        _ if pointer.starts_with("/item/product/isbn") => "/Item/ProductListingDetails/ISBN".to_owned(),
        _ if pointer.starts_with("/family") => "/Item/Variations".to_owned(),
        _ if pointer.starts_with(crate::family::ASPECTS) => "/Item/ItemSpecifics".to_owned(),
        _ => "/Item".to_owned(),
    })
}
