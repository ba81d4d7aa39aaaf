//! Versions of requirement documents: what changed from one to the next, which SKUs that concerns, and where fetched
//! documents are kept.

mod failing;
mod keep;
mod pull;
mod versions;

pub use failing::Checked;
pub use failing::Impact;
pub use failing::impact;
pub use keep::State;
pub use keep::StoreError;
pub use keep::Stored;
pub use keep::store;
pub use pull::PullError;
pub use pull::changed;
pub use pull::pull;
pub use pull::wanted;
pub use versions::Compared;
pub use versions::Question;
pub use versions::Versions;
