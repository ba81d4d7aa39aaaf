//! A row of the catalog by position, borrowed from the reader; and catalogs cut into parts between rows.

use anyhow::Context as _;
use anyhow::Result;
use csv::StringRecord;
use std::fs::File;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::ops::Range;
use std::path::Path;

/// A row. The fields are the columns of [`crate::catalog::COLUMNS`], in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) sku: &'a str,
    pub(crate) title: &'a str,
    pub(crate) brand: &'a str,
    pub(crate) part_number: &'a str,
    pub(crate) gtin: &'a str,
    pub(crate) description: &'a str,
    pub(crate) bullet_points: [&'a str; 3],
    pub(crate) keywords: &'a str,
    pub(crate) color: &'a str,
    pub(crate) material: &'a str,
    pub(crate) style: &'a str,
    pub(crate) price: &'a str,
    pub(crate) list_price: &'a str,
    pub(crate) quantity: &'a str,
    pub(crate) country_of_origin: &'a str,
    pub(crate) item_weight: &'a str,
    pub(crate) item_length: &'a str,
    pub(crate) item_width: &'a str,
    pub(crate) item_height: &'a str,
    pub(crate) image: &'a str,
    pub(crate) other_image: &'a str,
    pub(crate) dangerous_goods: &'a str,
}

impl<'a> Row<'a> {
    /// The row a record holds.
    pub(crate) fn of(record: &'a StringRecord) -> Result<Self> {
        let mut cells = record.iter();
        let mut next = || cells.next().context("a row is short");
        // Fields of a literal are worked out in the order they are written: that of the columns.
        Ok(Self {
            sku: next()?,
            title: next()?,
            brand: next()?,
            part_number: next()?,
            gtin: next()?,
            description: next()?,
            bullet_points: [next()?, next()?, next()?],
            keywords: next()?,
            color: {
                let _category = next()?;
                next()?
            },
            material: next()?,
            style: next()?,
            price: next()?,
            list_price: next()?,
            quantity: next()?,
            country_of_origin: next()?,
            item_weight: next()?,
            item_length: next()?,
            item_width: next()?,
            item_height: next()?,
            image: next()?,
            other_image: next()?,
            dangerous_goods: next()?,
        })
    }

    /// Which row of the catalog it is, from 0.
    pub(crate) fn number(&self) -> Result<u64> {
        let digits = self.sku.rsplit('-').next().unwrap_or_default();
        digits.parse().with_context(|| format!("`{}` is not a SKU of this catalog", self.sku))
    }
}

/// The bytes of the parts a catalog is cut into. Each part begins where a row does, the first one with the header.
pub(crate) fn parts(catalog: &Path, parts: u64) -> Result<Vec<Range<u64>>> {
    let shown = catalog.display();
    let mut file = File::open(catalog).with_context(|| format!("cannot open {shown}"))?;
    let length = file.metadata()?.len();
    let mut cuts = vec![0];
    let mut buffer = vec![0; 1 << 20];
    let (mut at, mut quotes) = (0, 0);
    for part in 1..parts {
        let mut wanted = length / parts * part;
        while at < wanted {
            // A read never goes past the place: from there on single bytes count.
            let most = usize::try_from(wanted - at)?.min(buffer.len());
            let n = file.read(&mut buffer[..most])?;
            if n == 0 {
                break;
            }
            quotes += memchr::memchr_iter(b'"', &buffer[..n]).count();
            at += n as u64;
        }
        // The first line end that stands in no quotes.
        'found: loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                wanted = length;
                break;
            }
            for (offset, byte) in buffer[..n].iter().enumerate() {
                quotes += usize::from(*byte == b'"');
                if *byte == b'\n' && quotes.is_multiple_of(2) {
                    wanted = at + offset as u64 + 1;
                    break 'found;
                }
            }
            at += n as u64;
        }
        cuts.push(wanted);
        at = wanted;
        file.seek(SeekFrom::Start(at))?;
    }
    cuts.push(length);
    Ok(cuts.windows(2).map(|pair| pair[0]..pair[1]).collect())
}

/// A reader of one part.
pub(crate) fn reader(catalog: &Path, part: &Range<u64>) -> Result<csv::Reader<std::io::Take<File>>> {
    let mut file = File::open(catalog).with_context(|| format!("cannot open {}", catalog.display()))?;
    file.seek(SeekFrom::Start(part.start))?;
    let bytes = file.take(part.end - part.start);
    Ok(csv::ReaderBuilder::new().buffer_capacity(256 << 10).has_headers(part.start == 0).from_reader(bytes))
}
