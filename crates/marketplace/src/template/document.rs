//! Template files as people write them, read with file and line for everything that is wrong.

use super::page::Page;
use super::path::AttributePath;
use super::path::EVERY;
use super::plan::exists;
use super::table::Table;
use super::wording::Markup;
use super::wording::Wording;
use crate::requirements::Shape;
use feedwright_catalog::Field;
use feedwright_catalog::Unit;
use feedwright_catalog::field::Kind;
use feedwright_catalog::field::VOCABULARY;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_catalog::nearest::with_nearest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// A template file's name and text.
#[derive(Clone, Debug)]
pub struct TemplateText {
    /// The name for messages.
    pub name: String,
    /// The TOML.
    pub text: String,
}

/// Rules in force, in the order their attributes are written. A later file's rule takes the place of an earlier one with
/// the same target.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Fields that go nowhere on purpose, and why.
    pub ignored: BTreeMap<Field, String>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The attribute it fills.
    pub to: AttributePath,
    /// The category it is for; none for all.
    pub category: Option<String>,
    /// Where the value comes from.
    pub form: Form,
    /// The value table it goes through.
    pub table: Option<Arc<Table>>,
    /// What must hold for the rule to be used; all of it.
    pub when: Vec<When>,
    /// Where it is written: `templates/x.toml:12`.
    pub written_at: String,
}

/// Where a rule's value comes from.
#[derive(Clone, Debug)]
pub enum Form {
    /// The first filled field, written as one value.
    From {
        /// The fields, best first.
        fields: Vec<Field>,
        /// How it is written.
        shape: WrittenAs,
        /// The unit of a measure whose amount stands alone.
        unit: Option<Unit>,
        /// Decimals kept when a unit is converted.
        decimals: Option<u32>,
    },
    /// Each value of these fields, one after the other.
    Each(Vec<Field>),
    /// The same for every item.
    Const(Constant),
    /// A setting of the channel; the same for every item once the channel is known.
    Setting(String),
    /// Words put together by Tera.
    Text {
        /// The template.
        text: Arc<Wording>,
    },
    /// An HTML page put together by Tera and made safe.
    Page {
        /// The page.
        page: Arc<Page>,
    },
}

/// How a value is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrittenAs {
    /// As it is.
    #[default]
    Value,
    /// Amount and unit side by side, in a unit the requirements accept.
    Measure,
    /// A barcode number with zeros before it, up to 14 digits.
    Gtin14,
    /// HTML brought to plain text.
    Plain,
    /// The values of a list in one text, with this between them.
    #[serde(skip)]
    Joined(String),
}

/// A value written in the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// Text.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// What is looked at.
    pub subject: Subject,
    /// What is asked of it.
    pub test: Test,
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A field of the item.
    Field(Field),
    /// A setting of the channel.
    Setting(String),
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It has this value.
    Is(String),
    /// It has another value, or none.
    IsNot(String),
    /// It has a value (`true`), or none (`false`).
    Given(bool),
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The file.
    pub file: String,
    /// The 1-based line; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for TemplateError {}

/// What stands for every field of the seller's own.
const EVERY_CUSTOM: &str = "custom.*";
/// A decimal holds no more digits than this after the point.
const MOST_DECIMALS: u32 = 20;

impl Template {
    /// Reads files in order, later ones over earlier ones.
    /// `settings` are the names of the channel's settings a template may ask for.
    pub fn read(
        files: &[TemplateText],
        tables: &BTreeMap<String, Arc<Table>>,
        pages: &BTreeMap<String, Arc<Page>>,
        settings: &[&str],
    ) -> Result<Self, TemplateError> {
        let known = Known { tables, pages, settings };
        let mut template = Self::default();
        for file in files {
            template.add(file, &known)?;
        }
        Ok(template)
    }

    /// Every field some rule reads.
    pub fn fields(&self) -> BTreeSet<Field> {
        self.rules.iter().flat_map(Rule::fields).cloned().collect()
    }

    /// Whether every target stands in at least one of these documents; the first that does not is an error. No more
    /// documents are asked for than are needed to find all.
    pub fn check_targets<E: From<TemplateError>>(
        &self,
        shapes: impl IntoIterator<Item = Result<Arc<Shape>, E>>,
    ) -> Result<(), E> {
        let mut missing: Vec<&Rule> = self.rules.iter().collect();
        let mut names = BTreeSet::new();
        let mut shapes = shapes.into_iter();
        while !missing.is_empty()
            && let Some(shape) = shapes.next().transpose()?
        {
            missing.retain(|rule| !exists(&rule.to, &shape));
            names.extend(shape.properties.keys().cloned());
        }
        missing.first().map_or(Ok(()), |rule| Err(E::from(rule.without_target(&names))))
    }

    fn add(&mut self, file: &TemplateText, known: &Known<'_>) -> Result<(), TemplateError> {
        let error = |span: Option<Range<usize>>, message: String| TemplateError {
            file: file.name.clone(),
            line: span.map_or(0, |span| line_of(&file.text, span.start)),
            message,
        };
        let document: Document =
            toml::from_str(&file.text).map_err(|why| error(why.span(), with_nearest(why.message())))?;
        for (field, reason) in &document.ignored {
            let name = field.get_ref();
            let field = Field::parse(name)
                .map_err(|why| error(Some(field.span()), with_nearest_field(&why.to_string(), name)))?;
            if reason.trim().is_empty() {
                return Err(error(None, format!("`{name}` is ignored without a reason: say why it goes nowhere")));
            }
            self.ignored.insert(field, reason.clone());
        }
        let for_all = conditions(document.when, known).map_err(|(at, message)| error(at, message))?;
        let mut added: Vec<Rule> = Vec::new();
        for written in document.attribute {
            let span = written.span();
            let line = line_of(&file.text, span.start);
            let rule = written
                .into_inner()
                .compile(document.category.as_deref(), known)
                .map_err(|(at, message)| error(Some(at.unwrap_or_else(|| span.clone())), message))?;
            let when = for_all.iter().cloned().chain(rule.when).collect();
            added.push(Rule { written_at: format!("{}:{line}", file.name), when, ..rule });
        }
        // Rules of one file for the same target stand beside each other (they differ by `when`); those of an earlier
        // file make way.
        let taken: BTreeSet<_> = added.iter().map(|rule| (rule.to.clone(), rule.category.clone())).collect();
        self.rules.retain(|rule| !taken.contains(&(rule.to.clone(), rule.category.clone())));
        self.rules.append(&mut added);
        Ok(())
    }
}

impl Rule {
    /// That no document has its target; `names` are the attributes that some have.
    fn without_target(&self, names: &BTreeSet<String>) -> TemplateError {
        let first = &self.to.steps[0].name;
        let near = || did_you_mean(first, names.iter().map(String::as_str));
        let hint = if names.contains(first) { String::new() } else { near() };
        let (file, line) = self.written_at.rsplit_once(':').unwrap_or((&self.written_at, "0"));
        TemplateError {
            file: file.to_owned(),
            line: line.parse().unwrap_or_default(),
            message: format!("no category has the attribute `{}`{hint}", self.to),
        }
    }

    /// The fields it reads for its value.
    pub fn fields(&self) -> &[Field] {
        match &self.form {
            Form::From { fields, .. } | Form::Each(fields) => fields,
            Form::Text { text } => text.fields(),
            Form::Page { page } => page.fields(),
            Form::Const(_) | Form::Setting(_) => &[],
        }
    }
}

/// What a template may name beside fields.
struct Known<'a> {
    tables: &'a BTreeMap<String, Arc<Table>>,
    pages: &'a BTreeMap<String, Arc<Page>>,
    settings: &'a [&'a str],
}

impl Known<'_> {
    fn setting(&self, name: &Spanned<String>) -> Result<String, Located> {
        if self.settings.contains(&name.get_ref().as_str()) {
            return Ok(name.get_ref().clone());
        }
        let nearest = did_you_mean(name.get_ref(), self.settings.iter().copied());
        Err((Some(name.span()), format!("there is no setting `{}`{nearest}", name.get_ref())))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    category: Option<String>,
    /// Holds for every rule of the file, beside the rule's own.
    when: Option<Spanned<OneOrMany<WhenText>>>,
    #[serde(default)]
    attribute: Vec<Spanned<RuleText>>,
    #[serde(default)]
    ignored: BTreeMap<Spanned<String>, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    to: Spanned<String>,
    from: Option<Spanned<OneOrMany<String>>>,
    each: Option<Spanned<OneOrMany<String>>>,
    #[serde(rename = "const")]
    constant: Option<Spanned<toml::Value>>,
    setting: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    page: Option<Spanned<String>>,
    table: Option<Spanned<String>>,
    shape: Option<WrittenAs>,
    unit: Option<Spanned<String>>,
    decimals: Option<Spanned<u32>>,
    join: Option<String>,
    when: Option<Spanned<OneOrMany<WhenText>>>,
}

// Places are kept for the value as a whole: within a choice of forms they are lost.
#[derive(Deserialize)]
#[serde(untagged, expecting = "one, or a list of them: a name, or for `when` { field = \"…\", is = \"…\" }")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenText {
    field: Option<String>,
    setting: Option<String>,
    is: Option<String>,
    is_not: Option<String>,
    given: Option<bool>,
}

type Located = (Option<Range<usize>>, String);

impl RuleText {
    fn compile(self, category: Option<&str>, known: &Known<'_>) -> Result<Rule, Located> {
        let to = AttributePath::parse(self.to.get_ref()).map_err(|why| (Some(self.to.span()), why.to_string()))?;
        let forms = [
            self.from.is_some(),
            self.each.is_some(),
            self.constant.is_some(),
            self.setting.is_some(),
            self.text.is_some(),
            self.page.is_some(),
        ];
        if forms.iter().filter(|given| **given).count() != 1 {
            let message = "a rule needs exactly one of `from`, `each`, `const`, `setting`, `text` and `page`";
            return Err((None, message.to_owned()));
        }
        let unit = match &self.unit {
            None => None,
            Some(name) => Some(
                Unit::parse(name.get_ref())
                    .ok_or_else(|| (Some(name.span()), format!("`{}` is not a unit we know", name.get_ref())))?,
            ),
        };
        if (unit.is_some() || self.decimals.is_some()) && self.shape != Some(WrittenAs::Measure) {
            return Err((None, "`unit` and `decimals` go with `shape = \"measure\"`".to_owned()));
        }
        let decimals = self.decimals.map(Spanned::into_inner);
        if decimals.is_some_and(|decimals| decimals > MOST_DECIMALS) {
            return Err((None, format!("`decimals` is at most {MOST_DECIMALS}")));
        }
        let form = if let Some(from) = self.from {
            let span = from.span();
            let names = from.into_inner().into_vec().into_iter().map(|name| Spanned::new(span.clone(), name));
            let names: Vec<_> = names.collect();
            if to.before_every().is_some() {
                every_form(&names)?
            } else {
                from_form(&names, self.shape.unwrap_or_default(), self.join, unit, decimals)?
            }
        } else if let Some(each) = self.each {
            let span = each.span();
            let names = each.into_inner().into_vec();
            let fields: Vec<Field> =
                names.into_iter().map(|name| field(&Spanned::new(span.clone(), name))).collect::<Result<_, _>>()?;
            let has_list = fields.iter().any(|field| field.kind() == Kind::List || matches!(field, Field::Custom(_)));
            match fields.as_slice() {
                [] => return Err((Some(span), "`each` names no field".to_owned())),
                [one] if !has_list => return Err((Some(span), format!("`{one}` has one value: use `from`"))),
                _ => {}
            }
            Form::Each(fields)
        } else if let Some(constant) = self.constant {
            let span = constant.span();
            Form::Const(match constant.into_inner() {
                toml::Value::String(text) => Constant::Text(text),
                toml::Value::Boolean(value) => Constant::Bool(value),
                toml::Value::Integer(value) => Constant::Integer(value),
                _ => return Err((Some(span), "`const` takes a text, a whole number, `true` or `false`".to_owned())),
            })
        } else if let Some(setting) = self.setting {
            Form::Setting(known.setting(&setting)?)
        } else if let Some(text) = self.text {
            text_form(&text)?
        } else if let Some(page) = self.page {
            let found = known.pages.get(page.get_ref()).cloned().ok_or_else(|| {
                let nearest = did_you_mean(page.get_ref(), known.pages.keys().map(String::as_str));
                (Some(page.span()), format!("there is no page `{}`{nearest}", page.get_ref()))
            })?;
            Form::Page { page: found }
        } else {
            return Err((None, "a rule needs a value".to_owned()));
        };
        if to.is_numbered() && !matches!(form, Form::Each(_)) {
            return Err((Some(self.to.span()), "`{n}` needs `each`".to_owned()));
        }
        if to.before_every().is_some() && !is_every(&form) {
            return Err((Some(self.to.span()), "a path that ends in `*` needs `from = \"custom.*\"`".to_owned()));
        }
        if to.steps.iter().any(|step| !step.selectors.is_empty()) {
            let message =
                "a template's path has no `[…]`: the channel's site, language and currency are put in by themselves";
            return Err((Some(self.to.span()), message.to_owned()));
        }
        let table = match &self.table {
            None => None,
            Some(name) => Some(known.tables.get(name.get_ref()).cloned().ok_or_else(|| {
                let nearest = did_you_mean(name.get_ref(), known.tables.keys().map(String::as_str));
                (Some(name.span()), format!("there is no table `{}`{nearest}", name.get_ref()))
            })?),
        };
        let when = conditions(self.when, known)?;
        Ok(Rule { to, category: category.map(str::to_owned), form, table, when, written_at: String::new() })
    }
}

impl WhenText {
    fn compile(self, span: &Range<usize>, known: &Known<'_>) -> Result<When, Located> {
        let located = |name: String| Spanned::new(span.clone(), name);
        let subject = match (self.field, self.setting) {
            (Some(name), None) => Subject::Field(field(&located(name))?),
            (None, Some(name)) => Subject::Setting(known.setting(&located(name))?),
            _ => return Err((Some(span.clone()), "a condition needs one of `field` and `setting`".to_owned())),
        };
        let test = match (self.is, self.is_not, self.given) {
            (Some(value), None, None) => Test::Is(value),
            (None, Some(value), None) => Test::IsNot(value),
            (None, None, Some(value)) => Test::Given(value),
            _ => {
                let message = "a condition needs exactly one of `is`, `is_not` and `given`";
                return Err((Some(span.clone()), message.to_owned()));
            }
        };
        Ok(When { subject, test })
    }
}

fn conditions(when: Option<Spanned<OneOrMany<WhenText>>>, known: &Known<'_>) -> Result<Vec<When>, Located> {
    let Some(when) = when else { return Ok(Vec::new()) };
    let span = when.span();
    when.into_inner().into_vec().into_iter().map(|when| when.compile(&span, known)).collect()
}

/// Fields of the seller's own, by the attributes' names.
fn every_form(from: &[Spanned<String>]) -> Result<Form, Located> {
    match from {
        [name] if name.get_ref() == EVERY_CUSTOM => Ok(Form::From {
            fields: vec![Field::Custom(Arc::from(EVERY))],
            shape: WrittenAs::Value,
            unit: None,
            decimals: None,
        }),
        _ => Err((None, "a path that ends in `*` needs `from = \"custom.*\"`".to_owned())),
    }
}

fn is_every(form: &Form) -> bool {
    matches!(form, Form::From { fields, .. } if matches!(fields.as_slice(), [Field::Custom(name)] if &**name == EVERY))
}

fn from_form(
    from: &[Spanned<String>],
    shape: WrittenAs,
    join: Option<String>,
    unit: Option<Unit>,
    decimals: Option<u32>,
) -> Result<Form, Located> {
    let mut fields = Vec::new();
    for name in from {
        let field = field(name)?;
        let kind = field.kind();
        let error = |message: String| Err((Some(name.span()), message));
        match (&shape, &join) {
            (WrittenAs::Measure, _) if kind != Kind::Measure => return error(format!("`{field}` is not a measure")),
            (WrittenAs::Gtin14, _) if field != Field::Known(feedwright_catalog::Known::Gtin) => {
                return error(format!("`{field}` is no barcode number"));
            }
            (WrittenAs::Value | WrittenAs::Plain | WrittenAs::Joined(_), None) if kind == Kind::List => {
                return error(format!("`{field}` is a list: use `each`, or `join = \", \"`"));
            }
            _ => {}
        }
        fields.push(field);
    }
    if fields.is_empty() {
        return Err((None, "`from` names no field".to_owned()));
    }
    let shape = match (shape, join) {
        (shape, None) => shape,
        (WrittenAs::Value, Some(join)) => WrittenAs::Joined(join),
        (_, Some(_)) => return Err((None, "`join` and `shape` cannot stand together".to_owned())),
    };
    Ok(Form::From { fields, shape, unit, decimals })
}

fn text_form(text: &Spanned<String>) -> Result<Form, Located> {
    let wording = Wording::read(text.get_ref(), Markup::Text).map_err(|why| (Some(text.span()), why))?;
    Ok(Form::Text { text: Arc::new(wording) })
}

fn field(name: &Spanned<String>) -> Result<Field, Located> {
    Field::parse(name.get_ref())
        .map_err(|why| (Some(name.span()), with_nearest_field(&why.to_string(), name.get_ref())))
}

/// The message with the nearest field of the vocabulary, if one is near.
pub(super) fn with_nearest_field(message: &str, name: &str) -> String {
    format!("{message}{}", did_you_mean(name, VOCABULARY.iter().map(|field| field.code)))
}

pub(super) fn one_line(why: &tera::Error) -> String {
    let text = why.to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
