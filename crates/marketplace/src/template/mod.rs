//! How catalog fields become a marketplace's attributes: data, compiled once.
//!
//! A template is a TOML file of rules. Read forwards it fills a listing; read backwards it tells which column of the
//! source a finding is about. A rule has one of these forms:
//!
//! ```toml
//! [[attribute]]
//! to = "item_name"                # an attribute path; list positions and the leaf are implied by the requirements
//! from = "title"                  # a field, or a list of fields of which the first filled one is taken
//!
//! [[attribute]]
//! to = "condition_type"
//! from = "condition"
//! table = "conditions"            # through a value table: tables/conditions.csv
//!
//! [[attribute]]
//! to = "bullet_point"
//! each = "bullet_points"          # one list entry, or one attribute `name_{n}`, for each value
//! # … or `["image", "additional_images"]`: the values of several fields, one after the other
//!
//! [[attribute]]
//! to = "item_package_weight"
//! from = "package_weight"
//! shape = "measure"               # amount and unit, in a unit the requirements accept
//!
//! [[attribute]]
//! to = "fulfillment_availability.fulfillment_channel_code"
//! const = "DEFAULT"
//! when = [{ field = "parentage", is_not = "parent" }, { setting = "fulfillment", is = "merchant" }]
//!
//! [[attribute]]
//! to = "item_name"
//! text = "{{ brand }} {{ title }}" # Tera, for values that need words put together
//!
//! [[attribute]]
//! to = "offer.listingDescription"
//! page = "description"            # an HTML page by Tera, made safe
//!
//! [[attribute]]
//! to = "Orderable.ShippingWeight"
//! from = "package_weight"
//! shape = "measure"
//! unit = "lb"                     # the amount alone, converted to this unit
//! decimals = 2                    # and rounded, if it has to be converted
//!
//! [[attribute]]
//! to = "Visible.{category}.*"     # `{category}` is the category's id; `*` each attribute that no other rule fills,
//! from = "custom.*"               # from the seller's own field of its name
//!
//! # At the top of a file `category = "SHOES"` and `when = …` hold for all its rules.
//!
//! [ignored]
//! tags = "the shop's own labels are not for buyers"
//! ```

mod document;
mod fill;
mod markup;
mod page;
mod path;
mod plain;
mod plan;
mod table;
mod target;
mod wording;

pub use document::Form;
pub use document::Rule;
pub use document::Subject;
pub use document::Template;
pub use document::TemplateError;
pub use document::TemplateText;
pub use document::When;
pub use document::WrittenAs;
pub use fill::Filled;
pub use page::Page;
pub use path::AttributePath;
pub use path::PathProblem;
pub use path::Step;
pub use plain::plain_text;
pub use plan::Layout;
pub use plan::Plan;
#[cfg(feature = "conformance")]
pub(crate) use plan::exists;
pub use table::Table;
pub use wording::Wording;
