//! Words put together by Tera from a record's fields.
//!
//! Tera reads every text and decides what it means. Most texts, though, are words, fields, `if` over fields and `for` over a
//! list, and of these it is known beforehand what Tera makes of them. They are written directly, without a map of values and
//! a run of Tera's for each record; whatever is not that plain is Tera's. A test holds the two against each other.

use super::document::one_line;
use super::document::with_nearest_field;
use super::markup::write_value;
use crate::scan;
use feedwright_catalog::Field;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::io::Write;
use std::iter;
use tera::Context;
use tera::Tera;

/// A text or a page, read.
#[derive(Debug)]
pub struct Wording {
    tera: Tera,
    markup: Markup,
    fields: Vec<Field>,
    /// Where it is plain.
    steps: Option<Steps>,
}

/// What is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Text, in which nothing needs to be escaped.
    Text,
    /// HTML: what is put in is escaped.
    Html,
    /// HTML as the sanitiser gives it back: its words are made safe beforehand.
    Safe,
}

impl Markup {
    /// What Tera knows the template by: the ending tells it to escape.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html | Self::Safe => "page.html",
        }
    }
}

/// A field's value, as it is given to be put in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given<'a> {
    /// There is none.
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// Text.
    Text(Cow<'a, str>),
    /// HTML that was made safe, and whether it was so plain that nobody had to mend it.
    Html(String, bool),
    /// Several texts.
    List(Vec<Cow<'a, str>>),
}

impl Given<'_> {
    /// Whether `if` holds.
    fn is_truthy(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Bool(value) => *value,
            Self::Text(text) => !text.is_empty(),
            Self::Html(html, _) => !html.is_empty(),
            Self::List(list) => !list.is_empty(),
        }
    }
}

/// Something that is written, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Words as they stand.
    Words(String),
    /// A value; as it is where it is said to be safe.
    Put { what: Name, is_safe: bool },
    /// One or the other, by whether any of these has a value.
    If { any: Vec<Name>, then: Vec<Self>, otherwise: Vec<Self> },
    /// The same for each value of the field of this number.
    Each { list: usize, steps: Vec<Self> },
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The field of this number.
    Field(usize),
    /// The value whose turn it is.
    Entry,
}

impl Wording {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub(super) fn read(text: &str, markup: Markup) -> Result<Self, String> {
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        tera.set_escape_fn(escape);
        tera.add_raw_template(markup.name(), text).map_err(|why| one_line(&why))?;
        let names = tera.get_template_variables(markup.name()).map_err(|why| one_line(&why))?;
        let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
        let mut fields = Vec::with_capacity(names.len());
        for name in &names {
            if name == "custom" {
                return Err("a field of your own cannot be read in a text; use `from = \"custom.…\"`".to_owned());
            }
            fields.push(Field::parse(name).map_err(|why| with_nearest_field(&why.to_string(), name))?);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let steps = Reading { names: &names, entry: None }.whole(text).map(Steps::new);
        Ok(Self { tera, markup, fields, steps })
    }

    /// The fields it reads, in the order in which they are given.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Puts it together.
    ///
    /// # Errors
    /// Tera's own message, in one line.
    pub(super) fn render(&self, given: &[Given<'_>]) -> Result<String, String> {
        match self.directly(given) {
            Some(text) => Ok(text),
            None => self.by_tera(given),
        }
    }

    fn directly(&self, given: &[Given<'_>]) -> Option<String> {
        self.steps.as_ref()?.write(self.markup, given)
    }

    /// What is written, where it is plain.
    pub(super) fn steps(&self) -> Option<&Steps> {
        self.steps.as_ref()
    }

    pub(super) fn by_tera(&self, given: &[Given<'_>]) -> Result<String, String> {
        let mut context = Context::new();
        for (field, given) in self.fields.iter().zip(given) {
            let name = field.to_string();
            match given {
                Given::Nothing => context.insert(name, &None::<&str>),
                Given::Bool(value) => context.insert(name, value),
                Given::Text(text) => context.insert(name, text),
                Given::Html(html, _) => context.insert(name, html),
                Given::List(list) => context.insert(name, list),
            }
        }
        self.tera.render(self.markup.name(), &context).map_err(|why| one_line(&why))
    }
}

/// Steps, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) all: Vec<Step>,
    /// The bytes of what most records make of them.
    room: usize,
}

/// Room for values: titles and descriptions have some hundred bytes.
const FOR_VALUES: usize = 512;

impl Steps {
    pub(super) fn new(all: Vec<Step>) -> Self {
        let room = words(&all) + FOR_VALUES;
        Self { all, room }
    }

    /// Writes them; nothing comes back where a value is not of the kind its place is meant for.
    pub(super) fn write(&self, markup: Markup, given: &[Given<'_>]) -> Option<String> {
        let mut out = String::with_capacity(self.room);
        Writing { markup, given, entry: None }.all(&self.all, &mut out)?;
        Some(out)
    }
}

/// How many bytes of words there are, if all are written once.
fn words(steps: &[Step]) -> usize {
    let length = |step: &Step| match step {
        Step::Words(words) => words.len(),
        Step::Put { .. } => 0,
        Step::If { then, otherwise, .. } => words(then) + words(otherwise),
        Step::Each { steps, .. } => words(steps),
    };
    steps.iter().map(length).sum()
}

/// Writes what is plain.
#[derive(Clone, Copy)]
struct Writing<'a> {
    markup: Markup,
    given: &'a [Given<'a>],
    entry: Option<&'a str>,
}

impl Writing<'_> {
    fn all(self, steps: &[Step], out: &mut String) -> Option<()> {
        for step in steps {
            match step {
                Step::Words(words) => out.push_str(words),
                Step::Put { what, is_safe } => self.put(*what, *is_safe, out)?,
                Step::If { any, then, otherwise } => {
                    let mut holds = false;
                    for name in any {
                        holds |= match name {
                            Name::Field(at) => self.given.get(*at)?.is_truthy(),
                            Name::Entry => !self.entry?.is_empty(),
                        };
                    }
                    self.all(if holds { then } else { otherwise }, out)?;
                }
                Step::Each { list, steps } => {
                    let Given::List(list) = self.given.get(*list)? else { return None };
                    for entry in list {
                        Self { entry: Some(entry), ..self }.all(steps, out)?;
                    }
                }
            }
        }
        Some(())
    }

    fn put(self, what: Name, is_safe: bool, out: &mut String) -> Option<()> {
        let (text, is_plain_html) = match what {
            Name::Entry => (self.entry?, false),
            Name::Field(at) => match self.given.get(at)? {
                Given::Text(text) => (text.as_ref(), false),
                Given::Html(html, is_plain) => (html.as_str(), *is_plain),
                Given::Nothing if !is_safe => ("", false),
                Given::Bool(value) if !is_safe => (if *value { "true" } else { "false" }, false),
                Given::Nothing | Given::Bool(_) | Given::List(_) => return None,
            },
        };
        match (self.markup, is_safe) {
            (Markup::Text, _) | (Markup::Html, true) => out.push_str(text),
            (Markup::Html, false) => escaped(text).for_each(|piece| out.push_str(piece)),
            (Markup::Safe, false) => write_value(text, out)?,
            (Markup::Safe, true) if is_plain_html => out.push_str(text),
            (Markup::Safe, true) => return None,
        }
        Some(())
    }
}

/// `if`s and `for`s within each other that are followed.
const DEEPEST: usize = 16;

/// Reads what is plain, and gives up at everything else.
#[derive(Clone, Copy)]
struct Reading<'a> {
    /// The fields' names.
    names: &'a [&'a str],
    /// What a list's value is called, within its `for`.
    entry: Option<&'a str>,
}

impl<'a> Reading<'a> {
    fn whole(self, mut text: &'a str) -> Option<Vec<Step>> {
        let (steps, end) = self.steps(&mut text, 0)?;
        end.is_none().then_some(steps)
    }

    /// Up to the tag that belongs to whoever asks, and that tag.
    fn steps(self, rest: &mut &'a str, depth: usize) -> Option<(Vec<Step>, Option<&'a str>)> {
        let mut steps = Vec::new();
        if depth > DEEPEST {
            return None;
        }
        loop {
            let (words, opened) = up_to_brace(rest);
            if !words.is_empty() {
                steps.push(Step::Words(words.to_owned()));
            }
            let Some((opening, behind)) = opened else {
                *rest = "";
                return Some((steps, None));
            };
            let closing = match opening {
                b'{' => "}}",
                b'%' => "%}",
                _ => return None,
            };
            let (inside, behind) = behind.split_once(closing)?;
            *rest = behind;
            if opening == b'{' {
                steps.push(self.value(inside)?);
                continue;
            }
            let words: Vec<&str> = inside.split(' ').filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                ["if", first, others @ ..] => {
                    let mut any = vec![self.name(first)?];
                    for pair in others.chunks(2) {
                        let &["or", name] = pair else { return None };
                        any.push(self.name(name)?);
                    }
                    let (then, mut end) = self.steps(rest, depth + 1)?;
                    let mut otherwise = Vec::new();
                    if end == Some("else") {
                        (otherwise, end) = self.steps(rest, depth + 1)?;
                    }
                    (end == Some("endif")).then_some(())?;
                    steps.push(Step::If { any, then, otherwise });
                }
                ["for", entry, "in", list] => {
                    let Name::Field(list) = self.name(list)? else { return None };
                    // One within another, and names that mean something else already, are rare.
                    let is_new = self.entry.is_none() && *entry != "loop" && !self.names.contains(entry);
                    let is_name = entry.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                    (is_new && is_name).then_some(())?;
                    let within = Self { entry: Some(entry), ..self };
                    let (body, end) = within.steps(rest, depth + 1)?;
                    (end == Some("endfor")).then_some(())?;
                    steps.push(Step::Each { list, steps: body });
                }
                &[end @ ("else" | "endif" | "endfor")] => return Some((steps, Some(end))),
                _ => return None,
            }
        }
    }

    fn value(self, inside: &str) -> Option<Step> {
        let mut parts = inside.split('|').map(|part| part.trim_matches(' '));
        let what = self.name(parts.next()?)?;
        let is_safe = match (parts.next(), parts.next()) {
            (None, _) => false,
            (Some("safe"), None) => true,
            (Some(_), _) => return None,
        };
        Some(Step::Put { what, is_safe })
    }

    fn name(self, name: &str) -> Option<Name> {
        if self.entry == Some(name) {
            return Some(Name::Entry);
        }
        self.names.iter().position(|field| *field == name).map(Name::Field)
    }
}

/// The words before the first brace that begins something, and what begins there.
fn up_to_brace(text: &str) -> (&str, Option<(u8, &str)>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
        from = at + 1;
        if let Some(opening @ (b'{' | b'%' | b'#')) = text.as_bytes().get(from)
            && let (Some(words), Some(behind)) = (text.get(..at), text.get(from + 1..))
        {
            return (words, Some((*opening, behind)));
        }
    }
    (text, None)
}

/// A text as Tera escapes it, in pieces.
fn escaped(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut next: Option<&str> = None;
    iter::from_fn(move || {
        if let Some(escaped) = next.take() {
            return Some(escaped);
        }
        let is_escaped = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
        let at = scan::position(rest.as_bytes(), is_escaped);
        let (plain, from) = rest.split_at_checked(at.unwrap_or(rest.len()))?;
        next = match from.bytes().next() {
            Some(b'&') => Some("&amp;"),
            Some(b'<') => Some("&lt;"),
            Some(b'>') => Some("&gt;"),
            Some(b'"') => Some("&quot;"),
            Some(_) => Some("&#39;"),
            None => None,
        };
        rest = from.get(1..).unwrap_or_default();
        (!plain.is_empty() || next.is_some()).then_some(plain)
    })
}

/// As Tera escapes, and not a byte at a time.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    escaped(text).try_for_each(|piece| out.write_all(piece.as_bytes()))
}

#[cfg(test)]
mod tests;
