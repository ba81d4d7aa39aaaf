//! Which profile a file is for, told by its columns.

use crate::error::Score;
use crate::error::SourceError;
use crate::header::normalize;
use crate::profile::Layout;
use crate::profile::Profile;
use crate::rows::Row;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Less than this, and a profile does not fit.
const ENOUGH: u32 = 50;

/// The table profile that fits the header best. A tie is never broken in silence.
pub(crate) fn detect<'p>(file: &str, header: Row<'_>, profiles: &'p [Profile]) -> Result<&'p Profile, SourceError> {
    let headers: BTreeSet<String> = header.cells().map(normalize).collect();
    let mut scored: Vec<(Score, &Profile)> = profiles
        .iter()
        .filter(|profile| profile.layout != Layout::Catalog)
        .map(|profile| (score(profile, &headers), profile))
        .collect();
    scored.sort_by_key(|(score, _)| Reverse(score.score));
    let scores = || scored.iter().map(|(score, _)| score.clone()).collect();
    match scored.as_slice() {
        [(first, _), (second, _), ..] if first.score >= ENOUGH && first.score == second.score => {
            Err(SourceError::SeveralProfiles { file: file.to_owned(), scores: scores() })
        }
        [(first, profile), ..] if first.score >= ENOUGH => Ok(profile),
        _ => Err(SourceError::NoProfile { file: file.to_owned(), scores: scores() }),
    }
}

/// Half for the required columns, half for the strong ones, a fifth off for each that belongs elsewhere.
fn score(profile: &Profile, headers: &BTreeSet<String>) -> Score {
    let anchors = &profile.anchors;
    let is_there = |anchor: &&String| anchor.split('|').any(|header| headers.contains(&normalize(header)));
    let missing: Vec<String> = anchors.required.iter().filter(|anchor| !is_there(anchor)).cloned().collect();
    let n_strong = anchors.strong.iter().filter(is_there).count();
    let n_negative = anchors.negative.iter().filter(is_there).count();
    let score = if missing.is_empty() {
        // A required column alone fits, if only just.
        let strong = if anchors.strong.is_empty() { 50 } else { n_strong * 50 / anchors.strong.len() };
        (50 + strong).saturating_sub(20 * n_negative)
    } else {
        0
    };
    Score { profile: profile.name.clone(), score: u32::try_from(score).unwrap_or(0), missing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::RowBuffer;
    use crate::rows::Rows;

    fn check(header: &str, expected: &str) {
        let mut row = RowBuffer::default();
        Rows::over(header, b',').next(&mut row).unwrap();
        let found = match detect("a.csv", row.last().unwrap(), Profile::all()) {
            Ok(profile) => profile.name.clone(),
            Err(why) => why.to_string(),
        };
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn the_header_tells_the_profile_or_the_scores_are_said() {
        check("Handle,Title,Vendor,Variant SKU", "shopify");
        check("Title,URL handle,Description,SKU,Price", "shopify");
        check("sku,title,price", "csv");
        check("SKU,Item Name", "csv");
        check(
            "Artikel,Preis",
            "no profile fits a.csv (csv 0 (no column \"sku|item_sku|seller_sku\"), shopify 0 (no column \"Handle|URL handle\")): \
             name one, or describe its columns in a profile of your own",
        );
        // Somebody else's export, with a SKU in it.
        check(
            "ID,Type,SKU,Name,Published,Tax status,Stock,Images,Parent",
            "no profile fits a.csv (csv 24, shopify 0 (no column \"Handle|URL handle\")): \
             name one, or describe its columns in a profile of your own",
        );
    }
}
