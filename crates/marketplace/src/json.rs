//! Reads JSON documents into listings: numbers exactly, every node with its place, no member lost in silence.

use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Source;
use crate::listing::Value;
use crate::requirements::number;
use jiter::Jiter;
use jiter::JiterError;
use jiter::JiterErrorType;
use jiter::JsonErrorType;
use jiter::Peek;
use std::collections::HashSet;
use std::fmt;

/// The mark some programs put before UTF-8 text. Readers skip it; a marketplace may not, so the caller reports it.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Deeper documents are refused: no feed nests this far.
pub const DEEPEST: usize = 128;

/// A document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// Bytes before the fault.
    pub offset: usize,
    /// Its line, from 1.
    pub line: u64,
    /// Its column in bytes, from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for JsonProblem {}

/// A member whose name its object has already. The first one is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The name.
    pub name: String,
    /// Bytes before it.
    pub offset: usize,
    /// Its line, from 1.
    pub line: u64,
}

/// Whether a document begins with a byte order mark.
pub fn has_byte_order_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(BYTE_ORDER_MARK)
}

/// Reads an object into a listing, replacing what is in it. A node's [`Source`] is its offset and 1; 0 beyond 4 GiB.
pub fn read(bytes: &[u8], out: &mut Listing) -> Result<Vec<DuplicateKey>, JsonProblem> {
    out.clear();
    let mut reader = Reader::new(bytes);
    match reader.jiter.peek() {
        Ok(Peek::Object) => {
            reader
                .object(Listing::ROOT, 1, out)
                .and_then(|()| Ok(reader.jiter.finish()?))
                .map_err(|stop| reader.problem(&stop))?;
            Ok(reader.duplicates())
        }
        Ok(_) => Err(reader.problem(&Stop::At(reader.jiter.current_index(), "expected an object"))),
        Err(error) => Err(reader.problem(&error.into())),
    }
}

/// Reads any value; it becomes the member `value` of the listing.
pub fn read_value(bytes: &[u8], out: &mut Listing) -> Result<(NodeId, Vec<DuplicateKey>), JsonProblem> {
    out.clear();
    let mut reader = Reader::new(bytes);
    let id = out.begin_new(Listing::ROOT, "value");
    reader
        .jiter
        .peek()
        .map_err(Stop::from)
        .and_then(|peek| {
            reader.value(peek, id, 0, out)?;
            Ok(reader.jiter.finish()?)
        })
        .map_err(|stop| reader.problem(&stop))
        .map(|()| (id, reader.duplicates()))
}

/// Where the lines of a document begin: found once, so that a document full of findings is not read for each.
#[derive(Clone, Debug)]
pub struct Lines {
    breaks: Vec<usize>,
}

impl Lines {
    /// Finds the line breaks.
    pub fn of(bytes: &[u8]) -> Self {
        let is_break = |(at, byte): (usize, &u8)| (*byte == b'\n').then_some(at);
        Self { breaks: bytes.iter().enumerate().filter_map(is_break).collect() }
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> u64 {
        self.breaks.partition_point(|at| *at < offset) as u64 + 1
    }
}

/// The line of an offset, from 1. For many offsets of one document there is [`Lines`].
pub fn line_of(bytes: &[u8], offset: usize) -> u64 {
    let before = bytes.get(..offset).unwrap_or(bytes);
    1 + before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// How many bytes the parser was not given.
    skipped: usize,
    jiter: Jiter<'a>,
    duplicates: Vec<DuplicateKey>,
}

enum Stop {
    Parser(JiterError),
    At(usize, &'static str),
}

impl From<JiterError> for Stop {
    fn from(error: JiterError) -> Self {
        Self::Parser(error)
    }
}

/// Objects with more members look for duplicates with a set.
const FEW: usize = 24;

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let skipped = bytes.len() - text.len();
        Self { bytes, skipped, jiter: Jiter::new(text), duplicates: Vec::new() }
    }

    fn source(&self) -> Source {
        let offset = self.skipped + self.jiter.current_index();
        Source(u32::try_from(offset + 1).unwrap_or(0))
    }

    /// Reads the value of a node that was begun.
    fn value(&mut self, peek: Peek, node: NodeId, depth: usize, out: &mut Listing) -> Result<(), Stop> {
        let source = self.source();
        let leaf = match peek {
            Peek::Object => {
                out.end(node, Value::Object, source);
                return self.object(node, depth + 1, out);
            }
            Peek::Array => {
                out.end(node, Value::Array, source);
                return self.array(node, depth + 1, out);
            }
            Peek::Null => {
                self.jiter.known_null()?;
                Leaf::Null
            }
            Peek::True | Peek::False => Leaf::Bool(self.jiter.known_bool(peek)?),
            Peek::String => Leaf::Text(self.jiter.known_str()?),
            peek if peek.is_num() => {
                let start = self.jiter.current_index();
                let text = self.jiter.known_number_bytes(peek)?;
                let text = std::str::from_utf8(text).map_err(|_| Stop::At(start, "expected a number"))?;
                match number::decimal(text) {
                    Some(value) => Leaf::Number(value),
                    None => Leaf::BigNumber(text),
                }
            }
            _ => return Err(Stop::At(self.jiter.current_index(), "expected a value")),
        };
        out.end(node, Value::Leaf(leaf), source);
        Ok(())
    }

    fn array(&mut self, id: NodeId, depth: usize, out: &mut Listing) -> Result<(), Stop> {
        self.bounded(depth)?;
        let mut next = self.jiter.known_array()?;
        while let Some(peek) = next {
            let node = out.push(id, Leaf::Null, Source::default());
            self.value(peek, node, depth, out)?;
            next = self.jiter.array_step()?;
        }
        Ok(())
    }

    fn object(&mut self, id: NodeId, depth: usize, out: &mut Listing) -> Result<(), Stop> {
        self.bounded(depth)?;
        let mut seen: HashSet<Box<str>> = HashSet::new();
        let mut before = self.jiter.current_index();
        let mut count = 0;
        let mut name = self.jiter.known_object()?;
        while let Some(text) = name {
            let node = if count < FEW {
                out.begin(id, text)
            } else {
                if seen.is_empty() {
                    seen.extend(out.node(id).members().map(|(name, _)| Box::from(name)));
                }
                seen.insert(text.into()).then(|| out.begin_new(id, text))
            };
            match node {
                Some(node) => {
                    count += 1;
                    let peek = self.jiter.peek()?;
                    self.value(peek, node, depth, out)?;
                }
                None => {
                    let name = text.to_owned();
                    self.duplicate(before, name);
                    // Read like any other, so that it is held to the same rules, and forgotten.
                    let peek = self.jiter.peek()?;
                    self.value(peek, Listing::ROOT, depth, &mut Listing::new())?;
                }
            }
            before = self.jiter.current_index();
            name = self.jiter.next_key()?;
        }
        Ok(())
    }

    fn bounded(&self, depth: usize) -> Result<(), Stop> {
        if depth > DEEPEST { Err(Stop::At(self.jiter.current_index(), "nested too deeply")) } else { Ok(()) }
    }

    /// Notes a name that stands for the second time; `before` is somewhere before it, with only space and punctuation between.
    fn duplicate(&mut self, before: usize, name: String) {
        let from = self.skipped + before;
        let quote = self.bytes.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'"'));
        let offset = from + quote.unwrap_or(0);
        self.duplicates.push(DuplicateKey { name, offset, line: 0 });
    }

    /// The duplicates with their lines, in one pass over the text.
    fn duplicates(self) -> Vec<DuplicateKey> {
        let mut duplicates = self.duplicates;
        let (mut line, mut from) = (1, 0);
        for duplicate in &mut duplicates {
            line += line_of(self.bytes.get(from..).unwrap_or_default(), duplicate.offset - from) - 1;
            from = duplicate.offset;
            duplicate.line = line;
        }
        duplicates
    }

    fn problem(&self, stop: &Stop) -> JsonProblem {
        let (at, message) = match stop {
            Stop::At(at, message) => (*at, (*message).to_owned()),
            Stop::Parser(error) => (error.index, words(&error.error_type)),
        };
        let offset = (self.skipped + at).min(self.bytes.len());
        let before = self.bytes.get(..offset).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        JsonProblem { offset, line: line_of(self.bytes, offset), column: (offset - start) as u64 + 1, message }
    }
}

fn words(kind: &JiterErrorType) -> String {
    let kind = match kind {
        JiterErrorType::WrongType { .. } => return "expected another kind of value".to_owned(),
        JiterErrorType::JsonError(kind) => kind,
    };
    match kind {
        JsonErrorType::EofWhileParsingList => "the text ends inside a list",
        JsonErrorType::EofWhileParsingObject => "the text ends inside an object",
        JsonErrorType::EofWhileParsingString => "the text ends inside a string",
        JsonErrorType::EofWhileParsingValue => "the text ends where a value is expected",
        JsonErrorType::ExpectedColon => "expected `:`",
        JsonErrorType::ExpectedListCommaOrEnd => "expected `,` or `]`",
        JsonErrorType::ExpectedObjectCommaOrEnd => "expected `,` or `}`",
        JsonErrorType::ExpectedSomeIdent => "expected `true`, `false` or `null`",
        JsonErrorType::ExpectedSomeValue => "expected a value",
        JsonErrorType::InvalidEscape => "`\\` begins no escape that JSON knows",
        JsonErrorType::InvalidNumber | JsonErrorType::NumberOutOfRange => "not a number as JSON writes it",
        JsonErrorType::InvalidUnicodeCodePoint => "bytes that are no UTF-8 text",
        JsonErrorType::ControlCharacterWhileParsingString => {
            "a control character inside a string; write it as `\\n` or `\\u0009`"
        }
        JsonErrorType::KeyMustBeAString => "expected a name in quotes",
        JsonErrorType::LoneLeadingSurrogateInHexEscape => "half of a character in `\\u` form",
        JsonErrorType::TrailingComma => "a comma after the last entry",
        JsonErrorType::TrailingCharacters => "more text after the end of the document",
        JsonErrorType::UnexpectedEndOfHexEscape => "the text ends inside a `\\u` form",
        JsonErrorType::RecursionLimitExceeded => "nested too deeply",
        JsonErrorType::FloatExpectingInt | JsonErrorType::DuplicateKey(_) | JsonErrorType::InternalError(_) => {
            return kind.to_string();
        }
    }
    .to_owned()
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use super::*;
    use crate::listing::Ref;
    use expect_test::Expect;
    use expect_test::expect;
    use proptest::prelude::*;
    use serde_json::Value;

    fn check(text: &[u8], expect: &Expect) {
        let mut listing = Listing::new();
        expect.assert_eq(&match read(text, &mut listing) {
            Ok(duplicates) => format!("{:?} {duplicates:?}", listing.root()),
            Err(problem) => problem.to_string(),
        });
    }

    #[test]
    fn reads_numbers_exactly_and_says_where_it_stops() {
        check(
            br#" {"a":[1,-2.50,1e3,{}],"b":{"c":null,"d":true,"e":"x\u00e9\n"}} "#,
            &expect![[r#"{"a":[1,-2.50,1000,{}],"b":{"c":null,"d":true,"e":"xé\n"}} []"#]],
        );
        check(
            br#"{"a":123456789012345678901234567890123,"b":1e-400}"#,
            &expect![[r#"{"a":123456789012345678901234567890123,"b":1e-400} []"#]],
        );
        check(b"\xEF\xBB\xBF{\"a\":1}", &expect![[r#"{"a":1} []"#]]);
        check(b"{\"a\":1,\n \"b\":}", &expect!["line 2, column 6: expected a value"]);
        check(b"\xEF\xBB\xBF{\"a\" 1}", &expect!["line 1, column 9: expected `:`"]);
        check(b"[]", &expect!["line 1, column 1: expected an object"]);
        check(b"", &expect!["line 1, column 1: the text ends where a value is expected"]);
        check(b"{} {}", &expect!["line 1, column 4: more text after the end of the document"]);
        check(b"{\"a\":\"\xff\"}", &expect!["line 1, column 7: bytes that are no UTF-8 text"]);
        check(
            b"{\"a\":\"\x01\"}",
            &expect![[r#"line 1, column 7: a control character inside a string; write it as `\n` or `\u0009`"#]],
        );
        check(br#"{"a":"\ud800"}"#, &expect![[r#"line 1, column 13: the text ends inside a `\u` form"#]]);
        check(b"{\"a\":01}", &expect!["line 1, column 7: not a number as JSON writes it"]);
        check(b"{\"a\":NaN}", &expect!["line 1, column 6: expected a value"]);
        check(b"{\"a\":[1,]}", &expect!["line 1, column 9: a comma after the last entry"]);
    }

    #[test]
    fn the_second_of_two_equal_names_is_noted_and_the_first_kept() {
        check(
            b"{\"a\":1,\n\"a\":{\"x\":[2]},\"b\":{\"c\":1, \"c\":2}}",
            &expect![[
                r#"{"a":1,"b":{"c":1}} [DuplicateKey { name: "a", offset: 8, line: 2 }, DuplicateKey { name: "c", offset: 34, line: 2 }]"#
            ]],
        );
        let mut many: Vec<String> = (0..100).map(|at| format!("\"n{at}\":{at}")).collect();
        many.push("\n\"n\\u0037\":0".to_owned());
        let text = format!("{{{}}}", many.join(","));
        let mut listing = Listing::new();
        let duplicates = read(text.as_bytes(), &mut listing).unwrap();
        assert_eq!(duplicates, [DuplicateKey { name: "n7".to_owned(), offset: text.find('\n').unwrap() + 1, line: 2 }]);
        assert_eq!(listing.root().len(), 100);
    }

    #[test]
    fn every_node_knows_its_place() {
        let text = "{\n \"a\": [ 12, {\"b\": \"x\"} ] }";
        let mut listing = Listing::new();
        read(text.as_bytes(), &mut listing).unwrap();
        for (pointer, begins) in [("/a", "[ 12"), ("/a/0", "12"), ("/a/1", "{\"b\""), ("/a/1/b", "\"x\"")] {
            let source = listing.root().pointer(pointer).unwrap().source();
            let offset = usize::try_from(source.0).unwrap() - 1;
            assert!(text.get(offset..).unwrap().starts_with(begins), "{pointer}");
            assert_eq!(line_of(text.as_bytes(), offset), 2);
        }
        assert_eq!(line_of(text.as_bytes(), 10_000), 2);
        let lines = Lines::of(text.as_bytes());
        for offset in 0..=text.len() {
            assert_eq!(lines.line(offset), line_of(text.as_bytes(), offset));
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        let mut listing = Listing::new();
        assert!(read(nested(DEEPEST).as_bytes(), &mut listing).is_ok());
        assert_eq!(read(nested(DEEPEST + 1).as_bytes(), &mut listing).unwrap_err().message, "nested too deeply");
        assert!(read(nested(100_000).as_bytes(), &mut listing).is_err());
        let big = "2".repeat(56);
        check(
            format!(r#"{{"a":1,"a":{big}}}"#).as_bytes(),
            &expect![[r#"{"a":1} [DuplicateKey { name: "a", offset: 7, line: 1 }]"#]],
        );
        // Also inside what is skipped.
        assert!(read(format!("{{\"a\":1,\"a\":{}}}", "[".repeat(100_000)).as_bytes(), &mut listing).is_err());
    }

    /// The listing as `serde_json` would have it, numbers through the same text.
    fn value(node: Ref<'_>) -> Value {
        let mut json = Vec::new();
        node.write_json(&mut json);
        serde_json::from_slice(&json).unwrap()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1_000_000_i64..1_000_000, 0_usize..6).prop_map(|(number, decimals)| {
                let digits = format!("{:07}", number.abs());
                let (whole, fraction) = digits.split_at(7 - decimals);
                let sign = if number < 0 { "-" } else { "" };
                let point = if decimals == 0 { "" } else { "." };
                serde_json::from_str(&format!("{sign}{}{point}{fraction}", whole.parse::<u32>().unwrap_or(0))).unwrap()
            }),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(document in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
            let mut listing = Listing::new();
            let (id, duplicates) = read_value(text.as_bytes(), &mut listing).unwrap();
            prop_assert!(duplicates.is_empty());
            let read = value(listing.node(id));
            // `-0.0` is 0 here, as it is in every schema and shop.
            prop_assert_eq!(read.to_string().replace("-0.0", "0"), document.to_string().replace("-0.0", "0"));
        }

        #[test]
        fn any_bytes_are_read_or_refused_as_serde_json_does(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            same_verdict(&bytes)?;
        }

        #[test]
        fn damaged_documents_are_read_or_refused_as_serde_json_does(
            document in any_json(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..4),
        ) {
            let mut bytes = document.to_string().into_bytes();
            for (at, byte, how) in damage {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => { bytes.remove(at); }
                    _ => bytes.truncate(at),
                }
            }
            same_verdict(&bytes)?;
        }
    }

    fn same_verdict(bytes: &[u8]) -> Result<(), TestCaseError> {
        let mut listing = Listing::new();
        let ours = read_value(bytes, &mut listing);
        let theirs = serde_json::from_slice::<Value>(bytes);
        match (&ours, &theirs) {
            // We read numbers of any size.
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{error}"),
            (Err(problem), Ok(_)) => prop_assert!(false, "{problem}"),
            (Err(problem), Err(_)) => prop_assert!(problem.offset <= bytes.len()),
            (Ok(_), Ok(_)) => {}
        }
        Ok(())
    }
}
