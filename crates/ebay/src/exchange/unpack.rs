//! Result files, packed or not: told by their first bytes, since their names are not always given.

use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::gunzip;
use flate2::read::DeflateDecoder;
use std::io::Read as _;

/// Most bytes of an unpacked file.
const MOST: u64 = 512 << 20;

/// What a file holds; of an archive its first file.
///
/// # Errors
/// [`Trouble::Unreadable`] for one that is broken off, or of a kind that is not known.
pub(super) fn unpack(doing: &'static str, bytes: Vec<u8>) -> Result<Vec<u8>, ProtocolError> {
    if bytes.starts_with(b"PK") {
        return unzip(&bytes)
            .map_err(|why| ProtocolError::new(doing, Trouble::Unreadable, format!("the result file {why}")));
    }
    gunzip(doing, bytes, MOST)
}

/// The first file of a ZIP archive. Its size stands in the directory at the end: the beginning may leave it out.
fn unzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let broken = || "is a ZIP archive that is broken off".to_owned();
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or_else(broken)?;
    let directory = bytes.get(number(bytes, end + 16, 4).ok_or_else(broken)?..).ok_or_else(broken)?;
    if !directory.starts_with(b"PK\x01\x02") {
        return Err(broken());
    }
    let field = |at: usize, length: usize| number(directory, at, length).ok_or_else(broken);
    let (method, sum, packed, size, local) =
        (field(10, 2)?, field(16, 4)?, field(20, 4)?, field(24, 4)?, field(42, 4)?);
    if size as u64 > MOST {
        return Err(format!("unpacks to more than {MOST} bytes"));
    }
    let name = number(bytes, local.saturating_add(26), 2).ok_or_else(broken)?;
    let extra = number(bytes, local.saturating_add(28), 2).ok_or_else(broken)?;
    let begin = local.saturating_add(30 + name + extra);
    let packed = bytes.get(begin..begin.saturating_add(packed)).ok_or_else(broken)?;
    let mut plain = Vec::new();
    match method {
        0 => plain.extend_from_slice(packed),
        8 => {
            let mut decoder = DeflateDecoder::new(packed).take(MOST);
            decoder.read_to_end(&mut plain).map_err(|why| format!("cannot be unpacked: {why}"))?;
        }
        other => return Err(format!("is packed by method {other}, which is not known")),
    }
    let mut check = flate2::Crc::new();
    check.update(&plain);
    if plain.len() == size && check.sum() as usize == sum { Ok(plain) } else { Err(broken()) }
}

/// A number of so many bytes, the smallest part first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    digits.iter().rev().try_fold(0_usize, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::DeflateEncoder;
    use flate2::read::GzEncoder;

    fn packed(text: &[u8], method: u8) -> Vec<u8> {
        let mut body = Vec::new();
        if method == 8 {
            DeflateEncoder::new(text, Compression::fast()).read_to_end(&mut body).unwrap();
        } else {
            body.extend_from_slice(text);
        }
        let mut check = flate2::Crc::new();
        check.update(text);
        let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let mut zip = b"PK\x03\x04\x14\0\x08\0".to_vec();
        zip.extend([method, 0, 0, 0, 0, 0]);
        // The sizes are left out here, as writers do that do not know them yet.
        zip.extend([0; 12]);
        zip.extend(b"\x05\0\0\0r.xml");
        zip.extend(&body);
        let directory = zip.len();
        zip.extend(b"PK\x01\x02\x14\0\x14\0\x08\0");
        zip.extend([method, 0, 0, 0, 0, 0]);
        zip.extend(check.sum().to_le_bytes());
        zip.extend(four(body.len()));
        zip.extend(four(text.len()));
        zip.extend(b"\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0r.xml");
        let length = zip.len() - directory;
        zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        zip.extend(four(length));
        zip.extend(four(directory));
        zip.extend([0, 0]);
        zip
    }

    #[test]
    fn a_file_is_unpacked_by_what_it_is() {
        let text = b"<a>some words, some words, some words</a>";
        let mut gzip = Vec::new();
        GzEncoder::new(&text[..], Compression::fast()).read_to_end(&mut gzip).unwrap();
        for file in [text.to_vec(), gzip, packed(text, 0), packed(text, 8)] {
            assert_eq!(unpack("result", file).unwrap(), text);
        }
    }

    #[test]
    fn an_archive_cut_anywhere_is_an_error() {
        for method in [0, 8] {
            let whole = packed(b"<a>some words, some words</a>", method);
            for length in 2..whole.len() - 2 {
                assert_eq!(unpack("result", whole[..length].to_vec()).unwrap_err().trouble, Trouble::Unreadable);
            }
        }
    }
}
