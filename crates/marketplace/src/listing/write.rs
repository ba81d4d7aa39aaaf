//! A listing as JSON, straight from the arena.

use super::Leaf;
use super::Ref;
use super::Shape;

impl Ref<'_> {
    /// Writes it as JSON without any space.
    pub fn write_json(self, out: &mut Vec<u8>) {
        match self.shape() {
            Shape::Leaf(leaf) => write_leaf(leaf, out),
            Shape::Array => {
                out.push(b'[');
                for (at, node) in self.elements().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    node.write_json(out);
                }
                out.push(b']');
            }
            Shape::Object => {
                out.push(b'{');
                self.write_members(out);
                out.push(b'}');
            }
        }
    }

    /// Writes the members of an object without the braces, so that a frame can put its own members before them.
    pub fn write_members(self, out: &mut Vec<u8>) {
        for (at, (key, node)) in self.members().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_text(key, out);
            out.push(b':');
            node.write_json(out);
        }
    }
}

/// Writes a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    let written = serde_json::to_writer(out, text);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
}

fn write_leaf(leaf: Leaf<'_>, out: &mut Vec<u8>) {
    use std::io::Write as _;
    let written = match leaf {
        Leaf::Null => out.write_all(b"null"),
        Leaf::Bool(value) => out.write_all(if value { b"true" } else { b"false" }),
        Leaf::Number(value) => write!(out, "{value}"),
        Leaf::BigNumber(text) => out.write_all(text.as_bytes()),
        Leaf::Text(text) => {
            write_text(text, out);
            Ok(())
        }
    };
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
}
