//! Looking for bytes that are rare, a block at a time.

/// How many bytes are looked at together.
const BLOCK: usize = 16;

/// Where the first such byte stands.
pub(crate) fn position(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, last) = bytes.as_chunks::<BLOCK>();
    // Without a branch inside, the compiler looks at all of them at once.
    let holds_one = |block: &[u8; BLOCK]| block.iter().fold(false, |any, byte| any | is_wanted(*byte));
    let n_without = blocks.iter().position(holds_one).unwrap_or(blocks.len());
    let within = blocks.get(n_without).map_or(last, |block| block.as_slice());
    Some(n_without * BLOCK + within.iter().position(|byte| is_wanted(*byte))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_the_first(bytes in prop::collection::vec(0_u8..12, 0..80)) {
            prop_assert_eq!(position(&bytes, |byte| byte > 10), bytes.iter().position(|byte| *byte > 10));
        }
    }
}
