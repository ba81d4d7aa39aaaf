//! What becomes of one record in one lane: sent, and why; or not, and why not. A pure function of what is wanted and of
//! how things stand.

use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Standing;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A listing that is not there yet.
    Create,
    /// A listing that is there, with other content.
    Update,
    /// Another price.
    Reprice,
    /// Another quantity.
    Restock,
    /// A listing is taken down.
    Retire,
}

impl Action {
    /// All, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Create, Self::Update, Self::Reprice, Self::Restock, Self::Retire];

    /// Its name on pages and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Reprice => "reprice",
            Self::Restock => "restock",
            Self::Retire => "retire",
        }
    }
}

/// Why the same is said again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// The marketplace refused it, and nothing changed since.
    Rejected,
    /// The marketplace could not take it, for no fault of the record.
    Failed,
    /// Nobody knows what became of it.
    Unknown,
}

impl Again {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected before",
            Self::Failed => "failed before",
            Self::Unknown => "outcome unknown",
        }
    }
}

/// Why nothing is sent though something is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// An earlier submission of it has no verdict yet.
    InFlight,
    /// There is no listing yet that it could be about.
    NoListing,
    /// It was refused or failed not long ago.
    TooSoon,
}

impl Held {
    /// All, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::InFlight, Self::NoListing, Self::TooSoon];

    /// As it is shown behind a number.
    pub fn phrase(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::InFlight, 1) => "waits for a verdict",
            (Self::InFlight, _) => "wait for a verdict",
            (Self::NoListing, 1) => "waits for its listing",
            (Self::NoListing, _) => "wait for their listings",
            (Self::TooSoon, _) => "refused not long ago",
        }
    }
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is sent.
    Send(Action, Option<Again>),
    /// A record of another lane tells it along.
    Along,
    /// It is not sent.
    Held(Held),
    /// The marketplace knows it already.
    Same,
}

/// How the SKU's listing stands, for the lanes that are about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// It is there, or nobody asks.
    Listed,
    /// A record that is sent now tells this lane along.
    TellsAlong,
    /// It is not there.
    None,
}

/// When the same may be said again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Now.
    pub(crate) now: Timestamp,
    /// How long after it was refused or failed; nothing where a person asks.
    pub(crate) rejected: SignedDuration,
}

/// Decides about a record.
pub(crate) fn decide(
    lane: Lane,
    wanted: Digest,
    standing: Option<&Standing>,
    listing: Listing,
    patience: Patience,
) -> Decision {
    let is_same = standing.and_then(|standing| standing.accepted.as_ref()).is_some_and(|told| told.digest == wanted);
    if listing == Listing::TellsAlong {
        return if is_same { Decision::Same } else { Decision::Along };
    }
    if standing.is_some_and(|standing| standing.in_flight.is_some()) {
        return Decision::Held(Held::InFlight);
    }
    if is_same {
        return Decision::Same;
    }
    if listing == Listing::None && lane == Lane::Retirement {
        // What is not there need not be taken down.
        return Decision::Same;
    }
    if listing == Listing::None && matches!(lane, Lane::Price | Lane::Stock) {
        return Decision::Held(Held::NoListing);
    }
    let action = match lane {
        Lane::Content if standing.is_some_and(|standing| standing.accepted.is_some()) => Action::Update,
        Lane::Content => Action::Create,
        Lane::Price => Action::Reprice,
        Lane::Stock => Action::Restock,
        Lane::Retirement => Action::Retire,
    };
    let again = standing.and_then(|standing| again(standing, wanted));
    // A marketplace that was simulated may be ahead of whoever plans now.
    let since = |refused: Timestamp| patience.now.duration_since(refused).max(SignedDuration::ZERO);
    let is_soon = again == Some(Again::Rejected)
        && standing
            .and_then(|standing| standing.refused.as_ref())
            .is_some_and(|refused| since(refused.at) < patience.rejected);
    if is_soon { Decision::Held(Held::TooSoon) } else { Decision::Send(action, again) }
}

fn again(standing: &Standing, wanted: Digest) -> Option<Again> {
    if standing.refused.as_ref().is_some_and(|refused| refused.digest == wanted) {
        return Some(Again::Rejected);
    }
    if standing.unknown_since.is_some() {
        return Some(Again::Unknown);
    }
    (standing.failures > 0).then_some(Again::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_catalog::Sku;
    use feedwright_ledger::Refused;
    use feedwright_ledger::SubmissionId;

    const DIGEST: Digest = Digest([7; 32]);

    fn refused_at(at: &str) -> Standing {
        let refused = Refused { digest: DIGEST, at: at.parse().unwrap(), submission: SubmissionId(1) };
        Standing {
            sku: Sku::parse("MUG-1").unwrap(),
            accepted: None,
            in_flight: None,
            refused: Some(refused),
            failures: 0,
            unknown_since: None,
            retired_at: None,
        }
    }

    #[test]
    fn what_was_refused_is_left_alone_for_a_while_unless_a_person_asks() {
        let now: Timestamp = "2026-01-10T12:00:00Z".parse().unwrap();
        let decided = |at: &str, rejected: SignedDuration| {
            let standing = refused_at(at);
            decide(Lane::Content, DIGEST, Some(&standing), Listing::Listed, Patience { now, rejected })
        };
        let again = Decision::Send(Action::Create, Some(Again::Rejected));
        let a_day = SignedDuration::from_hours(24);
        assert_eq!(decided("2026-01-10T11:00:00Z", a_day), Decision::Held(Held::TooSoon));
        assert_eq!(decided("2026-01-09T12:00:00Z", a_day), again);
        assert_eq!(decided("2026-01-10T12:00:00Z", SignedDuration::ZERO), again);
        // By a sandbox's clock, which runs ahead.
        assert_eq!(decided("2026-01-12T12:00:00Z", SignedDuration::ZERO), again);
        assert_eq!(decided("2026-01-12T12:00:00Z", a_day), Decision::Held(Held::TooSoon));
    }
}
