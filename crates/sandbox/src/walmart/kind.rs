//! The feeds Walmart takes: their names, both of them, and what their files look like.

/// A feed type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `MP_ITEM`: an item, whole.
    Item,
    /// `MP_MAINTENANCE`: what is given is replaced, the rest stays.
    Maintenance,
    /// `MP_ITEM_MATCH`: an offer on an item Walmart knows.
    Match,
    /// `PRICE_AND_PROMOTION`.
    Price,
    /// `price`: the older one.
    LegacyPrice,
    /// `inventory`: stock at one place.
    Inventory,
    /// `MP_INVENTORY`: stock at several.
    NodeInventory,
    /// `lagtime`.
    LagTime,
    /// `RETIRE_ITEM`.
    Retire,
    /// `DELETE_ITEM`.
    Delete,
}

/// How a file may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// As the part `file` of a form.
    AsPart,
    /// As the body.
    AsBody,
    /// Either way.
    EitherWay,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 10] = [
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

    /// The one a request names. Letter case is not Walmart's concern here.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Its name when a file is sent.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Item => "MP_ITEM",
            Self::Maintenance => "MP_MAINTENANCE",
            Self::Match => "MP_ITEM_MATCH",
            Self::Price => "PRICE_AND_PROMOTION",
            Self::LegacyPrice => "price",
            Self::Inventory => "inventory",
            Self::NodeInventory => "MP_INVENTORY",
            Self::LagTime => "lagtime",
            Self::Retire => "RETIRE_ITEM",
            Self::Delete => "DELETE_ITEM",
        }
    }

    /// Its name where feeds are listed, which is another for the older ones: the example of `GET /v3/feeds`, read
    /// 2026-11-23. That newer ones keep their name is likely and seen nowhere.
    pub(super) fn listed(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Price | Self::LegacyPrice => "MP_ITEM_PRICE_UPDATE",
            Self::LagTime => "LAGTIME",
            other => other.name(),
        }
    }

    /// The name of the header and that of the rows in the file. Letter case counts.
    pub(super) fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Item | Self::Maintenance | Self::Match | Self::Price => ("MPItemFeedHeader", "MPItem"),
            Self::LegacyPrice => ("PriceHeader", "Price"),
            Self::Inventory => ("InventoryHeader", "Inventory"),
            Self::NodeInventory => ("inventoryHeader", "inventory"),
            Self::LagTime => ("LagTimeHeader", "lagTime"),
            Self::Retire => ("RetireItemHeader", "RetireItem"),
            Self::Delete => ("ItemFeedHeader", "Item"),
        }
    }

    /// The member of a row that holds it; none where a row holds itself.
    pub(super) fn wrapper(self) -> Option<&'static str> {
        match self {
            Self::Item | Self::Maintenance => Some("Orderable"),
            Self::Match => Some("Item"),
            Self::Price => Some("Promo&Discount"),
            Self::Delete => Some("Deletable"),
            Self::LegacyPrice | Self::Inventory | Self::NodeInventory | Self::LagTime | Self::Retire => None,
        }
    }

    /// Most bytes of a file: developer.walmart.com, rate limiting, checked 2026-08-05.
    pub(super) fn max_bytes(self) -> usize {
        match self {
            Self::Item | Self::Maintenance | Self::Match => 25 << 20,
            Self::Price | Self::LegacyPrice | Self::Inventory | Self::Retire => 10 << 20,
            Self::LagTime => 5 << 20,
            Self::NodeInventory => 1 << 20,
            Self::Delete => 400 << 10,
        }
    }

    /// How its file comes, by the request bodies of the API documents, read 2026-11-23.
    pub(super) fn carried(self) -> Carried {
        match self {
            Self::LegacyPrice | Self::Inventory | Self::NodeInventory => Carried::AsPart,
            Self::Price | Self::LagTime => Carried::AsBody,
            Self::Item | Self::Maintenance | Self::Match | Self::Retire | Self::Delete => Carried::EitherWay,
        }
    }

    /// Whether it tells what a product is.
    pub(super) fn is_content(self) -> bool {
        matches!(self, Self::Item | Self::Maintenance | Self::Match)
    }
}
