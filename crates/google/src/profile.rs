//! Google as data: sites, feeds, limits, settings.

use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Site;
use feedwright_marketplace::contract::FamilyStyle;

/// Everything Google is to the rest of the program.
pub static PROFILE: Profile = Profile {
    id: "google",
    name: "Google",
    // FIXME A line for each country it sells in.
    sites: &[Site { id: "google.example", country: "US", currency: "USD", languages: &["en-US"] }],
    // FIXME Each kind of file it takes. The first one that names a lane carries it.
    feeds: &[LISTINGS],
    // FIXME Whether a family has a record of its own, and whether variants name each other.
    family: FamilyStyle::Flat,
    // FIXME Settings of a channel that only this marketplace has.
    options: &[],
    // FIXME Documents beside requirements, such as a list of categories.
    references: &[],
    // FIXME Where one category stands, if the marketplace gives all of them in one document.
    bulk: None,
};

/// FIXME The marketplace's own name of the feed, and its version.
pub(crate) const LISTINGS: Feed = Feed {
    id: "listings",
    name: "FIXME",
    lanes: &[Lane::Content, Lane::Price, Lane::Stock],
    categories: Categories::Mixed,
    parts: &[Part {
        id: "",
        extension: "json",
        container: Container::Plain,
        max_records: MAX_RECORDS,
        max_bytes: MAX_BYTES,
        max_batch: None,
    }],
};

/// FIXME Most records of a file. A number of the marketplace carries where it is written (`source`) and the day you read
/// it there (`checked_on`, as 2026-11-25); the kit refuses it without.
pub(crate) const MAX_RECORDS: Limit = Limit { value: 1_000, source: "FIXME", checked_on: "FIXME" };

/// FIXME Most bytes of a file.
pub(crate) const MAX_BYTES: Limit = Limit { value: 10_000_000, source: "FIXME", checked_on: "FIXME" };
