//! Laws of the templates that come with an adapter: what they name exists.

use super::Home;
use super::case::Case;
use super::sample;
use super::stand::Stand;
use crate::contract::Categories;
use crate::contract::Category;
use crate::template::AttributePath;
use crate::template::Table;
use crate::template::exists;
use feedwright_catalog::Field;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(super) fn cases(home: &Home, stands: &[Arc<Stand>], out: &mut Vec<Case>) {
    let id = stands.first().map_or("", |stand| stand.marketplace.profile().id);
    let mut add = |found: Result<(), String>| {
        if let Err(why) = found {
            out.push(Case::broken("templates", format!("{id}: templates can be read"), why));
        }
    };
    let categories: Arc<[Arc<Category>]> = categories(stands).into();
    let mut cases = Vec::new();
    add(of_templates(home, id, &categories, &mut cases));
    add(of_tables(home, id, &mut cases));
    out.append(&mut cases);
}

/// Every category of every channel, for every feed. Those that do not open are found elsewhere.
fn categories(stands: &[Arc<Stand>]) -> Vec<Arc<Category>> {
    let mut categories = Vec::new();
    for stand in stands {
        let taxonomy = stand.marketplace.taxonomy();
        for feed in stand.marketplace.profile().feeds {
            let ids: Vec<&str> = match feed.categories {
                Categories::Unused => vec![""],
                Categories::Mixed | Categories::Apart => taxonomy.iter().map(|entry| entry.id.as_str()).collect(),
            };
            categories.extend(ids.into_iter().filter_map(|id| stand.marketplace.category(feed, id).ok()));
        }
    }
    categories
}

fn name_of(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

fn of_tables(home: &Home, id: &str, out: &mut Vec<Case>) -> Result<(), String> {
    for path in sample::files(&home.templates.join("tables"), "csv")? {
        let name = format!("{id}: table {}: each key stands once, with a value", name_of(&path));
        let text = sample::text(&path)?.unwrap_or_default();
        out.push(Case::new("templates", name, move || Table::read(&name_of(&path), &text).map(|_| ())));
    }
    Ok(())
}

fn of_templates(home: &Home, id: &str, categories: &Arc<[Arc<Category>]>, out: &mut Vec<Case>) -> Result<(), String> {
    let tables = home.templates.join("tables");
    let tables = sample::files(&tables, "csv")?.iter().map(|path| name_of(path)).collect::<Vec<_>>();
    for path in sample::files(&home.templates, "toml")? {
        let file = name_of(&path);
        let text = sample::text(&path)?.unwrap_or_default();
        let document: toml::Table = toml::from_str(&text).map_err(|why| format!("{file}: {why}"))?;
        let mut targets: BTreeMap<String, Vec<toml::Value>> = BTreeMap::new();
        for rule in document.get("attribute").and_then(toml::Value::as_array).into_iter().flatten() {
            let to = rule.get("to").and_then(toml::Value::as_str).unwrap_or_default();
            targets.entry(to.to_owned()).or_default().push(rule.clone());
        }
        for (to, rules) in targets {
            let categories = Arc::clone(categories);
            let target = to.clone();
            let name = format!("{id}: template {file}: target `{to}` stands in a document");
            out.push(Case::new("templates", name, move || stands_somewhere(&target, &categories)));
            let tables = tables.clone();
            let name = format!("{id}: template {file}: what `{to}` is filled from exists");
            out.push(Case::new("templates", name, move || rules.iter().try_for_each(|rule| names(rule, &tables))));
        }
        let ignored = document.get("ignored").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let name = format!("{id}: template {file}: ignored fields exist, and are ignored for a reason");
        out.push(Case::new("templates", name, move || {
            ignored.iter().try_for_each(|(field, reason)| {
                Field::parse(field).map_err(|why| why.to_string())?;
                let has_reason = reason.as_str().is_some_and(|reason| !reason.trim().is_empty());
                if has_reason { Ok(()) } else { Err(format!("`{field}` is ignored without a reason")) }
            })
        }));
    }
    Ok(())
}

fn stands_somewhere(target: &str, categories: &[Arc<Category>]) -> Result<(), String> {
    let path = AttributePath::parse(target).map_err(|why| why.to_string())?;
    let is_there = categories.iter().any(|category| exists(&path, category.requirements.shape()));
    if is_there { Ok(()) } else { Err(format!("no category of {} has it", categories.len())) }
}

fn names(rule: &toml::Value, tables: &[String]) -> Result<(), String> {
    for key in ["from", "each"] {
        let texts = match rule.get(key) {
            Some(toml::Value::String(text)) => vec![text.clone()],
            Some(toml::Value::Array(list)) => list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
            Some(_) | None => Vec::new(),
        };
        for text in texts {
            Field::parse(&text).map_err(|why| why.to_string())?;
        }
    }
    if let Some(table) = rule.get("table").and_then(toml::Value::as_str)
        && !tables.contains(&format!("{table}.csv"))
    {
        return Err(format!("there is no table `{table}`"));
    }
    Ok(())
}
