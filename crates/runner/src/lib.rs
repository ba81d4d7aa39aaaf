//! The pipeline: reads catalogs, runs the adapters, writes what they make, and reports what is wrong.
//!
//! The only crate that touches files, threads and the environment. One file of it, `marketplaces`, names adapters.

pub mod category_map;
pub mod channel;
pub mod config;
pub mod documents;
mod kept;
mod left_out;
pub mod lint;
pub mod manifest;
pub mod marketplaces;
pub mod memory;
pub mod pipeline;
pub mod plan;
pub mod preview;
pub mod publish;
pub mod render;
pub mod round;
pub mod schedule;
pub mod schemas;
pub mod selling;
pub mod send;
pub mod setup;
pub mod shop;
pub mod status;
pub mod store;
pub mod suggest;
mod taken;
pub mod why;
pub mod wire;
mod work;
mod workbook;

pub use feedwright_catalog::digest::Lane;
pub use feedwright_marketplace::Category;
pub use feedwright_marketplace::Profile;
pub use feedwright_marketplace::Sending;
pub use feedwright_marketplace::Site;
pub use feedwright_marketplace::requirements;

/// The source profiles that come with the program.
pub fn profiles() -> &'static [feedwright_sources::Profile] {
    feedwright_sources::Profile::all()
}

/// The text of a built-in profile: the pattern for one of the seller's own.
pub fn profile_text(name: &str) -> Option<&'static str> {
    feedwright_sources::Profile::text(name)
}

/// Opens a source for reading its products alone.
///
/// # Errors
/// Why it cannot be read.
pub fn open_source(
    source: &pipeline::SourceJob,
    file: Box<dyn std::io::Read + Send>,
    findings: &mut feedwright_catalog::Findings,
) -> Result<feedwright_sources::Products, feedwright_sources::SourceError> {
    let open = feedwright_sources::open(&source.shown, file, &source.choice, &source.options, findings)?;
    Ok(open.products())
}
