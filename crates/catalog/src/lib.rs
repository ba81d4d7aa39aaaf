//! The normalized model of what a seller sells: products, variants, offers, stock, and what is wrong with them.
//!
//! Nothing in here knows a marketplace, a file or a clock. Values are exact: money and measures are decimals,
//! identifiers are text until they prove to be more.

pub mod confidential;
pub mod country;
pub mod decimal;
pub mod digest;
pub mod field;
pub mod fields;
pub mod finding;
pub mod gtin;
pub mod item;
pub mod json;
pub mod language;
pub mod money;
pub mod nearest;
pub mod offer;
pub mod place;
pub mod product;
pub mod rules;
pub mod scope;
pub mod sku;
pub mod unit;
pub mod value;

pub use confidential::Confidential;
pub use country::Country;
pub use field::Field;
pub use field::Known;
pub use fields::FieldSet;
pub use fields::Fields;
pub use fields::Present;
pub use finding::Finding;
pub use finding::Findings;
pub use finding::Rule;
pub use finding::Severity;
pub use gtin::Gtin;
pub use item::Item;
pub use item::ValueRef;
pub use language::Language;
pub use money::Currency;
pub use money::Money;
pub use offer::Offer;
pub use offer::Sale;
pub use offer::Stock;
pub use place::Origin;
pub use place::Place;
pub use product::Product;
pub use product::Variant;
pub use scope::Scope;
pub use sku::Sku;
pub use unit::Measure;
pub use unit::Unit;
pub use value::Value;
