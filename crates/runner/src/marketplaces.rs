//! The adapters there are. A new marketplace is one line here and one in `Cargo.toml`; no other file names one.

use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Setup;

/// An adapter: what it is, and how it is opened.
#[derive(Debug)]
pub struct Adapter {
    /// The marketplace.
    pub profile: &'static Profile,
    /// Opens it for a channel.
    pub open: fn(Setup) -> Result<Box<dyn Marketplace>, OpenError>,
}

/// All adapters, sorted by id.
#[rustfmt::skip] // A line each.
pub static MARKETPLACES: &[Adapter] = &[
    Adapter { profile: &feedwright_amazon::PROFILE, open: feedwright_amazon::open },
    Adapter { profile: &feedwright_ebay::PROFILE, open: feedwright_ebay::open },
    Adapter { profile: &feedwright_google::PROFILE, open: feedwright_google::open },
    Adapter { profile: &feedwright_walmart::PROFILE, open: feedwright_walmart::open },
];

/// The adapter of a marketplace.
pub fn find(id: &str) -> Option<&'static Adapter> {
    MARKETPLACES.iter().find(|adapter| adapter.profile.id == id)
}

/// The ids of all marketplaces.
pub fn ids() -> impl Iterator<Item = &'static str> {
    MARKETPLACES.iter().map(|adapter| adapter.profile.id)
}
