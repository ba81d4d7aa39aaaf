//! HTML pages put together by Tera from a record's fields, and made safe for a marketplace that takes HTML.

use super::document::one_line;
use super::document::with_nearest_field;
use super::fill::text_of;
use super::markup::Cleaner;
use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::ValueRef;
use feedwright_catalog::field::Kind;
use std::collections::BTreeSet;
use std::io;
use std::io::Write;
use tera::Context;
use tera::Tera;

/// A page: a Tera template whose variables are fields. Text is escaped where it is put in; a field that may hold HTML is
/// made safe first, and is put in as it is with `{{ description | safe }}`. The whole page is made safe again: no script, form, frame or style sheet, and no
/// attribute that acts.
#[derive(Debug)]
pub struct Page {
    tera: Tera,
    fields: Vec<Field>,
    cleaner: Cleaner,
}

// The ending tells Tera to escape.
const NAME: &str = "page.html";

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// What is wrong with it, naming it.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        tera.set_escape_fn(escape);
        tera.add_raw_template(NAME, text).map_err(|why| format!("page `{name}`: {}", one_line(&why)))?;
        let names = tera.get_template_variables(NAME).map_err(|why| format!("page `{name}`: {}", one_line(&why)))?;
        let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
        let fields = names
            .iter()
            .map(|field| {
                Field::parse(field)
                    .map_err(|why| format!("page `{name}`: {}", with_nearest_field(&why.to_string(), field)))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { tera, fields, cleaner: Cleaner::new(text) })
    }

    /// The fields it reads.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Puts a page together. It is empty when none of its fields has a value.
    ///
    /// # Errors
    /// Tera's own message, on one line.
    pub fn render(&self, item: &Item<'_>) -> Result<String, String> {
        let mut context = Context::new();
        let mut is_empty = true;
        for field in &self.fields {
            let name = field.to_string();
            match item.value(field) {
                None => context.insert(name, &None::<&str>),
                Some(value) => {
                    is_empty = false;
                    match &value {
                        ValueRef::List(list) => {
                            context.insert(name, &list.iter().map(text_of).collect::<Vec<_>>());
                        }
                        ValueRef::Text(html) if field.kind() == Kind::Html => {
                            context.insert(name, &self.cleaner.clean(html));
                        }
                        ValueRef::Bool(value) => context.insert(name, value),
                        other => context.insert(name, &text_of(other)),
                    }
                }
            }
        }
        if is_empty {
            return Ok(String::new());
        }
        let html = self.tera.render(NAME, &context).map_err(|why| one_line(&why))?;
        Ok(self.cleaner.clean(html.trim()))
    }
}

/// As Tera escapes, and not a byte at a time.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.write_all(text.as_bytes().get(written..at).unwrap_or_default())?;
        out.write_all(escaped.as_bytes())?;
        written = at + 1;
    }
    out.write_all(text.as_bytes().get(written..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_tera_does() {
        for text in ["", "plain – text", "<b>\"a\" & 'b'</b>", "&&", "é<é"] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            escape(text, &mut ours).unwrap();
            tera::escape_html(text, &mut theirs).unwrap();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn a_page_names_fields() {
        let problem = Page::read("mine", "{{ titel }}").unwrap_err();
        assert!(problem.contains("there is no field `titel`") && problem.contains("did you mean `title`"), "{problem}");
        assert!(Page::read("mine", "{{ title").is_err());
        let page = Page::read("mine", "<b>{{ title }}</b>{% for p in bullet_points %}{{ p }}{% endfor %}").unwrap();
        assert_eq!(page.fields().len(), 2);
    }
}
