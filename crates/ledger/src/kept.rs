//! Bytes as they are kept: compressed where that makes them smaller.

use crate::store::Trouble;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::Read as _;
use std::io::Write as _;

/// The first byte says how the others are kept.
const PLAIN: u8 = 0;
const ZLIB: u8 = 1;
/// Below this it is not worth trying.
const SHORT: usize = 100;

/// As they are kept.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() >= SHORT {
        // Fast, since a hundred thousand records may come at once.
        let mut encoder = ZlibEncoder::new(vec![ZLIB], Compression::fast());
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        if let Ok(packed) = packed
            && packed.len() <= bytes.len()
        {
            return packed;
        }
    }
    let mut plain = Vec::with_capacity(bytes.len() + 1);
    plain.push(PLAIN);
    plain.extend_from_slice(bytes);
    plain
}

/// As they were given.
pub(crate) fn unpack(kept: &[u8]) -> Result<Vec<u8>, Trouble> {
    match kept.split_first() {
        Some((&PLAIN, plain)) => Ok(plain.to_vec()),
        Some((&ZLIB, packed)) => {
            let mut plain = Vec::new();
            match ZlibDecoder::new(packed).read_to_end(&mut plain) {
                Ok(_) => Ok(plain),
                Err(why) => Err(Trouble::broken(format!("it holds packed bytes that cannot be unpacked: {why}"))),
            }
        }
        Some((other, _)) => Err(Trouble::broken(format!("it holds bytes packed in a way {other} that we do not know"))),
        None => Err(Trouble::broken("it holds packed bytes that say nothing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let long = b"{\"title\":\"Mug\"}".repeat(100);
        let noise: Vec<u8> = (0..200_u32).map(|place| place.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        for bytes in [&b""[..], b"short", &long, &noise] {
            assert_eq!(unpack(&pack(bytes)).unwrap(), bytes);
            assert!(pack(bytes).len() <= bytes.len() + 1);
        }
        assert!(pack(&long).len() < 100);
    }

    #[test]
    fn what_is_broken_off_or_foreign_is_an_error() {
        let mut packed = pack(&b"abc".repeat(100));
        packed.truncate(packed.len() - 5);
        for kept in [&packed[..], b"", b"\x07abc"] {
            assert!(unpack(kept).is_err());
        }
    }
}
