//! HTML pages put together by Tera from a record's fields, and made safe for a marketplace that takes HTML.

use super::fill::text_of;
use super::markup::Cleaner;
use super::markup::Spot;
use super::wording::Given;
use super::wording::Markup;
use super::wording::Step;
use super::wording::Steps;
use super::wording::Wording;
use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::ValueRef;
use feedwright_catalog::field::Kind;

/// A page: a Tera template whose variables are fields. Text is escaped where it is put in; a field that may hold HTML is
/// made safe first, and is put in as it is with `{{ description | safe }}`. The whole page is made safe again: no script, form, frame or style sheet, and no
/// attribute that acts.
#[derive(Debug)]
pub struct Page {
    wording: Wording,
    cleaner: Cleaner,
    /// The page's own words, made safe once, with what is put between them; where the page is so plain that this can be
    /// told beforehand.
    safe: Option<Steps>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// What is wrong with it, naming it.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let wording = Wording::read(text, Markup::Html).map_err(|why| format!("page `{name}`: {why}"))?;
        let cleaner = Cleaner::new(text);
        let safe = wording.steps().and_then(|steps| made_safe(steps, &cleaner)).map(Steps::new);
        Ok(Self { wording, cleaner, safe })
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
        match self.safe.as_ref().and_then(|steps| steps.write(Markup::Safe, &given)) {
            Some(html) => Ok(html),
            None => self.by_sanitiser(&given),
        }
    }

    /// Put together first, and then made safe as a whole.
    fn by_sanitiser(&self, given: &[Given<'_>]) -> Result<String, String> {
        let html = self.wording.render(given)?;
        Ok(self.cleaner.clean(html.trim()))
    }

    fn given<'a>(&self, field: &Field, item: &Item<'a>) -> Given<'a> {
        match item.value(field) {
            None => Given::Nothing,
            Some(ValueRef::List(list)) => Given::List(list.iter().map(text_of).collect()),
            Some(ValueRef::Text(html)) if field.kind() == Kind::Html => {
                match self.cleaner.if_plain(html) {
                    // A style would have to be one that the page has.
                    Some(plain) => Given::Html(plain, !html.contains("style")),
                    None => Given::Html(self.cleaner.by_sanitiser(html), false),
                }
            }
            Some(ValueRef::Bool(value)) => Given::Bool(value),
            Some(other) => Given::Text(text_of(&other)),
        }
    }
}

/// A page's steps with words as the sanitiser gives them back.
fn made_safe(steps: &Steps, cleaner: &Cleaner) -> Option<Vec<Step>> {
    // Space around a page is taken off, and is nothing but words'.
    let mut steps = steps.all.clone();
    if let Some(Step::Words(words)) = steps.first_mut() {
        *words = words.trim_start().to_owned();
    }
    if let Some(Step::Words(words)) = steps.last_mut() {
        *words = words.trim_end().to_owned();
    }
    let is_framed = matches!((steps.first(), steps.last()), (Some(Step::Words(first)), Some(Step::Words(last)))
        if first.starts_with('<') && last.ends_with('>'));
    let mut spot = Spot::default();
    let safe = all_made_safe(&steps, cleaner, &mut spot)?;
    (is_framed && spot.is_outside()).then_some(safe)
}

/// The same of steps that begin at a spot, which is moved to where they end.
fn all_made_safe(steps: &[Step], cleaner: &Cleaner, spot: &mut Spot) -> Option<Vec<Step>> {
    let one = |step: &Step| {
        Some(match step {
            Step::Words(words) => {
                let mut safe = String::new();
                cleaner.piece(words, spot, &mut safe)?;
                Step::Words(safe)
            }
            Step::Put { is_safe, .. } => {
                let stays = if *is_safe { spot.takes_blocks() } else { spot.takes_text() };
                stays.then(|| step.clone())?
            }
            Step::If { any, then, otherwise } => {
                let mut other_spot = spot.clone();
                let then = all_made_safe(then, cleaner, spot)?;
                let otherwise = all_made_safe(otherwise, cleaner, &mut other_spot)?;
                (*spot == other_spot).then_some(())?;
                Step::If { any: any.clone(), then, otherwise }
            }
            Step::Each { list, steps } => {
                let before = spot.clone();
                let steps = all_made_safe(steps, cleaner, spot)?;
                (*spot == before).then_some(())?;
                Step::Each { list: *list, steps }
            }
        })
    };
    steps.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn our_own_page_is_made_safe_beforehand() {
        let page = Page::read("ours", include_str!("../../../../templates/ebay/description.html")).unwrap();
        assert!(page.safe.is_some());
    }

    #[test]
    fn a_page_that_values_may_move_is_made_safe_each_time() {
        for text in [
            "{{ title }}<p></p>",
            "<p>{{ title }}</p> {{ brand }}",
            "<p>{{ description | safe }}</p>",
            "<table>{{ title }}</table>",
            "<p>{% if title %}</p>{% endif %}",
            "<div>{% for a in bullet_points %}<p>{% endfor %}</div>",
            "<p>a &{{ title }}</p>",
            "<b title=\"{{ title }}\">a</b>",
            "<p class=\"a\">{{ title }}</p>",
        ] {
            assert_eq!(Page::read("mine", text).unwrap().safe, None, "{text}");
        }
    }

    fn html() -> impl Strategy<Value = String> {
        let leaf = "[a-z<>&\"'é\u{a0}\r\0\n ]{0,6}|<br>|&amp;|style|<script>|</div>";
        let element = ["p", "b", "ul", "li", "table", "p style=\"color: red\""];
        (prop::sample::select(element.to_vec()), leaf, leaf).prop_map(|(name, a, b)| {
            let end = name.split(' ').next().unwrap_or_default();
            format!("{a}<{name}>{b}</{end}>")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_made_safe_beforehand_is_what_the_sanitiser_gives(
            description in prop_oneof![html(), "[a-z<>&\"'\u{a0}\u{feff}\0\r\n ]{0,8}"],
            title in "[a-z<>&\"'é\u{a0}\u{feff}\0\r\n ;]{0,8}",
            points in prop::collection::vec("[a-z<>&;#39\"' ]{0,6}".prop_map(Cow::Owned), 0..3),
        ) {
            let page = Page::read(
                "mine",
                " <div style=\"color: red\">\n<h1>{{ title }}</h1>{% if description %}<div>{{ description | safe }}</div>\
                 {{ description }}{% else %}<p style=\"position: fixed\">&quot;{{ title }}&nbsp;</p>{% endif %}\
                 <ul>{% for point in bullet_points %}<li>a &amp; {{ point }}</li>\n{% endfor %}</ul></div>\n",
            ).unwrap();
            let fields: Vec<String> = page.fields().iter().map(Field::to_string).collect();
            prop_assert_eq!(fields, ["bullet_points", "description", "title"]);
            let html = match page.cleaner.if_plain(&description) {
                Some(plain) => Given::Html(plain, !description.contains("style")),
                None => Given::Html(page.cleaner.clean(&description), false),
            };
            let given = [Given::List(points), html, Given::Text(Cow::Owned(title))];
            let safe = page.safe.as_ref().expect("a plain page");
            if let Some(html) = safe.write(Markup::Safe, &given) {
                let by_tera = page.wording.by_tera(&given).unwrap();
                prop_assert_eq!(html, page.cleaner.by_sanitiser(by_tera.trim()));
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_page_names_it() {
        let problem = Page::read("mine", "{{ titel }}").unwrap_err();
        assert!(problem.starts_with("page `mine`: ") && problem.contains("there is no field `titel`"), "{problem}");
        let page = Page::read("mine", "<b>{{ title }}</b>{% for p in bullet_points %}{{ p }}{% endfor %}").unwrap();
        assert_eq!(page.fields().len(), 2);
    }
}
