//! What every adapter does when it is opened: settings checked, built-in data and the seller's own put together.

use crate::contract::OpenError;
use crate::contract::Profile;
use crate::contract::Setup;
use crate::template::Page;
use crate::template::Table;
use crate::template::Template;
use crate::template::TemplateText;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files that come with an adapter, each with its name in messages.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Templates, in order.
    pub templates: &'static [(&'static str, &'static str)],
    /// Value tables.
    pub tables: &'static [(&'static str, &'static str)],
    /// HTML pages.
    pub pages: &'static [(&'static str, &'static str)],
}

/// The rules a channel is filled by.
#[derive(Debug)]
pub struct Rules {
    /// All in force: the seller's own over the built-in ones.
    pub all: Template,
    /// The seller's own alone, when there are some. Their targets are worth checking: a target that no document has is a
    /// slip of the pen.
    pub own: Option<Template>,
}

impl Builtin {
    /// Reads the built-in files and the seller's own over them. `settings` are the names a template may ask for.
    ///
    /// # Errors
    /// What is wrong with a file, with its place.
    pub fn rules(&self, setup: &Setup, settings: &[&str]) -> Result<Rules, OpenError> {
        let mut tables = BTreeMap::new();
        for (name, text) in named(self.tables, &setup.tables) {
            tables.insert(name.to_owned(), Arc::new(Table::read(name, text).map_err(OpenError::Table)?));
        }
        let mut pages = BTreeMap::new();
        for (name, text) in named(self.pages, &setup.pages) {
            pages.insert(name.to_owned(), Arc::new(Page::read(name, text).map_err(OpenError::Table)?));
        }
        let owned = |(name, text): (&str, &str)| TemplateText { name: name.to_owned(), text: text.to_owned() };
        let files: Vec<TemplateText> = named(self.templates, &setup.templates).map(owned).collect();
        let read =
            |files: &[TemplateText]| Template::read(files, &tables, &pages, settings).map_err(OpenError::Template);
        let own = if setup.templates.is_empty() { None } else { Some(read(&setup.templates)?) };
        Ok(Rules { all: read(&files)?, own })
    }
}

impl Profile {
    /// Checks settings by name and value.
    ///
    /// # Errors
    /// The first that the marketplace does not have, or that has a value it does not take.
    pub fn check_options(&self, options: &BTreeMap<String, String>) -> Result<(), OpenError> {
        for (name, value) in options {
            let error = |message: String| Err(OpenError::Option { name: name.clone(), message });
            let Some(option) = self.options.iter().find(|option| option.name == name) else {
                let known: Vec<&str> = self.options.iter().map(|option| option.name).collect();
                let has = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return error(format!("{} has no such setting; it has {has}", self.name));
            };
            if value.trim().is_empty() {
                return error("is empty: leave it out".to_owned());
            }
            if !option.values.is_empty() && !option.values.contains(&value.as_str()) {
                return error(format!("`{value}` is not one of {}", option.values.join(", ")));
            }
        }
        Ok(())
    }
}

fn named<'a>(
    builtin: &'static [(&'static str, &'static str)],
    own: &'a [TemplateText],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    builtin.iter().copied().chain(own.iter().map(|file| (file.name.as_str(), file.text.as_str())))
}
