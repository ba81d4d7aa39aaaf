//! Holds the facts about every unit, one row each.
//!
//! Codes: UN/ECE Recommendation 20. Factors: the definitions of inch and pound of 1959 and what follows from them; decimal
//! prefixes for the rest.

use super::Dimension;
use super::Unit;

/// One row of the table.
pub(super) struct Facts {
    pub(super) code: &'static str,
    pub(super) symbol: &'static str,
    pub(super) dimension: Dimension,
    /// Base units of the dimension, numerator and denominator.
    pub(super) factor: (u64, u64),
}

pub(super) const ALL: &[Unit] = &[
    Unit::Milligram,
    Unit::Gram,
    Unit::Kilogram,
    Unit::Tonne,
    Unit::Ounce,
    Unit::Pound,
    Unit::Carat,
    Unit::Millimeter,
    Unit::Centimeter,
    Unit::Decimeter,
    Unit::Meter,
    Unit::Kilometer,
    Unit::Inch,
    Unit::Foot,
    Unit::Yard,
    Unit::Mile,
    Unit::Milliliter,
    Unit::Centiliter,
    Unit::Deciliter,
    Unit::Liter,
    Unit::FluidOunce,
    Unit::Cup,
    Unit::Pint,
    Unit::Quart,
    Unit::Gallon,
    Unit::CubicCentimeter,
    Unit::CubicMeter,
    Unit::CubicInch,
    Unit::CubicFoot,
    Unit::Each,
    Unit::Pair,
    Unit::Dozen,
    Unit::Sheet,
    Unit::Watt,
    Unit::Kilowatt,
    Unit::Volt,
    Unit::Kilovolt,
    Unit::Milliampere,
    Unit::Ampere,
    Unit::MilliampereHour,
    Unit::AmpereHour,
    Unit::WattHour,
    Unit::KilowattHour,
    Unit::Kilobyte,
    Unit::Megabyte,
    Unit::Gigabyte,
    Unit::Terabyte,
    Unit::Second,
    Unit::Minute,
    Unit::Hour,
    Unit::Day,
    Unit::Week,
    Unit::Month,
    Unit::Year,
];

pub(super) const fn facts(unit: Unit) -> Facts {
    match unit {
        Unit::Milligram => row("MGM", "mg", Dimension::Mass, 1, 1_000_000),
        Unit::Gram => row("GRM", "g", Dimension::Mass, 1, 1000),
        Unit::Kilogram => row("KGM", "kg", Dimension::Mass, 1, 1),
        Unit::Tonne => row("TNE", "t", Dimension::Mass, 1000, 1),
        Unit::Ounce => row("ONZ", "oz", Dimension::Mass, 45_359_237, 1_600_000_000), // a pound / 16
        Unit::Pound => row("LBR", "lb", Dimension::Mass, 45_359_237, 100_000_000),   // exactly 0.45359237 kg since 1959
        Unit::Carat => row("CTM", "carat", Dimension::Mass, 1, 5000),                // metric: 200 mg
        Unit::Millimeter => row("MMT", "mm", Dimension::Length, 1, 1000),
        Unit::Centimeter => row("CMT", "cm", Dimension::Length, 1, 100),
        Unit::Decimeter => row("DMT", "dm", Dimension::Length, 1, 10),
        Unit::Meter => row("MTR", "m", Dimension::Length, 1, 1),
        Unit::Kilometer => row("KMT", "km", Dimension::Length, 1000, 1),
        Unit::Inch => row("INH", "in", Dimension::Length, 127, 5000), // exactly 2.54 cm since 1959
        Unit::Foot => row("FOT", "ft", Dimension::Length, 381, 1250), // 12 in
        Unit::Yard => row("YRD", "yd", Dimension::Length, 1143, 1250), // 3 ft
        Unit::Mile => row("SMI", "mi", Dimension::Length, 201_168, 125), // 1760 yd
        Unit::Milliliter => row("MLT", "ml", Dimension::Volume, 1, 1000),
        Unit::Centiliter => row("CLT", "cl", Dimension::Volume, 1, 100),
        Unit::Deciliter => row("DLT", "dl", Dimension::Volume, 1, 10),
        Unit::Liter => row("LTR", "l", Dimension::Volume, 1, 1),
        Unit::FluidOunce => row("OZA", "fl oz", Dimension::Volume, 473_176_473, 16_000_000_000), // a gallon / 128
        Unit::Cup => row("G21", "cup", Dimension::Volume, 473_176_473, 2_000_000_000),           // a gallon / 16
        Unit::Pint => row("PTL", "pt", Dimension::Volume, 473_176_473, 1_000_000_000),           // a gallon / 8
        Unit::Quart => row("QTL", "qt", Dimension::Volume, 473_176_473, 500_000_000),            // a gallon / 4
        Unit::Gallon => row("GLL", "gal", Dimension::Volume, 473_176_473, 125_000_000),          // 231 cu in
        Unit::CubicCentimeter => row("CMQ", "cu cm", Dimension::Volume, 1, 1000),
        Unit::CubicMeter => row("MTQ", "cu m", Dimension::Volume, 1000, 1),
        Unit::CubicInch => row("INQ", "cu in", Dimension::Volume, 2_048_383, 125_000_000), // 2.54 cm cubed
        Unit::CubicFoot => row("FTQ", "cu ft", Dimension::Volume, 55_306_341, 1_953_125),  // 1728 cu in
        Unit::Each => row("EA", "ea", Dimension::Count, 1, 1),
        Unit::Pair => row("PR", "pr", Dimension::Count, 2, 1),
        Unit::Dozen => row("DZN", "dz", Dimension::Count, 12, 1),
        Unit::Sheet => row("ST", "sheet", Dimension::Sheets, 1, 1),
        Unit::Watt => row("WTT", "W", Dimension::Power, 1, 1),
        Unit::Kilowatt => row("KWT", "kW", Dimension::Power, 1000, 1),
        Unit::Volt => row("VLT", "V", Dimension::Voltage, 1, 1),
        Unit::Kilovolt => row("KVT", "kV", Dimension::Voltage, 1000, 1),
        Unit::Milliampere => row("4K", "mA", Dimension::Current, 1, 1000),
        Unit::Ampere => row("AMP", "A", Dimension::Current, 1, 1),
        Unit::MilliampereHour => row("E09", "mAh", Dimension::Charge, 1, 1000),
        Unit::AmpereHour => row("AMH", "Ah", Dimension::Charge, 1, 1),
        Unit::WattHour => row("WHR", "Wh", Dimension::Energy, 1, 1),
        Unit::KilowattHour => row("KWH", "kWh", Dimension::Energy, 1000, 1),
        Unit::Kilobyte => row("2P", "KB", Dimension::Storage, 1, 1000),
        Unit::Megabyte => row("4L", "MB", Dimension::Storage, 1, 1),
        Unit::Gigabyte => row("E34", "GB", Dimension::Storage, 1000, 1),
        Unit::Terabyte => row("E35", "TB", Dimension::Storage, 1_000_000, 1),
        Unit::Second => row("SEC", "s", Dimension::Time, 1, 1),
        Unit::Minute => row("MIN", "min", Dimension::Time, 60, 1),
        Unit::Hour => row("HUR", "h", Dimension::Time, 3600, 1),
        Unit::Day => row("DAY", "d", Dimension::Time, 86_400, 1),
        Unit::Week => row("WEE", "wk", Dimension::Time, 604_800, 1),
        Unit::Month => row("MON", "mo", Dimension::Calendar, 1, 1),
        Unit::Year => row("ANN", "yr", Dimension::Calendar, 12, 1),
    }
}

const fn row(
    code: &'static str,
    symbol: &'static str,
    dimension: Dimension,
    numerator: u64,
    denominator: u64,
) -> Facts {
    Facts { code, symbol, dimension, factor: (numerator, denominator) }
}
