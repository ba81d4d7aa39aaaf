//! Laws of the profile: what an adapter says of its marketplace makes sense, and says where it is from.

use super::case::Case;
use crate::contract::Limit;
use crate::contract::Part;
use crate::contract::Profile;
use feedwright_catalog::Country;
use feedwright_catalog::Currency;
use feedwright_catalog::Language;
use feedwright_catalog::digest::Lane;
use jiff::civil::Date;
use std::collections::BTreeSet;

pub(super) fn cases(profile: &'static Profile, out: &mut Vec<Case>) {
    let id = profile.id;
    let mut law = |name: String, law: fn(&'static Profile) -> Result<(), String>| {
        out.push(Case::new("profile", format!("{id}: {name}"), move || law(profile)));
    };
    law("ids are lower-case words, and stand once".to_owned(), ids);
    law("sites are of real countries, currencies and languages".to_owned(), sites);
    law("there is a feed, and each has lanes and parts".to_owned(), feeds);
    law("options and documents say what they are for".to_owned(), words);
    for feed in profile.feeds {
        for part in feed.parts {
            let name = format!("{id}: {}{} limits are above zero, with source and day", feed.id, tail(part));
            out.push(Case::new("profile", name, move || limits(part)));
        }
    }
    for lane in Lane::ALL {
        let name = format!("{id}: {} is carried by a feed", lane.name());
        match profile.feed_for(lane) {
            Some(_) => out.push(Case::new("profile", name, || Ok(()))),
            None => out.push(Case::skipped("profile", name, "no feed of this marketplace carries it")),
        }
    }
}

fn tail(part: &Part) -> String {
    if part.id.is_empty() { ":".to_owned() } else { format!("/{}:", part.id) }
}

/// Lower-case letters and digits, in words joined by this.
fn is_words(id: &str, between: char) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.split(between).all(is_word)
}

fn once<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("{what} `{id}` stands twice"));
        }
    }
    Ok(())
}

fn ids(profile: &'static Profile) -> Result<(), String> {
    let parts = profile.feeds.iter().flat_map(|feed| feed.parts).map(|part| part.id).filter(|id| !id.is_empty());
    if !is_words(profile.id, '-') {
        return Err(format!("`{}` is not kebab-case", profile.id));
    }
    // Feeds are called as their marketplaces call them: `mp_item`.
    for id in profile.feeds.iter().map(|feed| feed.id).chain(parts) {
        if !is_words(id, '_') {
            return Err(format!("`{id}` is not snake_case"));
        }
    }
    once("feed", profile.feeds.iter().map(|feed| feed.id))?;
    once("site", profile.sites.iter().map(|site| site.id))?;
    once("option", profile.options.iter().map(|option| option.name))?;
    for feed in profile.feeds {
        once("part", feed.parts.iter().map(|part| part.id))?;
    }
    if profile.name.is_empty() { Err("it has no name for people".to_owned()) } else { Ok(()) }
}

fn sites(profile: &'static Profile) -> Result<(), String> {
    if profile.sites.is_empty() {
        return Err("there is none".to_owned());
    }
    for site in profile.sites {
        let about = |why: String| format!("{}: {why}", site.id);
        Country::parse(site.country).map_err(|why| about(why.to_string()))?;
        Currency::parse(site.currency).map_err(|why| about(why.to_string()))?;
        if site.languages.is_empty() {
            return Err(about("it has no language".to_owned()));
        }
        for language in site.languages {
            Language::parse(language).map_err(|why| about(why.to_string()))?;
        }
    }
    Ok(())
}

fn feeds(profile: &'static Profile) -> Result<(), String> {
    if profile.feeds.is_empty() {
        return Err("there is none".to_owned());
    }
    for feed in profile.feeds {
        if feed.lanes.is_empty() || feed.parts.is_empty() || feed.name.is_empty() {
            return Err(format!("`{}` lacks lanes, parts or the marketplace's own name", feed.id));
        }
        let is_plain = |part: &Part| !part.extension.is_empty() && !part.extension.contains('.');
        if !feed.parts.iter().all(is_plain) {
            return Err(format!("an extension of `{}` is none", feed.id));
        }
    }
    Ok(())
}

fn words(profile: &'static Profile) -> Result<(), String> {
    let options = profile.options.iter().map(|option| (option.name, option.docs));
    let references = profile.references.iter().map(|reference| (reference.name, reference.docs));
    for (name, docs) in options.chain(references) {
        if docs.trim().len() < 10 {
            return Err(format!("`{name}` does not say what it is for"));
        }
    }
    Ok(())
}

fn limits(part: &'static Part) -> Result<(), String> {
    for limit in [Some(&part.max_records), Some(&part.max_bytes), part.max_batch.as_ref()].into_iter().flatten() {
        let Limit { value, source, checked_on } = limit;
        if *value == 0 {
            return Err(format!("a limit is zero ({source})"));
        }
        if source.trim().is_empty() {
            return Err(format!("{value} has no source"));
        }
        checked_on.parse::<Date>().map_err(|why| format!("{value}: `{checked_on}` is no day: {why}"))?;
    }
    Ok(())
}
