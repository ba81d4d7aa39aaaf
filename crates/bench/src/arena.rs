//! Our arena, put together by hand, and the `jsonschema` crate over it: what is left when everything of ours but the tree is
//! taken away.

use crate::output;
use crate::output::for_each_row;
use crate::rows::Row;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use clap::Args;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Ref;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use rust_decimal::Decimal;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

/// What to run over.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    output: output::Arguments,
    /// The requirement document.
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
}

/// Reads a catalog and writes the messages of what meets the requirements.
pub(crate) fn arena(arguments: &Arguments) -> Result<()> {
    let shown = arguments.schema.display().to_string();
    let bytes = fs::read(&arguments.schema).with_context(|| format!("cannot read {shown}"))?;
    let dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };
    let origin = Origin::Given { name: shown.clone() };
    let requirements = Requirements::compile(Document { name: &shown, bytes: &bytes }, &dialect, origin)
        .map_err(|why| anyhow!("{shown}: {why}"))?;
    for_each_row(&arguments.output, || {
        let keys = Keys::new();
        let mut listing = Listing::new();
        let mut message = Vec::new();
        let requirements = &requirements;
        move |row, output| {
            listing.clear();
            let attributes = fill(&keys, &mut listing, row)?;
            if !meets(requirements, listing.node(attributes)) {
                return output.refuse(row.sku);
            }
            output.message(|number, out| {
                message.clear();
                listing.root().write_members(&mut message);
                write!(out, "{{\"messageId\":{number},")?;
                out.write_all(&message)?;
                out.write_all(b"}")?;
                Ok(())
            })
        }
    })
}

/// Asks the library, and not our program. One that cannot be built meets nothing, which the comparison with ours shows.
fn meets(requirements: &Requirements, attributes: Ref<'_>) -> bool {
    requirements.is_met_to_the_engine(attributes, Scope::Whole).unwrap_or(false)
}

macro_rules! keys {
    ($($name:ident $text:literal),+ $(,)?) => {
        /// Names of members, prepared once.
        struct Keys { $($name: Key),+ }

        impl Keys {
            fn new() -> Self {
                Self { $($name: Key::new($text)),+ }
            }
        }
    };
}

keys! {
    sku "sku",
    operation "operationType",
    product_type "productType",
    requirements "requirements",
    attributes "attributes",
    marketplace "marketplace_id",
    language "language_tag",
    value "value",
    unit "unit",
    kind "type",
    length "length",
    width "width",
    height "height",
    media "media_location",
    currency "currency",
    audience "audience",
    our_price "our_price",
    schedule "schedule",
    with_tax "value_with_tax",
    fulfillment "fulfillment_channel_code",
    quantity "quantity",
    identifier "externally_assigned_product_identifier",
    item_name "item_name",
    brand "brand",
    manufacturer "manufacturer",
    description "product_description",
    bullet_point "bullet_point",
    keyword "generic_keyword",
    item_type_keyword "item_type_keyword",
    model_name "model_name",
    model_number "model_number",
    part_number "part_number",
    color "color",
    material "material",
    style "style",
    number_of_items "number_of_items",
    package_quantity "item_package_quantity",
    unit_count "unit_count",
    dimensions "item_dimensions",
    weight "item_weight",
    country "country_of_origin",
    dangerous_goods "supplier_declared_dg_hz_regulation",
    batteries "batteries_required",
    certificate "required_product_compliance_certificate",
    main_image "main_product_image_locator",
    other_image "other_product_image_locator_1",
    list_price "list_price",
    condition "condition_type",
    offer "purchasable_offer",
    shipping_group "merchant_shipping_group",
    availability "fulfillment_availability",
    theme "theme",
    package_dimensions "item_package_dimensions",
    package_weight "item_package_weight",
}

/// Fills the listing, and says where its attributes stand.
fn fill(keys: &Keys, listing: &mut Listing, row: &Row<'_>) -> Result<NodeId> {
    for (key, text) in [
        (&keys.sku, row.sku),
        (&keys.operation, "UPDATE"),
        (&keys.product_type, "HOME"),
        (&keys.requirements, "LISTING"),
    ] {
        listing.add(Listing::ROOT, key, Leaf::Text(text), NOTHING);
    }
    let attributes = listing.add_object(Listing::ROOT, &keys.attributes, NOTHING);
    let mut to = Filling { keys, listing, attributes };
    if !row.gtin.is_empty() {
        let identifier = to.of(&keys.identifier, Leaf::Text(row.gtin));
        to.listing.add(identifier, &keys.kind, Leaf::Text("ean"), NOTHING);
    }
    to.text(&keys.item_name, row.title);
    if !row.brand.is_empty() {
        to.text(&keys.brand, row.brand);
        to.text(&keys.manufacturer, row.brand);
    }
    to.text(&keys.description, row.description);
    to.texts(&keys.bullet_point, &row.bullet_points);
    to.text(&keys.keyword, row.keywords);
    to.of(&keys.item_type_keyword, Leaf::Text("home-decor-products"));
    to.text(&keys.model_name, row.part_number);
    to.of(&keys.model_number, Leaf::Text(row.part_number));
    to.of(&keys.part_number, Leaf::Text(row.part_number));
    to.text(&keys.color, row.color);
    to.text(&keys.material, row.material);
    to.text(&keys.style, row.style);
    to.of(&keys.number_of_items, Leaf::Number(Decimal::ONE));
    to.of(&keys.package_quantity, Leaf::Number(Decimal::ONE));
    let count = to.of(&keys.unit_count, Leaf::Number(Decimal::ONE));
    let kind = to.listing.add_object(count, &keys.kind, NOTHING);
    to.listing.add(kind, &keys.language, Leaf::Text("en_US"), NOTHING);
    to.listing.add(kind, &keys.value, Leaf::Text("Count"), NOTHING);
    to.dimensions(&keys.dimensions, row)?;
    to.weight(&keys.weight, row)?;
    to.of(&keys.country, Leaf::Text(row.country_of_origin));
    to.of(&keys.dangerous_goods, Leaf::Text(row.dangerous_goods));
    to.of(&keys.batteries, Leaf::Bool(false));
    to.of(&keys.certificate, Leaf::Text("Not Applicable"));
    for (key, image) in [(&keys.main_image, row.image), (&keys.other_image, row.other_image)] {
        let locator = to.entry(key);
        to.listing.add(locator, &keys.media, Leaf::Text(image), NOTHING);
    }
    let list_price = to.entry(&keys.list_price);
    to.listing.add(list_price, &keys.currency, Leaf::Text("USD"), NOTHING);
    to.listing.add(list_price, &keys.value, Leaf::Number(number(row.list_price)?), NOTHING);
    to.of(&keys.condition, Leaf::Text("new_new"));
    to.offer(row)?;
    to.of(&keys.shipping_group, Leaf::Text("Standard"));
    let array = to.listing.add_array(attributes, &keys.availability, NOTHING);
    let availability = to.listing.push_object(array, NOTHING);
    to.listing.add(availability, &keys.fulfillment, Leaf::Text("DEFAULT"), NOTHING);
    to.listing.add(availability, &keys.quantity, Leaf::Number(number(row.quantity)?), NOTHING);
    to.text(&keys.theme, &format!("{} {}", row.style, row.color));
    to.dimensions(&keys.package_dimensions, row)?;
    to.weight(&keys.package_weight, row)?;
    Ok(attributes)
}

const NOTHING: Source = Source(0);

struct Filling<'a> {
    keys: &'a Keys,
    listing: &'a mut Listing,
    attributes: NodeId,
}

impl Filling<'_> {
    /// An attribute with one entry, which says for which marketplace.
    fn entry(&mut self, key: &Key) -> NodeId {
        let array = self.listing.add_array(self.attributes, key, NOTHING);
        self.push(array)
    }

    fn push(&mut self, array: NodeId) -> NodeId {
        let entry = self.listing.push_object(array, NOTHING);
        self.listing.add(entry, &self.keys.marketplace, Leaf::Text("ATVPDKIKX0DER"), NOTHING);
        entry
    }

    fn of(&mut self, key: &Key, value: Leaf<'_>) -> NodeId {
        let entry = self.entry(key);
        self.listing.add(entry, &self.keys.value, value, NOTHING);
        entry
    }

    fn text(&mut self, key: &Key, text: &str) {
        self.texts(key, &[text]);
    }

    fn texts(&mut self, key: &Key, texts: &[&str]) {
        let array = self.listing.add_array(self.attributes, key, NOTHING);
        for text in texts {
            let entry = self.push(array);
            self.listing.add(entry, &self.keys.language, Leaf::Text("en_US"), NOTHING);
            self.listing.add(entry, &self.keys.value, Leaf::Text(text), NOTHING);
        }
    }

    fn dimensions(&mut self, key: &Key, row: &Row<'_>) -> Result<()> {
        let entry = self.entry(key);
        let sides = [
            (&self.keys.length, row.item_length),
            (&self.keys.width, row.item_width),
            (&self.keys.height, row.item_height),
        ];
        for (side, text) in sides {
            let side = self.listing.add_object(entry, side, NOTHING);
            self.listing.add(side, &self.keys.value, Leaf::Number(amount(text)?), NOTHING);
            self.listing.add(side, &self.keys.unit, Leaf::Text("inches"), NOTHING);
        }
        Ok(())
    }

    fn weight(&mut self, key: &Key, row: &Row<'_>) -> Result<()> {
        let entry = self.of(key, Leaf::Number(amount(row.item_weight)?));
        self.listing.add(entry, &self.keys.unit, Leaf::Text("pounds"), NOTHING);
        Ok(())
    }

    fn offer(&mut self, row: &Row<'_>) -> Result<()> {
        let offer = self.entry(&self.keys.offer);
        self.listing.add(offer, &self.keys.currency, Leaf::Text("USD"), NOTHING);
        self.listing.add(offer, &self.keys.audience, Leaf::Text("ALL"), NOTHING);
        let prices = self.listing.add_array(offer, &self.keys.our_price, NOTHING);
        let price = self.listing.push_object(prices, NOTHING);
        let schedules = self.listing.add_array(price, &self.keys.schedule, NOTHING);
        let schedule = self.listing.push_object(schedules, NOTHING);
        self.listing.add(schedule, &self.keys.with_tax, Leaf::Number(number(row.price)?), NOTHING);
        Ok(())
    }
}

fn amount(text: &str) -> Result<Decimal> {
    number(text.split(' ').next().unwrap_or_default())
}

fn number(text: &str) -> Result<Decimal> {
    text.parse().with_context(|| format!("`{text}` is no number"))
}
