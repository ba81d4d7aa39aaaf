//! Bytes to text: which encoding a file is in, and its text piece by piece, counting what could not be read.

use crate::error::SourceError;
use chardetng::EncodingDetector;
use chardetng::Iso2022JpDetection;
use chardetng::Utf8Detection;
use encoding_rs::Decoder;
use encoding_rs::DecoderResult;
use encoding_rs::Encoding;
use encoding_rs::UTF_8;
use encoding_rs::UTF_16BE;
use encoding_rs::UTF_16LE;
use std::io;
use std::io::Read;

const HEAD: usize = 256 << 10; // enough for a guess to settle, little enough to hold
const PIECE: usize = 64 << 10;

/// A file as text. It is read once, front to back.
pub(crate) struct Text {
    reader: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    at: usize,
    ended: bool,
    state: State,
    encoding: &'static Encoding,
    produced: u64,
    n_replaced: u64,
    first_replaced_at: Option<u64>,
}

enum State {
    /// Only ASCII so far: every encoding left agrees on it.
    Ascii,
    Decoding(Decoder),
    Done,
}

impl Text {
    /// Looks at the head of the file: byte order mark, then strict UTF-8, then a guess. `encoding` overrides all.
    pub(crate) fn open(
        file: &str,
        reader: Box<dyn Read + Send>,
        encoding: Option<&'static Encoding>,
    ) -> Result<Self, SourceError> {
        let mut text = Self {
            reader,
            bytes: Vec::new(),
            at: 0,
            ended: false,
            state: State::Ascii,
            encoding: UTF_8,
            produced: 0,
            n_replaced: 0,
            first_replaced_at: None,
        };
        text.fill(HEAD).map_err(|why| SourceError::unreadable(file, &why))?;
        if text.bytes.is_empty() {
            return Err(SourceError::Empty { file: file.to_owned() });
        }
        if let Some((found, length)) = Encoding::for_bom(&text.bytes) {
            text.at = length;
            text.decode_as(encoding.unwrap_or(found));
            return Ok(text);
        }
        if let Some(encoding) = encoding {
            text.decode_as(encoding);
            return Ok(text);
        }
        if let Some(what) = binary_format(&text.bytes) {
            return Err(SourceError::NotText { file: file.to_owned(), what });
        }
        let n_nul = memchr::memchr_iter(0, &text.bytes).count();
        if let Some(found) = wide_without_mark(&text.bytes, n_nul) {
            text.decode_as(found);
        } else if n_nul.saturating_mul(20) > text.bytes.len() {
            return Err(SourceError::NotText { file: file.to_owned(), what: "binary data" });
        }
        Ok(text)
    }

    /// Text over a string that is already there.
    pub(crate) fn over(text: &str) -> Self {
        Self {
            reader: Box::new(io::empty()),
            bytes: text.as_bytes().to_vec(),
            at: 0,
            ended: true,
            state: State::Decoding(UTF_8.new_decoder_without_bom_handling()),
            encoding: UTF_8,
            produced: 0,
            n_replaced: 0,
            first_replaced_at: None,
        }
    }

    /// Puts the next piece behind `out`. False when there is no more.
    pub(crate) fn read(&mut self, out: &mut String) -> io::Result<bool> {
        let before = out.len();
        while out.len() == before {
            if matches!(self.state, State::Done) {
                return Ok(false);
            }
            if self.at == self.bytes.len() && !self.ended {
                self.fill(PIECE)?;
            }
            if matches!(self.state, State::Ascii) && !self.pass_ascii(out)? {
                continue;
            }
            self.decode(out, before);
        }
        self.produced = self.produced.saturating_add((out.len() - before) as u64);
        Ok(true)
    }

    /// The encoding in use; UTF-8 for a file of nothing but ASCII so far.
    pub(crate) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Whether all of it was given out.
    pub(crate) fn is_done(&self) -> bool {
        self.ended && self.at == self.bytes.len()
    }

    /// How many times bytes were no text.
    pub(crate) fn n_replaced(&self) -> u64 {
        self.n_replaced
    }

    /// Where in the text given out the first replacement stands.
    pub(crate) fn first_replaced_at(&self) -> Option<u64> {
        self.first_replaced_at
    }

    fn decode_as(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        self.state = State::Decoding(encoding.new_decoder_without_bom_handling());
    }

    /// Drops what was used and reads until `size` bytes are there or the file ends.
    fn fill(&mut self, size: usize) -> io::Result<()> {
        self.bytes.drain(..self.at);
        self.at = 0;
        let mut filled = self.bytes.len();
        self.bytes.resize(size.max(filled), 0);
        while filled < size {
            match self.reader.read(&mut self.bytes[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(n) => filled += n,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => {
                    self.bytes.truncate(filled);
                    return Err(why);
                }
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }

    /// Passes ASCII through and decides the encoding at the first other byte. True when decoding can go on.
    fn pass_ascii(&mut self, out: &mut String) -> io::Result<bool> {
        let rest = &self.bytes[self.at..];
        let n_ascii = Encoding::ascii_valid_up_to(rest);
        if n_ascii > 0 {
            out.push_str(std::str::from_utf8(&rest[..n_ascii]).unwrap_or_default());
            self.at += n_ascii;
            return Ok(false);
        }
        if rest.is_empty() {
            if self.ended {
                self.state = State::Done;
            }
            return Ok(false);
        }
        self.fill(HEAD)?;
        self.decode_as(guess(&self.bytes, self.ended));
        Ok(true)
    }

    /// Decodes into `out`, which held `before` bytes already.
    fn decode(&mut self, out: &mut String, before: usize) {
        let State::Decoding(decoder) = &mut self.state else { return };
        loop {
            out.reserve(PIECE);
            let last = self.ended;
            let (result, n_read) = decoder.decode_to_string_without_replacement(&self.bytes[self.at..], out, last);
            self.at += n_read;
            match result {
                DecoderResult::InputEmpty => {
                    if last {
                        self.state = State::Done;
                    }
                    return;
                }
                DecoderResult::OutputFull => {
                    if out.len() - before >= PIECE {
                        return;
                    }
                }
                DecoderResult::Malformed(..) => {
                    self.n_replaced += 1;
                    let at = self.produced.saturating_add((out.len() - before) as u64);
                    self.first_replaced_at.get_or_insert(at);
                    out.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }
}

fn guess(bytes: &[u8], ended: bool) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Ok(_) => return UTF_8,
        // The head may end inside a character.
        Err(why) if why.error_len().is_none() && !ended => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, ended);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without its mark: Latin text has a NUL in every second byte.
fn wide_without_mark(bytes: &[u8], n_nul: usize) -> Option<&'static Encoding> {
    if bytes.len() < 8 || n_nul.saturating_mul(3) < bytes.len() {
        return None;
    }
    let n_first = bytes.iter().step_by(2).filter(|byte| **byte == 0).count();
    let n_second = n_nul - n_first;
    if n_second > n_first.saturating_mul(20) {
        Some(UTF_16LE)
    } else if n_first > n_second.saturating_mul(20) {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn binary_format(bytes: &[u8]) -> Option<&'static str> {
    let formats: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "an XLSX or ZIP file"),
        (b"\xD0\xCF\x11\xE0", "an old Excel file"),
        (b"\x1F\x8B", "a gzip file"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard file"),
        (b"PAR1", "a Parquet file"),
        (b"%PDF", "a PDF file"),
        (b"SQLite format 3\0", "an SQLite database"),
    ];
    formats.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out its bytes in small pieces, as a pipe does.
    struct Drip(Vec<u8>, usize);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(out.len()).min(self.0.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0.drain(..n);
            Ok(n)
        }
    }

    fn check(bytes: &[u8], encoding: &str, expected: &str, n_replaced: u64) {
        for size in [1, 7, 1 << 20] {
            let mut text = Text::open("a.csv", Box::new(Drip(bytes.to_vec(), size)), None).unwrap();
            let (mut all, mut piece) = (String::new(), String::new());
            while text.read(&mut piece).unwrap() {
                all.push_str(&piece);
                piece.clear();
            }
            assert_eq!((text.encoding().name(), all.as_str(), text.n_replaced()), (encoding, expected, n_replaced));
        }
    }

    fn wide(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some('\u{FEFF}');
        mark.into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "SKU;Größe\r\nA;Große Tasse, weiß und grün für Kaffee\r\n";
        check(text.as_bytes(), "UTF-8", text, 0);
        check(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8", text, 0);
        check(&wide(text, true, u16::to_le_bytes), "UTF-16LE", text, 0);
        check(&wide(text, true, u16::to_be_bytes), "UTF-16BE", text, 0);
        check(&wide(text, false, u16::to_le_bytes), "UTF-16LE", text, 0);
        check(&wide(text, false, u16::to_be_bytes), "UTF-16BE", text, 0);
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        check(&latin, "windows-1252", text, 0);
    }

    #[test]
    fn a_late_first_letter_still_decides_the_encoding() {
        let text = format!("{}Größe für alle, schön weiß\n", "plain ascii line\n".repeat(40_000));
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for (bytes, name) in [(latin, "windows-1252"), (text.clone().into_bytes(), "UTF-8")] {
            let mut read = Text::open("a.csv", Box::new(io::Cursor::new(bytes)), None).unwrap();
            let (mut all, mut piece) = (String::new(), String::new());
            while read.read(&mut piece).unwrap() {
                all.push_str(&piece);
                piece.clear();
            }
            assert_eq!(read.encoding().name(), name);
            assert!(all == text);
        }
    }

    #[test]
    fn what_is_no_text_is_counted_or_refused() {
        // A UTF-8 mark promises UTF-8; the byte that is none is replaced.
        check(b"\xEF\xBB\xBFa\xFFb\n", "UTF-8", "a\u{FFFD}b\n", 1);
        let refused = |bytes: &'static [u8]| Text::open("a.csv", Box::new(bytes), None).err().unwrap().to_string();
        assert!(refused(b"").contains("is empty"));
        assert!(refused(b"PK\x03\x04....").contains("XLSX"));
        assert!(refused(b"\0\0\0\0\0\x01\0\0\0\0\0\0").contains("binary"));
    }
}
