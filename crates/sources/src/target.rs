//! What a column can feed: a field of the catalog, or a part of the grammar of rows.

use feedwright_catalog::Field;
use feedwright_catalog::Known;
use feedwright_catalog::field::Group;
use feedwright_catalog::nearest::did_you_mean;
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;

/// What a column feeds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The key of the family a row belongs to.
    ProductKey,
    /// The SKU.
    Sku,
    /// A barcode number.
    Gtin,
    /// Amazon's number.
    Asin,
    /// What it costs the seller.
    Cost,
    /// A field of the product or variant.
    Content(Field),
    /// A field of the offer.
    Offer(Known),
    /// A field of the stock.
    Stock(Known),
    /// An image of the product.
    Image,
    /// Further images, as a list.
    AdditionalImages,
    /// The small picture of a colour.
    SwatchImage,
    /// Where the image of the same row stands in the order of images.
    ImagePosition,
    /// The variant's own image.
    VariantImage,
    /// The name of an option, counted from 1.
    OptionName(u8),
    /// The value of an option, counted from 1.
    OptionValue(u8),
    /// The place in a category tree.
    Category(Arc<str>),
    /// The unit of a measure in another column.
    UnitOf(Field),
    /// `active`, `draft` or `archived`.
    Status,
    /// Whether the shop shows it.
    Published,
    /// Whether it is a gift card.
    GiftCard,
    /// Whether it is shipped.
    RequiresShipping,
    /// Who counts the stock; blank when nobody does.
    InventoryTracker,
    /// Whether it may be sold when none is left.
    SellWhenOutOfStock,
}

const WORDS: &[(&str, Target)] = &[
    ("product_key", Target::ProductKey),
    ("sku", Target::Sku),
    ("gtin", Target::Gtin),
    ("asin", Target::Asin),
    ("cost", Target::Cost),
    ("image", Target::Image),
    ("additional_images", Target::AdditionalImages),
    ("swatch_image", Target::SwatchImage),
    ("image_position", Target::ImagePosition),
    ("variant_image", Target::VariantImage),
    ("option1_name", Target::OptionName(1)),
    ("option1_value", Target::OptionValue(1)),
    ("option2_name", Target::OptionName(2)),
    ("option2_value", Target::OptionValue(2)),
    ("option3_name", Target::OptionName(3)),
    ("option3_value", Target::OptionValue(3)),
    ("status", Target::Status),
    ("published", Target::Published),
    ("gift_card", Target::GiftCard),
    ("requires_shipping", Target::RequiresShipping),
    ("inventory_tracker", Target::InventoryTracker),
    ("sell_when_out_of_stock", Target::SellWhenOutOfStock),
];

/// How many options a product can have.
pub(crate) const N_OPTIONS: usize = 3;

impl Target {
    /// Reads a target as profiles write it; the message names the nearest one.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, target)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(target.clone());
        }
        if text == "category" {
            return Ok(Self::Category(Arc::from("own")));
        }
        if let Some(taxonomy) = text.strip_prefix("category.").filter(|taxonomy| !taxonomy.is_empty()) {
            return Ok(Self::Category(Arc::from(taxonomy)));
        }
        if let Some(of) = text.strip_prefix("unit.") {
            return Self::parse(of).and_then(|of| match of {
                Self::Content(field) => Ok(Self::UnitOf(field)),
                _ => Err(format!("`{of}` is not a measure")),
            });
        }
        match Field::parse(text) {
            Ok(Field::Known(known)) => match known.def().group {
                Group::Content => Ok(Self::Content(Field::Known(known))),
                Group::Offer => Ok(Self::Offer(known)),
                Group::Stock => Ok(Self::Stock(known)),
                Group::Identity | Group::Media | Group::Family => {
                    Err(format!("`{text}` is worked out, not read from a column"))
                }
            },
            Ok(field) => Ok(Self::Content(field)),
            Err(_) => Err(match did_you_mean(text, names()) {
                near if near.is_empty() => {
                    format!("there is no field `{text}`; a field of your own is written `custom.{text}`")
                }
                near => format!("there is no field `{text}`{near}"),
            }),
        }
    }

    /// The field a finding about such a column is about.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Sku => Some(Known::Sku.into()),
            Self::Gtin => Some(Known::Gtin.into()),
            Self::Asin => Some(Known::Asin.into()),
            Self::Content(field) => Some(field.clone()),
            Self::Offer(known) | Self::Stock(known) => Some((*known).into()),
            Self::Image => Some(Known::Image.into()),
            Self::AdditionalImages => Some(Known::AdditionalImages.into()),
            Self::SwatchImage => Some(Known::SwatchImage.into()),
            Self::Category(taxonomy) if taxonomy.as_ref() == "own" => Some(Known::Category.into()),
            Self::Category(_)
            | Self::ProductKey
            | Self::Cost
            | Self::ImagePosition
            | Self::VariantImage
            | Self::OptionName(_)
            | Self::OptionValue(_)
            | Self::UnitOf(_)
            | Self::Status
            | Self::Published
            | Self::GiftCard
            | Self::RequiresShipping
            | Self::InventoryTracker
            | Self::SellWhenOutOfStock => None,
        }
    }

    /// Whether it can belong to the product or to the variant, as the profile says.
    pub fn has_level(&self) -> bool {
        matches!(self, Self::Content(_) | Self::Image | Self::AdditionalImages | Self::SwatchImage)
    }

    /// Whether several columns may feed it, one value after the other.
    pub fn takes_several(&self) -> bool {
        match self {
            Self::Gtin | Self::Image | Self::AdditionalImages | Self::SwatchImage | Self::VariantImage => true,
            Self::Content(field) => field.kind() == feedwright_catalog::field::Kind::List,
            Self::ProductKey
            | Self::Sku
            | Self::Asin
            | Self::Cost
            | Self::Offer(_)
            | Self::Stock(_)
            | Self::ImagePosition
            | Self::OptionName(_)
            | Self::OptionValue(_)
            | Self::Category(_)
            | Self::UnitOf(_)
            | Self::Status
            | Self::Published
            | Self::GiftCard
            | Self::RequiresShipping
            | Self::InventoryTracker
            | Self::SellWhenOutOfStock => false,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(field) => write!(out, "{field}"),
            Self::Offer(known) | Self::Stock(known) => out.write_str(known.def().code),
            Self::UnitOf(field) => write!(out, "unit.{field}"),
            Self::Category(taxonomy) if taxonomy.as_ref() == "own" => out.write_str("category"),
            Self::Category(taxonomy) => write!(out, "category.{taxonomy}"),
            word => out.write_str(WORDS.iter().find(|(_, target)| target == word).map_or("", |(name, _)| name)),
        }
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Everything a column can feed, as profiles write it.
pub fn names() -> impl Iterator<Item = &'static str> {
    let readable = |known: &&Known| matches!(known.def().group, Group::Content | Group::Offer | Group::Stock);
    let fields = Known::all().iter().filter(readable).map(|known| known.def().code);
    WORDS.iter().map(|(word, _)| *word).chain(["category"]).chain(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_wrong_ones_name_the_right_one() {
        for name in names().chain(["category.google", "unit.package_weight", "custom.x"]) {
            assert_eq!(Target::parse(name).map(|target| target.to_string()), Ok(name.to_owned()));
        }
        let wrong = |text| Target::parse(text).unwrap_err();
        assert_eq!(wrong("colour"), "there is no field `colour`; did you mean `color`?");
        assert_eq!(wrong("parentage"), "`parentage` is worked out, not read from a column");
        assert_eq!(wrong("fleeb"), "there is no field `fleeb`; a field of your own is written `custom.fleeb`");
        assert_eq!(wrong("unit.sku"), "`sku` is not a measure");
    }
}
