//! What all marketplaces have in common, and the contract each adapter keeps.
//!
//! Data flows one way: an [`Item`](feedwright_catalog::Item) is mapped by a compiled [`template`] to a
//! [`listing::Listing`], the listing is checked against [`requirements`] and policy, and only what passed is encoded.

pub mod api;
pub mod bulk;
pub mod check;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod contract;
pub mod exchange;
pub mod family;
pub mod json;
pub mod library;
pub mod lint;
pub mod listing;
pub mod opening;
pub mod packing;
pub mod report;
pub mod requirements;
pub mod rows;
pub mod scan;
pub mod template;
pub mod told;
pub mod xml;

pub use check::Checked;
pub use check::check;
pub use contract::Categories;
pub use contract::Category;
pub use contract::CategoryError;
pub use contract::Channel;
pub use contract::Container;
pub use contract::Documents;
pub use contract::Feed;
pub use contract::FeedText;
pub use contract::Frame;
pub use contract::Framing;
pub use contract::Limit;
pub use contract::Marketplace;
pub use contract::OpenError;
pub use contract::Part;
pub use contract::Profile;
pub use contract::Quota;
pub use contract::Sending;
pub use contract::Setup;
pub use contract::Site;
pub use contract::TaxonomyEntry;
pub use listing::Listing;
pub use listing::Ref;
