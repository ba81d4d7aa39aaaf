//! Which category of a marketplace a catalog category may mean: by the words they share, best first, never decided here.

use feedwright_marketplace::TaxonomyEntry;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A category that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion<'a> {
    /// The category.
    pub entry: &'a TaxonomyEntry,
    /// How well it fits: 100 is the same words, 0 nothing in common.
    pub score: u32,
}

/// The categories of a marketplace, ready to be looked through.
#[derive(Debug)]
pub struct Index<'a> {
    entries: Vec<Indexed<'a>>,
    /// In how many categories' names, paths or definitions a word stands.
    spread: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Indexed<'a> {
    entry: &'a TaxonomyEntry,
    name: BTreeSet<String>,
    path: BTreeSet<String>,
    definition: BTreeSet<String>,
}

/// What a word is worth by where it stands, in hundredths.
const IN_NAME: u64 = 100;
const IN_PATH: u64 = 55;
const IN_DEFINITION: u64 = 40;
/// What a word of the catalog's path counts: the last step says what a thing is, the ones before where it is kept.
const LAST_STEP: u64 = 100;
const STEP_BEFORE: u64 = 30;
const FIRST_STEPS: u64 = 12;
/// What each word of a category's name takes off that the catalog's path does not have, in hundredths of the word's worth.
const UNASKED: u64 = 25;
/// Below this nothing is worth showing.
const LOWEST: u32 = 15;
/// Words that say nothing of what a thing is.
const EMPTY_WORDS: &[&str] = &[
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "etc", "for", "from", "in", "is", "item", "it", "not",
    "of", "on", "or", "other", "product", "shop", "that", "the", "these", "this", "to", "type", "used", "with",
];

impl<'a> Index<'a> {
    /// Reads the categories.
    pub fn new(taxonomy: &'a [TaxonomyEntry]) -> Self {
        let mut spread: BTreeMap<String, u64> = BTreeMap::new();
        let entries: Vec<Indexed<'a>> = taxonomy
            .iter()
            .map(|entry| {
                let last = entry.path.last().map_or(entry.id.as_str(), String::as_str);
                let before = entry.path.split_last().map_or(&[][..], |(_, before)| before);
                let indexed = Indexed {
                    entry,
                    name: words(last).collect(),
                    path: before.iter().flat_map(|step| words(step)).collect(),
                    definition: words(&entry.definition).collect(),
                };
                let all: BTreeSet<&String> =
                    indexed.name.iter().chain(&indexed.path).chain(&indexed.definition).collect();
                for word in all {
                    *spread.entry(word.clone()).or_default() += 1;
                }
                indexed
            })
            .collect();
        Self { entries, spread }
    }

    /// The categories that fit a catalog category best, at most so many. Equal ones keep the order of their names.
    pub fn suggest(&self, path: &str, most: usize) -> Vec<Suggestion<'a>> {
        let asked = self.asked(path);
        let whole: u64 = asked.values().sum();
        if whole == 0 {
            return Vec::new();
        }
        let mut found: Vec<Suggestion<'a>> = self
            .entries
            .iter()
            .map(|indexed| Suggestion { entry: indexed.entry, score: self.score(indexed, &asked, whole) })
            .filter(|suggestion| suggestion.score >= LOWEST)
            .collect();
        found.sort_by(|left, right| {
            right
                .score
                .cmp(&left.score)
                .then_with(|| left.entry.path.cmp(&right.entry.path))
                .then_with(|| left.entry.id.cmp(&right.entry.id))
        });
        found.truncate(most);
        found
    }

    /// The words of a catalog's path with their weight: a rare word on the last step weighs most.
    fn asked(&self, path: &str) -> BTreeMap<String, u64> {
        let mut asked = BTreeMap::new();
        for (at, step) in path.split('>').rev().enumerate() {
            let weight = match at {
                0 => LAST_STEP,
                1 => STEP_BEFORE,
                _ => FIRST_STEPS,
            };
            for word in words(step) {
                let rarity = self.rarity(&word);
                asked.entry(word).or_insert(weight * rarity);
            }
        }
        asked
    }

    /// How much a word tells: the number of times the categories can be halved until so few are left as have it. One that
    /// no category has cannot tell them apart, and counts as if half of them had it.
    fn rarity(&self, word: &str) -> u64 {
        let all = self.entries.len() as u64;
        match self.spread.get(word) {
            Some(spread) => u64::from((all / (*spread).max(1)).max(1).ilog2()) + 1,
            None => 1,
        }
    }

    fn score(&self, indexed: &Indexed<'_>, asked: &BTreeMap<String, u64>, whole: u64) -> u32 {
        let mut got = 0;
        for (word, weight) in asked {
            let place = if indexed.name.contains(word) {
                IN_NAME
            } else if indexed.path.contains(word) {
                IN_PATH
            } else if indexed.definition.contains(word) {
                IN_DEFINITION
            } else {
                0
            };
            got += weight * place / 100;
        }
        let unasked: u64 =
            indexed.name.iter().filter(|word| !asked.contains_key(*word)).map(|word| self.rarity(word) * UNASKED).sum();
        let score = got * 100 / (whole + unasked).max(1);
        u32::try_from(score.min(100)).unwrap_or(100)
    }
}

/// The words of a text, each in one form for one and many.
fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    parts.map(|word| singular(&word.to_lowercase())).filter(|word| !EMPTY_WORDS.contains(&word.as_str()))
}

/// One form for one and many, as English mostly makes it. A wrong guess is harmless: both sides are treated alike.
fn singular(word: &str) -> String {
    for (ending, instead) in [("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 1) {
            return format!("{stem}{instead}");
        }
    }
    match word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with(['s', 'u', 'i'])) {
        Some(stem) => stem.to_owned(),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &[&str], definition: &str) -> TaxonomyEntry {
        let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
        TaxonomyEntry { id: path.last().unwrap().clone(), path, definition: definition.to_owned() }
    }

    #[test]
    fn the_same_words_come_first_then_what_is_described_by_them() {
        let taxonomy = [
            entry(&["Home", "Kitchen", "Coffee Mugs"], "Cups with a handle for hot drinks."),
            entry(&["Home", "Kitchen", "Coffee Makers"], "Machines that brew coffee."),
            entry(&["Home", "Kitchen", "Drinkware Sets"], "Several mugs or glasses sold as one."),
            entry(&["Clothing", "T-Shirts"], "Shirts without a collar."),
            entry(&["Toys", "Puzzles"], "Pictures in pieces."),
        ];
        let index = Index::new(&taxonomy);
        let ids = |path: &str| -> Vec<&str> {
            index.suggest(path, 2).iter().map(|suggestion| suggestion.entry.id.as_str()).collect()
        };
        assert_eq!(ids("Kitchen > Mugs"), ["Coffee Mugs", "Drinkware Sets"]);
        assert_eq!(ids("Apparel > Shirts"), ["T-Shirts"]);
        assert_eq!(index.suggest("Puzzle", 1)[0].score, 100);
        assert!(index.suggest("Submarines", 5).is_empty() && index.suggest(" > ", 5).is_empty());
    }

    #[test]
    fn one_and_many_are_the_same_word() {
        for (many, one) in [("Mugs", "mug"), ("Dresses", "dress"), ("Batteries", "battery"), ("Boxes", "box")] {
            assert_eq!(words(many).collect::<Vec<_>>(), [one]);
        }
        assert_eq!(words("The glass of it").collect::<Vec<_>>(), ["glass"]);
    }
}
