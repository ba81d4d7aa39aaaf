//! Turns what the engine says about a listing into something a seller can act on.

use super::phrase;
use super::phrase::counted;
use super::reasons::Reasons;
use super::said::Said;
use super::said::characters;
use super::said::dotted;
use super::said::forbidden;
use super::said::named;
use super::said::not_allowed;
use super::said::wrong_type;
use super::shape::Shape;
use super::suggest;
use crate::listing;
use crate::listing::Ref;
use feedwright_catalog::Rule;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use std::borrow::Cow;

/// One requirement that a listing does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer from the checked part; where something is missing it ends with the missing name.
    pub pointer: String,
    /// The schema keyword that was broken; none where the document only advises, or forbids without a keyword.
    pub keyword: Option<Cow<'static, str>>,
    /// Which rule of ours that is.
    pub rule: &'static Rule,
    /// How much it matters, where the document says it and not the rule.
    pub severity: Option<Severity>,
    /// What is wrong, in one phrase.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Why it is asked for, if that depends on something.
    pub because: Option<String>,
}

/// What is said where our program refuses a part and the engine finds nothing wrong with it.
pub(super) fn unexplained() -> Violation {
    Violation {
        pointer: String::new(),
        keyword: None,
        rule: &rules::RULE_BROKEN,
        severity: None,
        message: "the listing does not meet the category's requirements, and no single one is to blame".to_owned(),
        help: Some("report it to us with the listing and the category: our two checks differ".to_owned()),
        because: None,
    }
}

/// Collects the violations of one part.
pub(super) struct Collector<'a> {
    pub(super) part: Ref<'a>,
    pub(super) shape: &'a Shape,
    pub(super) reasons: &'a Reasons,
}

/// How many alternatives, and how many phrases about one place, are worth reading.
const SHOWN: usize = 4;

impl Collector<'_> {
    /// All violations, sorted, one for each place and keyword.
    pub(super) fn violations<'e>(&self, errors: impl Iterator<Item = ValidationError<'e>>) -> Vec<Violation> {
        let mut said: Vec<(Violation, u64)> = errors.flat_map(|error| self.opened(self.violation(&error))).collect();
        said.sort_by(|(left, left_limit), (right, right_limit)| {
            let place = (&left.pointer, &left.keyword).cmp(&(&right.pointer, &right.keyword));
            let reason = |violation: &Violation| violation.because.as_ref().map(String::len);
            place
                .then_with(|| (left_limit, reason(left)).cmp(&(right_limit, reason(right))))
                .then_with(|| (&left.message, &left.because).cmp(&(&right.message, &right.because)))
        });
        let mut out: Vec<Violation> = Vec::new();
        for (violation, _) in said {
            match out.last_mut() {
                Some(last) if last.pointer == violation.pointer && last.keyword == violation.keyword => {
                    merge(last, &violation);
                }
                Some(_) | None => out.push(violation),
            }
        }
        out
    }

    /// Of a group that is missing, what is missing in it: that is what people fill.
    fn opened(&self, (violation, tightness): (Violation, u64)) -> Vec<(Violation, u64)> {
        let is_missing = violation.rule.code == rules::MISSING_REQUIRED_FIELD.code;
        let group = self.shape.at_pointer(&violation.pointer);
        let Some(group) = group.filter(|shape| is_missing && shape.group && !shape.required.is_empty()) else {
            return vec![(violation, tightness)];
        };
        let inside = group.required.iter().flat_map(|name| {
            let said = self.missing(&violation.pointer, name);
            let pointer = format!("{}/{}", violation.pointer, listing::escape(name));
            let inner = Violation { pointer, message: said.message, help: said.help, ..violation.clone() };
            self.opened((inner, tightness))
        });
        inside.collect()
    }

    fn violation(&self, error: &ValidationError<'_>) -> (Violation, u64) {
        let said = self.say(error);
        let mut pointer = error.instance_path().as_str().to_owned();
        if let Some(name) = &said.missing {
            pointer.push('/');
            pointer.push_str(&listing::escape(name));
        }
        let because = self.reasons.of(error.schema_path().as_str()).map(|reason| format!("because {reason}"));
        let violation = Violation {
            pointer,
            keyword: said.keyword,
            rule: said.rule,
            severity: None,
            message: said.message,
            help: said.help,
            because,
        };
        (violation, said.tightness)
    }

    fn say(&self, error: &ValidationError<'_>) -> Said {
        let pointer = error.instance_path().as_str();
        let node = self.part.pointer(pointer);
        let shape = self.shape.at_pointer(pointer);
        let value = || node.map_or_else(String::new, phrase::value);
        let len = || node.map_or(0, |node| node.len() as u64);
        match error.kind() {
            ValidationErrorKind::Required { property } => self.missing(pointer, property.as_str().unwrap_or_default()),
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map_or(&[][..], Vec::as_slice);
                not_allowed("enum", node, options, shape)
            }
            ValidationErrorKind::Constant { expected_value } => {
                not_allowed("const", node, std::slice::from_ref(&**expected_value), shape)
            }
            ValidationErrorKind::Type { kind } => wrong_type(node, kind),
            ValidationErrorKind::MaxLength { limit } => {
                let have = characters(node);
                Said::new("maxLength", &rules::VALUE_TOO_LONG, format!("value has {have} characters, {limit} allowed"))
                    .help(format!("shorten it by {}", counted(have.saturating_sub(*limit), "character")))
                    .tightness(*limit)
            }
            ValidationErrorKind::MinLength { limit } => {
                let message = match characters(node) {
                    0 => format!("value is empty, at least {} needed", counted(*limit, "character")),
                    have => format!("value has {}, at least {limit} needed", counted(have, "character")),
                };
                Said::new("minLength", &rules::VALUE_TOO_SHORT, message).tightness(u64::MAX - limit)
            }
            ValidationErrorKind::Minimum { .. }
            | ValidationErrorKind::Maximum { .. }
            | ValidationErrorKind::ExclusiveMinimum { .. }
            | ValidationErrorKind::ExclusiveMaximum { .. }
            | ValidationErrorKind::MultipleOf { .. } => {
                // Ours stand in for these; the engine's own would come here if one were left out.
                named(error.kind().keyword(), format!("{} is not a number that fits", value()))
            }
            ValidationErrorKind::Custom { keyword, message } => named(keyword, message.clone()),
            ValidationErrorKind::Format { format } => {
                let (words, example) = phrase::format(format);
                Said::new("format", &rules::WRONG_FORMAT, format!("{} is not {words}", value()))
                    .help(example.map(|example| format!("write it like `{example}`")))
            }
            ValidationErrorKind::Pattern { pattern } => {
                let pattern = phrase::quoted(pattern);
                Said::new("pattern", &rules::WRONG_FORMAT, format!("{} does not fit the pattern {pattern}", value()))
                    .help(
                        shape
                            .and_then(|shape| shape.examples.first())
                            .map(|example| format!("write it like `{example}`")),
                    )
            }
            ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. } => {
                Said::new("pattern", &rules::WRONG_FORMAT, "value cannot be matched with the pattern".to_owned())
            }
            ValidationErrorKind::MaxItems { limit } => {
                let message = format!("{} given, {limit} allowed", counted(len(), "value"));
                Said::new("maxItems", &rules::TOO_MANY_VALUES, message).tightness(*limit)
            }
            ValidationErrorKind::AdditionalItems { limit } => {
                let message = format!("{} given, {limit} allowed", counted(len(), "value"));
                Said::new("additionalItems", &rules::TOO_MANY_VALUES, message)
            }
            ValidationErrorKind::MinItems { limit } => {
                let message = format!("{} given, at least {limit} needed", counted(len(), "value"));
                Said::new("minItems", &rules::TOO_FEW_VALUES, message).tightness(u64::MAX - limit)
            }
            ValidationErrorKind::MinProperties { limit } => {
                let message = format!("{} given, at least {limit} needed", counted(len(), "part"));
                Said::new("minProperties", &rules::TOO_FEW_VALUES, message).tightness(u64::MAX - limit)
            }
            ValidationErrorKind::MaxProperties { limit } => {
                let message = format!("{} given, {limit} allowed", counted(len(), "part"));
                Said::new("maxProperties", &rules::TOO_MANY_VALUES, message).tightness(*limit)
            }
            ValidationErrorKind::UniqueItems => {
                Said::new("uniqueItems", &rules::DUPLICATE_VALUE, "the same value is given twice".to_owned())
                    .help("leave one of them out".to_owned())
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                self.unknown("additionalProperties", pointer, unexpected)
            }
            ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                self.unknown("unevaluatedProperties", pointer, unexpected)
            }
            ValidationErrorKind::UnevaluatedItems { unexpected } => {
                let message =
                    format!("{} more given than the category knows", counted(unexpected.len() as u64, "value"));
                Said::new("unevaluatedItems", &rules::UNKNOWN_ATTRIBUTE, message)
            }
            ValidationErrorKind::AnyOf { context } => {
                Said::new("anyOf", &rules::NO_ALTERNATIVE_FITS, self.none_fits(&value(), context))
            }
            ValidationErrorKind::OneOfNotValid { context } => {
                Said::new("oneOf", &rules::NO_ALTERNATIVE_FITS, self.none_fits(&value(), context))
            }
            ValidationErrorKind::OneOfMultipleValid { context } => {
                let fitting = context.iter().filter(|errors| errors.is_empty()).count();
                let message = format!("{} fits {fitting} of {} forms, exactly 1 may fit", value(), context.len());
                Said::new("oneOf", &rules::NO_ALTERNATIVE_FITS, message)
            }
            ValidationErrorKind::Not { schema } => {
                Said::new("not", &rules::ATTRIBUTE_NOT_APPLICABLE, forbidden(schema, &dotted(pointer)))
            }
            ValidationErrorKind::FalseSchema => Said {
                keyword: None,
                ..Said::new(
                    "",
                    &rules::ATTRIBUTE_NOT_APPLICABLE,
                    format!("attribute `{}` must not be given here", dotted(pointer)),
                )
            },
            ValidationErrorKind::Contains => {
                Said::new("contains", &rules::RULE_BROKEN, "none of the values is one that is needed".to_owned())
            }
            ValidationErrorKind::PropertyNames { error } => {
                let name = phrase::quoted(error.instance().as_str().unwrap_or_default());
                Said::new("propertyNames", &rules::RULE_BROKEN, format!("the name {name} is not allowed"))
            }
            ValidationErrorKind::ContentEncoding { .. }
            | ValidationErrorKind::ContentMediaType { .. }
            | ValidationErrorKind::FromUtf8 { .. }
            | ValidationErrorKind::Referencing(_) => {
                named(error.kind().keyword(), format!("{} does not meet the category's requirements", value()))
            }
        }
    }

    fn missing(&self, pointer: &str, name: &str) -> Said {
        let full = match dotted(pointer) {
            path if path.is_empty() => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        let shape = self.shape.at_pointer(pointer).and_then(|shape| shape.inside().properties.get(name));
        Said {
            missing: Some(name.to_owned()),
            ..Said::new("required", &rules::MISSING_REQUIRED_FIELD, format!("required attribute `{full}` has no value"))
                .help(shape.and_then(suggest::to_fill))
        }
    }

    fn unknown(&self, keyword: &'static str, pointer: &str, names: &[String]) -> Said {
        let within = match dotted(pointer) {
            path if path.is_empty() => "this category".to_owned(),
            path => format!("`{path}`"),
        };
        let listed = phrase::listed(names.iter().map(String::as_str), " and");
        let message = match names {
            [_] => format!("attribute {listed} does not exist in {within}"),
            _ => format!("attributes {listed} do not exist in {within}"),
        };
        let known = self.shape.at_pointer(pointer).map(Shape::inside);
        let similar =
            known.and_then(|shape| suggest::similar_names(names, &shape.properties.keys().map(String::as_str)));
        Said::new(keyword, &rules::UNKNOWN_ATTRIBUTE, message).help(similar)
    }

    fn none_fits(&self, value: &str, context: &[Vec<ValidationError<'_>>]) -> String {
        let first: Vec<&ValidationError<'_>> = context.iter().filter_map(|errors| errors.first()).collect();
        let required: Vec<&str> = first
            .iter()
            .filter_map(|error| match error.kind() {
                ValidationErrorKind::Required { property } => property.as_str(),
                _ => None,
            })
            .collect();
        if !required.is_empty() && required.len() == context.len() {
            return format!("one of {} is needed", phrase::listed(required, " or"));
        }
        let mut wanted: Vec<String> = first.iter().map(|error| self.say(error).message).collect();
        wanted.dedup();
        let more = if wanted.len() > SHOWN { "; …" } else { "" };
        wanted.truncate(SHOWN);
        match context.len() {
            1 => format!("{value} does not fit: {}", wanted.join("; ")),
            forms => format!("{value} fits none of {forms} forms: {}{more}", wanted.join("; ")),
        }
    }
}

/// Several phrases about one place and keyword: the first is the tightest; of what forbids or offers, each says its own.
fn merge(last: &mut Violation, other: &Violation) {
    let each_counts =
        matches!(last.keyword.as_deref(), None | Some("not" | "anyOf" | "oneOf" | "contains" | "pattern" | "format"));
    let phrases = last.message.split("; also ");
    if each_counts && phrases.clone().count() < SHOWN && !phrases.clone().any(|phrase| phrase == other.message) {
        last.message.push_str("; also ");
        last.message.push_str(&other.message);
        last.because = last.because.take().filter(|because| other.because.as_ref() == Some(because));
    }
}
