//! Looking through texts for bytes that are rare, a block at a time.

/// How many bytes are looked at together.
const BLOCK: usize = 16;

/// Where the first such byte stands.
#[inline]
pub fn position(bytes: &[u8], is_wanted: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    let (blocks, last) = bytes.as_chunks::<BLOCK>();
    let n_without = blocks.iter().position(|block| holds_one(block, is_wanted)).unwrap_or(blocks.len());
    let from = n_without * BLOCK;
    if n_without == blocks.len() && is_without(bytes, last, is_wanted) {
        return None;
    }
    Some(from + bytes.get(from..)?.iter().position(|byte| is_wanted(*byte))?)
}

/// Without a branch inside, the compiler looks at all of them at once.
#[inline]
fn holds_one<const N: usize>(block: &[u8; N], is_wanted: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(false, |any, byte| any | is_wanted(*byte))
}

/// Whether there is none in what the blocks leave over. Its bytes are looked at together with some of those before them.
#[inline]
fn is_without(bytes: &[u8], last: &[u8], is_wanted: impl Fn(u8) -> bool + Copy) -> bool {
    if let Some(block) = bytes.last_chunk::<BLOCK>() {
        !holds_one(block, is_wanted)
    } else if let (Some(first), Some(last)) = (last.first_chunk::<8>(), last.last_chunk::<8>()) {
        !holds_one(first, is_wanted) && !holds_one(last, is_wanted)
    } else if let (Some(first), Some(last)) = (last.first_chunk::<4>(), last.last_chunk::<4>()) {
        !holds_one(first, is_wanted) && !holds_one(last, is_wanted)
    } else {
        !last.iter().any(|byte| is_wanted(*byte))
    }
}

/// Whether two texts are equal. Most are short: two loads of each are cheaper than a call.
#[inline]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    fn ends<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
        Some((*text.first_chunk::<N>()?, *text.last_chunk::<N>()?))
    }
    left.len() == right.len()
        && match left.len() {
            0..4 => left.iter().zip(right).all(|(left, right)| left == right),
            4..8 => ends::<4>(left) == ends::<4>(right),
            8..=16 => ends::<8>(left) == ends::<8>(right),
            17..=32 => ends::<16>(left) == ends::<16>(right),
            _ => left == right,
        }
}

/// What comes before the first of an ASCII character, and what comes behind it.
#[inline]
pub(crate) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, from) = text.split_at_checked(memchr::memchr(byte, text.as_bytes())?)?;
    Some((before, from.get(1..)?))
}

/// Whether `www` stands before the full stop at this place: an address without a scheme begins so.
pub fn is_www(text: &[u8], full_stop: usize) -> bool {
    let before = full_stop.checked_sub(3).and_then(|from| text.get(from..full_stop));
    before.is_some_and(|before| before.eq_ignore_ascii_case(b"www"))
}

/// Whether a text holds space beyond ASCII.
pub fn has_wide_space(text: &str) -> bool {
    // Such space begins with one of these bytes, and little else does.
    let may_begin = |byte: u8| matches!(byte, 0xc2 | 0xe1..=0xe3);
    let mut rest = text;
    while let Some((_, from)) = position(rest.as_bytes(), may_begin).and_then(|at| rest.split_at_checked(at)) {
        let mut chars = from.chars();
        if chars.next().is_some_and(char::is_whitespace) {
            return true;
        }
        rest = chars.as_str();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_split_at_the_first() {
        assert_eq!(split_once("é<b<", b'<'), Some(("é", "b<")));
        assert_eq!(split_once("é", b'<'), None);
    }

    #[test]
    fn every_space_beyond_ascii_is_found() {
        for c in char::MIN..=char::MAX {
            assert_eq!(
                has_wide_space(&format!("a–é{c}b")),
                c.is_whitespace() && !c.is_ascii(),
                "{}",
                c.escape_unicode()
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_the_same_is_equal(left in "[ab]{0,40}", at in 0..40_usize, c in "[ab]") {
            let mut right = left.clone();
            if at < left.len() {
                right.replace_range(at..=at, &c);
            }
            prop_assert_eq!(same(left.as_bytes(), right.as_bytes()), left == right);
            right.push('a');
            prop_assert!(!same(left.as_bytes(), right.as_bytes()));
        }

        #[test]
        fn finds_the_first(bytes in prop::collection::vec(0_u8..24, 0..80)) {
            prop_assert_eq!(position(&bytes, |byte| byte > 22), bytes.iter().position(|byte| *byte > 22));
        }
    }
}
