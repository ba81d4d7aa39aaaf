//! Reads what sellers have (Shopify's export, plain tables, our own catalog format) into the catalog.
//!
//! A [`Profile`] is data and says what columns mean; the layouts are code. Nothing here opens a file: [`open`] takes
//! a reader, and what is wrong with the data becomes findings with file, line and column.

mod barcode;
mod cell;
mod chunk;
mod close;
mod delimiter;
mod detect;
mod error;
mod family;
mod header;
mod images;
mod lines;
mod lookup;
mod open;
mod plan;
mod print;
pub mod profile;
mod report;
mod rows;
mod seen;
mod sku;
mod source;
mod table;
mod tally;
pub mod target;
mod terms;
mod text;
mod variant;
mod weight;

pub use chunk::Chunk;
pub use chunk::Contents;
pub use chunk::Cut;
pub use chunk::Hand;
pub use chunk::Products;
pub use chunk::Reader;
pub use chunk::Source;
pub use error::Score;
pub use error::SourceError;
pub use open::open;
pub use print::Print;
pub use print::Prints;
pub use profile::Profile;
pub use profile::ProfileError;
pub use seen::Met;
pub use seen::Seen;
pub use source::MissingSku;
pub use source::ProfileChoice;
pub use source::SourceInfo;
pub use source::SourceOptions;
pub use tally::Tally;
pub use target::Target;
