//! Why a product is not offered to a channel at all: what is said of it as a whole.

use super::toml_key;
use crate::channel::Target;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Known;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::product::Lifecycle;
use feedwright_catalog::product::ProductKind;
use feedwright_catalog::rules;
use feedwright_marketplace::CategoryError;

/// What is no longer sold is what retirement is about; a whole catalog given to it must not take down a shop.
pub(super) fn not_to_retire(product: &Product) -> Option<Finding> {
    let (rule, message) = match product.lifecycle {
        Lifecycle::Archived => return None,
        Lifecycle::Active => (&rules::STILL_ACTIVE, "product is active"),
        Lifecycle::Draft => (&rules::NOT_ACTIVE, "product is a draft"),
    };
    let help = "archive it at the source to take it down";
    Some(Finding::new(rule, message.to_owned()).help(help).at(product.origin.place()))
}

pub(super) fn not_for_sale(product: &Product) -> Option<Finding> {
    let (rule, message, help) = match (&product.kind, product.lifecycle) {
        (ProductKind::Standard | ProductKind::Bundle, Lifecycle::Active) => return None,
        (_, Lifecycle::Draft) => {
            (&rules::NOT_ACTIVE, "product is a draft".to_owned(), "activate it at the source to sell it")
        }
        (_, Lifecycle::Archived) => {
            (&rules::NOT_ACTIVE, "product is archived".to_owned(), "activate it at the source to sell it")
        }
        (ProductKind::Digital, _) => (
            &rules::NOT_SELLABLE,
            "product is not shipped: a download or a gift card".to_owned(),
            "nothing, if that is right",
        ),
        (ProductKind::Service, _) => {
            (&rules::NOT_SELLABLE, "product is a service".to_owned(), "nothing, if that is right")
        }
        (ProductKind::Unsupported(kind), _) => {
            (&rules::NOT_SELLABLE, format!("product is of the kind `{kind}`"), "sell its parts one by one")
        }
    };
    Some(Finding::new(rule, message).help(help).at(product.origin.place()))
}

pub(super) fn unmapped_category(product: &Product, scope: &Scope, channel: &str) -> Finding {
    let field = Field::Known(Known::Category);
    let named: Vec<String> = product.categories.iter().map(|category| format!("`{}`", category.path)).collect();
    let message = match named.as_slice() {
        [] => "product has no category".to_owned(),
        _ => format!("category {} has no counterpart on this channel", named.join(", ")),
    };
    let path = product.categories.first().map_or("*", |category| &category.path);
    // The product's own row holds the category.
    let place = product.origin.place_of(&field);
    debug_assert!(scope.channel.is_some(), "a channel asks for itself");
    Finding::new(&rules::UNMAPPED_CATEGORY, message)
        .help(format!("add `\"{path}\" = \"…\"` to `channels.{channel}.categories`, or `\"*\"` for all others"))
        .at(place)
}

pub(super) fn no_requirements(product: &Product, target: &Target, why: &CategoryError, channel: &str) -> Finding {
    let rule = match why {
        CategoryError::Unknown { .. } | CategoryError::Broken(_) => &rules::UNKNOWN_CATEGORY,
        CategoryError::Branch { .. } => &rules::CATEGORY_NOT_A_LEAF,
        CategoryError::Retired { .. } => &rules::CATEGORY_RETIRED,
    };
    Finding::new(rule, why.to_string())
        .help(match why {
            CategoryError::Unknown { .. } => {
                format!(
                    "give the marketplace's document: `channels.{channel}.schemas.{} = \"…\"`",
                    toml_key(&target.id)
                )
            }
            CategoryError::Broken(_) => "give a whole document of the marketplace's".to_owned(),
            CategoryError::Branch { .. } | CategoryError::Retired { .. } => {
                format!("map to another category; `feedwright categories suggest {channel}` proposes some")
            }
        })
        .at(product.origin.place_of(&Field::Known(Known::Category)))
}
