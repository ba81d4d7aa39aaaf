//! Where an attribute stands: one path type for templates, findings and the flat files people upload by hand.

use std::fmt;

/// A path such as `purchasable_offer#1.our_price.schedule.value_with_tax`: names joined by `.`; `#n` is a list position
/// counted from 1, and may be left out where it is the first. A name may hold `{n}`, the number of the value at hand.
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
            "`{}` is not an attribute path: write names joined by `.`, each with `#1`, `#2` … where needed",
            self.found
        )
    }
}

impl AttributePath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, PathProblem> {
        let problem = || PathProblem { found: text.to_owned() };
        let steps = text
            .split('.')
            .map(|step| {
                let (name, position) = match step.split_once('#') {
                    None => (step, None),
                    Some((name, position)) => {
                        let position = position.parse::<u32>().ok().filter(|position| *position > 0);
                        (name, Some(position.ok_or_else(problem)?))
                    }
                };
                let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '/');
                if is_name { Ok(Step { name: name.to_owned(), position }) } else { Err(problem()) }
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { steps })
    }

    /// Whether a name holds `{n}`.
    pub fn is_numbered(&self) -> bool {
        self.steps.iter().any(|step| step.name.contains("{n}"))
    }

    /// The path with `{n}` replaced.
    #[must_use]
    pub fn numbered(&self, n: usize) -> Self {
        let steps = self
            .steps
            .iter()
            .map(|step| Step { name: step.name.replace("{n}", &n.to_string()), position: step.position });
        Self { steps: steps.collect() }
    }

    /// Whether a JSON Pointer's tokens (without those before the path) lead to this path, or to something above or below it.
    pub fn touches<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> bool {
        let names = tokens.filter(|token| !token.bytes().all(|byte| byte.is_ascii_digit()));
        names.zip(&self.steps).all(|(token, step)| match step.name.split_once("{n}") {
            None => token == step.name,
            Some((before, after)) => token
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit())),
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            write!(out, "{dot}{}", step.name)?;
            if let Some(position) = step.position {
                write!(out, "#{position}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_written_alike() {
        for text in ["brand", "purchasable_offer#1.our_price#2.value_with_tax", "other_image_{n}"] {
            assert_eq!(AttributePath::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a..b", "a#0", "a#x", "a b"] {
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
