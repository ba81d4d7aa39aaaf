//! The message that a row becomes, as plain structs: what somebody writes who writes a program for one marketplace.

use crate::rows::Row;
use anyhow::Context as _;
use anyhow::Result;
use serde::Serialize;
use serde::Serializer;

const MARKETPLACE: &str = "ATVPDKIKX0DER";
const LANGUAGE: &str = "en_US";

/// What stands before the messages of a file.
pub(crate) const HEADER: &str =
    "{\"header\":{\"sellerId\":\"A1BENCHMARK000\",\"version\":\"2.0\",\"issueLocale\":\"en_US\"},\"messages\":[\n";
/// What stands after them.
pub(crate) const FOOTER: &str = "\n]}\n";

/// A message.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message<'a, A> {
    #[serde(rename = "messageId")]
    number: u64,
    sku: &'a str,
    operation_type: &'static str,
    product_type: &'static str,
    requirements: &'static str,
    attributes: A,
}

impl<'a, A> Message<'a, A> {
    /// The message with these attributes.
    pub(crate) fn new(number: u64, sku: &'a str, attributes: A) -> Self {
        Self { number, sku, operation_type: "UPDATE", product_type: "HOME", requirements: "LISTING", attributes }
    }
}

/// The attributes, in the order in which the templates write them.
#[derive(Serialize)]
pub(crate) struct Attributes<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    externally_assigned_product_identifier: Option<[Identifier<'a>; 1]>,
    item_name: [Text<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<[Text<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<[Text<'a>; 1]>,
    product_description: [Text<'a>; 1],
    bullet_point: [Text<'a>; 3],
    generic_keyword: [Text<'a>; 1],
    item_type_keyword: [Of<&'static str>; 1],
    model_name: [Text<'a>; 1],
    model_number: [Of<&'a str>; 1],
    part_number: [Of<&'a str>; 1],
    color: [Text<'a>; 1],
    material: [Text<'a>; 1],
    style: [Text<'a>; 1],
    number_of_items: [Of<u32>; 1],
    item_package_quantity: [Of<u32>; 1],
    unit_count: [UnitCount; 1],
    item_dimensions: [Dimensions; 1],
    item_weight: [Weight; 1],
    country_of_origin: [Of<&'a str>; 1],
    supplier_declared_dg_hz_regulation: [Of<&'a str>; 1],
    batteries_required: [Of<bool>; 1],
    required_product_compliance_certificate: [Of<&'static str>; 1],
    main_product_image_locator: [Image<'a>; 1],
    other_product_image_locator_1: [Image<'a>; 1],
    list_price: [Amount; 1],
    condition_type: [Of<&'static str>; 1],
    purchasable_offer: [Offer; 1],
    merchant_shipping_group: [Of<&'static str>; 1],
    fulfillment_availability: [Availability; 1],
    theme: [Theme<'a>; 1],
    item_package_dimensions: [Dimensions; 1],
    item_package_weight: [Weight; 1],
}

#[derive(Serialize)]
struct Of<T> {
    marketplace_id: &'static str,
    value: T,
}

#[derive(Serialize)]
struct Text<'a> {
    marketplace_id: &'static str,
    language_tag: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Theme<'a> {
    marketplace_id: &'static str,
    language_tag: &'static str,
    value: TwoWords<'a>,
}

struct TwoWords<'a>(&'a str, &'a str);

impl Serialize for TwoWords<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{} {}", self.0, self.1))
    }
}

#[derive(Serialize)]
struct Identifier<'a> {
    marketplace_id: &'static str,
    value: &'a str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Image<'a> {
    marketplace_id: &'static str,
    media_location: &'a str,
}

#[derive(Serialize)]
struct UnitCount {
    marketplace_id: &'static str,
    value: u32,
    r#type: Word,
}

#[derive(Serialize)]
struct Word {
    language_tag: &'static str,
    value: &'static str,
}

#[derive(Clone, Copy, Serialize)]
struct Dimensions {
    marketplace_id: &'static str,
    length: Inches,
    width: Inches,
    height: Inches,
}

#[derive(Clone, Copy, Serialize)]
struct Inches {
    value: u32,
    unit: &'static str,
}

#[derive(Clone, Copy, Serialize)]
struct Weight {
    marketplace_id: &'static str,
    value: f64,
    unit: &'static str,
}

#[derive(Serialize)]
struct Amount {
    marketplace_id: &'static str,
    currency: &'static str,
    value: f64,
}

#[derive(Serialize)]
struct Offer {
    marketplace_id: &'static str,
    currency: &'static str,
    audience: &'static str,
    our_price: [Schedules; 1],
}

#[derive(Serialize)]
struct Schedules {
    schedule: [Price; 1],
}

#[derive(Serialize)]
struct Price {
    value_with_tax: f64,
}

#[derive(Serialize)]
struct Availability {
    fulfillment_channel_code: &'static str,
    quantity: u32,
}

impl<'a> Attributes<'a> {
    /// The attributes of a row.
    pub(crate) fn of(row: &Row<'a>) -> Result<Self> {
        let dimensions = Dimensions {
            marketplace_id: MARKETPLACE,
            length: inches(row.item_length)?,
            width: inches(row.item_width)?,
            height: inches(row.item_height)?,
        };
        let weight = Weight {
            marketplace_id: MARKETPLACE,
            value: number(row.item_weight.split(' ').next().unwrap_or_default())?,
            unit: "pounds",
        };
        let [first, second, third] = row.bullet_points;
        let brand = || (!row.brand.is_empty()).then(|| [text(row.brand)]);
        Ok(Self {
            externally_assigned_product_identifier: (!row.gtin.is_empty()).then_some([Identifier {
                marketplace_id: MARKETPLACE,
                value: row.gtin,
                r#type: "ean",
            }]),
            item_name: [text(row.title)],
            brand: brand(),
            manufacturer: brand(),
            product_description: [text(row.description)],
            bullet_point: [text(first), text(second), text(third)],
            generic_keyword: [text(row.keywords)],
            item_type_keyword: [of("home-decor-products")],
            model_name: [text(row.part_number)],
            model_number: [of(row.part_number)],
            part_number: [of(row.part_number)],
            color: [text(row.color)],
            material: [text(row.material)],
            style: [text(row.style)],
            number_of_items: [of(1)],
            item_package_quantity: [of(1)],
            unit_count: [UnitCount {
                marketplace_id: MARKETPLACE,
                value: 1,
                r#type: Word { language_tag: LANGUAGE, value: "Count" },
            }],
            item_dimensions: [dimensions],
            item_weight: [weight],
            country_of_origin: [of(row.country_of_origin)],
            supplier_declared_dg_hz_regulation: [of(row.dangerous_goods)],
            batteries_required: [of(false)],
            required_product_compliance_certificate: [of("Not Applicable")],
            main_product_image_locator: [image(row.image)],
            other_product_image_locator_1: [image(row.other_image)],
            list_price: [Amount { marketplace_id: MARKETPLACE, currency: "USD", value: number(row.list_price)? }],
            condition_type: [of("new_new")],
            purchasable_offer: [Offer {
                marketplace_id: MARKETPLACE,
                currency: "USD",
                audience: "ALL",
                our_price: [Schedules { schedule: [Price { value_with_tax: number(row.price)? }] }],
            }],
            merchant_shipping_group: [of("Standard")],
            fulfillment_availability: [Availability {
                fulfillment_channel_code: "DEFAULT",
                quantity: row.quantity.parse().context("a quantity is no number")?,
            }],
            theme: [Theme {
                marketplace_id: MARKETPLACE,
                language_tag: LANGUAGE,
                value: TwoWords(row.style, row.color),
            }],
            item_package_dimensions: [dimensions],
            item_package_weight: [weight],
        })
    }
}

fn text(value: &str) -> Text<'_> {
    Text { marketplace_id: MARKETPLACE, language_tag: LANGUAGE, value }
}

fn of<T>(value: T) -> Of<T> {
    Of { marketplace_id: MARKETPLACE, value }
}

fn image(media_location: &str) -> Image<'_> {
    Image { marketplace_id: MARKETPLACE, media_location }
}

fn inches(text: &str) -> Result<Inches> {
    let amount = text.split(' ').next().unwrap_or_default();
    Ok(Inches { value: amount.parse().with_context(|| format!("`{text}` is no length"))?, unit: "inches" })
}

fn number(text: &str) -> Result<f64> {
    text.parse().with_context(|| format!("`{text}` is no number"))
}
