//! The other side of an adapter's conversations, as its tests play it: what a request does there, and what is answered.
//! With it the kit sees what a submission came to, and not only what was said.

use crate::exchange::Answer;
use crate::exchange::Parcel;
use crate::exchange::Request;

/// A marketplace that does what it is asked. It is written from the marketplace's reference, and always does well: what
/// goes wrong with a request is the kit's.
pub trait OtherSide {
    /// Does what a request asks, and answers. The time there is given in seconds since 1970.
    fn answer(&mut self, request: &Request, now: i64) -> Answer;

    /// What submissions made here, in the order in which it was made. What was made twice stands here twice. What has no
    /// effect by itself, as a place for a file, is none of it.
    fn made(&self) -> Vec<Made>;
}

/// What a submission made: a feed that is worked on, a listing, a task with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What the receipt of its submission says it can be asked after by; empty for what is answered at once.
    pub id: String,
    /// What it is, in a way that tells it from all that is not the same.
    pub what: String,
}

/// How the other side is met that a parcel is sent to. It knows what has to be there before the parcel, such as the
/// offers whose prices change; none of that is [made](OtherSide::made) by the parcel. Where submissions are listed it
/// lists one of the same kind that is another's: [`CLAIMED`].
pub type Meet = fn(&Parcel) -> Box<dyn OtherSide>;

/// The id of a submission of somebody else, as the other side lists it. It was made when the first submission of the kit
/// began, at [`BEGIN`], and looks like it.
pub const CLAIMED: &str = "claimed";

/// When the kit's submissions begin, in seconds since 1970.
pub const BEGIN: i64 = 1_795_694_400;
