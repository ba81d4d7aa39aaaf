//! The templates, value tables and documents that come with the program.

use feedwright_marketplace::opening::Builtin;

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/google/", $path))
    };
}

macro_rules! schema {
    ($path:literal) => {
        include_str!(concat!("../../../schemas/google/", $path))
    };
}

/// Templates and value tables by name.
pub(crate) static BUILTIN: Builtin = Builtin {
    templates: &[("templates/google/listings.toml", template!("listings.toml"))],
    tables: &[
        ("conditions", template!("tables/conditions.csv")),
        ("genders", template!("tables/genders.csv")),
        ("size_systems", template!("tables/size_systems.csv")),
        ("yes_no", template!("tables/yes_no.csv")),
    ],
    pages: &[],
};

/// Every attribute.
pub(crate) const ATTRIBUTES: &str = schema!("attributes.json");
/// Categories that matter for what is asked, and some others to find.
pub(crate) const CATEGORIES: &str = schema!("categories.json");
/// What every product needs.
pub(crate) const PRODUCTS: &str = schema!("products.json");
/// What things to wear need.
pub(crate) const APPAREL: &str = schema!("apparel.json");
/// What clothing and shoes need.
pub(crate) const CLOTHING: &str = schema!("clothing.json");
/// Rows of prices.
pub(crate) const PRICE: &str = schema!("price.json");
/// Rows of availability.
pub(crate) const STOCK: &str = schema!("stock.json");
