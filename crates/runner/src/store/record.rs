//! An entry as bytes that sort like the entry: the key is the whole record, so equal bytes are equal entries.
//!
//! Texts are UTF-8 with NUL written `00 FF` and ended by `00 00`; an absent part is `00`, a present one begins with `01`;
//! numbers are big-endian. Nothing else is needed for bytes to compare as the parts do.

use crate::store::Entry;
use crate::store::Outcome;
use crate::store::Standing;
use feedwright_catalog::Finding;
use feedwright_catalog::Place;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;
use std::borrow::Cow;
use std::io;
use std::sync::Arc;

const OUTCOME: u8 = 0;
const FINDING: u8 = 1;

const OURS: u8 = 0;
const THEIRS: u8 = 1;

/// Writes an entry.
pub(crate) fn encode(entry: &Entry, out: &mut Vec<u8>) {
    match entry {
        Entry::Outcome(outcome) => {
            put_option(Some(&outcome.marketplace), out);
            put_option(Some(&outcome.channel), out);
            put_option(Some(outcome.sku.as_str()), out);
            out.push(OUTCOME);
            out.push(match outcome.standing {
                Standing::Ready => 0,
                Standing::Blocked => 1,
                Standing::LeftOut => 2,
            });
            put_place(outcome.place.as_ref(), out);
        }
        Entry::Finding(finding) => encode_finding(finding, out),
    }
}

fn encode_finding(finding: &Finding, out: &mut Vec<u8>) {
    put_option(finding.marketplace.as_deref(), out);
    put_option(finding.channel.as_deref(), out);
    put_option(finding.sku.as_ref().map(Sku::as_str), out);
    if finding.sku.is_none() {
        // Ordered by its row, so that a report follows the file.
        put_place(finding.place.as_ref(), out);
    }
    out.push(FINDING);
    put_option(finding.pointer.as_deref(), out);
    match &finding.code {
        Code::Ours(rule) => {
            put_text(rule.code, out);
            out.push(OURS);
        }
        Code::Theirs { marketplace, code } => {
            put_text(&format!("{marketplace}({code})"), out);
            out.push(THEIRS);
            // The name alone does not say where the marketplace ends, should one hold a bracket.
            put_text(marketplace, out);
            put_text(code, out);
        }
    }
    put_option(finding.keyword.as_deref(), out);
    if finding.sku.is_some() {
        put_place(finding.place.as_ref(), out);
    }
    put_text(&finding.message, out);
    out.push(match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    });
    put_option(finding.help.as_deref(), out);
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    for &byte in text.as_bytes() {
        out.push(byte);
        if byte == 0 {
            out.push(0xFF);
        }
    }
    out.extend([0, 0]);
}

fn put_option(text: Option<&str>, out: &mut Vec<u8>) {
    out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        put_text(text, out);
    }
}

fn put_place(place: Option<&Place>, out: &mut Vec<u8>) {
    out.push(u8::from(place.is_some()));
    if let Some(Place { file, line, column }) = place {
        put_text(file, out);
        out.push(u8::from(line.is_some()));
        if let Some(line) = line {
            out.extend(line.to_be_bytes());
        }
        put_option(column.as_deref(), out);
    }
}

/// Reads an entry back.
pub(super) fn decode(bytes: &[u8]) -> io::Result<Entry> {
    let mut rest = Rest { bytes };
    let marketplace = rest.option()?;
    let channel = rest.option()?;
    let sku = rest.option()?.map(|sku| Sku::parse(&sku).map_err(|_| damaged())).transpose()?;
    let early_place = if sku.is_none() { rest.place()? } else { None };
    match rest.byte()? {
        OUTCOME => Ok(Entry::Outcome(Outcome {
            marketplace: Arc::from(marketplace.ok_or_else(damaged)?),
            channel: Arc::from(channel.ok_or_else(damaged)?),
            sku: sku.ok_or_else(damaged)?,
            standing: rest.standing()?,
            place: rest.place()?,
        })),
        FINDING => {
            let pointer = rest.option()?.map(Cow::into_owned);
            let (_, code) = rest.code()?;
            let keyword = rest.option()?.map(|keyword| Cow::Owned(keyword.into_owned()));
            let place = if sku.is_some() { rest.place()? } else { early_place };
            let message = rest.text()?.into_owned();
            let severity = rest.severity()?;
            Ok(Entry::Finding(Finding {
                code,
                severity,
                message,
                help: rest.option()?.map(Cow::into_owned),
                marketplace: marketplace.map(Arc::from),
                channel: channel.map(Arc::from),
                sku,
                pointer,
                keyword,
                place,
            }))
        }
        _ => Err(damaged()),
    }
}

/// What of an entry is counted.
pub(crate) enum Counted<'a> {
    /// A finding: its channel, its code and the code's name.
    Finding { severity: Severity, channel: Option<Cow<'a, str>>, name: Cow<'a, str>, code: Code },
    /// What became of a SKU on a channel of a marketplace.
    Outcome { marketplace: Cow<'a, str>, channel: Cow<'a, str>, standing: Standing },
}

/// Reads what is counted of an entry, and steps over the rest.
pub(super) fn counted(bytes: &[u8]) -> io::Result<Counted<'_>> {
    let mut rest = Rest { bytes };
    let marketplace = rest.option()?;
    let channel = rest.option()?;
    let has_sku = rest.skip_option()?;
    if !has_sku {
        rest.skip_place()?;
    }
    match rest.byte()? {
        OUTCOME => Ok(Counted::Outcome {
            marketplace: marketplace.ok_or_else(damaged)?,
            channel: channel.ok_or_else(damaged)?,
            standing: rest.standing()?,
        }),
        FINDING => {
            rest.skip_option()?;
            let (name, code) = rest.code()?;
            rest.skip_option()?;
            if has_sku {
                rest.skip_place()?;
            }
            rest.skip_text()?;
            Ok(Counted::Finding { severity: rest.severity()?, channel, name, code })
        }
        _ => Err(damaged()),
    }
}

/// Our own bytes do not read back: the temporary file was changed under us, or the disk lied.
fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a stored entry is damaged")
}

/// What is not read yet.
struct Rest<'a> {
    bytes: &'a [u8],
}

impl<'a> Rest<'a> {
    fn take(&mut self, n: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(n).ok_or_else(damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.take(1)?.first().copied().ok_or_else(damaged)
    }

    fn present(&mut self) -> io::Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(damaged()),
        }
    }

    fn text(&mut self) -> io::Result<Cow<'a, str>> {
        let mut owned = Vec::new();
        loop {
            let end = memchr::memchr(0, self.bytes).ok_or_else(damaged)?;
            let part = self.take(end)?;
            let more = match self.take(2)? {
                [_, 0] => false,
                [_, 0xFF] => true,
                _ => return Err(damaged()),
            };
            if !more && owned.is_empty() {
                return std::str::from_utf8(part).map(Cow::Borrowed).map_err(|_| damaged());
            }
            owned.extend(part);
            if !more {
                return String::from_utf8(owned).map(Cow::Owned).map_err(|_| damaged());
            }
            owned.push(0);
        }
    }

    fn standing(&mut self) -> io::Result<Standing> {
        match self.byte()? {
            0 => Ok(Standing::Ready),
            1 => Ok(Standing::Blocked),
            2 => Ok(Standing::LeftOut),
            _ => Err(damaged()),
        }
    }

    fn severity(&mut self) -> io::Result<Severity> {
        match self.byte()? {
            0 => Ok(Severity::Error),
            1 => Ok(Severity::Warning),
            2 => Ok(Severity::Note),
            _ => Err(damaged()),
        }
    }

    /// A code, with its name.
    fn code(&mut self) -> io::Result<(Cow<'a, str>, Code)> {
        let name = self.text()?;
        let code = match self.byte()? {
            OURS => Code::Ours(rules::find(&name).ok_or_else(damaged)?),
            THEIRS => Code::Theirs { marketplace: Arc::from(self.text()?), code: Arc::from(self.text()?) },
            _ => return Err(damaged()),
        };
        Ok((name, code))
    }

    fn skip_text(&mut self) -> io::Result<()> {
        loop {
            let end = memchr::memchr(0, self.bytes).ok_or_else(damaged)?;
            match self.take(end + 2)?.last() {
                Some(0) => return Ok(()),
                Some(0xFF) => {}
                _ => return Err(damaged()),
            }
        }
    }

    /// Steps over what may be there. Says whether it was.
    fn skip_option(&mut self) -> io::Result<bool> {
        let is_there = self.present()?;
        if is_there {
            self.skip_text()?;
        }
        Ok(is_there)
    }

    fn skip_place(&mut self) -> io::Result<()> {
        if self.present()? {
            self.skip_text()?;
            if self.present()? {
                self.take(size_of::<u64>())?;
            }
            self.skip_option()?;
        }
        Ok(())
    }

    fn option(&mut self) -> io::Result<Option<Cow<'a, str>>> {
        if self.present()? { self.text().map(Some) } else { Ok(None) }
    }

    fn place(&mut self) -> io::Result<Option<Place>> {
        if !self.present()? {
            return Ok(None);
        }
        let file = Arc::from(self.text()?);
        let line = if self.present()? {
            let bytes = self.take(size_of::<u64>())?;
            Some(u64::from_be_bytes(bytes.try_into().map_err(|_| damaged())?))
        } else {
            None
        };
        Ok(Some(Place { file, line, column: self.option()?.map(Arc::from) }))
    }
}
