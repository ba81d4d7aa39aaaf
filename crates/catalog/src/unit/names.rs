//! Lists what units are called in catalogs, beside their codes and symbols.
//!
//! The first name is the English plural as Amazon spells it. Case, spaces, points, hyphens and underscores make no
//! difference when a text is compared; see [`Unit::parse`].

use super::Unit;

pub(super) const fn names(unit: Unit) -> &'static [&'static str] {
    match unit {
        Unit::Milligram => &["milligrams", "milligram"],
        Unit::Gram => &["grams", "gram", "gr", "gm", "gms", "gramme", "grammes"],
        Unit::Kilogram => &["kilograms", "kilogram", "kgs", "kilo", "kilos", "kilogramme", "kilogrammes"],
        Unit::Tonne => &["tonnes", "tonne", "metric_tons", "metric_ton", "metric_tonnes", "metric_tonne"],
        Unit::Ounce => &["ounces", "ounce", "ozs"],
        Unit::Pound => &["pounds", "pound", "lbs"],
        Unit::Carat => &["carats"],
        Unit::Millimeter => &["millimeters", "millimeter", "millimetres", "millimetre", "mms"],
        Unit::Centimeter => &["centimeters", "centimeter", "centimetres", "centimetre", "cms"],
        Unit::Decimeter => &["decimeters", "decimeter", "decimetres", "decimetre"],
        Unit::Meter => &["meters", "meter", "metres", "metre", "mtrs"],
        Unit::Kilometer => &["kilometers", "kilometer", "kilometres", "kilometre", "kms"],
        Unit::Inch => &["inches", "inch", "ins", "\"", "″", "”", "''"],
        Unit::Foot => &["feet", "foot", "'", "′", "’"],
        Unit::Yard => &["yards", "yard", "yds"],
        Unit::Mile => &["miles", "mile"],
        Unit::Milliliter => &["milliliters", "milliliter", "millilitres", "millilitre", "mls"],
        Unit::Centiliter => &["centiliters", "centiliter", "centilitres", "centilitre"],
        Unit::Deciliter => &["deciliters", "deciliter", "decilitres", "decilitre"],
        Unit::Liter => &["liters", "liter", "litres", "litre", "ltrs"],
        Unit::FluidOunce => &["fluid_ounces", "fluid_ounce", "fl_ounces", "fl_ounce", "fl_ozs", "us_fluid_ounces"],
        Unit::Cup => &["cups", "us_cups"],
        Unit::Pint => &["pints", "pint", "pts", "liquid_pints", "us_pints"],
        Unit::Quart => &["quarts", "quart", "qts", "liquid_quarts", "us_quarts"],
        Unit::Gallon => &["gallons", "gallon", "gals", "us_gallons"],
        Unit::CubicCentimeter => {
            &["cubic_centimeters", "cubic_centimeter", "cubic_centimetres", "cubic_centimetre", "cc", "cm3", "cm³"]
        }
        Unit::CubicMeter => &["cubic_meters", "cubic_meter", "cubic_metres", "cubic_metre", "cbm", "m3", "m³"],
        Unit::CubicInch => &["cubic_inches", "cubic_inch", "in3", "in³"],
        Unit::CubicFoot => &["cubic_feet", "cubic_foot", "cft", "ft3", "ft³"],
        Unit::Each => {
            &["count", "each", "counts", "piece", "pieces", "pc", "pcs", "unit", "units", "item", "items", "C62"]
        }
        Unit::Pair => &["pairs", "pair", "prs"],
        Unit::Dozen => &["dozens", "dozen", "doz"],
        Unit::Sheet => &["sheets"],
        Unit::Watt => &["watts", "watt"],
        Unit::Kilowatt => &["kilowatts", "kilowatt"],
        Unit::Volt => &["volts", "volt"],
        Unit::Kilovolt => &["kilovolts", "kilovolt"],
        Unit::Milliampere => &["milliamps", "milliamp", "milliamperes", "milliampere"],
        Unit::Ampere => &["amps", "amperes", "ampere"],
        Unit::MilliampereHour => &["milliamp_hours", "milliamp_hour", "milliampere_hours", "milliampere_hour"],
        Unit::AmpereHour => &["amp_hours", "amp_hour", "ampere_hours", "ampere_hour"],
        Unit::WattHour => &["watt_hours", "watt_hour"],
        Unit::KilowattHour => &["kilowatt_hours", "kilowatt_hour"],
        Unit::Kilobyte => &["kilobytes", "kilobyte"],
        Unit::Megabyte => &["megabytes", "megabyte"],
        Unit::Gigabyte => &["gigabytes", "gigabyte"],
        Unit::Terabyte => &["terabytes", "terabyte"],
        Unit::Second => &["seconds", "second", "secs"],
        Unit::Minute => &["minutes", "minute", "mins"],
        Unit::Hour => &["hours", "hour", "hr", "hrs"],
        Unit::Day => &["days"],
        Unit::Week => &["weeks", "week", "wks"],
        Unit::Month => &["months", "month", "mos", "mths"],
        Unit::Year => &["years", "year", "yrs"],
    }
}
