//! From the model to JSON. What a thing costs the seller stays behind.

use super::AxisJson;
use super::CategoryJson;
use super::FieldsJson;
use super::IdentifierJson;
use super::MediaJson;
use super::OfferJson;
use super::ProductJson;
use super::SaleJson;
use super::StockJson;
use super::VariantJson;
use crate::offer::Offer;
use crate::offer::Stock;
use crate::product::Identifier;
use crate::product::IdentifierKind;
use crate::product::Media;
use crate::product::Product;
use crate::product::ProductKind;
use crate::product::Variant;

impl From<&Product> for ProductJson {
    fn from(product: &Product) -> Self {
        Self {
            key: product.key.to_string(),
            kind: match &product.kind {
                ProductKind::Standard => "standard",
                ProductKind::Bundle => "bundle",
                ProductKind::Digital => "digital",
                ProductKind::Service => "service",
                ProductKind::Unsupported(kind) => kind,
            }
            .to_owned(),
            lifecycle: product.lifecycle.into(),
            categories: product
                .categories
                .iter()
                .map(|category| CategoryJson {
                    taxonomy: category.taxonomy.to_string(),
                    path: category.path.to_string(),
                })
                .collect(),
            axes: product
                .axes
                .iter()
                .map(|axis| AxisJson { field: axis.field.to_string(), label: Some(axis.label.to_string()) })
                .collect(),
            fields: FieldsJson::from(&product.fields),
            media: product.media.iter().map(MediaJson::from).collect(),
            variants: product.variants.iter().map(VariantJson::from).collect(),
        }
    }
}

impl From<&Variant> for VariantJson {
    fn from(variant: &Variant) -> Self {
        Self {
            sku: variant.sku.to_string(),
            identifiers: variant.identifiers.iter().map(IdentifierJson::from).collect(),
            fields: FieldsJson::from(&variant.fields),
            media: variant.media.iter().map(MediaJson::from).collect(),
            offers: variant.offers.iter().map(OfferJson::from).collect(),
            stock: variant.stock.iter().map(StockJson::from).collect(),
        }
    }
}

impl From<&Identifier> for IdentifierJson {
    fn from(identifier: &Identifier) -> Self {
        let raw = identifier.raw.to_string();
        match identifier.kind {
            IdentifierKind::Gtin(_) => Self::Gtin(raw),
            IdentifierKind::NotAGtin(_) => Self::NotAGtin(raw),
            IdentifierKind::Asin => Self::Asin(raw),
        }
    }
}

impl From<&Media> for MediaJson {
    fn from(media: &Media) -> Self {
        Self {
            url: media.url.to_string(),
            role: media.role.into(),
            locale: media.scope.locale,
            channel: media.scope.channel.as_deref().map(str::to_owned),
            market: media.scope.market,
        }
    }
}

impl From<&Offer> for OfferJson {
    fn from(offer: &Offer) -> Self {
        Self {
            locale: offer.scope.locale,
            channel: offer.scope.channel.as_deref().map(str::to_owned),
            market: offer.scope.market,
            price: offer.price,
            list_price: offer.list_price,
            compare_at_price: offer.compare_at_price,
            sale: offer.sale.as_ref().map(|sale| SaleJson { price: sale.price, start: sale.start, end: sale.end }),
            map_price: offer.map_price,
            floor_price: offer.floor_price,
            ceiling_price: offer.ceiling_price,
            max_order_quantity: offer.max_order_quantity,
        }
    }
}

impl From<&Stock> for StockJson {
    fn from(stock: &Stock) -> Self {
        Self {
            location: stock.location.as_deref().map(str::to_owned),
            quantity: stock.quantity,
            buffer: stock.buffer,
            always_available: stock.always_available,
            lead_time_days: stock.lead_time_days,
            restock_date: stock.restock_date,
        }
    }
}
