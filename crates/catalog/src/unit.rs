//! Knows the units of measure: their codes, what they are called, and how they convert without losing a digit.

pub use self::measure::Conversion;
pub use self::measure::Measure;
pub use self::measure::MeasureProblem;
use self::names::names;
use self::table::facts;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::sync::LazyLock;

mod measure;
mod names;
mod table;

/// A unit a catalog or a marketplace measures in. Gallons and the like are those of the United States.
///
/// Left out on purpose: temperatures (they do not convert by a factor), `mW` and `mV` (without case they are `MW` and
/// `MV`), and `ton` (three different masses).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[expect(missing_docs, reason = "the names say it; `names` has the other spellings")]
pub enum Unit {
    Milligram,
    Gram,
    Kilogram,
    Tonne,
    Ounce,
    Pound,
    Carat,
    Millimeter,
    Centimeter,
    Decimeter,
    Meter,
    Kilometer,
    Inch,
    Foot,
    Yard,
    Mile,
    Milliliter,
    Centiliter,
    Deciliter,
    Liter,
    FluidOunce,
    Cup,
    Pint,
    Quart,
    Gallon,
    CubicCentimeter,
    CubicMeter,
    CubicInch,
    CubicFoot,
    Each,
    Pair,
    Dozen,
    Sheet,
    Watt,
    Kilowatt,
    Volt,
    Kilovolt,
    Milliampere,
    Ampere,
    MilliampereHour,
    AmpereHour,
    WattHour,
    KilowattHour,
    Kilobyte,
    Megabyte,
    Gigabyte,
    Terabyte,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// Every unit, in the order of the enum.
    pub const ALL: &'static [Unit] = table::ALL;

    /// Reads a code, symbol or name in any case and number: `KILOGRAM`, `lbs`, `fl. oz`, `"`, `GRM`. None for others.
    ///
    /// `oz` is the mass; where a volume is meant, ask [`Unit::parse_in`]. `ct` is a carat to some and a count to others,
    /// and is only read there.
    pub fn parse(text: &str) -> Option<Self> {
        let key = key(text)?;
        let found = SPELLINGS.binary_search_by_key(&key, |(spelling, _)| *spelling).ok()?;
        Some(SPELLINGS[found].1)
    }

    /// Reads a unit where the dimension is known: of a volume, `oz` is the fluid ounce; of a mass, `ct` is the carat; of a
    /// count, one piece. None also for a unit of another dimension.
    pub fn parse_in(text: &str, dimension: Dimension) -> Option<Self> {
        let is_one_of = |names: &[&str]| names.iter().any(|name| is_same(name, text));
        if dimension == Dimension::Volume && is_one_of(&["oz", "ozs", "ounce", "ounces"]) {
            Some(Self::FluidOunce)
        } else if dimension == Dimension::Mass && is_one_of(&["ct", "cts"]) {
            Some(Self::Carat)
        } else if dimension == Dimension::Count && is_one_of(&["ct", "cts"]) {
            Some(Self::Each)
        } else {
            Self::parse(text).filter(|unit| unit.dimension() == dimension)
        }
    }

    /// The common code of UN/ECE Recommendation 20: `KGM`.
    pub fn code(self) -> &'static str {
        facts(self).code
    }

    /// The short form for people, and the one our files hold: `kg`.
    pub fn symbol(self) -> &'static str {
        facts(self).symbol
    }

    /// Every other spelling that is read. The first is the English plural as Amazon spells it: `kilograms`, `fluid_ounces`.
    pub fn names(self) -> &'static [&'static str] {
        names(self)
    }

    /// What it measures. Only units of one dimension convert into each other.
    pub fn dimension(self) -> Dimension {
        facts(self).dimension
    }

    /// How many base units of its dimension it is, exactly: numerator and denominator. An inch is 127 / 5000 m.
    pub fn factor(self) -> (u64, u64) {
        facts(self).factor
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.symbol())
    }
}

impl TryFrom<String> for Unit {
    type Error = UnknownUnit;

    fn try_from(text: String) -> Result<Unit, UnknownUnit> {
        Unit::parse(&text).ok_or(UnknownUnit(text))
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.symbol().to_owned()
    }
}

impl JsonSchema for Unit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let symbols: Vec<&str> = Unit::ALL.iter().map(|unit| unit.symbol()).collect();
        schemars::json_schema!({
            "description": "A unit of measure, by its symbol. Names and UN/ECE codes are read too.",
            "type": "string",
            "examples": symbols,
        })
    }
}

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Base unit: kilogram.
    Mass,
    /// Base unit: metre.
    Length,
    /// Base unit: litre.
    Volume,
    /// Base unit: one piece.
    Count,
    /// Base unit: one sheet. Apart from [`Dimension::Count`], for a roll of 100 sheets is not 100 rolls.
    Sheets,
    /// Base unit: watt.
    Power,
    /// Base unit: volt.
    Voltage,
    /// Base unit: ampere.
    Current,
    /// Base unit: ampere-hour.
    Charge,
    /// Base unit: watt-hour.
    Energy,
    /// Base unit: megabyte, of a million bytes.
    Storage,
    /// Base unit: second. Up to weeks.
    Time,
    /// Base unit: month. Months and years, which are no fixed number of days.
    Calendar,
}

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Dimension::Mass => "mass",
            Dimension::Length => "length",
            Dimension::Volume => "volume",
            Dimension::Count => "count",
            Dimension::Sheets => "number of sheets",
            Dimension::Power => "power",
            Dimension::Voltage => "voltage",
            Dimension::Current => "current",
            Dimension::Charge => "charge",
            Dimension::Energy => "energy",
            Dimension::Storage => "storage",
            Dimension::Time => "time",
            Dimension::Calendar => "number of months",
        })
    }
}

/// A text in our own files that names no unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownUnit(pub String);

impl fmt::Display for UnknownUnit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not a unit", self.0)
    }
}

impl std::error::Error for UnknownUnit {}

/// Most bytes of a name of a unit; a test compares.
const LONGEST_NAME: usize = 32;

/// A text's [`letters`] as two numbers, which are compared faster than text; none when there are more than any name has.
fn key(text: &str) -> Option<(u128, u128)> {
    let mut spelling = [0_u8; LONGEST_NAME];
    let mut length = 0;
    for letter in letters(text) {
        let room = spelling.get_mut(length..).filter(|room| room.len() >= letter.len_utf8())?;
        length += letter.encode_utf8(room).len();
    }
    let (first, last) = spelling.split_at(LONGEST_NAME / 2);
    Some((u128::from_be_bytes(first.try_into().ok()?), u128::from_be_bytes(last.try_into().ok()?)))
}

/// Every spelling of every unit, sorted. Of two units with one spelling the first has it.
static SPELLINGS: LazyLock<Vec<((u128, u128), Unit)>> = LazyLock::new(|| {
    let of = |unit: &Unit| {
        let unit = *unit;
        let names = [unit.code(), unit.symbol()].into_iter().chain(unit.names().iter().copied());
        names.filter_map(move |name| Some((key(name)?, unit)))
    };
    let mut spellings: Vec<((u128, u128), Unit)> = Unit::ALL.iter().flat_map(of).collect();
    spellings.sort();
    spellings.dedup_by(|later, first| later.0 == first.0);
    spellings
});

/// Whether two spellings differ only in case, spaces, points, hyphens and underscores.
fn is_same(name: &str, text: &str) -> bool {
    letters(name).eq(letters(text))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-' | '_'))
        .map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let actual = Unit::parse(text).map(|unit| format!("{unit} {}", unit.code()));
        assert_eq!(actual.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn every_spelling_is_read_as_the_first_unit_that_has_it() {
        for unit in Unit::ALL {
            for name in [unit.code(), unit.symbol()].iter().chain(unit.names()) {
                let is_named = |other: &&Unit| {
                    let names = [other.code(), other.symbol()];
                    names.iter().chain(other.names()).any(|own| is_same(own, name))
                };
                assert_eq!(Unit::parse(name), Unit::ALL.iter().find(is_named).copied(), "{name}");
            }
        }
    }

    #[test]
    fn reads_what_catalogs_write() {
        check("KILOGRAM", Some("kg KGM"));
        check("Kgs", Some("kg KGM"));
        check("pounds", Some("lb LBR"));
        check("lbs.", Some("lb LBR"));
        check("GRM", Some("g GRM"));
        check("oz", Some("oz ONZ"));
        check("fl. oz.", Some("fl oz OZA"));
        check("FLUID_OUNCE", Some("fl oz OZA"));
        check("\"", Some("in INH"));
        check("″", Some("in INH"));
        check("''", Some("in INH"));
        check("'", Some("ft FOT"));
        check("centimetres", Some("cm CMT"));
        check("cubic feet", Some("cu ft FTQ"));
        check("milliamp-hours", Some("mAh E09"));
        check("pcs", Some("ea EA"));
        check(" Years ", Some("yr ANN"));
        for unknown in ["", ".", "furlong", "tons", "ct", "mW"] {
            check(unknown, None);
        }
    }

    #[test]
    fn the_dimension_decides_between_namesakes() {
        #[track_caller]
        fn check(text: &str, dimension: Dimension, expected: Option<Unit>) {
            assert_eq!(Unit::parse_in(text, dimension), expected, "{text:?} in {dimension:?}");
        }
        check("oz", Dimension::Mass, Some(Unit::Ounce));
        check("Oz.", Dimension::Volume, Some(Unit::FluidOunce));
        check("ct", Dimension::Count, Some(Unit::Each));
        check("ct", Dimension::Mass, Some(Unit::Carat));
        check("kg", Dimension::Length, None);
    }

    #[test]
    fn every_spelling_names_one_unit() {
        let mut by_spelling = BTreeMap::new();
        for unit in Unit::ALL {
            for spelling in [unit.code(), unit.symbol()].iter().chain(unit.names()) {
                assert_eq!(Unit::parse(&spelling.to_uppercase()), Some(*unit), "{spelling}");
                let other = by_spelling.insert(letters(spelling).collect::<String>(), *unit);
                assert!(other.is_none_or(|other| other == *unit), "{spelling}: {unit:?} and {other:?}");
            }
        }
    }

    #[test]
    fn the_table_is_complete() {
        assert_eq!(Unit::ALL.last(), Some(&Unit::Year));
        assert!(Unit::ALL.iter().enumerate().all(|(place, unit)| *unit as usize == place), "in the order of the enum");
        for unit in Unit::ALL {
            assert!(!unit.names().is_empty(), "{unit:?}");
            let is_base = |other: &&Unit| other.dimension() == unit.dimension() && other.factor() == (1, 1);
            assert!(Unit::ALL.iter().any(|other| is_base(&other)), "{unit:?} has no base unit");
        }
    }

    #[test]
    fn is_a_string_in_json() {
        let unit: Unit = serde_json::from_str(r#""KGM""#).unwrap();
        assert_eq!(serde_json::to_string(&unit).unwrap(), r#""kg""#);
        let problem = serde_json::from_str::<Unit>(r#""stone""#).unwrap_err().to_string();
        assert!(problem.contains("`stone` is not a unit"), "{problem}");
    }
}
