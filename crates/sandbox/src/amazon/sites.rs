//! Amazon's sites: their ids, which endpoint they belong to, and what is written there.

/// An endpoint of the Selling Partner API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// `na`.
    NorthAmerica,
    /// `eu`.
    Europe,
    /// `fe`.
    FarEast,
}

impl Region {
    /// The region whose host has this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "na" => Some(Self::NorthAmerica),
            "eu" => Some(Self::Europe),
            "fe" => Some(Self::FarEast),
            _ => None,
        }
    }
}

/// A site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The marketplace's id.
    pub(super) id: &'static str,
    /// Its country.
    pub(super) country: &'static str,
    /// Where its calls go.
    pub(super) region: Region,
    /// What is written there.
    pub(super) language: &'static str,
    /// What is paid there.
    pub(super) currency: &'static str,
}

/// The sites, from "Marketplace IDs" and "SP-API Endpoints" of the developer's guide, read 2026-11-23.
static SITES: &[Site] = &[
    site("ATVPDKIKX0DER", "US", Region::NorthAmerica, "en_US", "USD"),
    site("A2EUQ1WTGCTBG2", "CA", Region::NorthAmerica, "en_CA", "CAD"),
    site("A1AM78C64UM0Y8", "MX", Region::NorthAmerica, "es_MX", "MXN"),
    site("A1F83G8C2ARO7P", "GB", Region::Europe, "en_GB", "GBP"),
    site("A1PA6795UKMFR9", "DE", Region::Europe, "de_DE", "EUR"),
    site("A13V1IB3VIYZZH", "FR", Region::Europe, "fr_FR", "EUR"),
    site("APJ6JRA9NG5V4", "IT", Region::Europe, "it_IT", "EUR"),
    site("A1RKKUPIHCS9HS", "ES", Region::Europe, "es_ES", "EUR"),
    site("A1VC38T7YXB528", "JP", Region::FarEast, "ja_JP", "JPY"),
];

const fn site(
    id: &'static str,
    country: &'static str,
    region: Region,
    language: &'static str,
    currency: &'static str,
) -> Site {
    Site { id, country, region, language, currency }
}

impl Site {
    /// The site with this id, if its calls go to this region.
    pub(super) fn in_region(id: &str, region: Region) -> Option<&'static Self> {
        SITES.iter().find(|site| site.id == id && site.region == region)
    }
}
