//! The header rows of a flat file: what they say when they are read, and how ours are written.

use super::PRODUCT_TYPE;
use super::columns::Columns;
use super::lint::TERMS;
use crate::Amazon;
use crate::profile;
use crate::schema::Set;
use feedwright_catalog::Findings;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::rows;
use feedwright_marketplace::rows::Row;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where labels, paths and data stand: the same in all templates seen.
const LABEL_ROW: u64 = 4;
/// The row of the paths.
pub(super) const ATTRIBUTE_ROW: u64 = 5;
/// The row data begins in.
pub(super) const DATA_ROW: u64 = 7;

/// What row 1 says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    members: BTreeMap<String, String>,
}

impl Settings {
    /// Reads row 1: a query that begins with `settings=` and goes on in cells `settings2=`, `settings3=` …, since a
    /// cell of a spreadsheet has an end.
    pub(super) fn read(row: &Row) -> Option<Self> {
        let mut text = String::new();
        for cell in row.cells() {
            let Some((name, rest)) = cell.trim().split_once('=') else { continue };
            if name.strip_prefix("settings").is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit())) {
                text.push_str(rest);
            }
        }
        let members: BTreeMap<String, String> = text
            .split('&')
            .filter_map(|member| member.split_once('='))
            .map(|(name, value)| {
                let decoded = crate::encode::percent_decode(value);
                (name.to_owned(), decoded.unwrap_or_else(|| value.to_owned()))
            })
            .collect();
        (!members.is_empty()).then_some(Self { members })
    }

    fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.members.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }

    /// The row of the paths.
    pub(super) fn attribute_row(&self) -> u64 {
        self.number("attributeRow", ATTRIBUTE_ROW)
    }

    /// The first row of data.
    pub(super) fn data_row(&self) -> u64 {
        self.number("dataRow", DATA_ROW)
    }

    /// What listings are held to.
    pub(super) fn set(&self) -> Option<Set> {
        self.members.get("listingsItemRequirement").and_then(|name| Set::parse(name))
    }

    /// What rows say that do not say it themselves: values by column.
    pub(super) fn defaults(&self) -> BTreeMap<String, String> {
        let mut defaults = BTreeMap::new();
        if let Some(kind) = self.members.get("ptds").and_then(|text| base64(text)).filter(|kind| !kind.contains(',')) {
            defaults.insert(PRODUCT_TYPE.to_owned(), kind);
        }
        let given = self.members.get("AttributeDefaultValues").and_then(|text| base64(text));
        if let Some(Value::Object(given)) = given.and_then(|text| serde_json::from_str(&text).ok()) {
            for (name, value) in given {
                if let Value::String(value) = value {
                    defaults.insert(name, value);
                }
            }
        }
        defaults
    }
}

/// The header rows of a template of the seller's.
#[derive(Debug)]
pub(super) struct Head {
    /// As they stand in the file.
    pub(super) bytes: Vec<u8>,
    /// Its columns.
    pub(super) columns: Vec<String>,
}

impl Head {
    /// Reads a template, which may have data already: only what stands above is taken.
    ///
    /// # Errors
    /// That it is no template, and what to give.
    pub(super) fn read(document: &OwnedDocument) -> Result<Self, String> {
        const WANTED: &str = "give a listing template of Seller Central, saved as tab-delimited text in UTF-8";
        let name = &document.name;
        let mut out = Findings::default();
        let file = File::new(&TERMS, &FeedText { name, bytes: &document.bytes });
        let rows = rows::read(&file, b'\t', &mut out);
        let Some(settings) = rows.first().and_then(Settings::read) else {
            return Err(format!("{name} has no settings in its first row; {WANTED}"));
        };
        let Some(paths) = rows.iter().find(|row| row.number == settings.attribute_row()) else {
            return Err(format!(
                "{name} has no row {}, which has to name the columns; {WANTED}",
                settings.attribute_row()
            ));
        };
        let columns: Vec<String> = paths.cells().map(|cell| cell.trim().to_owned()).collect();
        if !columns.iter().any(|column| column == super::SKU) {
            return Err(format!("{name} has no column `{}` in row {}; {WANTED}", super::SKU, paths.number));
        }
        let mut bytes = Vec::new();
        let mut next = 1;
        for row in rows.iter().filter(|row| row.number < settings.data_row()) {
            // Rows that were empty lines are rows all the same: data has to begin where the settings say.
            for _ in next..row.number {
                rows::write(vec![""; columns.len()], b'\t', &mut bytes);
            }
            rows::write(row.cells(), b'\t', &mut bytes);
            next = row.number + 1;
        }
        for _ in next..settings.data_row() {
            rows::write(vec![""; columns.len()], b'\t', &mut bytes);
        }
        Ok(Self { bytes, columns })
    }
}

/// Writes header rows of our own: all that a template says but what only Seller Central can say of its own.
pub(super) fn write(amazon: &Amazon, product_type: &str, columns: &Columns, out: &mut Vec<u8>) {
    let country = amazon.channel.site.country;
    let language = amazon.channel.language.with_underscore();
    let set = amazon.set.name();
    let settings = format!(
        "settings=feedType=256&primaryMarketplaceId=amzn1.mp.o.{}&contentLanguageTag={language}\
         &headerLanguageTag={language}&labelRow={LABEL_ROW}&attributeRow={ATTRIBUTE_ROW}&dataRow={DATA_ROW}\
         &productTypeRequirement={set}&listingsItemRequirement={set}&TemplateType=unified",
        profile::marketplace_id(country)
    );
    let empty = || vec![""; columns.len()];
    rows::write([settings.as_str()], b'\t', out);
    rows::write([format!("Listings of the product type {product_type}. Data begins in row {DATA_ROW}.")], b'\t', out);
    rows::write(empty(), b'\t', out);
    rows::write(columns.labels(), b'\t', out);
    rows::write(columns.paths(), b'\t', out);
    rows::write(empty(), b'\t', out);
}

/// Base64 (RFC 4648, section 4) of a text; none if it is not written so.
fn base64(text: &str) -> Option<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len());
    let mut bits: u32 = 0;
    let mut count = 0;
    for byte in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|own| *own == byte)?;
        bits = (bits << 6 | u32::try_from(value).ok()?) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        for (text, wanted) in [("UFJPRFVDVA==", "PRODUCT"), ("Rk9PRA==", "FOOD"), ("U0hPRVM=", "SHOES"), ("", "")] {
            assert_eq!(base64(text).as_deref(), Some(wanted));
        }
        assert_eq!(base64("a b"), None);
        assert_eq!(base64("////"), None);
    }
}
