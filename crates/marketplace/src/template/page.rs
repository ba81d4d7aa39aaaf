//! HTML pages put together by Tera from a record's fields, and made safe for a marketplace that takes HTML.

use super::document::one_line;
use super::document::with_nearest_field;
use super::fill::text_of;
use ammonia::Builder;
use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::ValueRef;
use feedwright_catalog::field::Kind;
use std::collections::BTreeSet;
use tera::Context;
use tera::Tera;

/// A page: a Tera template whose variables are fields. Text is escaped where it is put in; a field that may hold HTML is
/// made safe first, and is put in as it is with `{{ description | safe }}`. The whole page is made safe again: no script, form, frame or style sheet, and no
/// attribute that acts.
#[derive(Debug)]
pub struct Page {
    tera: Tera,
    fields: Vec<Field>,
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
        Ok(Self { tera, fields })
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
                        ValueRef::Text(html) if field.kind() == Kind::Html => context.insert(name, &safe(html)),
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
        Ok(safe(html.trim()))
    }
}

/// The HTML without anything that acts: scripts, forms, frames, styles for the whole page, handlers. Links and images
/// keep `https` addresses; inline styles keep what only concerns looks.
pub(super) fn safe(html: &str) -> String {
    Builder::default()
        .add_generic_attributes(["style"])
        .filter_style_properties(STYLES.iter().copied().collect())
        .url_schemes(["https"].into_iter().collect())
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// Properties that only concern looks: nothing that fetches, floats over the page or hides.
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-radius",
    "border-top",
    "color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "width",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_taken_out() {
        for (html, expected) in [
            ("<p onclick=\"x()\">a</p><script>b</script>", "<p>a</p>"),
            ("<a href=\"javascript:x()\">a</a>", "<a>a</a>"),
            ("<iframe src=\"https://x\"></iframe>b", "b"),
            ("<p style=\"color:red;position:fixed\">a</p>", "<p style=\"color:red\">a</p>"),
            ("<form><input></form>a < b", "a &lt; b"),
            ("<img src=\"http://x/a.jpg\"><img src=\"https://x/a.jpg\">", "<img><img src=\"https://x/a.jpg\">"),
        ] {
            assert_eq!(safe(html), expected);
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
