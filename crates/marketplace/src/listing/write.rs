//! A listing as JSON, straight from the arena.
//!
//! Written here and not by a library's serializer: a message is mostly texts that need no escape, and they are found and
//! copied a block at a time.

use super::BEFORE_KEY;
use super::BEHIND_KEY;
use super::Body;
use super::Children;
use super::Listing;
use super::Node;
use super::Ref;
use crate::scan;
use rust_decimal::Decimal;

impl Ref<'_> {
    /// Writes it as JSON without any space.
    pub fn write_json(self, out: &mut Vec<u8>) {
        self.listing.write(self.listing.at(self.id), out);
    }

    /// Writes the members of an object without the braces, so that a frame can put its own members before them.
    pub fn write_members(self, out: &mut Vec<u8>) {
        if let Body::Object(children) = self.listing.at(self.id).body {
            self.listing.write_members(children, out);
        }
    }
}

impl Listing {
    fn write(&self, node: &Node, out: &mut Vec<u8>) {
        match node.body {
            Body::Null => out.extend_from_slice(b"null"),
            Body::Bool(true) => out.extend_from_slice(b"true"),
            Body::Bool(false) => out.extend_from_slice(b"false"),
            Body::Number(value) => write_decimal(value, out),
            Body::BigNumber(span) => out.extend_from_slice(self.bytes(span)),
            Body::Text(span) => write_bytes(self.bytes(span), out),
            Body::Array(children) => {
                out.push(b'[');
                for (at, node) in self.all(children).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.write(node, out);
                }
                out.push(b']');
            }
            Body::Object(children) => {
                out.push(b'{');
                self.write_members(children, out);
                out.push(b'}');
            }
        }
    }

    fn write_members(&self, children: Children, out: &mut Vec<u8>) {
        for (at, node) in self.all(children).enumerate() {
            match self.written_key(node) {
                // The comma before it is part of it.
                Some(written) => out.extend_from_slice(written.get(usize::from(at == 0)..).unwrap_or_default()),
                None => {
                    if at > 0 {
                        out.push(b',');
                    }
                    write_bytes(self.bytes(node.key), out);
                    out.push(b':');
                }
            }
            self.write(node, out);
        }
    }

    fn all(&self, children: Children) -> impl Iterator<Item = &Node> {
        let mut next = children.first;
        std::iter::from_fn(move || {
            let node = self.nodes.get(next as usize)?;
            next = node.next;
            Some(node)
        })
    }

    /// The name of a member with what JSON has around it; none where it has to be escaped.
    fn written_key(&self, node: &Node) -> Option<&[u8]> {
        let start = node.key.start.checked_sub(BEFORE_KEY).filter(|_| node.is_written)?;
        self.text.as_bytes().get(start as usize..(node.key.end + BEHIND_KEY) as usize)
    }
}

/// Writes a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    write_bytes(text.as_bytes(), out);
}

fn write_bytes(text: &[u8], out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    match scan::position(text, is_escaped) {
        None => out.extend_from_slice(text),
        Some(_) if scan::position(text, |byte| is_control(byte) && byte != b'\n').is_none() => write_marked(text, out),
        Some(_) => write_escaped(text, out),
    }
    out.push(b'"');
}

/// A text in which only quotes, backslashes and ends of lines are escaped: HTML has many.
fn write_marked(text: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    for at in memchr::memchr3_iter(b'"', b'\\', b'\n', text) {
        out.extend_from_slice(text.get(from..at).unwrap_or_default());
        if text.get(at) == Some(&b'\n') {
            out.extend_from_slice(b"\\n");
            from = at + 1;
        } else {
            // Copied with what comes behind it.
            out.push(b'\\');
            from = at;
        }
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default());
}

fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((plain, byte, behind)) = split_at_escaped(rest) {
        out.extend_from_slice(plain);
        write_byte(byte, out);
        rest = behind;
    }
    out.extend_from_slice(rest);
}

fn is_control(byte: u8) -> bool {
    byte < b' '
}

/// What JSON does not take in a string as it is.
fn is_escaped(byte: u8) -> bool {
    is_control(byte) || byte == b'"' || byte == b'\\'
}

/// What comes before the first byte that is escaped, that byte, and what comes behind it.
fn split_at_escaped(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let at = scan::position(bytes, is_escaped)?;
    let (plain, from) = bytes.split_at_checked(at)?;
    let (byte, behind) = from.split_first()?;
    Some((plain, *byte, behind))
}

fn write_byte(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        byte if byte < b' ' => {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            return;
        }
        byte => {
            out.push(byte);
            return;
        }
    };
    out.extend([b'\\', short]);
}

const DIGITS: &[u8; 10] = b"0123456789";

/// Writes a number with its scale: `12.50` stays `12.50`.
fn write_decimal(value: Decimal, out: &mut Vec<u8>) {
    // The digits from the last to the first: a decimal has at most 29, and a scale of at most 28.
    let mut digits = [b'0'; 32];
    let mut at = digits.len();
    let mut left = value.mantissa().unsigned_abs();
    let scale = value.scale() as usize;
    while left > 0 {
        at -= 1;
        // Most amounts fit into a machine word, whose division is cheap.
        let digit = match u64::try_from(left) {
            Ok(small) => {
                left = u128::from(small / 10);
                small % 10
            }
            Err(_) => {
                let digit = u64::try_from(left % 10).unwrap_or_default();
                left /= 10;
                digit
            }
        };
        digits[at] = DIGITS[usize::try_from(digit).unwrap_or_default()];
    }
    // At least one digit before the point.
    let at = at.min(digits.len() - scale - 1);
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let (whole, decimals) = digits[at..].split_at(digits.len() - at - scale);
    out.extend_from_slice(whole);
    if scale > 0 {
        out.push(b'.');
        out.extend_from_slice(decimals);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_written_as_the_library_writes_them(text in "(?s).{0,80}|[ -~]{0,80}|[\u{0}-\u{1f}\"\\\\a]{0,40}|[\"\\\\aé\n]{0,80}") {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn numbers_are_written_as_the_library_writes_them(
            mantissa in prop_oneof![Just(7), -100_000_i128..100_000, -(1_i128 << 96) + 1..1_i128 << 96],
            scale in 0_u32..=28,
        ) {
            let mut number = Decimal::from_i128_with_scale(mantissa, scale);
            if mantissa == 7 {
                // Zero has a sign too.
                number = -Decimal::new(0, scale);
            }
            let mut out = Vec::new();
            write_decimal(number, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
