//! How eBay is talked to: calls of the Inventory API one after the other, tasks of the Feed API with a file each, and
//! documents of the Taxonomy and Metadata APIs.

mod answers;
mod calls;
mod inventory;
mod pace;
mod poll;
mod pull;
mod state;
mod task;
mod unpack;

pub(crate) use poll::Poll;
pub(crate) use pull::Pull;
pub(crate) use state::LISTING;
pub(crate) use state::OFFER;

use crate::kind::Kind;
use feedwright_marketplace::Channel;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Receipt;

/// How a parcel is submitted; not at all where people upload the file.
pub(crate) fn submit(channel: &Channel, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
    let kind = Kind::of(parcel.feed);
    match (kind, kind.feed_type()) {
        (_, Some(feed_type)) => Some(Box::new(task::Task::new(channel, feed_type, parcel))),
        (Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd, None) => {
            Some(Box::new(inventory::Calls::new(channel, kind, parcel)))
        }
        (
            Kind::Fx | Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop,
            None,
        ) => None,
    }
}
