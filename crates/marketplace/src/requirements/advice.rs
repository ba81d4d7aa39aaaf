//! What a listing should have though nobody insists on it: attributes without which it is not shown, or found less often.

use super::shape::Advice;
use super::shape::Shape;
use super::violation::Violation;
use crate::listing::Key;
use crate::listing::Ref;
use crate::listing::escape;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use serde_json::Value;

/// The keyword: `{"level": "warning" | "note", "because": "…"}`.
pub(super) const ADVICE: &str = "$advice";
/// Names of attributes in one note; the rest is counted.
const NAMED: usize = 8;

/// What the keyword says.
pub(super) fn read(value: &Value) -> Option<Advice> {
    let severity = match value.get("level")?.as_str()? {
        "warning" => Severity::Warning,
        "note" => Severity::Note,
        _ => return None,
    };
    Some(Advice { severity, because: value.get("because")?.as_str()?.to_owned() })
}

/// Every member that is advised, by its way from the root; members of lists are not looked at.
#[derive(Debug, Default)]
pub(super) struct Advised(Vec<(Vec<Key>, Advice)>);

impl Advised {
    pub(super) fn of(shape: &Shape) -> Self {
        let mut advised = Self::default();
        advised.collect(shape, &mut Vec::new());
        advised
    }

    fn collect(&mut self, shape: &Shape, way: &mut Vec<Key>) {
        for (name, member) in &shape.properties {
            way.push(Key::new(name));
            if let Some(advice) = &member.advice {
                self.0.push((way.clone(), advice.clone()));
            }
            self.collect(member, way);
            way.pop();
        }
    }

    /// What a part lacks: a violation for each that matters, and one for all that are only worth knowing.
    pub(super) fn lacking(&self, part: Ref<'_>) -> Vec<Violation> {
        let mut out = Vec::new();
        let mut noted: Vec<(&[Key], &Advice)> = Vec::new();
        for (way, advice) in &self.0 {
            let Some((last, before)) = way.split_last() else { continue };
            let Some(holder) = before.iter().try_fold(part, Ref::get) else { continue };
            if holder.get(last).is_some() {
                continue;
            }
            match advice.severity {
                Severity::Error | Severity::Warning => {
                    let message = format!("attribute `{}` has no value; {}", last.as_str(), advice.because);
                    out.push(violation(pointer(way), Severity::Warning, message));
                }
                Severity::Note => noted.push((way, advice)),
            }
        }
        if let Some((first, advice)) = noted.first() {
            let names: Vec<String> = noted
                .iter()
                .take(NAMED)
                .filter_map(|(way, _)| way.last())
                .map(|name| format!("`{}`", name.as_str()))
                .collect();
            let more = match noted.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let count = noted.len();
            let attributes = if count == 1 { "attribute has" } else { "attributes have" };
            let message =
                format!("{count} advised {attributes} no value: {}{more}; {}", names.join(", "), advice.because);
            out.push(violation(pointer(first), Severity::Note, message));
        }
        out
    }
}

fn violation(pointer: String, severity: Severity, message: String) -> Violation {
    let rule = &rules::MISSING_ADVISED_FIELD;
    Violation { pointer, keyword: None, rule, severity: Some(severity), message, help: None, because: None }
}

fn pointer(way: &[Key]) -> String {
    let mut pointer = String::new();
    for key in way {
        pointer.push('/');
        pointer.push_str(&escape(key.as_str()));
    }
    pointer
}
