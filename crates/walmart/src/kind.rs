//! The kinds of feeds: what stands around their rows, and where they are taken.
//!
//! Members and their letter case are Walmart's, from the examples of its API reference, read 2026-11-23. They differ from
//! feed to feed (`Inventory`, `inventory`), and a wrong letter fails the whole feed (`ERR_EXT_DATA_0503009`).

use crate::profile;
use feedwright_marketplace::Feed;

/// What a feed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Sets items up, or replaces them whole.
    Item,
    /// Changes what it names of items that are there.
    Maintenance,
    /// Offers on items of Walmart's catalog.
    Match,
    /// Prices and promotions.
    Price,
    /// Prices, in the older form.
    LegacyPrice,
    /// Stock at one ship node.
    Inventory,
    /// Stock at several.
    NodeInventory,
    /// Days between order and shipping.
    LagTime,
    /// Takes items off sale.
    Retire,
    /// Deletes items for good.
    Delete,
}

/// What stands around the rows of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    /// The member that holds the header.
    pub(crate) header: &'static str,
    /// The member that holds the rows.
    pub(crate) rows: &'static str,
}

impl Kind {
    /// Every kind, in the order of the profile's feeds.
    pub(crate) const ALL: [Self; 10] = [
        Self::Item,
        Self::Maintenance,
        Self::Match,
        Self::Price,
        Self::LegacyPrice,
        Self::Inventory,
        Self::NodeInventory,
        Self::LagTime,
        Self::Retire,
        Self::Delete,
    ];

    /// The kind of a feed of ours.
    pub(crate) fn of(feed: &Feed) -> Self {
        Self::ALL
            .into_iter()
            .zip(profile::PROFILE.feeds)
            .find(|(_, known)| known.id == feed.id)
            .map_or(Self::Item, |(kind, _)| kind)
    }

    /// The feed of a kind.
    pub(crate) fn feed(self) -> &'static Feed {
        let at = Self::ALL.into_iter().position(|kind| kind == self).unwrap_or_default();
        &profile::PROFILE.feeds[at]
    }

    /// What stands around its rows.
    pub(crate) fn envelope(self) -> Envelope {
        let of = |header, rows| Envelope { header, rows };
        match self {
            Self::Item | Self::Maintenance | Self::Match | Self::Price => of("MPItemFeedHeader", "MPItem"),
            Self::LegacyPrice => of("PriceHeader", "Price"),
            Self::Inventory => of("InventoryHeader", "Inventory"),
            Self::NodeInventory => of("inventoryHeader", "inventory"),
            Self::LagTime => of("LagTimeHeader", "lagTime"),
            Self::Retire => of("RetireItemHeader", "RetireItem"),
            Self::Delete => of("ItemFeedHeader", "Item"),
        }
    }

    /// The pointer from a row to its SKU.
    pub(crate) fn sku(self) -> &'static str {
        match self {
            Self::Item | Self::Maintenance => "/Orderable/sku",
            Self::Match => "/Item/sku",
            Self::Price => "/Promo&Discount/sku",
            Self::LegacyPrice | Self::Inventory | Self::NodeInventory | Self::LagTime | Self::Retire => "/sku",
            Self::Delete => "/Deletable/sku",
        }
    }

    /// Whether the list of an account's feeds may mean this kind by a type: it has names of its own, and letters of either
    /// case. From the answers in Walmart's reference, read 2026-11-26; the ids of feeds there show that both promotions and
    /// prices go by more than one name.
    pub(crate) fn is_listed_as(self, feed_type: &str) -> bool {
        let others: &[&str] = match self {
            Self::Item | Self::Maintenance | Self::Match => &["item"],
            Self::Price => &["MP_ITEM_PRICE_UPDATE", "PROMO_PRICE", "price"],
            Self::LegacyPrice => &["MP_ITEM_PRICE_UPDATE"],
            Self::NodeInventory => &["inventory"],
            Self::Inventory | Self::LagTime | Self::Retire | Self::Delete => &[],
        };
        std::iter::once(&self.feed().name).chain(others).any(|name| name.eq_ignore_ascii_case(feed_type.trim()))
    }

    /// Whether it is about prices, which are worked on before all others.
    pub(crate) fn is_price(self) -> bool {
        matches!(self, Self::Price | Self::LegacyPrice)
    }

    /// Whether rows are about a product type.
    pub(crate) fn has_categories(self) -> bool {
        matches!(self, Self::Item | Self::Maintenance)
    }

    /// Why a feed cannot be written for a country, where it cannot.
    ///
    /// Walmart takes more than these in Canada and Mexico, but what it wants there was not to be found: neither the spec of
    /// `MP_ITEM_INTL` nor the rows of the others; looked for on 2026-11-23.
    pub(crate) fn refusal(self, country: &str) -> Option<String> {
        if country == profile::UNITED_STATES {
            return None;
        }
        let name = self.feed().name;
        match self {
            Self::LegacyPrice | Self::Inventory => None,
            Self::Item => Some(format!(
                "items are set up in {country} by the feed MP_ITEM_INTL, whose spec is not known to Feedwright; the feeds \
                 `price_legacy` and `inventory` can be written"
            )),
            Self::Price => Some(format!(
                "the feed {name} is for the United States; in {country} set `feeds.price = \"price_legacy\"`"
            )),
            Self::NodeInventory => Some(format!(
                "the feed {name} is for the United States; in {country} set `feeds.stock = \"inventory\"`"
            )),
            Self::Maintenance | Self::Match | Self::LagTime | Self::Retire | Self::Delete => Some(format!(
                "what the feed {name} looks like in {country} is not known to Feedwright; the feeds `price_legacy` and \
                 `inventory` can be written"
            )),
        }
    }
}
