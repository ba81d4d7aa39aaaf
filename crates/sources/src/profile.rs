//! A profile: what the columns of one kind of export mean. Profiles are data; the layouts they name are code.

use crate::header::normalize;
use crate::target::Target;
use feedwright_catalog::Field;
use feedwright_catalog::Language;
use feedwright_catalog::Unit;
use feedwright_catalog::nearest::with_nearest;
use feedwright_catalog::place::Level;
use feedwright_catalog::value::ListSeparator;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// What the columns of one kind of export mean.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// The name it is chosen by.
    pub name: String,
    /// What it is for, in one sentence.
    pub description: String,
    /// How rows make products.
    pub layout: Layout,
    /// The columns it is known by.
    #[serde(default)]
    pub anchors: Anchors,
    /// What separates cells; found by trying when absent.
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
    /// What stands between whole and fraction.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// What each column feeds. The key is the header, or a pattern with gaps: `{label} (product.metafields.{ns}.{key})`.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
    /// Columns that are left out on purpose, each with the reason.
    #[serde(default)]
    pub ignored: BTreeMap<String, String>,
    /// Which field holds the values of an option of this name; other options go to `custom.<name>`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub options: BTreeMap<String, Field>,
    /// Flat rows only: the fields that may set the variants of a family apart, in the order buyers choose.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub axes: Vec<Field>,
    /// Texts that mean an empty cell in every column, such as `n/a`.
    #[serde(default)]
    pub blank: Vec<String>,
}

/// How rows make products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// The rows of a product follow each other; the first one carries what its variants share, and a row may be a
    /// variant, an image, or both.
    Grouped,
    /// Every row is a variant, complete in itself; rows with the same product key make a family.
    Flat,
    /// One JSON object a line, in our own catalog format.
    Catalog,
}

/// The columns a profile is known by. `a|b` stands for either of two headers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Anchors {
    /// Without these it is another kind of file.
    #[serde(default)]
    pub required: Vec<String>,
    /// The more of these, the surer.
    #[serde(default)]
    pub strong: Vec<String>,
    /// These belong to another kind of file.
    #[serde(default)]
    pub negative: Vec<String>,
}

/// What separates the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Delimiter {
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// A tab.
    #[serde(rename = "\t")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Pipe,
}

/// What stands between whole and fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `12.50`
    Point,
    /// `12,50`
    Comma,
}

/// What a column feeds, and how its cells are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it feeds. In a pattern it may hold gaps: `custom.{ns}.{key}`.
    pub to: Aim,
    /// The row it is read from.
    pub level: Option<Level>,
    /// The unit of numbers without one.
    pub unit: Option<Unit>,
    /// What stands between the entries of a list.
    pub list: ListSeparator,
    /// The language its texts are in.
    pub locale: Option<Language>,
    /// Texts that mean an empty cell in this column, such as `0`.
    pub blank: Vec<String>,
}

/// What a column feeds: known at once, or, in a pattern, when its gaps are filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A target.
    Target(Target),
    /// A target with gaps.
    Pattern(String),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ColumnTable {
    /// What it feeds: a field, or a word such as `sku`.
    #[schemars(with = "String")]
    to: Aim,
    /// The row it is read from.
    #[serde(default)]
    level: Option<LevelName>,
    /// The unit of numbers without one.
    #[serde(default)]
    unit: Option<Unit>,
    /// What stands between the entries of a list.
    #[serde(default)]
    list: ListSeparator,
    /// The language its texts are in.
    #[serde(default)]
    locale: Option<Language>,
    /// Texts that mean an empty cell in this column, such as `0`.
    #[serde(default)]
    blank: Vec<String>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum LevelName {
    Product,
    Variant,
}

/// The two ways to write a column, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum ColumnForm {
    Aim(String),
    Table(ColumnTable),
}

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// As the user named it.
    pub file: String,
    /// 1-based, when it is known.
    pub line: Option<usize>,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl std::error::Error for ProfileError {}

impl fmt::Display for ProfileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "cannot read profile {}:{line}: {}", self.file, self.message),
            None => write!(out, "cannot read profile {}: {}", self.file, self.message),
        }
    }
}

/// The profiles that come with the program: file and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("catalog.toml", include_str!("../profiles/catalog.toml")),
    ("csv.toml", include_str!("../profiles/csv.toml")),
    ("shopify.toml", include_str!("../profiles/shopify.toml")),
];

impl Profile {
    /// Reads a profile of the user's own. `file` is its name in messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let fail = |line, message| ProfileError { file: file.to_owned(), line, message };
        let profile: Self = toml::from_str(text).map_err(|why| {
            let line =
                why.span().and_then(|span| text.get(..span.start)).map(|before| 1 + before.matches('\n').count());
            fail(line, with_nearest(why.message()))
        })?;
        if profile.layout == Layout::Catalog {
            return Err(fail(
                None,
                "layout `catalog` has no columns to describe: write `grouped` or `flat`".to_owned(),
            ));
        }
        if profile.columns.is_empty() {
            return Err(fail(None, "it has no `[columns]`: name at least the column of the SKU".to_owned()));
        }
        let mut headers = BTreeMap::new();
        for header in profile.columns.keys().chain(profile.ignored.keys()) {
            if let Some(other) = headers.insert(normalize(header), header) {
                return Err(fail(None, format!("columns `{other}` and `{header}` are the same header")));
            }
        }
        if profile.layout == Layout::Grouped
            && !profile.columns.values().any(|column| column.feeds(&Target::ProductKey))
        {
            return Err(fail(None, "layout `grouped` needs a column that feeds `product_key`".to_owned()));
        }
        Ok(profile)
    }

    /// The text of a profile that comes with the program: the pattern for one of the seller's own.
    pub fn text(name: &str) -> Option<&'static str> {
        let at = Self::all().iter().position(|profile| profile.name == name)?;
        BUILT_IN.get(at).map(|(_, text)| *text)
    }

    /// The profiles that come with the program.
    pub fn all() -> &'static [Self] {
        static ALL: std::sync::LazyLock<Vec<Profile>> = std::sync::LazyLock::new(|| {
            BUILT_IN
                .iter()
                .map(|(file, text)| match toml::from_str(text) {
                    Ok(profile) => profile,
                    Err(why) => panic!("profiles/{file} is part of this program and does not read: {why}"),
                })
                .collect()
        });
        &ALL
    }

    /// The profile of this name among those that come with the program.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|profile| profile.name == name)
    }

    /// A header this profile reads for a target.
    pub(crate) fn header_of(&self, target: &Target) -> Option<&str> {
        self.columns.iter().rfind(|(_, column)| column.feeds(target)).map(|(header, _)| header.as_str())
    }
}

impl Column {
    fn feeds(&self, target: &Target) -> bool {
        matches!(&self.to, Aim::Target(own) if own == target)
    }
}

impl<'de> Deserialize<'de> for Aim {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains('{') {
            return Ok(Self::Pattern(text));
        }
        Target::parse(&text).map(Self::Target).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Column;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a field's name, or a table with `to`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Column, E> {
                let to = Aim::deserialize(serde::de::value::StrDeserializer::<E>::new(text))?;
                Ok(Column {
                    to,
                    level: None,
                    unit: None,
                    list: ListSeparator::default(),
                    locale: None,
                    blank: Vec::new(),
                })
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
                let table = ColumnTable::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                if let Aim::Target(target) = &table.to
                    && !target.has_level()
                    && (table.level.is_some() || table.locale.is_some())
                {
                    return Err(serde::de::Error::custom(format_args!(
                        "`level` and `locale` are for fields and images, not for `{target}`"
                    )));
                }
                Ok(Column {
                    to: table.to,
                    level: table.level.map(|level| match level {
                        LevelName::Product => Level::Product,
                        LevelName::Variant => Level::Variant,
                    }),
                    unit: table.unit,
                    list: table.list,
                    locale: table.locale,
                    blank: table.blank,
                })
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Column {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Column".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ColumnForm::json_schema(generator)
    }
}

/// The JSON Schema of profiles.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Profile)
}
