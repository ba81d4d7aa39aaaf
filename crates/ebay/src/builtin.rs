//! The templates, value tables, pages and documents that come with the program.

use feedwright_marketplace::opening::Builtin;

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/ebay/", $path))
    };
}

macro_rules! schema {
    ($path:literal) => {
        include_str!(concat!("../../../schemas/ebay/", $path))
    };
}

/// Templates, value tables and pages by name.
pub(crate) static BUILTIN: Builtin = Builtin {
    templates: &[
        ("templates/ebay/listings.toml", template!("listings.toml")),
        ("templates/ebay/rows.toml", template!("rows.toml")),
        ("templates/ebay/aspects.en.toml", template!("aspects.en.toml")),
        ("templates/ebay/aspects.de.toml", template!("aspects.de.toml")),
    ],
    tables: &[
        ("conditions", template!("tables/conditions.csv")),
        ("countries", template!("tables/countries.csv")),
        ("departments", template!("tables/departments.csv")),
        ("size_types", template!("tables/size_types.csv")),
    ],
    pages: &[("description", template!("description.html"))],
};

/// Categories there are starters for, with their texts.
pub(crate) static STARTERS: &[(&str, &str)] = &[
    ("112529", schema!("112529.json")),
    ("15687", schema!("15687.json")),
    ("15709", schema!("15709.json")),
    ("16080", schema!("16080.json")),
    ("20695", schema!("20695.json")),
    ("36019", schema!("36019.json")),
    ("46782", schema!("46782.json")),
];

/// What every listing needs beside aspects, and what rows of the other feeds hold.
pub(crate) const LISTING: &str = schema!("listing.json");
