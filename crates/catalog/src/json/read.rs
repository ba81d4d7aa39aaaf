//! From JSON to the model. What is wrong with a part is a finding and the part is left out; the rest is read.

use super::FieldsJson;
use super::IdentifierJson;
use super::MediaJson;
use super::OfferJson;
use super::ProductJson;
use super::StockJson;
use super::VariantJson;
use super::fields::FieldProblem;
use super::scope;
use crate::field::Field;
use crate::field::Kind;
use crate::fields::Fields;
use crate::finding::Finding;
use crate::finding::Findings;
use crate::gtin::Gtin;
use crate::gtin::GtinProblem;
use crate::offer::Offer;
use crate::offer::Sale;
use crate::offer::Stock;
use crate::place::Origin;
use crate::place::Place;
use crate::product::Axis;
use crate::product::CategoryRef;
use crate::product::Identifier;
use crate::product::IdentifierKind;
use crate::product::Media;
use crate::product::Product;
use crate::product::ProductKind;
use crate::product::Variant;
use crate::rules;
use crate::sku::Sku;
use crate::value::Value;
use crate::value::Writing;
use std::sync::Arc;

/// Why a valid-looking number is kept as no barcode number: somebody who knew more said so.
pub const SAID_TO_BE_NONE: &str = "is said to be no barcode number";

impl ProductJson {
    /// The product of the model. What is wrong is reported at its place; with an error against the product itself, or
    /// against each of its variants, there is none.
    pub fn into_product(self, origin: &Origin, out: &mut Findings) -> Option<Product> {
        let mark = out.len();
        let reader = Reader { origin };
        let key = self.key.trim();
        if key.is_empty() {
            reader.report(&rules::UNREADABLE_LINE, "the product has an empty `key`", "fill in `key`", "key", None, out);
        }
        if self.variants.is_empty() {
            let message = format!("product `{key}` has no variants");
            reader.report(&rules::UNREADABLE_LINE, message, "write one variant at least", "variants", None, out);
        }
        let mut product = Product {
            key: Arc::from(key),
            kind: match self.kind.as_str() {
                "standard" => ProductKind::Standard,
                "bundle" => ProductKind::Bundle,
                "digital" => ProductKind::Digital,
                "service" => ProductKind::Service,
                _ => ProductKind::Unsupported(self.kind),
            },
            lifecycle: self.lifecycle.into(),
            categories: self
                .categories
                .into_iter()
                .map(|category| CategoryRef { taxonomy: Arc::from(category.taxonomy), path: Arc::from(category.path) })
                .collect(),
            axes: Vec::new(),
            fields: reader.fields("fields", self.fields, None, out),
            media: reader.media("media", self.media, None, out),
            variants: Vec::new(),
            origin: origin.clone(),
        };
        for (n, axis) in self.axes.into_iter().enumerate() {
            match Field::parse(&axis.field) {
                Ok(field) => {
                    let label = axis.label.unwrap_or(axis.field);
                    product.axes.push(Axis { field, label: Arc::from(label) });
                }
                Err(why) => {
                    let help = "write a field's name, such as `color`";
                    reader.report(&rules::UNKNOWN_FIELD, why.to_string(), help, &format!("axes[{n}]"), None, out);
                }
            }
        }
        if out.blocked_since(mark) {
            return None;
        }
        for (n, variant) in self.variants.into_iter().enumerate() {
            product.variants.extend(reader.variant(n, variant, out));
        }
        (!product.variants.is_empty()).then_some(product)
    }
}

struct Reader<'a> {
    origin: &'a Origin,
}

impl Reader<'_> {
    fn report(
        &self,
        rule: &'static crate::Rule,
        message: impl Into<String>,
        help: &str,
        path: &str,
        sku: Option<&Sku>,
        out: &mut Findings,
    ) {
        let place = Place { column: Some(Arc::from(path)), ..self.origin.place() };
        let finding = Finding::new(rule, message).help(help).at(place);
        out.push(match sku {
            Some(sku) => finding.sku(sku),
            None => finding,
        });
    }

    fn variant(&self, n: usize, json: VariantJson, out: &mut Findings) -> Option<Variant> {
        let mark = out.len();
        let path = |part: &str| format!("variants[{n}].{part}");
        let sku = match Sku::parse(&json.sku) {
            Ok(sku) => sku,
            Err(crate::sku::SkuProblem::Empty) => {
                let help = "fill in `sku` with a number of your own";
                self.report(&rules::MISSING_SKU, "the variant has no SKU", help, &path("sku"), None, out);
                return None;
            }
            Err(why) => {
                self.report(&rules::BAD_SKU, why.to_string(), "type the SKU again", &path("sku"), None, out);
                return None;
            }
        };
        let variant = Variant {
            identifiers: self.identifiers(&path("identifiers"), json.identifiers, &sku, out),
            fields: self.fields(&path("fields"), json.fields, Some(&sku), out),
            media: self.media(&path("media"), json.media, Some(&sku), out),
            offers: json.offers.into_iter().map(Offer::from).collect(),
            stock: json.stock.into_iter().map(Stock::from).collect(),
            origin: self.origin.clone(),
            sku,
        };
        (!out.blocked_since(mark)).then_some(variant)
    }

    fn identifiers(&self, path: &str, list: Vec<IdentifierJson>, sku: &Sku, out: &mut Findings) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for json in list {
            let (kind, raw) = match json {
                IdentifierJson::Asin(raw) => (IdentifierKind::Asin, raw),
                IdentifierJson::NotAGtin(raw) => {
                    let problem = Gtin::parse(&raw).err().unwrap_or(GtinProblem::Suspect(SAID_TO_BE_NONE));
                    (IdentifierKind::NotAGtin(problem), raw)
                }
                IdentifierJson::Gtin(raw) => match Gtin::parse(&raw) {
                    Ok(gtin) => (IdentifierKind::Gtin(gtin), raw),
                    Err(problem) => {
                        if let Some(rule) = rules::of_gtin(&problem) {
                            let message = format!("barcode number `{raw}` {problem}");
                            let help = "compare it with the package, or write it as `not_a_gtin`";
                            self.report(rule, message, help, path, Some(sku), out);
                        }
                        (IdentifierKind::NotAGtin(problem), raw)
                    }
                },
            };
            identifiers.push(Identifier { kind, raw: Arc::from(raw) });
        }
        identifiers
    }

    fn fields(&self, path: &str, json: FieldsJson, sku: Option<&Sku>, out: &mut Findings) -> Fields {
        json.read(|code, problem| {
            let path = format!("{path}.{code}");
            match problem {
                FieldProblem::Name(why) => self.report(&rules::UNKNOWN_FIELD, why.message, &why.help, &path, sku, out),
                FieldProblem::Value(why) => {
                    let message = format!("`{code}` {}", why.message);
                    self.report(&rules::UNREADABLE_VALUE, message, &why.help, &path, sku, out);
                }
            }
        })
    }

    fn media(&self, path: &str, list: Vec<MediaJson>, sku: Option<&Sku>, out: &mut Findings) -> Vec<Media> {
        let mut media = Vec::new();
        for (n, json) in list.into_iter().enumerate() {
            match Value::parse(Kind::Url, &json.url, &Writing::default()) {
                Ok(_) => media.push(Media {
                    url: Arc::from(json.url.trim()),
                    role: json.role.into(),
                    scope: scope(json.locale, json.channel, json.market),
                    line: self.origin.line,
                }),
                Err(why) => {
                    let message = format!("the image's address {}", why.message);
                    self.report(&rules::UNREADABLE_VALUE, message, &why.help, &format!("{path}[{n}].url"), sku, out);
                }
            }
        }
        media
    }
}

impl From<OfferJson> for Offer {
    fn from(json: OfferJson) -> Self {
        Self {
            scope: scope(json.locale, json.channel, json.market),
            price: json.price,
            list_price: json.list_price,
            compare_at_price: json.compare_at_price,
            sale: json.sale.map(|sale| Sale { price: sale.price, start: sale.start, end: sale.end }),
            map_price: json.map_price,
            floor_price: json.floor_price,
            ceiling_price: json.ceiling_price,
            cost: None,
            max_order_quantity: json.max_order_quantity,
        }
    }
}

impl From<StockJson> for Stock {
    fn from(json: StockJson) -> Self {
        Self {
            location: json.location.map(Arc::from),
            quantity: json.quantity,
            buffer: json.buffer,
            always_available: json.always_available,
            lead_time_days: json.lead_time_days,
            restock_date: json.restock_date,
        }
    }
}
