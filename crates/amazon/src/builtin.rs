//! The templates and value tables that come with the program.

use feedwright_marketplace::opening::Builtin;

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/amazon/", $path))
    };
}

/// Templates and value tables by name.
pub(crate) static BUILTIN: Builtin = Builtin { templates: TEMPLATES, tables: TABLES, pages: &[] };

static TEMPLATES: &[(&str, &str)] = &[
    ("templates/amazon/listings.toml", template!("listings.toml")),
    ("templates/amazon/offer.toml", template!("offer.toml")),
    ("templates/amazon/SHIRT.toml", template!("SHIRT.toml")),
    ("templates/amazon/SHOES.toml", template!("SHOES.toml")),
    ("templates/amazon/HEADPHONES.toml", template!("HEADPHONES.toml")),
];

static TABLES: &[(&str, &str)] = &[
    ("age_ranges", template!("tables/age_ranges.csv")),
    ("apparel_size_systems", template!("tables/apparel_size_systems.csv")),
    ("apparel_sizes", template!("tables/apparel_sizes.csv")),
    ("conditions", template!("tables/conditions.csv")),
    ("footwear_genders", template!("tables/footwear_genders.csv")),
    ("footwear_age_groups", template!("tables/footwear_age_groups.csv")),
    ("footwear_size_systems", template!("tables/footwear_size_systems.csv")),
    ("product_id_types", template!("tables/product_id_types.csv")),
    ("variation_themes", template!("tables/variation_themes.csv")),
];
