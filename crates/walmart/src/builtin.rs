//! The templates, value tables and requirement documents that come with the program.

use feedwright_marketplace::opening::Builtin;

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/walmart/", $path))
    };
}

macro_rules! schema {
    ($path:literal) => {
        include_str!(concat!("../../../schemas/walmart/", $path))
    };
}

/// Templates and value tables by name.
pub(crate) static BUILTIN: Builtin = Builtin { templates: TEMPLATES, tables: TABLES, pages: &[] };

static TEMPLATES: &[(&str, &str)] = &[
    ("templates/walmart/items.toml", template!("items.toml")),
    ("templates/walmart/match.toml", template!("match.toml")),
    ("templates/walmart/offers.toml", template!("offers.toml")),
];

/// The table of country names, which is the list of those Walmart knows too.
pub(crate) const COUNTRIES: &str = template!("tables/countries.csv");

static TABLES: &[(&str, &str)] = &[
    ("age_groups", template!("tables/age_groups.csv")),
    ("batteries", template!("tables/batteries.csv")),
    ("conditions", template!("tables/conditions.csv")),
    ("countries", COUNTRIES),
    ("genders", template!("tables/genders.csv")),
    ("net_content_units", template!("tables/net_content_units.csv")),
    ("shells", template!("tables/shells.csv")),
    ("variant_attributes", template!("tables/variant_attributes.csv")),
    ("water_resistance", template!("tables/water_resistance.csv")),
    ("yes_no", template!("tables/yes_no.csv")),
];

/// Product types there are starters for, with their texts.
pub(crate) static STARTERS: &[(&str, &str)] = &[
    ("Athletic Shoes", schema!("Athletic Shoes.json")),
    ("Candles", schema!("Candles.json")),
    ("Cups & Mugs", schema!("Cups & Mugs.json")),
    ("Decorative Bowls", schema!("Decorative Bowls.json")),
    ("Headphones", schema!("Headphones.json")),
    ("Luggage & Luggage Sets", schema!("Luggage & Luggage Sets.json")),
    ("T-Shirts", schema!("T-Shirts.json")),
];

/// What starters share: the attributes of the product.
pub(crate) const ATTRIBUTES: &str = schema!("attributes.json");
/// What starters share: the offer.
pub(crate) const ORDERABLE: &str = schema!("orderable.json");

/// Headers and rows of the feeds.
pub(crate) mod feeds {
    pub(crate) const ITEM: &str = schema!("feeds/mp_item.json");
    pub(crate) const MATCH: &str = schema!("feeds/mp_item_match.json");
    pub(crate) const PRICE: &str = schema!("feeds/price.json");
    pub(crate) const LEGACY_PRICE: &str = schema!("feeds/price_legacy.json");
    pub(crate) const INVENTORY: &str = schema!("feeds/inventory.json");
    pub(crate) const NODE_INVENTORY: &str = schema!("feeds/mp_inventory.json");
    pub(crate) const LAG_TIME: &str = schema!("feeds/lag_time.json");
    pub(crate) const RETIRE: &str = schema!("feeds/retire.json");
    pub(crate) const DELETE: &str = schema!("feeds/delete.json");
}
