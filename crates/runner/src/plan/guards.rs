//! What looks like an accident: many listings taken down, prices that fall to a tenth, a source that is empty. A guard
//! stops a lane until a person has looked and says so by the guard's name.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// A guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Too many listings would be taken down.
    Retirements,
    /// Too many prices would fall far.
    PriceFalls,
    /// Too many prices would rise far.
    PriceRises,
    /// Too many listings would lose values they have.
    Blanks,
    /// A source that had products has none.
    EmptySource,
    /// A full source holds far fewer products than are listed from it.
    ShrunkenSource,
    /// Prices would be in another currency.
    Currency,
}

impl Guard {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Retirements,
        Self::PriceFalls,
        Self::PriceRises,
        Self::Blanks,
        Self::EmptySource,
        Self::ShrunkenSource,
        Self::Currency,
    ];

    /// Its name on the command line and in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retirements => "retirements",
            Self::PriceFalls => "price-falls",
            Self::PriceRises => "price-rises",
            Self::Blanks => "blanks",
            Self::EmptySource => "empty-source",
            Self::ShrunkenSource => "shrunken-source",
            Self::Currency => "currency",
        }
    }

    /// The guard with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.name() == name)
    }
}

/// When guards stop a plan. Shares are of what is listed, in per cent; a share that is met exactly is let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Most listings taken down at once.
    pub retirements: Decimal,
    /// A price may fall by this much.
    pub price_fall: Decimal,
    /// A price may rise by this much.
    pub price_rise: Decimal,
    /// Most listed prices that may fall or rise by more.
    pub prices: Decimal,
    /// Most listings that may lose a value.
    pub blanks: Decimal,
    /// A full source may hold so much less than is listed from it.
    pub shrink: Decimal,
    /// In small shops shares say nothing: so many listings are let through whatever their share.
    pub at_least: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            retirements: Decimal::from(10),
            price_fall: Decimal::from(50),
            price_rise: Decimal::from(100),
            prices: Decimal::from(5),
            blanks: Decimal::from(20),
            shrink: Decimal::from(30),
            at_least: 3,
        }
    }
}

/// What guards weigh, counted while a lane is planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weighed {
    /// Listings there are, where that matters.
    pub(crate) listed: u64,
    /// Listings that would be taken down.
    pub(crate) retired: u64,
    /// Prices that would fall too far, with the first of them.
    pub(crate) falls: Counted,
    /// Prices that would rise too far.
    pub(crate) rises: Counted,
    /// Prices in another currency.
    pub(crate) currencies: Counted,
    /// Listings that would lose a value.
    pub(crate) blanks: Counted,
    /// Listings that full sources do not hold any more.
    pub(crate) missing: u64,
    /// Sources without a product, by name.
    pub(crate) empty: Vec<String>,
}

/// How many, and an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// How many.
    pub(crate) count: u64,
    /// One of them, for people.
    pub(crate) example: Option<String>,
}

impl Counted {
    /// One more.
    pub(crate) fn add(&mut self, example: impl FnOnce() -> String) {
        self.count += 1;
        self.example.get_or_insert_with(example);
    }
}

/// A guard that stops a lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// Which.
    pub guard: Guard,
    /// What it saw.
    pub message: String,
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "guard `{}`: {}", self.guard.name(), self.message)
    }
}

impl Weighed {
    /// Compares a price that was told with the one that would be.
    pub(crate) fn price(&mut self, sku: &str, before: Decimal, after: Decimal, limits: &Thresholds) {
        let hundred = Decimal::from(100);
        let example = || format!("`{sku}` from {before} to {after}");
        // Without division: a price of nothing is no reason to stop counting.
        let (Some(floor), Some(ceiling), Some(scaled)) = (
            before.checked_mul(hundred.saturating_sub(limits.price_fall)),
            before.checked_mul(hundred.saturating_add(limits.price_rise)),
            after.checked_mul(hundred),
        ) else {
            // Beyond what can be reckoned with is certainly worth a look.
            self.rises.add(example);
            return;
        };
        if scaled < floor {
            self.falls.add(example);
        } else if scaled > ceiling {
            self.rises.add(example);
        }
    }

    /// Whether it matters how many listings there are.
    pub(crate) fn asks_for_listed(&self) -> bool {
        let counts = [self.retired, self.falls.count, self.rises.count, self.blanks.count, self.missing];
        counts.iter().any(|count| *count > 0) || !self.empty.is_empty()
    }

    /// The guards that stop what was weighed.
    pub(crate) fn stops(&self, limits: &Thresholds) -> Vec<Stop> {
        let mut stops = Vec::new();
        let mut stop = |guard: Guard, message: String| stops.push(Stop { guard, message });
        let of_listed = |count: u64| format!("{count} of {} {}", self.listed, plural(self.listed, "listing"));
        let is_over = |count: u64, most: Decimal| {
            count > limits.at_least && Decimal::from(count) * Decimal::from(100) > most * Decimal::from(self.listed)
        };
        if is_over(self.retired, limits.retirements) {
            let message =
                format!("{} would be taken down, more than {} %", of_listed(self.retired), limits.retirements);
            stop(Guard::Retirements, message);
        }
        for (guard, counted, verb, by) in [
            (Guard::PriceFalls, &self.falls, "fall", limits.price_fall),
            (Guard::PriceRises, &self.rises, "rise", limits.price_rise),
        ] {
            if is_over(counted.count, limits.prices) {
                let example = counted.example.as_deref().unwrap_or_default();
                let noun = plural(counted.count, "price");
                let message = format!(
                    "{} {noun} of {} {} would {verb} by more than {by} %, such as {example}",
                    counted.count,
                    self.listed,
                    plural(self.listed, "listing"),
                );
                stop(guard, message);
            }
        }
        if self.currencies.count > 0 {
            let example = self.currencies.example.as_deref().unwrap_or_default();
            let noun = plural(self.currencies.count, "price");
            stop(
                Guard::Currency,
                format!("{} {noun} would be in another currency, such as {example}", self.currencies.count),
            );
        }
        if is_over(self.blanks.count, limits.blanks) {
            let example = self.blanks.example.as_deref().unwrap_or_default();
            let message = format!(
                "{} would lose values they have, more than {} %, such as {example}",
                of_listed(self.blanks.count),
                limits.blanks
            );
            stop(Guard::Blanks, message);
        }
        if self.listed > 0 {
            for source in &self.empty {
                let message = format!(
                    "source `{source}` holds no product, and {} {} listed",
                    self.listed,
                    if self.listed == 1 { "is" } else { "are" }
                );
                stop(Guard::EmptySource, message);
            }
        }
        if is_over(self.missing, limits.shrink) {
            let message = format!(
                "{} are not in the full sources any more, more than {} %",
                of_listed(self.missing),
                limits.shrink
            );
            stop(Guard::ShrunkenSource, message);
        }
        stops
    }
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(listed: u64) -> Weighed {
        Weighed { listed, ..Weighed::default() }
    }

    fn names(weighed: &Weighed) -> Vec<&'static str> {
        weighed.stops(&Thresholds::default()).iter().map(|stop| stop.guard.name()).collect()
    }

    #[test]
    fn a_share_that_is_met_exactly_is_let_through_and_one_more_is_not() {
        assert_eq!(names(&Weighed { retired: 10, ..weighed(100) }), [""; 0]);
        assert_eq!(names(&Weighed { retired: 11, ..weighed(100) }), ["retirements"]);
    }

    #[test]
    fn a_few_listings_are_let_through_whatever_their_share() {
        assert_eq!(names(&Weighed { retired: 3, ..weighed(4) }), [""; 0]);
        assert_eq!(names(&Weighed { retired: 4, ..weighed(4) }), ["retirements"]);
    }

    #[test]
    fn prices_that_move_far_are_counted_and_one_of_them_is_shown() {
        let limits = Thresholds::default();
        let mut weighed = weighed(20);
        let price = |text: &str| text.parse::<Decimal>().unwrap();
        for sku in ["A", "B", "C", "D"] {
            weighed.price(sku, price("20.00"), price("9.99"), &limits);
        }
        weighed.price("E", price("20.00"), price("10.00"), &limits);
        weighed.price("F", price("20.00"), price("40.00"), &limits);
        weighed.price("G", price("20.00"), price("40.01"), &limits);
        assert_eq!((weighed.falls.count, weighed.rises.count), (4, 1));
        let stops = weighed.stops(&limits);
        assert_eq!(
            stops.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "guard `price-falls`: 4 prices of 20 listings would fall by more than 50 %, such as `A` from 20.00 to 9.99"
            ]
        );
    }

    #[test]
    fn an_empty_source_and_another_currency_stop_at_once_unless_nothing_is_listed() {
        let empty = |listed| Weighed { empty: vec!["shop".to_owned()], ..weighed(listed) };
        assert_eq!(names(&empty(0)), [""; 0]);
        assert_eq!(names(&empty(1)), ["empty-source"]);
        let mut currency = weighed(1);
        currency.currencies.add(|| "`A` from USD to EUR".to_owned());
        assert_eq!(names(&currency), ["currency"]);
    }
}
