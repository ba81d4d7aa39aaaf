//! The templates and value tables that come with the program.

use feedwright_marketplace::opening::Builtin;

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/google/", $path))
    };
}

/// Everything built in, by name.
pub(crate) static BUILTIN: Builtin = Builtin {
    templates: &[("templates/google/listings.toml", template!("listings.toml"))],
    tables: &[("conditions", template!("tables/conditions.csv"))],
    pages: &[],
};
