//! Names languages by BCP 47 tags in one spelling, whatever the catalog writes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::str;

/// A language, with a script and a region where they are given: `de`, `de-AT`, `zh-Hant-TW`.
///
/// The shape is checked, not the registry: `xx-XX` is a tag. Variants and extensions (`de-1996`, `-u-…`) are refused, for no
/// catalog or marketplace needs them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"))]
pub struct Language {
    // ASCII, left aligned, zero bytes after: the derived order is the order of the text. The longest is `zzz-Abcd-001`.
    tag: [u8; 12],
    len: u8,
}

impl Language {
    /// Reads `en_US`, `en-us`, `de-AT`, `zh_hant_TW`; the region `UK` becomes `GB`.
    pub fn parse(text: &str) -> Result<Language, LanguageProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LanguageProblem::Empty);
        }
        spell(text).ok_or_else(|| LanguageProblem::Shape(text.to_owned()))
    }

    /// The tag in its one spelling: `zh-Hant-TW`.
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.tag.get(..usize::from(self.len)).unwrap_or_default()).expect("a tag holds ASCII letters")
    }

    /// The language alone: `zh`.
    pub fn language(&self) -> &str {
        self.parts().next().unwrap_or_default()
    }

    /// The script, if one is given: `Hant`.
    pub fn script(&self) -> Option<&str> {
        self.parts().skip(1).find(|part| part.len() == 4)
    }

    /// The region, if one is given: `TW`, `419`.
    pub fn region(&self) -> Option<&str> {
        self.parts().skip(1).find(|part| part.len() < 4)
    }

    /// The next wider language, to fall back to: `zh-Hant-TW` to `zh-Hant` to `zh` to none.
    pub fn parent(&self) -> Option<Language> {
        let (wider, _) = self.as_str().rsplit_once('-')?;
        spell(wider)
    }

    /// The form Amazon and Java write: `en_US`.
    pub fn with_underscore(&self) -> String {
        self.as_str().replace('-', "_")
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('-')
    }

    /// Appends ASCII. The tag is long enough for every part that passes [`spell`].
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.tag.get_mut(usize::from(self.len)) {
            *slot = byte;
            self.len += 1;
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageProblem;

    fn try_from(text: String) -> Result<Language, LanguageProblem> {
        Language::parse(&text)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.as_str().to_owned()
    }
}

/// Why a text is not a language tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LanguageProblem {
    /// Nothing there.
    Empty,
    /// Not a language with at most a script and a region. The text as it was written.
    Shape(String),
}

impl fmt::Display for LanguageProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LanguageProblem::Empty => out.write_str("names no language"),
            LanguageProblem::Shape(text) => write!(out, "`{text}` is not a language such as `de` or `en-US`"),
        }
    }
}

impl std::error::Error for LanguageProblem {}

fn spell(text: &str) -> Option<Language> {
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut spelled = Language { tag: [0; 12], len: 0 };

    let mut parts = text.split(['-', '_']).peekable();
    let language = parts.next().filter(|part| matches!(part.len(), 2 | 3) && is_letters(part))?;
    language.bytes().for_each(|byte| spelled.push(byte.to_ascii_lowercase()));

    if let Some(script) = parts.next_if(|part| part.len() == 4 && is_letters(part)) {
        spelled.push(b'-');
        for (place, byte) in script.bytes().enumerate() {
            spelled.push(if place == 0 { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() });
        }
    }
    if let Some(region) =
        parts.next_if(|part| (part.len() == 2 && is_letters(part)) || (part.len() == 3 && is_digits(part)))
    {
        // `en-UK` is everybody's habit; BCP 47 has only `en-GB`.
        let region = if region.eq_ignore_ascii_case("UK") { "GB" } else { region };
        spelled.push(b'-');
        region.bytes().for_each(|byte| spelled.push(byte.to_ascii_uppercase()));
    }
    parts.next().is_none().then_some(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Language::parse(text) {
            Ok(language) => language.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn has_one_spelling() {
        check("fr", "fr");
        check(" EN ", "en");
        check("en_US", "en-US");
        check("en-us", "en-US");
        check("DE_at", "de-AT");
        check("zh_hANT_tw", "zh-Hant-TW");
        check("sr-latn", "sr-Latn");
        check("es-419", "es-419");
        check("en-UK", "en-GB");
        check("fil-PH", "fil-PH");
        check("zzz-Abcd-001", "zzz-Abcd-001");
    }

    #[test]
    fn says_what_is_wrong() {
        check("", "names no language");
        for text in
            ["e", "english", "en-", "-US", "en--US", "en-USA", "de-1996", "de_DE.UTF-8", "en-US-GB", "日本", "en US"]
        {
            check(text, &format!("`{text}` is not a language such as `de` or `en-US`"));
        }
    }

    #[test]
    fn knows_its_parts() {
        let language = Language::parse("zh_hant_tw").unwrap();
        assert_eq!((language.language(), language.script(), language.region()), ("zh", Some("Hant"), Some("TW")));
        let language = Language::parse("de-AT").unwrap();
        assert_eq!((language.language(), language.script(), language.region()), ("de", None, Some("AT")));
        assert_eq!(language.with_underscore(), "de_AT");
    }

    #[test]
    fn falls_back_step_by_step() {
        let chain: Vec<Language> =
            std::iter::successors(Language::parse("zh-Hant-TW").ok(), Language::parent).collect();
        assert_eq!(format!("{chain:?}"), "[zh-Hant-TW, zh-Hant, zh]");
    }

    #[test]
    fn is_a_string_in_json() {
        let language: Language = serde_json::from_str(r#""en_us""#).unwrap();
        assert_eq!(serde_json::to_string(&language).unwrap(), r#""en-US""#);
        assert!(serde_json::from_str::<Language>(r#""english""#).is_err());
    }

    proptest! {
        #[test]
        fn reads_back_what_it_writes(text in "[a-zA-Z]{2,3}([-_][a-zA-Z]{4})?([-_]([a-zA-Z]{2}|[0-9]{3}))?") {
            let language = Language::parse(&text).unwrap();
            prop_assert_eq!(Language::parse(language.as_str()), Ok(language));
            prop_assert_eq!(Language::parse(&language.with_underscore()), Ok(language));
        }

        #[test]
        fn never_panics(text in "\\PC{0,12}") {
            if let Ok(language) = Language::parse(&text) {
                prop_assert!(language.as_str().is_ascii());
            }
        }
    }
}
