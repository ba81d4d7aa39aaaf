//! Where an attribute stands: one path type for templates, findings and the flat files people upload by hand.

use std::fmt;

/// A path such as `purchasable_offer[audience=ALL]#1.our_price.schedule.value_with_tax`: names joined by `.`; `[name=value]`
/// says which entries of a list are meant, and `#n` is a position among them counted from 1, which may be left out where it
/// is the first. A name may hold `{n}`, the number of the value at hand; a name that is `{category}` stands for the
/// category's id, and one that is `*` for every attribute that no other rule fills. A name with a `.`, a space or another
/// mark in it is written in quotes: `aspects."Chipset/GPU Model"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributePath {
    /// The steps, never empty.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// The member's name.
    pub name: String,
    /// Which entries of a list are meant: members and their values. Empty in templates, where the channel says it.
    pub selectors: Vec<(String, String)>,
    /// The list position counted from 1, where the path gives one.
    pub position: Option<u32>,
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    found: String,
}

impl fmt::Display for PathProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "`{}` is not an attribute path: write names joined by `.`, each with `#1`, `#2` … where needed; a name with a \
             space or another mark in it stands in quotes",
            self.found
        )
    }
}

/// The name that stands for the category's id.
pub(crate) const CATEGORY: &str = "{category}";
/// The name that stands for every attribute without a rule of its own.
pub(crate) const EVERY: &str = "*";

impl AttributePath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, PathProblem> {
        let problem = || PathProblem { found: text.to_owned() };
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (step, after) = Step::parse(rest).ok_or_else(problem)?;
            steps.push(step);
            if after.is_empty() {
                return Ok(Self { steps });
            }
            rest = after.strip_prefix('.').ok_or_else(problem)?;
        }
    }

    /// The path with the category's id where `{category}` stands.
    #[must_use]
    pub fn in_category(&self, id: &str) -> Self {
        let steps = self.steps.iter().map(|step| {
            let name = if step.name == CATEGORY { id.to_owned() } else { step.name.clone() };
            Step { name, ..step.clone() }
        });
        Self { steps: steps.collect() }
    }

    /// The steps before a last `*`, if there is one.
    pub(crate) fn before_every(&self) -> Option<&[Step]> {
        self.steps.split_last().filter(|(last, _)| last.name == EVERY).map(|(_, before)| before)
    }

    /// Whether a name holds `{n}`.
    pub fn is_numbered(&self) -> bool {
        self.steps.iter().any(|step| step.name.contains("{n}"))
    }

    /// The path with `{n}` replaced.
    #[must_use]
    pub fn numbered(&self, n: usize) -> Self {
        let steps =
            self.steps.iter().map(|step| Step { name: step.name.replace("{n}", &n.to_string()), ..step.clone() });
        Self { steps: steps.collect() }
    }

    /// Whether a JSON Pointer's tokens (without those before the path) lead to this path, or to something above or below it.
    pub fn touches<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> bool {
        let names = tokens.filter(|token| !token.bytes().all(|byte| byte.is_ascii_digit()));
        names.zip(&self.steps).all(|(token, step)| {
            token == step.name
                || (token.contains('~') && unescape(token) == step.name)
                || step.name.contains('{')
                    && step.name.split_once("{n}").is_some_and(|(before, after)| {
                        let n = token.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                        n.is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit()))
                    })
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            if step.name.contains(MARKS) {
                write!(out, "{dot}\"{}\"", step.name)?;
            } else {
                write!(out, "{dot}{}", step.name)?;
            }
            for (name, value) in &step.selectors {
                write!(out, "[{name}={value}]")?;
            }
            if let Some(position) = step.position {
                write!(out, "#{position}")?;
            }
        }
        Ok(())
    }
}

/// What a name without quotes does not hold.
const MARKS: &[char] = &['.', '#', '[', ']', '"', '/', ' ', '\t', '\r', '\n'];

impl Step {
    /// Reads the first step of a text; the rest of it comes back.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let (name, mut rest) = match text.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => text.split_at(text.find(MARKS).unwrap_or(text.len())),
        };
        if name.is_empty() || name.contains(char::is_control) {
            return None;
        }
        let mut selectors = Vec::new();
        while let Some(selector) = rest.strip_prefix('[') {
            let (inside, after) = selector.split_once(']')?;
            let (name, value) = inside.split_once('=').filter(|(name, _)| !name.is_empty())?;
            selectors.push((name.to_owned(), value.to_owned()));
            rest = after;
        }
        let mut position = None;
        if let Some(number) = rest.strip_prefix('#') {
            let (digits, after) = number.split_at(number.find('.').unwrap_or(number.len()));
            position = Some(digits.parse::<u32>().ok().filter(|position| *position > 0)?);
            rest = after;
        }
        Some((Self { name: name.to_owned(), selectors, position }, rest))
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_written_alike() {
        for text in [
            "brand",
            "purchasable_offer#1.our_price#2.value_with_tax",
            "other_image_{n}",
            "item_name[marketplace_id=APJ6JRA9NG5V4][language_tag=it_IT]#1.value",
            "Visible.{category}.productName",
            "aspects.\"Chipset/GPU Model\"",
            "aspects.*",
        ] {
            assert_eq!(AttributePath::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a..b", "a.", "a#0", "a#x", "a b", "a\"b", "\"a", "a[b]", "a[b=c", "a[b=c]d", "a/b"] {
            assert!(AttributePath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pointer_touches_the_path_that_made_it() {
        let touches =
            |path: &str, pointer: &str| AttributePath::parse(path).unwrap().touches(pointer.split('/').skip(1));
        assert!(touches("item_weight", "/item_weight/0/unit"));
        assert!(touches("dimensions.length", "/dimensions"));
        assert!(touches("image_{n}", "/image_3/0/media_location"));
        assert!(!touches("image_{n}", "/image_x"));
        assert!(!touches("dimensions.length", "/dimensions/0/width"));
        assert!(!touches("brand", "/brand_name"));
    }
}
