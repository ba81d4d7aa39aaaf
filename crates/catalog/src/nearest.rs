//! The name that was probably meant: for every place where a person types one.

/// `; did you mean `x`?`, when one of the known names is near; nothing otherwise.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Longer names are no slip of a pen, and comparing them takes time that grows with the square of their length.
const LONGEST: usize = 64;

/// The known name that is nearest, when it is near enough to have been meant: one slip in four characters, and one more.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let length = name.chars().count();
    let most = 1 + length / 4;
    let lower = name.to_lowercase();
    known
        .into_iter()
        // A name that is much longer or shorter is not near, whatever it says.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A message of serde's about an unknown name, on one line and with the nearest right one.
pub fn with_nearest(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let hint = match (message.starts_with("unknown "), names.next()) {
        (true, Some(found)) => did_you_mean(found, names),
        _ => String::new(),
    };
    format!("{}{hint}", message.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_was_meant() {
        assert_eq!(nearest("titel", ["title", "tags"]), Some("title"));
        assert_eq!(nearest("Brnad", ["brand", "band"]), Some("brand"));
        assert_eq!(nearest("weight", ["title", "tags"]), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), ["x"]), None);
        assert_eq!(
            with_nearest("unknown field `sit`, expected one of\n `site`, `seller`"),
            "unknown field `sit`, expected one of `site`, `seller`; did you mean `site`?"
        );
    }
}
