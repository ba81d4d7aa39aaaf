//! Names countries by their ISO 3166 alpha-2 code, whatever the catalog calls them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de;
use std::fmt;

/// A country or territory of ISO 3166-1. Ordered by its alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(into = "String")]
#[schemars(with = "String", extend("pattern" = "^[A-Z]{2}$"))]
pub struct Country {
    // One of the library's own texts, so that copying is free.
    alpha2: &'static str,
}

impl Country {
    /// Reads an alpha-2 or alpha-3 code, `UK` (for GB), `EL` (for GR), or an English name; case, accents, spaces and
    /// punctuation do not matter.
    pub fn parse(text: &str) -> Result<Country, CountryProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CountryProblem::Empty);
        }
        by_code(text)
            .or_else(|| by_name(text))
            .map(|country| Country { alpha2: country.alpha2 })
            .ok_or_else(|| CountryProblem::Unknown(text.to_owned()))
    }

    /// Two capital letters: `DE`.
    pub fn alpha2(self) -> &'static str {
        self.alpha2
    }

    /// Three capital letters: `DEU`.
    pub fn alpha3(self) -> &'static str {
        rust_iso3166::from_alpha2(self.alpha2).map_or("", |country| country.alpha3)
    }

    /// The English short name of ISO 3166: `Germany`.
    pub fn name(self) -> &'static str {
        rust_iso3166::from_alpha2(self.alpha2).map_or("", |country| country.name)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.alpha2)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.alpha2)
    }
}

// Not derived: for the `&'static str` inside, the derived one would read only what lives for ever.
impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Country, D::Error> {
        let text = String::deserialize(deserializer)?;
        Country::parse(&text).map_err(de::Error::custom)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> String {
        country.alpha2.to_owned()
    }
}

/// Why a text does not name a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountryProblem {
    /// Nothing there.
    Empty,
    /// Neither a code nor a name we know. The text as it was written.
    Unknown(String),
}

impl fmt::Display for CountryProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CountryProblem::Empty => out.write_str("names no country"),
            CountryProblem::Unknown(text) => {
                write!(out, "`{text}` is not a country")
            }
        }
    }
}

impl std::error::Error for CountryProblem {}

/// Names in use beside those of ISO 3166, each under its alpha-2 code.
static ALIASES: &[(&str, &[&str])] = &[
    ("AE", &["UAE", "Emirates"]),
    ("BN", &["Brunei"]),
    ("BO", &["Bolivia"]),
    ("BS", &["The Bahamas"]),
    ("CD", &["DR Congo", "DRC", "Democratic Republic of the Congo", "Congo, Democratic Republic of the"]),
    ("CG", &["Republic of the Congo"]),
    ("CI", &["Ivory Coast"]),
    ("CN", &["PRC", "People's Republic of China", "Mainland China"]),
    ("CV", &["Cape Verde"]),
    ("CZ", &["Czech Republic"]),
    ("FK", &["Falkland Islands"]),
    ("FM", &["Micronesia"]),
    ("GB", &["United Kingdom", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"]),
    ("GM", &["The Gambia"]),
    ("GR", &["Hellas"]),
    ("HK", &["Hong Kong SAR", "Hong Kong SAR China"]),
    ("IR", &["Iran"]),
    ("KP", &["North Korea", "DPRK"]),
    // Sellers who write "Korea" mean the one that exports.
    ("KR", &["South Korea", "Republic of Korea", "Korea, Republic of", "Korea, South", "Korea"]),
    ("LA", &["Laos"]),
    ("MD", &["Moldova", "Republic of Moldova"]),
    ("MK", &["Macedonia"]),
    ("MM", &["Burma", "Myanmar (Burma)"]),
    ("MO", &["Macau", "Macao SAR", "Macao SAR China"]),
    ("NL", &["Netherlands", "The Netherlands", "Holland"]),
    ("PH", &["The Philippines"]),
    ("PS", &["Palestine", "Palestinian Territories"]),
    ("RU", &["Russia"]),
    ("SH", &["Saint Helena"]),
    ("SY", &["Syria"]),
    ("SZ", &["Swaziland"]),
    ("TL", &["East Timor"]),
    ("TR", &["Turkey"]),
    ("TW", &["Taiwan", "Taiwan, Province of China"]),
    ("TZ", &["Tanzania"]),
    ("US", &["United States", "U.S.", "America", "United States (USA)"]),
    ("VA", &["Vatican", "Vatican City", "Vatican City State"]),
    ("VE", &["Venezuela"]),
    ("VG", &["British Virgin Islands"]),
    ("VI", &["US Virgin Islands", "United States Virgin Islands"]),
];

fn by_code(text: &str) -> Option<rust_iso3166::CountryCode> {
    let code = text.to_ascii_uppercase();
    match code.as_str() {
        // What the European Union and everybody's habit say; ISO 3166 has other codes for both.
        "UK" => rust_iso3166::from_alpha2("GB"),
        "EL" => rust_iso3166::from_alpha2("GR"),
        _ => rust_iso3166::from_alpha2(&code).or_else(|| rust_iso3166::from_alpha3(&code)),
    }
}

fn by_name(text: &str) -> Option<rust_iso3166::CountryCode> {
    let text = text.replace('&', "and");
    let is_same = |name: &&str| letters(name).eq(letters(&text));
    // `U.K.` and `U.S.A.` have no letters but those of the code.
    if text.contains('.')
        && let Some(country) = by_code(&text.replace(['.', ' '], ""))
    {
        return Some(country);
    }
    if let Some(country) = rust_iso3166::ALL.iter().find(|country| is_same(&country.name)) {
        return Some(*country);
    }
    let (alpha2, _) = ALIASES.iter().find(|(_, names)| names.iter().any(is_same))?;
    rust_iso3166::from_alpha2(alpha2)
}

/// What tells names apart: letters in lower case, without the accents that names of ISO 3166 have. Other letters stay as
/// they are, for dropping them would make another name.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| match letter {
        'Å' | 'å' => 'a',
        'Ç' | 'ç' => 'c',
        'É' | 'é' => 'e',
        'Ô' | 'ô' => 'o',
        'Ü' | 'ü' => 'u',
        _ => letter.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Country::parse(text) {
            Ok(country) => country.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn reads_codes() {
        check("DE", "DE");
        check(" de ", "DE");
        check("DEU", "DE");
        check("USA", "US");
        check("UK", "GB");
        check("el", "GR");
        check("U.S.A.", "US");
        check("U.K.", "GB");
    }

    #[test]
    fn reads_names() {
        check("germany", "DE");
        check("United States", "US");
        check("United States of America", "US");
        check("UNITED KINGDOM", "GB");
        check("South Korea", "KR");
        check("Korea, Republic of", "KR");
        check("Korea (Republic of)", "KR");
        check("Czech Republic", "CZ");
        check("Vietnam", "VN");
        check("Viet Nam", "VN");
        check("Turkiye", "TR");
        check("Türkiye", "TR");
        check("Cote d’Ivoire", "CI");
        check("Trinidad & Tobago", "TT");
        check("Reunion", "RE");
        check("Virgin Islands (U.S.)", "VI");
        check("Congo", "CG");
        check("Guinea Bissau", "GW");
    }

    #[test]
    fn says_what_is_wrong() {
        check(" ", "names no country");
        check("XX", "`XX` is not a country");
        check("Atlantis", "`Atlantis` is not a country");
        check("EU", "`EU` is not a country");
        check("..", "`..` is not a country");
        check("日本", "`日本` is not a country");
        check("Мalta", "`Мalta` is not a country"); // the first letter is Cyrillic
    }

    #[test]
    fn every_country_is_found_by_all_its_names() {
        for country in rust_iso3166::ALL {
            for text in [country.alpha2, country.alpha3, country.name] {
                check(text, country.alpha2);
            }
        }
        for (alpha2, names) in ALIASES {
            for name in *names {
                check(name, alpha2);
                check(&name.to_uppercase(), alpha2);
            }
        }
    }

    #[test]
    fn is_a_string_in_json() {
        let text = String::from(r#""uk""#);
        let country: Country = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&country).unwrap(), r#""GB""#);
        assert_eq!((country.alpha3(), country.name()), ("GBR", "United Kingdom of Great Britain and Northern Ireland"));
        assert!(serde_json::from_str::<Country>(r#""ZZ""#).is_err());
        let schema = serde_json::to_string(&schemars::schema_for!(Country)).unwrap();
        assert!(schema.contains(r#""type":"string","pattern":"^[A-Z]{2}$""#), "{schema}");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,12}") {
            if let Ok(country) = Country::parse(&text) {
                prop_assert_eq!(Country::parse(country.alpha2()), Ok(country));
            }
        }
    }
}
