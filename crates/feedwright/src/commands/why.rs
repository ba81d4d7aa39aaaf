//! `why`: one SKU, told whole.

use super::office::Office;
use crate::Outcome;
use crate::arguments::SellingArguments;
use crate::arguments::WhyArguments;
use anyhow::anyhow;
use feedwright_catalog::Sku;
use feedwright_runner::render::Style;
use feedwright_runner::why as telling;
use jiff::Timestamp;
use std::io;
use std::io::Write as _;

pub(crate) fn why(arguments: &WhyArguments) -> anyhow::Result<Outcome> {
    let sku = Sku::parse(&arguments.sku).map_err(|why| anyhow!("`{}`: {why}", arguments.sku))?;
    let office = Office::open(arguments.config.as_deref())?;
    let about = SellingArguments {
        config: None,
        channel: arguments.channel.clone(),
        lane: Vec::new(),
        threads: None,
        quiet: true,
    };
    let selling = office.selling(&about, None, None)?;
    let mut ledger = office.existing_ledger()?;
    let known = telling::know(&sku, &selling.shops, &selling.sources, &selling.levels, ledger.as_mut())?;
    if !known.is_in_catalog && !known.is_known() {
        return Err(anyhow!("`{sku}` is in none of the sources, and nothing was ever sent of it"));
    }
    let style = Style { color: super::wants_color(arguments.color), width: super::width() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = telling::tell(&known, Timestamp::now(), style, &mut out).and_then(|()| out.flush());
    super::unless_nobody_reads(written.map_err(anyhow::Error::from))?;
    Ok(if known.is_blocked() { Outcome::Blocked } else { Outcome::Fine })
}
