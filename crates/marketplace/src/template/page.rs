//! HTML pages put together by Tera from a record's fields, and made safe for a marketplace that takes HTML.

use super::fill::text_of;
use super::markup::Cleaner;
use super::wording::Given;
use super::wording::Markup;
use super::wording::Wording;
use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::ValueRef;
use feedwright_catalog::field::Kind;
use std::borrow::Cow;

/// A page: a Tera template whose variables are fields. Text is escaped where it is put in; a field that may hold HTML is
/// made safe first, and is put in as it is with `{{ description | safe }}`. The whole page is made safe again: no script, form, frame or style sheet, and no
/// attribute that acts.
#[derive(Debug)]
pub struct Page {
    wording: Wording,
    cleaner: Cleaner,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// What is wrong with it, naming it.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let wording = Wording::read(text, Markup::Html).map_err(|why| format!("page `{name}`: {why}"))?;
        Ok(Self { wording, cleaner: Cleaner::new(text) })
    }

    /// The fields it reads.
    pub fn fields(&self) -> &[Field] {
        self.wording.fields()
    }

    /// Puts a page together. It is empty when none of its fields has a value.
    ///
    /// # Errors
    /// Tera's own message, on one line.
    pub fn render(&self, item: &Item<'_>) -> Result<String, String> {
        let given: Vec<Given<'_>> = self.fields().iter().map(|field| self.given(field, item)).collect();
        if given.iter().all(|given| *given == Given::Nothing) {
            return Ok(String::new());
        }
        let html = self.wording.render(&given)?;
        Ok(self.cleaner.clean(html.trim()))
    }

    fn given<'a>(&self, field: &Field, item: &Item<'a>) -> Given<'a> {
        match item.value(field) {
            None => Given::Nothing,
            Some(ValueRef::List(list)) => Given::List(list.iter().map(text_of).collect()),
            Some(ValueRef::Text(html)) if field.kind() == Kind::Html => {
                Given::Text(Cow::Owned(self.cleaner.clean(html)))
            }
            Some(ValueRef::Bool(value)) => Given::Bool(value),
            Some(other) => Given::Text(text_of(&other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_page_names_it() {
        let problem = Page::read("mine", "{{ titel }}").unwrap_err();
        assert!(problem.starts_with("page `mine`: ") && problem.contains("there is no field `titel`"), "{problem}");
        let page = Page::read("mine", "<b>{{ title }}</b>{% for p in bullet_points %}{{ p }}{% endfor %}").unwrap();
        assert_eq!(page.fields().len(), 2);
    }
}
