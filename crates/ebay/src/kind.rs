//! The feeds as the adapter tells them apart.

use crate::profile::PROFILE;
use feedwright_marketplace::Feed;

/// What a feed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Inventory API: items, groups, offers.
    Inventory,
    /// Inventory API: prices.
    InventoryPrice,
    /// Inventory API: quantities.
    InventoryStock,
    /// Inventory API: items deleted, and their listings with them.
    InventoryEnd,
    /// LMS: new listings.
    Lms,
    /// LMS: listings revised.
    LmsRevise,
    /// LMS: prices.
    LmsPrice,
    /// LMS: quantities.
    LmsStock,
    /// LMS: listings ended; families whole, by the family's SKU.
    LmsEnd,
    /// LMS: variants deleted from the listing of their family, the others staying.
    LmsDrop,
    /// Seller Hub CSV: new listings.
    Fx,
}

/// What a record is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A whole listing, sent in this way.
    Listing(Way),
    /// A price.
    Price,
    /// A quantity.
    Stock,
    /// Nothing but the SKU.
    End,
    /// The SKU, and that of the listing it is in.
    Member,
}

/// The ways of sending a whole listing: each has members of its own beside the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// The Inventory API.
    Inventory,
    /// LMS XML.
    Lms,
    /// Seller Hub CSV.
    Fx,
}

impl Kind {
    /// Every kind, in the order of the profile's feeds.
    pub(crate) const ALL: [Self; 11] = [
        Self::Inventory,
        Self::InventoryPrice,
        Self::InventoryStock,
        Self::InventoryEnd,
        Self::Lms,
        Self::LmsRevise,
        Self::LmsPrice,
        Self::LmsStock,
        Self::LmsEnd,
        Self::LmsDrop,
        Self::Fx,
    ];

    /// The kind of a feed of ours.
    pub(crate) fn of(feed: &Feed) -> Self {
        let known = Self::ALL.into_iter().zip(PROFILE.feeds).find(|(_, known)| known.id == feed.id);
        known.map_or(Self::Inventory, |(kind, _)| kind)
    }

    /// The kind of task its files are sent in; none where it is no LMS feed.
    pub(crate) fn feed_type(self) -> Option<&'static str> {
        match self {
            Self::Lms => Some("LMS_ADD_FIXED_PRICE_ITEM"),
            Self::LmsRevise | Self::LmsDrop => Some("LMS_REVISE_FIXED_PRICE_ITEM"),
            Self::LmsPrice | Self::LmsStock => Some("LMS_REVISE_INVENTORY_STATUS"),
            Self::LmsEnd => Some("LMS_END_FIXED_PRICE_ITEM"),
            Self::Inventory | Self::InventoryPrice | Self::InventoryStock | Self::InventoryEnd | Self::Fx => None,
        }
    }

    /// What its records are held to.
    pub(crate) fn form(self) -> Form {
        match self {
            Self::Inventory => Form::Listing(Way::Inventory),
            Self::Lms | Self::LmsRevise => Form::Listing(Way::Lms),
            Self::Fx => Form::Listing(Way::Fx),
            Self::InventoryPrice | Self::LmsPrice => Form::Price,
            Self::InventoryStock | Self::LmsStock => Form::Stock,
            Self::InventoryEnd | Self::LmsEnd => Form::End,
            Self::LmsDrop => Form::Member,
        }
    }
}

impl Way {
    /// Its name in our documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Lms => "lms",
            Self::Fx => "fx",
        }
    }
}
